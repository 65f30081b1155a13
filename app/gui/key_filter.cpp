// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/key_filter.h"

#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTextEdit>

#include "views/base/session_model.h"

namespace alidade {
namespace {

bool typing() {
  const QWidget* focus = QApplication::focusWidget();
  return qobject_cast<const QLineEdit*>(focus) || qobject_cast<const QAbstractSpinBox*>(focus) ||
         qobject_cast<const QPlainTextEdit*>(focus) || qobject_cast<const QTextEdit*>(focus);
}

bool wantsKeys(const QObject* widget, int key) {
  const bool arrow = key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Home || key == Qt::Key_End;
  return arrow && (qobject_cast<const QAbstractSlider*>(widget) || qobject_cast<const QComboBox*>(widget));
}

}  // namespace

KeyFilter::KeyFilter(SessionModel& session, QObject* parent) : QObject(parent), session_(session) {
  qApp->installEventFilter(this);
}

bool KeyFilter::eventFilter(QObject* watched, QEvent* event) {
  switch (event->type()) {
    case QEvent::ShortcutOverride:
      if (wantsKeys(watched, static_cast<QKeyEvent*>(event)->key())) {
        event->accept();
        return true;
      }
      break;
    case QEvent::KeyPress: {
      const auto* key = static_cast<QKeyEvent*>(event);
      const bool shift_alone = key->key() == Qt::Key_Shift && (key->modifiers() & ~Qt::ShiftModifier) == 0;
      session_.setShowReference(shift_alone && !typing());
      break;
    }
    case QEvent::KeyRelease: {
      const auto* key = static_cast<QKeyEvent*>(event);
      if (key->key() == Qt::Key_Shift && !key->isAutoRepeat()) {
        session_.setShowReference(false);
      }
      break;
    }
    case QEvent::ApplicationDeactivate:
      session_.setShowReference(false);
      break;
    default:
      break;
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace alidade
