// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include <QAbstractTableModel>
#include <QWidget>

#include "core/evaluation/errors/sample_basins.h"

class QTableView;
class QToolButton;

namespace alidade {

class ElidedLabel;

/// What became of the marked samples, a row each: those that left their basin first.
class MarkedModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { kSample, kFirst, kSince, kEnd, kChanges, kLastChange, kColumns };

  using QAbstractTableModel::QAbstractTableModel;
  void setReport(BasinReport report, std::vector<QString> names);
  const BasinReport& report() const { return report_; }
  /// The sample of a row; -1 out of range.
  int sampleAt(int row) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QString basinName(const std::optional<int>& basin) const;
  QString text(const SampleBasin& sample, int column) const;

  BasinReport report_;
  std::vector<QString> names_;
};

/// The list below the map: which of the marked samples left their basin, and when.
class MarkedPanel : public QWidget {
  Q_OBJECT

 public:
  explicit MarkedPanel(QWidget* parent = nullptr);
  /// What became of the first of `marked` samples; `truth` names their basins.
  void setReport(const BasinReport& report, const std::optional<Rigid3>& truth, std::size_t marked);
  void clear();
  /// More marked samples than these are not followed.
  static constexpr std::size_t kMostFollowed = 2000;

  const MarkedModel& model() const { return *model_; }
  QString summary() const;
  /// The summary alone, or the list below it too; the summary alone at first, so that the map keeps its room.
  void setListShown(bool shown);
  bool listShown() const;
  QSize sizeHint() const override;
  /// The chosen row's sample; -1 for none.
  int current() const;

 Q_SIGNALS:
  void currentChanged(int sample);
  void clearAsked();

 private:
  MarkedModel* model_;
  ElidedLabel* summary_;
  QTableView* table_;
  QToolButton* list_;
};

/// What the basins are called: "truth", "180° y", "mode 2".
std::vector<QString> basinNames(const Basins& basins, const std::optional<Rigid3>& truth);

}  // namespace alidade
