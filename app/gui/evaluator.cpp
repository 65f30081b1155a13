// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/evaluator.h"

#include <algorithm>

#include "app/cli/command.h"
#include "app/gui/view_table.h"
#include "app/gui/workbench.h"
#include "core/base/log.h"
#include "core/data/scene_dataset.h"
#include "core/evaluation/protocol.h"
#include "core/studies/plain/evaluate.h"
#include "views/base/job_runner.h"
#include "views/base/session_model.h"
#include "views/metrics/metrics_view.h"

namespace alidade {
namespace {

constexpr std::size_t kKnownResults = 4;
constexpr const char* kPublishedFolder = "resources/published";

}  // namespace

Evaluator::Evaluator(SessionModel& session, JobRunner& jobs, QObject* parent)
    : QObject(parent), session_(session), model_(session.model<EvaluationModel>()), jobs_(jobs) {
  connect(&session_, &SessionModel::resultsChanged, this, &Evaluator::schedule);
  connect(&session_, &SessionModel::runsChanged, this, &Evaluator::schedule);  // which are in tables
  connect(&session_, &SessionModel::datasetChanged, this, [this] {
    known_.clear();
    followKind();
  });
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

Evaluator::Result Evaluator::resultOf(RunId run) const {
  const HeldRuns::Entry* entry = session_.runs().find(run);
  return entry != nullptr && entry->type == session_.resultType() ? entry->result : nullptr;
}

RunId Evaluator::chosen(Run side) const {
  return session_.resultRun(side);
}

/// Poses and detections have protocols of their own: what was chosen for the one stays for its return.
void Evaluator::followKind() {
  const auto scenes = scenes_of(session_.dataset().get());
  const Protocol* rule = find_protocol(model_.protocol().toStdString());
  const bool indoor = rule != nullptr && rule->family == "indoor";
  if (scenes && !indoor) {
    pose_protocol_ = model_.protocol();
    model_.setProtocol(scenes->rotated_boxes() ? QStringLiteral("indoor-rotated")
                                               : QStringLiteral("indoor-axis-aligned"));
  } else if (!scenes && indoor && session_.dataset()) {
    model_.setProtocol(pose_protocol_);
  }
}

/// The runs that tables show beside A and B.
std::vector<RunId> Evaluator::further() const {
  std::vector<RunId> runs;
  for (const HeldRuns::Entry& entry : session_.runs().all()) {
    if (entry.in_tables && entry.type == session_.resultType() && !session_.runs().is_chosen(entry.id)) {
      runs.push_back(entry.id);
    }
  }
  return runs;
}

bool Evaluator::isShown(const Result& result) const {
  const auto& runs = session_.runs().all();
  return std::any_of(runs.begin(), runs.end(), [&](const HeldRuns::Entry& entry) {
    return entry.result == result && (entry.in_tables || session_.runs().is_chosen(entry.id));
  });
}

/// What is shown is never forgotten: it would be evaluated over and over.
Evaluator::Known& Evaluator::known(const Result& result) {
  const auto found =
      std::find_if(known_.begin(), known_.end(), [&](const Known& k) { return k.result == result; });
  if (found != known_.end()) {
    return *found;
  }
  const auto oldest =
      std::find_if(known_.begin(), known_.end(), [this](const Known& k) { return !isShown(k.result); });
  if (known_.size() >= kKnownResults && oldest != known_.end()) {
    known_.erase(oldest);
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
  cancelUnshown();
  for (const Run side : {Run::kA, Run::kB}) {
    model_.setSide(side, sideOf(chosen(side), model_.side(side)));
  }
  model_.setOthers(furtherSides());
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

void Evaluator::cancel(RunId run) {
  if (const auto pending = pending_.find(run); pending != pending_.end()) {
    jobs_.cancel(pending->second.job);
    pending_.erase(pending);
  }
}

/// What is evaluated of runs that are neither A nor B nor in the tables any more.
void Evaluator::cancelUnshown() {
  std::vector<RunId> gone;
  for (const auto& [run, pending] : pending_) {
    if (!isShown(resultOf(run))) {
      gone.push_back(run);
    }
  }
  for (const RunId run : gone) {
    cancel(run);
  }
}

std::vector<EvaluationModel::Other> Evaluator::furtherSides() {
  std::vector<EvaluationModel::Other> sides;
  for (const RunId run : further()) {
    const auto& before = model_.others();
    const auto found = std::find_if(before.begin(), before.end(),
                                    [run](const EvaluationModel::Other& other) { return other.run == run; });
    sides.push_back({run, sideOf(run, found == before.end() ? EvaluationModel::Side() : found->side)});
  }
  return sides;
}

/// Tables and legends name runs as their list does.
Evaluator::Report Evaluator::named(const Report& report, RunId run) const {
  const std::string& name = session_.runs().find(run)->name;
  if (report->name == name) {
    return report;
  }
  auto renamed = std::make_shared<EvaluationReport>(*report);
  renamed->name = name;
  return renamed;
}

/// A run's numbers as far as they are known; starts to evaluate it where they are wanted and missing. Until
/// they are there, those `before` stay.
EvaluationModel::Side Evaluator::sideOf(RunId run, const EvaluationModel::Side& before) {
  const Result result = resultOf(run);
  if (!result) {
    cancel(run);
    return {};
  }
  const QString& protocol = model_.protocol();
  const auto pending = pending_.find(run);
  const bool pending_this =
      pending != pending_.end() && pending->second.result == result && pending->second.protocol == protocol;
  if (!pending_this) {
    cancel(run);
  }
  Known& facts = known(result);
  if (const auto report = facts.reports.find(protocol); report != facts.reports.end()) {
    report->second = named(report->second, run);
    return {report->second, false, {}};
  }
  if (const auto problem = facts.problems.find(protocol); problem != facts.problems.end()) {
    return {nullptr, false, problem->second};
  }
  if (!pending_this && (!model_.demand().wanted() || model_.held())) {
    return before;
  }
  if (!pending_this) {
    const Protocol* rule = find_protocol(protocol.toStdString());
    if (rule == nullptr) {
      return {nullptr, false, tr("There is no protocol \"%1\".").arg(protocol)};
    }
    start(run, result, *rule);
  }
  return {before.report, true, {}};
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
