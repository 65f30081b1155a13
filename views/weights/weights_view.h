// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "views/base/view.h"
#include "views/weights/weights_figure.h"

class QModelIndex;
class QStackedWidget;

namespace alidade {

class DataTable;
class LayersModel;
class PlotCanvas;
class RowFilter;
class StateCard;
class TableSearch;
class WeightsModel;
class WorsenedModel;

/// A quantized network beside the full one: how the weights of each layer are distributed and which levels
/// they were rounded to, both networks' errors, and the objects that got worst first. A click on an object
/// selects it everywhere.
class WeightsView : public View {
  Q_OBJECT

 public:
  explicit WeightsView(SessionModel& session, QWidget* parent = nullptr);

  QString id() const override { return QStringLiteral("weights"); }
  QString title() const override { return tr("Weights"); }
  QString context() const override;
  std::shared_ptr<const Figure> figure() const override;
  ViewSubject subject() const override { return ViewSubject::kNothing; }
  QJsonObject saveState() const override;
  void restoreState(const QJsonObject& state) override;
  QList<QAction*> viewActions() const override { return actions_; }

 private:
  QWidget* buildPage();
  QWidget* buildTables();
  void buildActions();
  void connectParts();
  /// Another look: both tables, the figure, the card.
  void takeLook();
  void showCard();
  void useCard();
  void showLayer();
  void selectLayer(const QString& name);
  void selectObject(const QModelIndex& index);
  void followSelection();
  WeightsChoice choice() const;

  WeightsModel& model_;
  QStackedWidget* stack_;
  StateCard* card_;
  PlotCanvas* canvas_;
  LayersModel* layers_;
  RowFilter* layer_rows_;
  DataTable* layer_table_;
  WorsenedModel* objects_;
  RowFilter* object_rows_;
  DataTable* object_table_;
  QWidget* page_ = nullptr;
  QAction* show_errors_;
  QList<QAction*> actions_;
  QString layer_;           ///< the chosen one, by name; kept when another look comes
  bool following_ = false;  ///< a table moves because something else does
};

}  // namespace alidade
