// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QAbstractTableModel>

#include "views/predictions/prediction_cells.h"

namespace alidade {

/// The estimates of a result as rows, of one frame or of all.
class PredictionModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  static constexpr int kSortRole = Qt::UserRole;  ///< numbers for number columns, else text

  using QAbstractTableModel::QAbstractTableModel;

  /// Without a frame: all rows.
  void setResult(std::shared_ptr<const PoseResult> result, std::optional<std::size_t> frame);
  const PoseEstimate* estimate(int row) const;
  /// The row of an instance, or -1.
  int rowOf(std::size_t frame, int instance) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::shared_ptr<const PoseResult> result_;
  std::vector<const PoseEstimate*> rows_;
};

/// The accuracy table of a whole result.
class AccuracyModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  using QAbstractTableModel::QAbstractTableModel;
  void setResult(const PoseResult* result);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  Table table_;
};

}  // namespace alidade
