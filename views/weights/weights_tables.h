// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QAbstractTableModel>

#include "core/results/weight_histogram.h"

namespace alidade {

/// The layers of a look: what they were rounded to, and the noise of that.
class LayersModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  static constexpr int kSortRole = Qt::UserRole;
  enum Column { kLayer, kNoise, kLevels, kParameters, kColumns };

  using QAbstractTableModel::QAbstractTableModel;

  void setLook(std::shared_ptr<const QuantizedLook> look);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::shared_ptr<const QuantizedLook> look_;
};

/// The objects of a look, those that got worst first until a header is clicked.
class WorsenedModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  static constexpr int kSortRole = Qt::UserRole;
  enum Column { kObject, kWorsening, kFull, kQuantized, kFrame, kColumns };

  using QAbstractTableModel::QAbstractTableModel;

  void setLook(std::shared_ptr<const QuantizedLook> look);
  /// Null for a row that there is not.
  const WorsenedObject* object(int row) const;
  /// The row of an instance, or -1.
  int rowOf(std::size_t frame, int instance) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::shared_ptr<const QuantizedLook> look_;
};

}  // namespace alidade
