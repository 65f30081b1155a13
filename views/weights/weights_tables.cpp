// SPDX-License-Identifier: BSD-3-Clause
#include "views/weights/weights_tables.h"

#include <limits>
#include <utility>

#include "core/base/constants.h"
#include "views/base/plot.h"
#include "views/base/theme.h"
#include "views/base/view.h"
#include "views/weights/weights_figure.h"

namespace alidade {
namespace {

constexpr double kLostLast = std::numeric_limits<double>::max();

QVariant sideOf(bool number) {
  return QVariant((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

QString centimetres(double metres) {
  return numberText(metres / kMetresPerCentimetre, 2) + QStringLiteral(" cm");
}

/// What a column of a table says: header, and the sentence about it.
struct ColumnWords {
  const char* title;
  const char* tip;
  bool number;
};

QVariant headOf(const ColumnWords& words, int role) {
  switch (role) {
    case Qt::DisplayRole:
      return QString::fromUtf8(words.title);
    case Qt::ToolTipRole:
      return wrappedToolTip(QString::fromUtf8(words.tip));
    case Qt::TextAlignmentRole:
      return sideOf(words.number);
    default:
      return {};
  }
}

constexpr ColumnWords kLayerColumns[LayersModel::kColumns] = {
    {"layer", "Tensor of weights, by its name in the checkpoint", false},
    {"SQNR",
     "Ratio of signal to quantization noise, 10 log10(|w|² / |Q(w) − w|²): higher is nearer to float32",
     true},
    {"levels", "What its weights were rounded to", false},
    {"weights", "How many weights it has", true}};

constexpr ColumnWords kWorsenedColumns[WorsenedModel::kColumns] = {
    {"object", "Category and number of the object", false},
    {"worse by",
     "How much farther a point of the object's box can be off with quantized weights; the largest first",
     true},
    {"float32",
     "How far a point of the box can be off: translation error + 2 sin(rotation error / 2) · half its "
     "diagonal",
     true},
    {"quantized", "The same with quantized weights", true},
    {"frame", "Where the object is", false}};

}  // namespace

void LayersModel::setLook(std::shared_ptr<const QuantizedLook> look) {
  beginResetModel();
  look_ = std::move(look);
  endResetModel();
}

int LayersModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !look_ ? 0 : static_cast<int>(look_->layers.size());
}

int LayersModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

QVariant LayersModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) {
    return {};
  }
  const LayerHistogram& layer = look_->layers[static_cast<std::size_t>(index.row())];
  const auto noise = signalToNoise(layer);
  if (role == Qt::TextAlignmentRole) {
    return sideOf(kLayerColumns[index.column()].number);
  }
  if (role == Qt::ToolTipRole && index.column() == kLayer) {
    return plainToolTip(QString::fromStdString(layer.layer));
  }
  if (role == kSortRole && index.column() == kNoise) {
    return noise.value_or(kLostLast);
  }
  if (role == kSortRole && index.column() == kParameters) {
    return static_cast<qlonglong>(layer.parameters);
  }
  if (role != Qt::DisplayRole && role != kSortRole) {
    return {};
  }
  switch (index.column()) {
    case kLayer:
      return QString::fromStdString(layer.layer);
    case kLevels:
      return layer.levels.empty() ? QStringLiteral("float32") : QString::fromStdString(layer.levels);
    case kNoise:
      return noise ? numberText(*noise, 1) + QStringLiteral(" dB") : QStringLiteral("–");
    default:
      return QString::number(layer.parameters);
  }
}

QVariant LayersModel::headerData(int section, Qt::Orientation orientation, int role) const {
  const bool ours = orientation == Qt::Horizontal && section >= 0 && section < kColumns;
  return ours ? headOf(kLayerColumns[section], role) : QVariant();
}

void WorsenedModel::setLook(std::shared_ptr<const QuantizedLook> look) {
  beginResetModel();
  look_ = std::move(look);
  endResetModel();
}

const WorsenedObject* WorsenedModel::object(int row) const {
  return row >= 0 && row < rowCount() ? &look_->objects[static_cast<std::size_t>(row)] : nullptr;
}

int WorsenedModel::rowOf(std::size_t frame, int instance) const {
  for (int row = 0; row < rowCount(); ++row) {
    if (object(row)->frame == frame && object(row)->instance == instance) {
      return row;
    }
  }
  return -1;
}

int WorsenedModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !look_ ? 0 : static_cast<int>(look_->objects.size());
}

int WorsenedModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

QVariant WorsenedModel::data(const QModelIndex& index, int role) const {
  const WorsenedObject* row = index.isValid() ? object(index.row()) : nullptr;
  if (!row) {
    return {};
  }
  if (role == Qt::TextAlignmentRole) {
    return sideOf(kWorsenedColumns[index.column()].number);
  }
  if (role != Qt::DisplayRole && role != kSortRole) {
    return {};
  }
  const bool text = role == Qt::DisplayRole;
  const QString lost = QStringLiteral("lost");
  switch (index.column()) {
    case kObject:
      return QStringLiteral("%1 %2").arg(QString::fromStdString(row->category)).arg(row->instance);
    case kFrame:
      return QString::fromStdString(row->frame_name);
    case kFull:
      return text ? QVariant(centimetres(row->shift_full)) : QVariant(row->shift_full);
    case kQuantized:
      return text ? QVariant(row->lost ? lost : centimetres(row->shift_quantized))
                  : QVariant(row->lost ? kLostLast : row->shift_quantized);
    default:
      return text ? QVariant(row->lost ? lost : centimetres(row->worsening()))
                  : QVariant(row->lost ? kLostLast : row->worsening());
  }
}

QVariant WorsenedModel::headerData(int section, Qt::Orientation orientation, int role) const {
  const bool ours = orientation == Qt::Horizontal && section >= 0 && section < kColumns;
  return ours ? headOf(kWorsenedColumns[section], role) : QVariant();
}

}  // namespace alidade
