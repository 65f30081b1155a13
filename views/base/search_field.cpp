// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/search_field.h"

#include <QKeyEvent>
#include <QSortFilterProxyModel>

#include "views/base/view.h"

namespace alidade {

SearchField::SearchField(const QString& name, QWidget* parent) : QLineEdit(parent) {
  setPlaceholderText(name + QChar(0x2026));
  setAccessibleName(name);
  setToolTip(plainToolTip(name));
}

void SearchField::filter(QSortFilterProxyModel* rows) {
  constexpr int kEveryColumn = -1;
  rows->setFilterKeyColumn(kEveryColumn);
  rows->setFilterCaseSensitivity(Qt::CaseInsensitive);
  connect(this, &QLineEdit::textChanged, rows, &QSortFilterProxyModel::setFilterFixedString);
}

void SearchField::open() {
  Q_EMIT aboutToOpen();
  setFocus(Qt::ShortcutFocusReason);
  selectAll();
}

/// Esc is the field's while it has the keyboard, and no shortcut of the window.
bool SearchField::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
    event->accept();
    return true;
  }
  return QLineEdit::event(event);
}

void SearchField::keyPressEvent(QKeyEvent* event) {
  if (event->key() != Qt::Key_Escape) {
    QLineEdit::keyPressEvent(event);
  } else if (!text().isEmpty()) {
    clear();
  } else if (window()->isModal()) {
    event->ignore();  // nothing to clear: the dialog closes
  } else {
    focusNextChild();
  }
}

}  // namespace alidade
