// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QWidget>

class QAction;
class QMenu;
class QToolButton;

namespace alidade {

/// A row of small toggle buttons, one for each layer of a view. As many as fit are shown with their whole
/// text; the others are in the menu of a "More" button at the end, so that nothing is ever cut.
class LayerBar : public QWidget {
  Q_OBJECT

 public:
  explicit LayerBar(QWidget* parent = nullptr);

  /// An action with a menu becomes a button that opens it.
  void addLayer(QAction* action);
  /// The actions that are in the menu now, in order.
  QList<QAction*> hiddenLayers() const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  bool event(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  QToolButton* makeButton();
  int fullWidth() const;
  void arrange();

  std::vector<QToolButton*> buttons_;
  QToolButton* more_;
  QMenu* menu_;
};

}  // namespace alidade
