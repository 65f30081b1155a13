// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QAbstractTableModel>

#include "views/base/evaluation_model.h"
#include "views/metrics/sample_lists.h"

namespace alidade {

/// The samples behind a cell: image, object, the outcome, the other run's outcome when there is one, the
/// measures, the score.
class SampleModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  static constexpr int kSortRole = Qt::UserRole;

  struct Content {
    std::shared_ptr<const EvaluationReport> report;  ///< null: nothing to list
    std::shared_ptr<const EvaluationReport> other;   ///< of another run; may be null
    QString name, other_name;                        ///< of the runs: "A", "B"
    std::vector<std::size_t> samples;
    std::size_t column = 0;
  };

  using QAbstractTableModel::QAbstractTableModel;

  void setContent(Content content);
  const Content& content() const { return content_; }
  /// Index in the report's samples.
  std::optional<std::size_t> sample(int row) const;
  /// The row of a sample, or -1.
  int rowOf(std::size_t sample) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  enum class Kind { kImage, kObject, kOutcome, kOther, kMeasure, kScore };
  Kind kindOf(int column) const;
  int measureOf(int column) const;
  QString text(const EvaluatedSample& sample, std::size_t index, int column) const;
  QVariant sortKey(const EvaluatedSample& sample, std::size_t index, int column) const;
  std::optional<std::size_t> counterpart(std::size_t index) const;

  Content content_;
  SampleIndex other_index_;
  std::optional<std::size_t> other_column_;
};

}  // namespace alidade
