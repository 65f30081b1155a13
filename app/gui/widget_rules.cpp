// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/widget_rules.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QHeaderView>
#include <QHelpEvent>
#include <QMenu>
#include <QPlainTextEdit>
#include <QTextEdit>
#include <QToolTip>

#include "views/base/view.h"

namespace alidade {
namespace {

void applyRules(QObject* widget) {
  if (auto* items = qobject_cast<QAbstractItemView*>(widget)) {
    items->setTabKeyNavigation(false);
  } else if (auto* text = qobject_cast<QTextEdit*>(widget)) {
    text->setTabChangesFocus(true);
  } else if (auto* plain = qobject_cast<QPlainTextEdit*>(widget)) {
    plain->setTabChangesFocus(true);
  } else if (auto* menu = qobject_cast<QMenu*>(widget)) {
    menu->setToolTipsVisible(true);
  }
}

/// Width that an unbroken text takes; its cell's own hint, where a delegate has one, is at least that.
bool isCut(const QString& text, const QFont& font, int width) {
  constexpr int kPadding = 6;
  return QFontMetrics(font).horizontalAdvance(text) + kPadding > width;
}

QString cutTitle(const QHeaderView& header, const QPoint& position) {
  const int section = header.logicalIndexAt(position);
  if (section < 0 || header.orientation() != Qt::Horizontal) {
    return {};
  }
  const QAbstractItemModel& model = *header.model();
  const QString text = model.headerData(section, Qt::Horizontal).toString();
  const bool has_tip = model.headerData(section, Qt::Horizontal, Qt::ToolTipRole).isValid();
  return !has_tip && isCut(text, header.font(), header.sectionSize(section)) ? text : QString();
}

}  // namespace

QString cutTextAt(const QWidget& viewport, const QPoint& position) {
  if (const auto* header = qobject_cast<const QHeaderView*>(viewport.parentWidget())) {
    return header->model() ? cutTitle(*header, position) : QString();
  }
  const auto* view = qobject_cast<const QAbstractItemView*>(viewport.parentWidget());
  if (!view || view->viewport() != &viewport) {
    return {};
  }
  const QModelIndex index = view->indexAt(position);
  if (!index.isValid() || index.data(Qt::ToolTipRole).isValid()) {
    return {};
  }
  const QVariant font = index.data(Qt::FontRole);
  const QString text = index.data(Qt::DisplayRole).toString();
  const int width = std::min(view->visualRect(index).width(), viewport.width());
  return isCut(text, font.isValid() ? font.value<QFont>() : view->font(), width) ? text : QString();
}

WidgetRules::WidgetRules(QObject* parent) : QObject(parent) {
  qApp->installEventFilter(this);
}

bool WidgetRules::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Polish) {
    applyRules(watched);
  } else if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    if (auto* widget = qobject_cast<QWidget*>(watched)) {
      if (const QString text = cutTextAt(*widget, help->pos()); !text.isEmpty()) {
        QToolTip::showText(help->globalPos(), plainToolTip(text), widget);
        return true;
      }
    }
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace alidade
