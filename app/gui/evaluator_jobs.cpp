// SPDX-License-Identifier: BSD-3-Clause
// How the evaluator evaluates a run.
#include <algorithm>

#include "app/gui/evaluator.h"
#include "core/data/scene_dataset.h"
#include "core/evaluation/protocol.h"
#include "core/studies/plain/evaluate.h"
#include "core/studies/plain/evaluate_detections.h"
#include "views/base/job_runner.h"
#include "views/base/session_model.h"

namespace alidade {
namespace {

/// Protocols that need meshes are judged once meshes have been read, or when the dataset has none.
std::map<QString, QString> obstaclesOf(const EvaluationInput& input, const Dataset& dataset) {
  std::map<QString, QString> obstacles;
  const bool has_models = std::any_of(dataset.models().begin(), dataset.models().end(),
                                      [](const ObjectModel& model) { return !model.mesh_path.empty(); });
  for (const Protocol& protocol : protocols()) {
    if (needs_models(protocol) && has_models && input.objects.empty()) {
      continue;
    }
    if (const std::string why = protocol.obstacle ? protocol.obstacle(input) : std::string(); !why.empty()) {
      obstacles[QString::fromStdString(protocol.id)] = QString::fromStdString(why);
    }
  }
  return obstacles;
}

}  // namespace

/// What protocols take, of a result of the type that belongs to the dataset.
Expected<std::shared_ptr<const EvaluationInput>> Evaluator::inputOf(const Dataset& dataset,
                                                                    const Result& result,
                                                                    const JobContext& job, bool models) {
  if (const auto scenes = scenes_of(&dataset)) {
    return detection_input(*scenes, *std::static_pointer_cast<const DetectionResult>(result), job);
  }
  return evaluation_input(dataset, *std::static_pointer_cast<const PoseResult>(result), job, models);
}

/// Filled on the computing thread, read on the GUI thread after it.
struct Evaluator::Outcome {
  std::shared_ptr<const EvaluationInput> input;
  std::map<QString, QString> obstacles;
  Report report;
};

void Evaluator::start(RunId run, const Result& result, const Protocol& rule) {
  const Protocol* protocol = &rule;
  const bool models = needs_models(*protocol);
  const auto outcome = std::make_shared<Outcome>();
  const auto work = [protocol, outcome, result, dataset = session_.dataset(),
                     input = models ? known(result).with_models : known(result).input,
                     models](const JobContext& job) -> Expected<void> {
    outcome->input = input;
    if (!outcome->input) {
      auto made = inputOf(*dataset, result, job, models);
      if (!made) {
        return made.error();
      }
      outcome->input = *made;
    }
    outcome->obstacles = obstaclesOf(*outcome->input, *dataset);
    auto report = evaluate_with_intervals(*protocol, outcome->input, default_bootstrap(), job);
    if (!report) {
      return report.error();
    }
    outcome->report = *report;
    return {};
  };
  Pending pending{0, ++started_, result, model_.protocol()};
  const QString name = QString::fromStdString(session_.runs().find(run)->name);
  pending.job = jobs_.start(tr("Evaluate %1 · %2").arg(name, QString::fromStdString(protocol->title)), work,
                            [this, run, pending, outcome](const Expected<void>& done) {
                              if (!done && done.error().code == ErrorCode::kCancelled) {
                                if (awaits(run, pending.number)) {
                                  finish(run, pending, {}, tr("The evaluation was cancelled."));
                                }
                                return;
                              }
                              finish(run, pending, *outcome,
                                     done ? QString() : QString::fromStdString(done.error().message));
                            });
  pending_[run] = pending;
}

bool Evaluator::awaits(RunId run, int number) const {
  const auto pending = pending_.find(run);
  return pending != pending_.end() && pending->second.number == number;
}

void Evaluator::finish(RunId run, const Pending& pending, const Outcome& outcome, const QString& problem) {
  if (awaits(run, pending.number)) {
    pending_.erase(run);
  }
  if (!isShown(pending.result)) {
    return;
  }
  Known& facts = known(pending.result);
  if (outcome.input) {
    const Protocol* protocol = find_protocol(pending.protocol.toStdString());
    (protocol && needs_models(*protocol) ? facts.with_models : facts.input) = outcome.input;
    if (session_.runs().is_chosen(run)) {  // what a further run lacks makes no protocol impossible
      model_.setObstacles(outcome.obstacles);
    }
  }
  if (outcome.report) {
    facts.reports[pending.protocol] = outcome.report;
  } else {
    facts.problems[pending.protocol] = problem;
  }
  update();
}

}  // namespace alidade
