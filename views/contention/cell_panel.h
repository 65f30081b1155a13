// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <QWidget>

#include "core/contention/layer_conflict.h"
#include "views/contention/contention_model.h"

class QCheckBox;
class QDoubleSpinBox;
class QGridLayout;
class QLabel;
class QListWidget;
class QSortFilterProxyModel;
class QSpinBox;
class QToolButton;

namespace alidade {

class DataTable;
class ElidedLabel;
class LayerTable;
class NewestAnswer;
class PairTrend;
class SessionModel;

/// What lies behind a cell of the heatmap: its numbers, the trend of the pair, what each layer contributes,
/// which layers to split, and the samples that oppose each other most.
class CellPanel : public QWidget {
  Q_OBJECT

 public:
  explicit CellPanel(SessionModel& session, QWidget* parent = nullptr);

  /// Takes what the model says now.
  void refresh();
  const LayerTable& layers() const { return *layers_; }
  const PairTrend& trend() const { return *trend_; }
  /// S of the conflict scores.
  double conflictBound() const;
  void setConflictBound(double s);
  /// Scores are being counted; they come with the event loop.
  bool scoring() const;
  /// "2 layers cost +1.2 k parameters ..." below the layers.
  QString planText() const;

 Q_SIGNALS:
  void closeAsked();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  /// Where the panel looks: a part that is shown, and two rows.
  struct Place {
    std::shared_ptr<const ContentionHistory> history;
    ContentionPart part;
    std::size_t epoch = 0, row = 0, other = 0;
  };

  QWidget* buildHead();
  QWidget* buildLayers();
  QWidget* buildSplit();
  QWidget* buildSamples();
  std::optional<Place> place() const;
  void showFacts(const Place& place);
  void showTrend(const Place& place);
  void askScores(const Place& place);
  void showPlan();
  void showSamples(const Place& place);
  void askSamples();
  void openSample(int row);

  SessionModel& session_;
  ContentionModel& model_;
  ElidedLabel* head_;
  ElidedLabel* where_;
  QLabel* doubt_;
  QGridLayout* facts_;
  std::vector<std::pair<QLabel*, QLabel*>> fact_labels_;
  PairTrend* trend_;
  LayerTable* layers_;
  QSortFilterProxyModel* sorted_;
  DataTable* table_;
  QDoubleSpinBox* bound_;
  QCheckBox* all_pairs_;
  QSpinBox* split_;
  QLabel* plan_;
  QToolButton* find_samples_;
  QLabel* no_samples_;
  QListWidget* samples_;
  NewestAnswer* answer_;
  std::vector<LayerConflict> scores_;  ///< of all layers
};

}  // namespace alidade
