// SPDX-License-Identifier: BSD-3-Clause
// What is kept of the metrics view.
#include <algorithm>

#include <QComboBox>
#include <QJsonArray>
#include <QTabBar>
#include <QToolButton>
#include <QUndoStack>

#include "core/evaluation/protocol.h"
#include "views/base/session_model.h"
#include "views/base/table_search.h"
#include "views/metrics/metrics_view.h"
#include "views/metrics/slice_state.h"

namespace alidade {

QJsonObject MetricsView::saveState() const {
  QJsonArray published;
  for (const PublishedPick& choice : published_) {
    published.append(QJsonArray{QString::fromStdString(choice.table), static_cast<int>(choice.row)});
  }
  QJsonArray further;
  for (const EvaluationModel::Other& other : session().model<EvaluationModel>().others()) {
    if (const HeldRuns::Entry* entry = session().runs().find(other.run)) {
      further.append(QString::fromStdString(entry->name));
    }
  }
  return {{"protocol", session().model<EvaluationModel>().protocol()},
          {"models", models_->isChecked()},
          {"slices", slices_button_->isChecked()},
          {"slice_list", savedSlices(session().model<EvaluationModel>().slices())},
          {"difference", compare_->isChecked()},
          {"tab", tabs_->currentIndex()},
          {"runs", further},
          {"search", search_->text()},
          {"search_samples", search_samples_->text()},
          {"row", QString::fromStdString(chosen_.row)},
          {"column", QString::fromStdString(chosen_.column)},
          {"curve", curve_->currentData().toString()},
          {"measure", measure_->currentData().toString()},
          {"published", published}};
}

void MetricsView::restoreState(const QJsonObject& state) {
  if (const QString protocol = state.value("protocol").toString(); find_protocol(protocol.toStdString())) {
    session().model<EvaluationModel>().setProtocol(protocol);
  }
  (state.value("slices").toBool(false)   ? slices_button_
   : state.value("models").toBool(false) ? models_
                                         : categories_)
      ->setChecked(true);
  restoreSlices(state);
  restoreRuns(state);
  search_->setText(state.value("search").toString());
  search_samples_->setText(state.value("search_samples").toString());
  compare_->setChecked(state.value("difference").toBool(false));
  tabs_->setCurrentIndex(std::clamp(state.value("tab").toInt(kCurvesTab), 0, tabs_->count() - 1));
  chosen_ = {kPlaceA, 0, state.value("row").toString().toStdString(),
             state.value("column").toString().toStdString()};
  published_.clear();
  for (const QJsonValue& choice : state.value("published").toArray()) {
    const QJsonArray pair = choice.toArray();
    if (pair.size() == 2 && pair[1].toInt(-1) >= 0) {
      published_.push_back({pair[0].toString().toStdString(), static_cast<std::size_t>(pair[1].toInt())});
    }
  }
  refresh();
  curve_->setCurrentIndex(std::max(0, curve_->findData(state.value("curve").toString())));
  measure_->setCurrentIndex(std::max(0, measure_->findData(state.value("measure").toString())));
  refreshPlots();
}

/// The runs beside A and B, by name: a figure shows those that it was made of. What is not held is left out.
void MetricsView::restoreRuns(const QJsonObject& state) {
  if (!state.contains("runs")) {
    return;
  }
  const QJsonArray names = state.value("runs").toArray();
  std::vector<std::pair<RunId, bool>> changes;
  for (const HeldRuns::Entry& entry : session().runs().all()) {
    const bool shown = names.contains(QString::fromStdString(entry.name));
    if (entry.type == session().resultType() && !session().runs().is_chosen(entry.id) &&
        entry.in_tables != shown) {
      changes.emplace_back(entry.id, shown);
    }
  }
  if (changes.empty()) {
    return;
  }
  session().undoStack().beginMacro(tr("runs in tables"));
  for (const auto& [run, shown] : changes) {
    session().setRunInTables(run, shown);
  }
  session().undoStack().endMacro();
}

}  // namespace alidade
