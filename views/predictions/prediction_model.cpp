// SPDX-License-Identifier: BSD-3-Clause
#include "views/predictions/prediction_model.h"

#include <QGuiApplication>

#include "views/base/theme.h"

namespace alidade {
namespace {

const Theme& colors() {
  return themeOf(QGuiApplication::palette());
}

QVariant alignment(bool number) {
  return QVariant((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

QString explanation(PredictionColumn column) {
  switch (column) {
    case PredictionColumn::kRawRotation:
      return "Rotation error with symmetry ignored";
    case PredictionColumn::kReducedRotation:
      return "Smallest rotation error over the object's symmetries";
    case PredictionColumn::kTranslation:
      return "Distance between the box centers";
    case PredictionColumn::kIou:
      return "Exact overlap of the oriented boxes, best over the symmetries";
    case PredictionColumn::kScore:
      return "Agreement of the hypotheses, 0 to 1";
    default:
      return {};
  }
}

}  // namespace

void PredictionModel::setResult(std::shared_ptr<const PoseResult> result, std::optional<std::size_t> frame) {
  beginResetModel();
  result_ = std::move(result);
  rows_.clear();
  if (result_) {
    for (const PoseEstimate& estimate : result_->estimates) {
      if (!frame || estimate.frame == *frame) {
        rows_.push_back(&estimate);
      }
    }
  }
  endResetModel();
}

const PoseEstimate* PredictionModel::estimate(int row) const {
  return row >= 0 && row < static_cast<int>(rows_.size()) ? rows_[row] : nullptr;
}

int PredictionModel::rowOf(std::size_t frame, int instance) const {
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    if (rows_[row]->frame == frame && rows_[row]->instance == instance) {
      return static_cast<int>(row);
    }
  }
  return -1;
}

int PredictionModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}
int PredictionModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kPredictionColumns;
}

QVariant PredictionModel::data(const QModelIndex& index, int role) const {
  const PoseEstimate* row = estimate(index.row());
  if (!row) {
    return {};
  }
  const auto column = static_cast<PredictionColumn>(index.column());
  switch (role) {
    case Qt::DisplayRole:
      return cellText(*row, column);
    case kSortRole:
      return isNumber(column) ? QVariant(cellValue(*row, column)) : QVariant(cellText(*row, column));
    case Qt::ToolTipRole:
      return column == PredictionColumn::kNote ? QVariant(cellText(*row, column)) : QVariant();
    case Qt::TextAlignmentRole:
      return alignment(isNumber(column));
    case Qt::FontRole:
      return isNumber(column) ? QVariant(numberFont()) : QVariant();
    case Qt::ForegroundRole:
      break;
    default:
      return {};
  }
  if (isAlarming(*row, column)) {
    return colors().prediction;
  }
  const bool primary =
      column == PredictionColumn::kInstance || (isNumber(column) && column != PredictionColumn::kRawRotation);
  return primary ? colors().text : colors().muted;
}

QVariant PredictionModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation == Qt::Vertical) {
    return {};
  }
  const auto column = static_cast<PredictionColumn>(section);
  switch (role) {
    case Qt::DisplayRole:
      return columnTitle(column);
    case Qt::TextAlignmentRole:
      return alignment(isNumber(column));
    case Qt::ToolTipRole:
      return explanation(column);
    default:
      return {};
  }
}

void AccuracyModel::setResult(const PoseResult* result) {
  beginResetModel();
  table_ = result ? to_table(accuracy_table(*result)) : Table{};
  endResetModel();
}

int AccuracyModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.rows.size());
}
int AccuracyModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.columns.size());
}

QVariant AccuracyModel::data(const QModelIndex& index, int role) const {
  const bool last = index.row() + 1 == rowCount();
  switch (role) {
    case Qt::DisplayRole:
      return accuracyCell(table_, index.row(), index.column());
    case Qt::TextAlignmentRole:
      return alignment(index.column() > 0);
    case Qt::ForegroundRole:
      return index.column() == 1 ? colors().muted : colors().text;
    case Qt::FontRole:
      break;
    default:
      return {};
  }
  QFont font = index.column() > 0 ? numberFont() : uiFont();
  font.setBold(last);
  return font;
}

QVariant AccuracyModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation == Qt::Vertical) {
    return {};
  }
  if (role == Qt::TextAlignmentRole) {
    return alignment(section > 0);
  }
  return role == Qt::DisplayRole ? accuracyTitle(table_, section) : QVariant();
}

}  // namespace alidade
