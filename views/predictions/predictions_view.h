// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>

#include <QList>

#include "views/base/view.h"

class QAction;
class QStackedLayout;
class QStackedWidget;
class QTabBar;
class QToolButton;

namespace alidade {

class AccuracyModel;
class DataTable;
class PredictionModel;
class RowFilter;
class StateCard;
class TableSearch;

/// Estimates with raw and symmetry-reduced errors, and the accuracy of the whole result. Sorted by click; a
/// click on a row selects its frame and instance.
class PredictionsView : public View {
  Q_OBJECT

 public:
  explicit PredictionsView(SessionModel& session, QWidget* parent = nullptr);

  QString id() const override { return "predictions"; }
  QString title() const override { return "Predictions"; }
  QString context() const override;
  /// The table that is in front, in its present order, with the rows that a search leaves.
  std::shared_ptr<const Figure> figure() const override;
  ViewSubject subject() const override;
  QJsonObject saveState() const override;
  void restoreState(const QJsonObject& state) override;
  QList<QAction*> viewActions() const override { return {all_frames_, accuracy_action_}; }

 private:
  void buildTables();
  void buildLayout();
  void reload();
  void reloadFrame();
  void showPage();
  void showCard();
  void followSelection();
  void selectRow(int proxy_row);

  PredictionModel* model_;
  RowFilter* sorted_;
  AccuracyModel* accuracy_model_;
  RowFilter* accuracy_rows_;
  DataTable* table_;
  DataTable* accuracy_;
  TableSearch* search_;
  TableSearch* search_accuracy_;
  QTabBar* tabs_;
  QToolButton* all_button_;
  QStackedWidget* pages_;
  StateCard* card_;
  QStackedLayout* stack_;
  QAction* all_frames_;
  QAction* accuracy_action_;
  QString card_action_;
  std::optional<std::size_t> shown_frame_;  ///< whose estimates are listed unless all are
  bool following_ = false;  ///< the table moves because the session does
};

}  // namespace alidade
