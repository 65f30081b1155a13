// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include <QAbstractTableModel>
#include <QStyledItemDelegate>

#include "core/contention/layer_conflict.h"

namespace alidade {

/// What each layer of a part contributes to the cosine of two rows.
class LayerTable : public QAbstractTableModel {
  Q_OBJECT

 public:
  static constexpr int kSortRole = Qt::UserRole;
  enum Column { kLayer, kShare, kCosine, kScore, kSize, kColumns };

  using QAbstractTableModel::QAbstractTableModel;

  /// Layers of a part; its name in front of theirs is left out.
  void setContributions(std::vector<LayerContribution> layers, const std::string& part);
  /// Scores of layers, by name; those that are not among them have none.
  void setScores(const std::vector<LayerConflict>& scores);
  /// The name as it stands in the table.
  QString shownName(const std::string& layer) const;
  const std::vector<LayerContribution>& layers() const { return layers_; }
  /// The largest share, without its sign; what a bar of full length stands for.
  double span() const { return span_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  double value(std::size_t row, int column) const;

  std::vector<LayerContribution> layers_;
  std::string prefix_;          ///< that is left out of names
  std::vector<double> scores_;  ///< of each layer; NaN = none
  double span_ = 0.0;
};

/// Paints a share as a bar from the middle of its cell, conflict to the left, with its number at the right.
class ShareDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace alidade
