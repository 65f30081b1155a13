// SPDX-License-Identifier: BSD-3-Clause
#include "views/weights/weights_view.h"

#include <algorithm>

#include <QAction>
#include <QItemSelectionModel>
#include <QJsonObject>
#include <QStackedWidget>

#include "views/base/data_table.h"
#include "views/base/plot_canvas.h"
#include "views/base/row_filter.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/weights/weights_model.h"
#include "views/weights/weights_tables.h"

namespace alidade {

QString WeightsView::context() const {
  const auto& look = model_.look();
  if (look && model_.looking().kind == LookingState::Kind::kRunning) {
    return model_.looking().sentence;  // another one is on its way
  }
  return look ? tr("%1 \u00b7 %2 objects").arg(QString::fromStdString(look->label)).arg(look->objects.size())
              : QString();
}

std::shared_ptr<const Figure> WeightsView::figure() const {
  return canvas_->figure();
}

WeightsChoice WeightsView::choice() const {
  WeightsChoice choice;
  const auto& look = model_.look();
  for (std::size_t i = 0; look && i < look->layers.size(); ++i) {
    if (QString::fromStdString(look->layers[i].layer) == layer_) {
      choice.layer = i;
    }
  }
  choice.errors = show_errors_->isChecked();
  const auto style = [this](RunId run, int otherwise) {
    const HeldRuns::Entry* entry = session().runs().find(run);
    return entry ? entry->style : otherwise;
  };
  choice.full_style = style(model_.fullRun(), choice.full_style);
  choice.quantized_style = style(model_.quantizedRun(), choice.quantized_style);
  return choice;
}

void WeightsView::takeLook() {
  const auto& look = model_.look();
  following_ = true;
  layers_->setLook(look);
  objects_->setLook(look);
  following_ = false;
  showCard();
  if (look) {
    const auto known = [&](const LayerHistogram& layer) {
      return QString::fromStdString(layer.layer) == layer_;
    };
    if (std::none_of(look->layers.begin(), look->layers.end(), known) && !look->layers.empty()) {
      layer_ = QString::fromStdString(look->layers.front().layer);
    }
    selectLayer(layer_);
    followSelection();
  }
  showLayer();
}

void WeightsView::showCard() {
  const LookingState& state = model_.looking();
  if (model_.look()) {
    stack_->setCurrentWidget(page_);
    return;
  }
  const bool runs = state.kind == LookingState::Kind::kRunning;
  const bool lacks = state.kind == LookingState::Kind::kLacks;
  card_->setContent(QStringLiteral("sliders"),
                    state.sentence.isEmpty() ? tr("Quantize the weights of a network to see what that costs.")
                                             : state.sentence,
                    runs    ? tr("Stop")
                    : lacks ? tr("Try the sample")
                            : tr("Quantize and look\u2026"));
  stack_->setCurrentWidget(card_);
}

void WeightsView::useCard() {
  switch (model_.looking().kind) {
    case LookingState::Kind::kRunning:
      model_.askStop();
      return;
    case LookingState::Kind::kLacks:
      Q_EMIT actionRequested(QStringLiteral("try-sample"));
      return;
    default:
      Q_EMIT actionRequested(QStringLiteral("quantize-look"));
  }
}

void WeightsView::showLayer() {
  const auto& look = model_.look();
  if (!look) {
    canvas_->setFigure(nullptr);
  } else {
    const auto figure = std::make_shared<const WeightsFigure>(look, choice());
    canvas_->setFigure(figure, [figure](const QPointF& point, const QRectF& area, const PlotTheme& theme) {
      return figure->describe(point, area, theme);
    });
  }
  Q_EMIT contextChanged();
}

void WeightsView::selectLayer(const QString& name) {
  const auto& look = model_.look();
  for (std::size_t i = 0; look && i < look->layers.size(); ++i) {
    if (QString::fromStdString(look->layers[i].layer) == name) {
      const QModelIndex index =
          layer_rows_->mapFromSource(layers_->index(static_cast<int>(i), LayersModel::kLayer));
      following_ = true;
      layer_table_->setCurrentIndex(index);
      following_ = false;
      return;
    }
  }
}

void WeightsView::selectObject(const QModelIndex& index) {
  if (following_ || !index.isValid()) {
    return;
  }
  if (const WorsenedObject* object = objects_->object(object_rows_->mapToSource(index).row())) {
    session().setSelection({object->frame, object->instance});
  }
}

void WeightsView::followSelection() {
  const Selection& selection = session().selection();
  const int row =
      selection.frame && selection.instance ? objects_->rowOf(*selection.frame, *selection.instance) : -1;
  const QModelIndex index =
      row < 0 ? QModelIndex() : object_rows_->mapFromSource(objects_->index(row, WorsenedModel::kObject));
  following_ = true;
  if (!index.isValid()) {
    object_table_->clearSelection();
    object_table_->setCurrentIndex({});
  } else if (object_table_->currentIndex().row() != index.row()) {
    object_table_->setCurrentIndex(index);
    object_table_->scrollTo(index);
  }
  following_ = false;
}

QJsonObject WeightsView::saveState() const {
  return {{QStringLiteral("layer"), layer_}, {QStringLiteral("errors"), show_errors_->isChecked()}};
}

void WeightsView::restoreState(const QJsonObject& state) {
  layer_ = state.value(QLatin1String("layer")).toString();
  show_errors_->setChecked(state.value(QLatin1String("errors")).toBool(true));
  takeLook();
}

}  // namespace alidade
