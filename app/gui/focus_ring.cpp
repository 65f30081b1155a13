// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/focus_ring.h"

#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QEvent>
#include <QLineEdit>
#include <QPainter>

#include "views/base/theme.h"

namespace alidade {
namespace {

constexpr int kRingWidth = 2;
constexpr int kSmallHeight = 60;  // pixels: around what is smaller the ring lies outside
constexpr double kRingRadius = 4.0;

class RingFrame : public QWidget {
 public:
  RingFrame() {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    setFocusPolicy(Qt::NoFocus);
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(themeOf(*this).accent, kRingWidth));
    const double half = 0.5 * kRingWidth;
    painter.drawRoundedRect(QRectF(rect()).adjusted(half, half, -half, -half), kRingRadius, kRingRadius);
  }
};

/// It shows by itself that it has the keyboard.
bool hasOwnMark(const QWidget* widget) {
  return qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget) ||
         qobject_cast<const QComboBox*>(widget);
}

}  // namespace

FocusRing::FocusRing(QObject* parent) : QObject(parent) {
  qApp->installEventFilter(this);
  connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) { follow(now); });
}

FocusRing::~FocusRing() {
  delete frame_;
}

void FocusRing::follow(QWidget* widget) {
  target_ = by_keyboard_ && widget && !widget->isWindow() && !hasOwnMark(widget) ? widget : nullptr;
  place();
}

void FocusRing::place() {
  if (!target_ || !target_->isVisible()) {
    if (frame_) {
      frame_->hide();
    }
    return;
  }
  if (!frame_) {
    frame_ = new RingFrame;
  }
  if (frame_->parentWidget() != target_->window()) {
    frame_->setParent(target_->window());
  }
  const int out = target_->height() < kSmallHeight ? kRingWidth : 0;
  const QRect around(target_->mapTo(target_->window(), QPoint(0, 0)), target_->size());
  frame_->setGeometry(around.adjusted(-out, -out, out, out).intersected(target_->window()->rect()));
  frame_->show();
  frame_->raise();
}

bool FocusRing::eventFilter(QObject* watched, QEvent* event) {
  switch (event->type()) {
    case QEvent::KeyPress:
      by_keyboard_ = true;
      break;
    case QEvent::MouseButtonPress:
      by_keyboard_ = false;
      target_ = nullptr;
      place();
      break;
    case QEvent::Move:
    case QEvent::Resize:
    case QEvent::Hide:
      // Its parents move it too.
      if (auto* moved = qobject_cast<QWidget*>(watched);
          target_ && moved && moved != frame_ && (moved == target_ || moved->isAncestorOf(target_))) {
        place();
      }
      break;
    default:
      break;
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace alidade
