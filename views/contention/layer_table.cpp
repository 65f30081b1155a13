// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/layer_table.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QPainter>
#include <QSortFilterProxyModel>

#include "views/base/color_map.h"
#include "views/base/theme.h"
#include "views/base/view.h"
#include "views/contention/contention_text.h"

namespace alidade {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr int kNumberWidth = 46;
constexpr int kBarMargin = 7;
constexpr double kBarColor = 0.75;  // of the diverging map

}  // namespace

void LayerTable::setContributions(std::vector<LayerContribution> layers, const std::string& part) {
  beginResetModel();
  prefix_ = part + ".";
  layers_ = std::move(layers);
  scores_.assign(layers_.size(), kNone);
  span_ = 0.0;
  for (const LayerContribution& layer : layers_) {
    if (std::isfinite(layer.share)) {
      span_ = std::max(span_, std::abs(layer.share));
    }
  }
  endResetModel();
}

QString LayerTable::shownName(const std::string& layer) const {
  return QString::fromStdString(layer.starts_with(prefix_) ? layer.substr(prefix_.size()) : layer);
}

void LayerTable::setScores(const std::vector<LayerConflict>& scores) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const auto found = std::find_if(scores.begin(), scores.end(),
                                    [&](const LayerConflict& one) { return one.layer == layers_[i].layer; });
    scores_[i] = found == scores.end() ? kNone : found->score;
  }
  if (!layers_.empty()) {
    Q_EMIT dataChanged(index(0, kScore), index(rowCount() - 1, kScore));
  }
}

int LayerTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(layers_.size());
}

int LayerTable::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

double LayerTable::value(std::size_t row, int column) const {
  const LayerContribution& layer = layers_[row];
  switch (column) {
    case kShare:
      return layer.share;
    case kCosine:
      return layer.cosine;
    case kScore:
      return scores_[row];
    default:
      return static_cast<double>(layer.size);
  }
}

QVariant LayerTable::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) {
    return {};
  }
  const auto row = static_cast<std::size_t>(index.row());
  const std::string& layer = layers_[row].layer;
  const QString name = shownName(layer);
  switch (role) {
    case Qt::DisplayRole:
      return index.column() == kLayer  ? name
             : index.column() == kSize ? countText(layers_[row].size)
                                       : cosineText(value(row, index.column()));
    case Qt::TextAlignmentRole:
      return index.column() == kLayer ? int(Qt::AlignLeft | Qt::AlignVCenter)
                                      : int(Qt::AlignRight | Qt::AlignVCenter);
    case Qt::ToolTipRole:
      return index.column() == kLayer ? plainToolTip(QString::fromStdString(layer)) : QVariant();
    case kSortRole:
      if (index.column() == kLayer) {
        return name;
      }
      // What is undefined comes last when the largest come first.
      return std::isfinite(value(row, index.column())) ? value(row, index.column())
                                                       : -std::numeric_limits<double>::max();
    default:
      return {};
  }
}

QVariant LayerTable::headerData(int section, Qt::Orientation orientation, int role) const {
  static const char* const kNames[kColumns] = {"layer", "share", "cosine", "S score", "params"};
  static const char* const kTips[kColumns] = {
      "Layer of the shown part",
      "Inner product of the two gradients on this layer by both lengths on the part: the shares of all "
      "layers "
      "add up to the cosine of the cell",
      "Cosine on this layer alone",
      "Share of epochs in which the cosine on this layer lies below S; stationary epochs do not count",
      "Parameters"};
  if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) {
    return {};
  }
  if (role == Qt::DisplayRole) {
    return tr(kNames[section]);
  }
  if (role == Qt::ToolTipRole) {
    return wrappedToolTip(tr(kTips[section]));
  }
  if (role == Qt::TextAlignmentRole) {
    return section == kLayer ? int(Qt::AlignLeft | Qt::AlignVCenter) : int(Qt::AlignRight | Qt::AlignVCenter);
  }
  return {};
}

void ShareDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
  QStyledItemDelegate::paint(painter, option, index);
  const auto* rows = qobject_cast<const QSortFilterProxyModel*>(index.model());
  const auto* table = qobject_cast<const LayerTable*>(rows ? rows->sourceModel() : index.model());
  const double share = index.data(LayerTable::kSortRole).toDouble();
  if (!table || table->span() <= 0.0 || std::abs(share) > table->span()) {
    return;
  }
  const QRectF bar = QRectF(option.rect).adjusted(4, kBarMargin, -kNumberWidth, -kBarMargin);
  const double middle = bar.center().x();
  const double length = 0.5 * bar.width() * share / table->span();
  painter->save();
  painter->fillRect(QRectF(std::min(middle, middle + length), bar.top(), std::abs(length), bar.height()),
                    divergingColor(share < 0.0 ? kBarColor : -kBarColor));
  const QWidget* widget = option.widget;
  painter->setPen(themeOf(widget ? widget->palette() : option.palette).border);
  painter->drawLine(QPointF(middle, bar.top() - 2.0), QPointF(middle, bar.bottom() + 2.0));
  painter->restore();
}

}  // namespace alidade
