// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "views/base/view.h"
#include "views/contention/contention_model.h"
#include "views/base/hover_card.h"

class QBoxLayout;
class QComboBox;
class QLabel;
class QSplitter;
class QStackedWidget;
class QTimer;
class QToolButton;

namespace alidade {

class BranchCanvas;
class CellPanel;
class ColorMapAction;
class ContentionCanvas;
class EpochBar;
class GroupPanel;
class StateCard;
struct BranchQuestion;
struct ContentionCell;
struct ContentionSheet;
struct SheetQuestion;

/// Which categories' gradients oppose each other, per part of the network and epoch: a heatmap, what lies
/// behind each of its cells, and what branches would change. Needs no dataset.
class ContentionView : public View {
  Q_OBJECT

 public:
  explicit ContentionView(SessionModel& session, QWidget* parent = nullptr);

  QString id() const override { return QStringLiteral("contention"); }
  QString title() const override { return tr("Contention"); }
  QString context() const override;
  std::shared_ptr<const Figure> figure() const override;
  bool showsFigure() const override;
  ViewSubject subject() const override { return ViewSubject::kNothing; }
  QJsonObject saveState() const override;
  void restoreState(const QJsonObject& state) override;
  QList<QAction*> viewActions() const override { return actions_; }

  /// What stands beside the mouse over a cell.
  HoverCard describe(const ContentionCell& cell) const;

 protected:
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  enum Side { kNoSide, kCellSide, kGroupSide };

  QWidget* buildStrip();
  QWidget* buildPage();
  void buildActions();
  void connectParts();
  void connectLists();

  SheetQuestion question() const;
  BranchQuestion branchQuestion() const;
  bool showsBranches() const;
  /// Another history, other parts, another series of epochs.
  void takeEvidence();
  /// The strip says what the model chooses.
  void showChoice();
  void fillParts();
  /// The sheet anew.
  void refresh();
  void showSheet(const SheetQuestion& asked);
  void showBranches();
  void showSeries();
  void showCard(const QString& problem);
  bool lacksHistory() const;
  /// The button of a card was pressed.
  void useCard();
  void showMeasuring();
  void openSide(Side side);
  void openCell(const ContentionCell& cell);
  /// Into another of the branches that are tried; one more than there are is a new one.
  void moveRow(int row, int group);
  void arrangeStrip();
  /// While nothing else is to be done: what tells signal from noise, at one epoch more.
  void prepareNext();

  ContentionModel& model_;
  QStackedWidget* stack_;
  StateCard* card_;
  StateCard* inner_card_;  ///< in place of the heatmap, below the strip
  QBoxLayout* strip_ = nullptr;
  QComboBox* kinds_;
  QComboBox* parts_;
  QComboBox* orders_;
  QComboBox* readings_;
  std::vector<QToolButton*> shown_;  ///< A, B, A - B
  QToolButton* cell_button_;
  QToolButton* group_button_;
  QLabel* state_;
  QLabel* measured_;  ///< how far a measurement is
  QToolButton* stop_button_;
  QStackedWidget* canvas_stack_;
  ContentionCanvas* canvas_;
  BranchCanvas* branches_;
  EpochBar* epochs_;
  QSplitter* split_;
  QStackedWidget* side_;
  CellPanel* cell_;
  GroupPanel* groups_;
  ColorMapAction* colors_;
  QList<QAction*> actions_;
  QTimer* prepare_;
  std::size_t prepared_ = 0;  ///< epochs of the shown parts that are ready
  Side open_side_ = kNoSide;
  std::shared_ptr<const ContentionHistory> listed_;  ///< whose parts and epochs the strip and the bar show
  ContentionChoice listed_choice_;                   ///< for which they do
};

}  // namespace alidade
