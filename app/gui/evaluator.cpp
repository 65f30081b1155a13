// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/evaluator.h"

#include <algorithm>

#include "app/cli/command.h"
#include "app/gui/view_table.h"
#include "app/gui/workbench.h"
#include "core/base/log.h"
#include "core/evaluation/protocol.h"
#include "core/studies/plain/evaluate.h"
#include "views/base/job_runner.h"
#include "views/base/session_model.h"
#include "views/metrics/metrics_view.h"

namespace alidade {
namespace {

constexpr std::size_t kKnownResults = 4;
constexpr const char* kPublishedFolder = "resources/published";

QString letter(Run run) {
  return run == Run::kA ? QStringLiteral("A") : QStringLiteral("B");
}

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

/// Filled on the computing thread, read on the GUI thread after it.
struct Evaluator::Outcome {
  std::shared_ptr<const EvaluationInput> input;
  std::map<QString, QString> obstacles;
  Report report;
};

Evaluator::Evaluator(SessionModel& session, JobRunner& jobs, QObject* parent)
    : QObject(parent), session_(session), model_(session.model<EvaluationModel>()), jobs_(jobs) {
  connect(&session_, &SessionModel::resultsChanged, this, &Evaluator::schedule);
  connect(&session_, &SessionModel::datasetChanged, this, [this] { known_.clear(); });
  connect(&model_, &EvaluationModel::protocolChanged, this, &Evaluator::schedule);
  connect(&model_.demand(), &Demand::changed, this, &Evaluator::schedule);
  connect(&model_, &EvaluationModel::heldChanged, this, &Evaluator::schedule);
  connect(&model_, &EvaluationModel::slicesChanged, this, &Evaluator::schedule);
  connect(&model_, &EvaluationModel::againAsked, this, [this] {
    for (Known& facts : known_) {
      facts.problems.erase(model_.protocol());
    }
    slices_asked_.clear();
    schedule();
  });
}

Evaluator::Result Evaluator::resultOf(Run run) const {
  return run == Run::kA ? session_.resultA() : session_.resultB();
}

Evaluator::Known& Evaluator::known(const Result& result) {
  const auto found =
      std::find_if(known_.begin(), known_.end(), [&](const Known& k) { return k.result == result; });
  if (found != known_.end()) {
    return *found;
  }
  if (known_.size() == kKnownResults) {
    known_.erase(known_.begin());
  }
  return known_.emplace_back(Known{result, nullptr, nullptr, {}, {}});
}

/// Several signals in a row (a swap sets A, then B) give one update.
void Evaluator::schedule() {
  if (!scheduled_) {
    scheduled_ = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
          scheduled_ = false;
          update();
        },
        Qt::QueuedConnection);
  }
}

void Evaluator::update() {
  if (model_.demand().wanted()) {
    readPublished();
  }
  updateSide(Run::kA);
  updateSide(Run::kB);
  updateComparison();
  updateSlices();
}

void Evaluator::readPublished() {
  if (published_read_) {
    return;
  }
  published_read_ = true;
  std::vector<std::string> problems;
  model_.setPublished(read_published_tables(share_path(kPublishedFolder), &problems));
  for (const std::string& problem : problems) {
    log_warning("published", problem);
  }
}

void Evaluator::cancel(std::optional<Pending>& pending) {
  if (pending) {
    jobs_.cancel(pending->job);
    pending.reset();
  }
}

void Evaluator::updateSide(Run run) {
  auto& pending = pending_[static_cast<std::size_t>(run)];
  const Result result = resultOf(run);
  if (!result) {
    cancel(pending);
    model_.clearSide(run);
    return;
  }
  const QString& protocol = model_.protocol();
  Known& facts = known(result);
  const auto report = facts.reports.find(protocol);
  const auto problem = facts.problems.find(protocol);
  const bool pending_this = pending && pending->result == result && pending->protocol == protocol;
  if (!pending_this) {
    cancel(pending);
  }
  if (report != facts.reports.end()) {
    if (const std::string name = session_.resultName(run).toStdString(); report->second->name != name) {
      auto renamed = std::make_shared<EvaluationReport>(*report->second);
      renamed->name = name;  // tables and legends name runs as their list does
      report->second = std::move(renamed);
    }
    if (model_.side(run).report != report->second || model_.side(run).evaluating) {
      model_.setReport(run, report->second);
    }
  } else if (problem != facts.problems.end()) {
    model_.setProblem(run, problem->second);
  } else if (!pending_this && model_.demand().wanted() && !model_.held()) {
    start(run, result);
  }
}

void Evaluator::start(Run run, const Result& result) {
  const Protocol* protocol = find_protocol(model_.protocol().toStdString());
  if (!protocol) {
    model_.setProblem(run, tr("There is no protocol \"%1\".").arg(model_.protocol()));
    return;
  }
  model_.setEvaluating(run);
  const bool models = needs_models(*protocol);
  const auto outcome = std::make_shared<Outcome>();
  const auto work = [protocol, outcome, result, dataset = session_.dataset(),
                     input = models ? known(result).with_models : known(result).input,
                     models](const JobContext& job) -> Expected<void> {
    outcome->input = input;
    if (!outcome->input) {
      auto made = evaluation_input(*dataset, *result, job, models);
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
  Pending pending{0, result, model_.protocol()};
  pending.job = jobs_.start(
      tr("Evaluate %1 · %2").arg(letter(run), QString::fromStdString(protocol->title)), work,
      [this, run, pending, outcome](const Expected<void>& done) {
        if (!done && done.error().code == ErrorCode::kCancelled) {
          auto& now = pending_[static_cast<std::size_t>(run)];
          if (now && now->result == pending.result && now->protocol == pending.protocol) {
            finish(run, pending, {}, tr("The evaluation was cancelled."));
          }
          return;
        }
        finish(run, pending, *outcome, done ? QString() : QString::fromStdString(done.error().message));
      });
  pending_[static_cast<std::size_t>(run)] = pending;
}

void Evaluator::finish(Run run, const Pending& pending, const Outcome& outcome, const QString& problem) {
  auto& now = pending_[static_cast<std::size_t>(run)];
  const bool awaited = now && now->result == pending.result && now->protocol == pending.protocol;
  if (awaited) {
    now.reset();
  }
  if (pending.result != session_.resultA() && pending.result != session_.resultB()) {
    return;
  }
  Known& facts = known(pending.result);
  if (outcome.input) {
    const Protocol* protocol = find_protocol(pending.protocol.toStdString());
    (protocol && needs_models(*protocol) ? facts.with_models : facts.input) = outcome.input;
    model_.setObstacles(outcome.obstacles);
  }
  if (outcome.report) {
    facts.reports[pending.protocol] = outcome.report;
  } else {
    facts.problems[pending.protocol] = problem;
  }
  update();
}

void Evaluator::updateComparison() {
  const auto a = model_.side(Run::kA), b = model_.side(Run::kB);
  const bool both = a.report && b.report && !a.evaluating && !b.evaluating;
  const std::pair<Report, Report> wanted = both ? std::pair(a.report, b.report) : std::pair<Report, Report>();
  if (wanted == compared_) {
    return;
  }
  compared_ = wanted;
  if (comparison_job_) {
    jobs_.cancel(*comparison_job_);
    comparison_job_.reset();
  }
  model_.setComparison(nullptr);
  if (!both || a.report->protocol != b.report->protocol) {
    return;
  }
  const auto made = std::make_shared<std::shared_ptr<const PairedTest>>();
  const auto work = [wanted, made](const JobContext& job) -> Expected<void> {
    auto test = paired_test(*wanted.first, *wanted.second, default_bootstrap(), job);
    if (!test) {
      return test.error();
    }
    *made = std::make_shared<const PairedTest>(std::move(*test));
    return {};
  };
  comparison_job_ =
      jobs_.start(tr("Compare A and B"), work, [this, wanted, made](const Expected<void>& done) {
        if (compared_ == wanted) {
          comparison_job_.reset();
          if (done) {
            model_.setComparison(*made);
          } else if (done.error().code != ErrorCode::kCancelled) {
            log_info("evaluate", done.error().message);  // other images, say: A and B stand side by side only
          }
        }
      });
}

ViewSpec metricsView() {
  return {"metrics",
          "Metrics",
          makeView<MetricsView>,
          false,
          [](Workbench& workbench) -> std::unique_ptr<QObject> {
            return std::make_unique<Evaluator>(workbench.session(), workbench.jobs());
          },
          true};
}

}  // namespace alidade
