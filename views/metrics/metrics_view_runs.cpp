// SPDX-License-Identifier: BSD-3-Clause
// Which runs the metrics view shows: A, B, and those that the user put beside them.
#include <algorithm>

#include <QAction>
#include <QLabel>
#include <QMenu>

#include "views/base/run_look.h"
#include "views/base/session_model.h"
#include "views/metrics/metrics_view.h"

namespace alidade {

std::shared_ptr<const EvaluationReport> MetricsView::report(std::size_t place) const {
  return place < runs_.size() ? runs_[place].report : nullptr;
}

void MetricsView::takeRuns() {
  const EvaluationModel& evaluation = session().model<EvaluationModel>();
  runs_.clear();
  for (const Run side : {Run::kA, Run::kB}) {
    const EvaluationModel::Side& numbers = evaluation.side(side);
    runs_.push_back({numbers.report, session().resultStyle(side), numbers.evaluating});
  }
  for (const EvaluationModel::Other& other : evaluation.others()) {
    const HeldRuns::Entry* entry = session().runs().find(other.run);
    const auto& a = runs_[kPlaceA].report;
    if (entry != nullptr && a && other.side.report && other.side.report->protocol == a->protocol) {
      runs_.push_back({other.side.report, entry->style, other.side.evaluating, other.run});
    }
  }
}

/// Colors may have changed. Notes, say, are nothing to show anew: selected samples stay.
void MetricsView::followRuns() {
  const std::vector<ComparedRun> before = runs_;
  takeRuns();
  if (runs_ != before) {
    refresh();
  }
}

/// Numbers are shown that others will replace.
bool MetricsView::stale() const {
  return std::any_of(runs_.begin(), runs_.end(), [](const ComparedRun& run) { return run.report && run.stale; });
}

std::size_t MetricsView::chosenPlace() const {
  if (chosen_.further == 0) {
    return chosen_.place;
  }
  const auto found = std::find_if(runs_.begin(), runs_.end(),
                                  [this](const ComparedRun& run) { return run.run == chosen_.further; });
  return found == runs_.end() ? kPlaceA : static_cast<std::size_t>(found - runs_.begin());
}

QString MetricsView::letterOrName(std::size_t place) const {
  return place == kPlaceA   ? QStringLiteral("A")
         : place == kPlaceB ? QStringLiteral("B")
                            : legendName(runs_, place);
}

/// What is on its way, and which runs have no numbers under the protocol.
void MetricsView::showProblems() {
  const EvaluationModel& evaluation = session().model<EvaluationModel>();
  QStringList problems;
  if (const QString& b = evaluation.side(Run::kB).problem; !b.isEmpty()) {
    problems << tr("B: %1").arg(b);
  }
  const bool only_b = problems.size() == 1;
  for (const EvaluationModel::Other& other : evaluation.others()) {
    const HeldRuns::Entry* entry = session().runs().find(other.run);
    if (entry != nullptr && !other.side.problem.isEmpty()) {
      problems << QStringLiteral("%1: %2").arg(QString::fromStdString(entry->name), other.side.problem);
    }
  }
  const bool any = report(kPlaceA) != nullptr;
  state_->setText(!any                             ? QString()
                  : evaluation.evaluating()        ? tr("evaluating\u2026")
                  : problems.isEmpty()             ? QString()
                  : problems.size() == 1 && only_b ? tr("B cannot be evaluated")
                  : problems.size() == 1           ? tr("1 run cannot be evaluated")
                                                   : tr("%1 runs cannot be evaluated").arg(problems.size()));
  state_->setToolTip(wrappedToolTip(problems.join(QLatin1Char('\n'))));
}

/// Every run of the dataset's results with a check; A and B are there in any case.
void MetricsView::fillRunsMenu() {
  runs_menu_->clear();
  for (const HeldRuns::Entry& entry : session().runs().all()) {
    if (entry.type != session().resultType()) {
      continue;
    }
    const bool chosen = session().runs().is_chosen(entry.id);
    QString name = QString::fromStdString(entry.name);
    auto* action = runs_menu_->addAction(runSwatchIcon(themeOf(*this), entry.style),
                                         name.replace(QLatin1Char('&'), QStringLiteral("&&")));
    action->setCheckable(true);
    action->setChecked(chosen || entry.in_tables);
    action->setEnabled(!chosen);
    action->setToolTip(chosen ? tr("A and B are always in the tables.")
                              : tr("A row in the tables and a line in the curves, beside A and B."));
    connect(action, &QAction::toggled, this,
            [this, run = entry.id](bool shown) { session().setRunInTables(run, shown); });
  }
}

}  // namespace alidade
