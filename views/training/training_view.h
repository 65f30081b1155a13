// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "views/base/view.h"
#include "views/training/training_plots.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QListWidget;
class QListWidgetItem;
class QSlider;
class QStackedWidget;
class QTimer;
class QToolButton;

namespace alidade {

class PlotCanvas;
class RunList;
class StateCard;
class TrainingCanvas;

/// Training dynamics: losses and accuracies of several runs over shared steps, smoothed over raw; runs that
/// are still going grow while they are shown. Needs no dataset.
class TrainingView : public View {
  Q_OBJECT

 public:
  explicit TrainingView(SessionModel& session, QWidget* parent = nullptr);

  QString id() const override { return QStringLiteral("training"); }
  QString title() const override { return tr("Training"); }
  QString context() const override;
  std::shared_ptr<const Figure> figure() const override;
  ViewSubject subject() const override { return ViewSubject::kNothing; }
  QJsonObject saveState() const override;
  void restoreState(const QJsonObject& state) override;
  QList<QAction*> viewActions() const override { return actions_; }

  double smoothing() const;

 private:
  QWidget* buildStrip();
  QWidget* buildSide();
  void buildActions();
  void connectParts();

  std::vector<ShownRun> shownRuns() const;
  QStringList chosenQuantities() const;
  /// The runs changed: the list of quantities, the card, and the plots.
  void takeRuns();
  void fillQuantities();
  void chooseQuantity(const QListWidgetItem& item);
  void showCard();
  void replot();
  /// The gradient norms of the first run shown that logged some; the button is there with such a run.
  void replotNorms(const std::vector<ShownRun>& runs);
  void showNorms();
  void updateStrip();

  QStackedWidget* stack_;
  StateCard* card_;
  QWidget* page_;
  QSlider* smoothing_;
  QLabel* smoothing_text_;
  QCheckBox* logarithmic_;
  QCheckBox* by_arm_;
  QToolButton* all_steps_;
  QToolButton* norms_;
  QComboBox* norm_group_;
  QLabel* state_;
  QStackedWidget* canvases_;
  TrainingCanvas* canvas_;
  PlotCanvas* norms_canvas_;
  RunList* runs_;
  QListWidget* quantities_;
  QTimer* replot_soon_;  ///< several changes in a row give one picture
  QList<QAction*> actions_;
  QString wanted_group_;  ///< of shared tensors, whose gradient norms are shown
  QStringList shown_;     ///< quantities that the user chose to see though they are not shown by default
  QStringList hidden_;    ///< and the other way round
};

}  // namespace alidade
