// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/layer_bar.h"

#include <QAction>
#include <QEvent>
#include <QMenu>
#include <QToolButton>

namespace alidade {
namespace {

constexpr int kSide = 6;
constexpr int kTop = 4;
constexpr int kGap = 2;

}  // namespace

LayerBar::LayerBar(QWidget* parent) : QWidget(parent), more_(makeButton()), menu_(new QMenu(this)) {
  more_->setText(tr("More") + " " + QChar(0x25be));
  more_->setAccessibleName(tr("More layers"));
  more_->setToolTip(tr("Layers that do not fit here"));
  more_->setPopupMode(QToolButton::InstantPopup);
  more_->setMenu(menu_);
  more_->hide();
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QToolButton* LayerBar::makeButton() {
  auto* button = new QToolButton(this);
  button->setObjectName("layerButton");
  button->setToolButtonStyle(Qt::ToolButtonTextOnly);
  button->setFocusPolicy(Qt::TabFocus);
  return button;
}

void LayerBar::addLayer(QAction* action) {
  auto* button = makeButton();
  button->setDefaultAction(action);
  if (action->menu()) {
    button->setPopupMode(QToolButton::InstantPopup);
  }
  button->setAccessibleName(action->text());
  buttons_.push_back(button);
  arrange();
}

QList<QAction*> LayerBar::hiddenLayers() const {
  return menu_->actions();
}

int LayerBar::fullWidth() const {
  int width = 2 * kSide - kGap;
  for (const QToolButton* button : buttons_) {
    width += button->sizeHint().width() + kGap;
  }
  return width;
}

QSize LayerBar::sizeHint() const {
  return {fullWidth(), more_->sizeHint().height() + 2 * kTop};
}

QSize LayerBar::minimumSizeHint() const {
  return {more_->sizeHint().width() + 2 * kSide, sizeHint().height()};
}

void LayerBar::arrange() {
  const bool all = fullWidth() <= width();
  const int end = width() - kSide - (all ? 0 : more_->sizeHint().width() + kGap);
  menu_->clear();
  int left = kSide;
  for (QToolButton* button : buttons_) {
    const QSize size = button->sizeHint();
    // From the first one that does not fit on, all go to the menu: the order stays.
    const bool fits = menu_->isEmpty() && left + size.width() <= end;
    button->setVisible(fits);
    if (!fits) {
      menu_->addAction(button->defaultAction());
      continue;
    }
    button->setGeometry(left, kTop, size.width(), height() - 2 * kTop);
    left += size.width() + kGap;
  }
  more_->setVisible(!menu_->isEmpty());
  more_->setGeometry(left, kTop, more_->sizeHint().width(), height() - 2 * kTop);
}

bool LayerBar::event(QEvent* event) {
  const bool handled = QWidget::event(event);
  switch (event->type()) {
    case QEvent::LayoutRequest:
    case QEvent::Polish:
    case QEvent::FontChange:
    case QEvent::StyleChange:
      arrange();
      updateGeometry();
      break;
    default:
      break;
  }
  return handled;
}

void LayerBar::resizeEvent(QResizeEvent*) {
  arrange();
}

}  // namespace alidade
