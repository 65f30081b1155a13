// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>

#include <QAbstractTableModel>
#include <QStyledItemDelegate>

#include "views/metrics/metric_tables.h"

namespace alidade {

/// The shown table for Qt: a name, then one column per metric; with a comparison, a column A − B behind each.
class MetricModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  static constexpr int kPublishedRole = Qt::UserRole + 1;  ///< true in the name cell of a published row
  static constexpr int kRunRole = Qt::UserRole + 2;        ///< place of the run in the name cell of its row
  static constexpr int kSummaryRole = Qt::UserRole + 3;    ///< true in the row of means
  static constexpr int kGroupRole = Qt::UserRole + 4;      ///< true in the first row of a further slice
  static constexpr int kStyleRole = Qt::UserRole + 5;      ///< that run's style, where kRunRole is valid

  struct Content {
    ShownTable shown;
    std::vector<ComparedRun> runs;
    std::shared_ptr<const PairedTest> comparison;  ///< of A and B; null: no columns of differences
  };

  using QAbstractTableModel::QAbstractTableModel;

  void setContent(Content content);
  const Content& content() const { return content_; }
  /// The metric that a column of this model is about, or nothing for the names.
  std::optional<std::size_t> metricOf(int column) const;
  bool isDifference(int column) const;
  /// The column that holds a metric's values.
  int columnOf(std::size_t metric) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  const RowSource& source(int row) const { return content_.shown.sources[static_cast<std::size_t>(row)]; }
  const EvaluationReport& reportOf(int row) const { return *content_.runs[source(row).run].report; }
  bool isStale(int row) const { return content_.runs[source(row).run].stale; }
  bool hasMark(int row) const;
  const PairedCell* paired(int row, std::size_t metric) const;
  QVariant nameData(int row, int role) const;
  QVariant valueData(int row, std::size_t metric, int role) const;
  QVariant differenceData(int row, std::size_t metric, int role) const;
  QString tip(int row, int column) const;

  Content content_;
};

/// Paints the tag of published rows, the run's mark and the rule above the means.
class MetricDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

}  // namespace alidade
