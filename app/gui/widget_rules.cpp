// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/widget_rules.h"

#include <algorithm>

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QHelpEvent>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTabBar>
#include <QTextDocumentFragment>
#include <QTextEdit>
#include <QToolTip>

#include "views/base/view.h"

namespace alidade {
namespace {

void applyRules(QObject* widget) {
  if (auto* control = qobject_cast<QWidget*>(widget);
      control && isControl(*control) && control->accessibleName().isEmpty()) {
    const auto* button = qobject_cast<const QAbstractButton*>(control);
    if (!button || button->text().isEmpty()) {  // a text is read as it is, also when it changes
      control->setAccessibleName(controlName(*control));
    }
  }
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

/// The text beside a field of a form.
QString labelBeside(const QWidget& field) {
  const QWidget* parent = field.parentWidget();
  const auto* form = parent ? qobject_cast<const QFormLayout*>(parent->layout()) : nullptr;
  const auto* label =
      form ? qobject_cast<const QLabel*>(form->labelForField(const_cast<QWidget*>(&field))) : nullptr;
  return label ? label->text() : QString();
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

bool isControl(const QWidget& widget) {
  const QWidget* parent = widget.parentWidget();
  const bool part = widget.objectName().startsWith(QLatin1String("qt_")) ||
                    qobject_cast<const QComboBox*>(parent) || qobject_cast<const QAbstractSpinBox*>(parent) ||
                    qobject_cast<const QTabBar*>(parent) || qobject_cast<const QLineEdit*>(parent) ||
                    qobject_cast<const QKeySequenceEdit*>(parent) || widget.inherits("QTableCornerButton") ||
                    widget.inherits("QComboBoxPrivateContainer") ||
                    qobject_cast<const QScrollBar*>(&widget) || qobject_cast<const QHeaderView*>(&widget) ||
                    widget.objectName() == QLatin1String("dockTabs");
  return !part && !(parent && parent->inherits("QComboBoxPrivateContainer")) &&
         (qobject_cast<const QAbstractButton*>(&widget) || qobject_cast<const QComboBox*>(&widget) ||
          qobject_cast<const QAbstractSpinBox*>(&widget) || qobject_cast<const QLineEdit*>(&widget) ||
          qobject_cast<const QAbstractSlider*>(&widget) || qobject_cast<const QAbstractItemView*>(&widget) ||
          qobject_cast<const QTabBar*>(&widget));
}

QString controlName(const QWidget& control) {
  const auto* button = qobject_cast<const QAbstractButton*>(&control);
  const auto* line = qobject_cast<const QLineEdit*>(&control);
  const QString names[] = {
      control.accessibleName(), button ? button->text().remove(QLatin1Char('&')) : QString(),
      labelBeside(control),
      QTextDocumentFragment::fromHtml(control.toolTip()).toPlainText().section(QLatin1Char('\n'), 0, 0),
      line ? line->placeholderText() : QString()};
  for (const QString& name : names) {
    if (!name.isEmpty()) {
      return name;
    }
  }
  QStringList pages;
  if (const auto* tabs = qobject_cast<const QTabBar*>(&control)) {
    for (int tab = 0; tab < tabs->count(); ++tab) {
      pages << tabs->tabText(tab);
    }
  }
  return pages.join(QStringLiteral(", "));
}

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
      if (widget->toolTip().isEmpty() && isControl(*widget)) {
        const QString name = controlName(*widget);
        QToolTip::showText(help->globalPos(), plainToolTip(name), widget);
        return !name.isEmpty();
      }
    }
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace alidade
