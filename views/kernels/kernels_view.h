// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "views/base/view.h"
#include "views/kernels/kernel_sheet.h"

class QBoxLayout;
class QComboBox;
class QScrollArea;
class QStackedWidget;
class QToolButton;

namespace alidade {

class HoverCanvas;
class KernelsPanel;
class StateCard;

/// Which kernels sources of data share: layers with the share of each source, the offsets of one layer as a
/// cube or all sources against them, the threshold live, dead cells. Needs no dataset.
class KernelsView : public View {
  Q_OBJECT

 public:
  explicit KernelsView(SessionModel& session, QWidget* parent = nullptr);

  QString id() const override { return QStringLiteral("kernels"); }
  QString title() const override { return tr("Kernel sharing"); }
  QString context() const override;
  std::shared_ptr<const Figure> figure() const override;
  ViewSubject subject() const override { return ViewSubject::kNothing; }
  QJsonObject saveState() const override;
  void restoreState(const QJsonObject& state) override;
  QList<QAction*> viewActions() const override { return actions_; }

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  QWidget* buildStrip();
  QWidget* buildPage();
  void buildActions();
  void connectParts();

  KernelQuestion question() const;
  /// Another result: the lists anew.
  void takeEvidence();
  void showChoice();
  void refresh();
  /// The offset of a restored state, once there is a result.
  void pickWanted();
  void choosePlace(int place);
  void stepLayer(int delta);
  void arrangeStrip();

  KernelsModel& model_;
  QStackedWidget* stack_;
  StateCard* card_;
  QBoxLayout* strip_ = nullptr;
  std::vector<QToolButton*> pages_;
  QComboBox* sources_;
  QComboBox* channels_;
  QToolButton* exploded_;
  QToolButton* orbits_;
  HoverCanvas* layers_;
  QScrollArea* layers_scroll_;
  HoverCanvas* map_;
  HoverCanvas* cells_;
  QScrollArea* cells_scroll_;
  QStackedWidget* canvas_stack_;
  KernelsPanel* panel_;
  QScrollArea* side_ = nullptr;
  QList<QAction*> actions_;
  std::optional<std::array<int, 3>> wanted_offset_;
  std::shared_ptr<const KernelSharing> listed_;  ///< whose sources the list has
};

}  // namespace alidade
