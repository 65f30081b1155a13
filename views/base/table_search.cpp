// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/table_search.h"

#include <utility>

#include <QAbstractScrollArea>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QTableView>
#include <QToolButton>

#include "views/base/icon_button.h"
#include "views/base/row_filter.h"
#include "views/base/search_field.h"

namespace alidade {
namespace {

constexpr int kMostText = 200;
constexpr int kFieldWidth = 280;
constexpr int kMargin = 16;

}  // namespace

TableSearch::TableSearch(const QString& name, QAbstractScrollArea& searched, QWidget* parent)
    : QWidget(parent),
      searched_(searched),
      field_(new SearchField(name)),
      count_(new QLabel),
      sentence_(new QLabel(&searched)) {
  setBackgroundRole(QPalette::Base);
  setAutoFillBackground(true);
  field_->setMaxLength(kMostText);
  field_->setMaximumWidth(kFieldWidth);
  field_->installEventFilter(this);
  count_->setProperty("muted", true);
  count_->setAccessibleName(tr("Rows found"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(8, 4, 8, 4);
  row->setSpacing(8);
  row->addWidget(field_, 1);
  row->addWidget(count_);
  row->addStretch(0);
  auto* close = addIconButton(*this, QStringLiteral("close"), tr("Clear and close the search (Esc)"), false);
  sentence_->setAlignment(Qt::AlignCenter);
  sentence_->setWordWrap(true);
  sentence_->setTextFormat(Qt::PlainText);
  sentence_->setProperty("muted", true);
  sentence_->setAttribute(Qt::WA_TransparentForMouseEvents);
  sentence_->hide();
  searched_.viewport()->installEventFilter(this);
  connect(field_, &SearchField::aboutToOpen, this, &QWidget::show);
  connect(close, &QAbstractButton::clicked, this, &TableSearch::leave);
  connect(field_, &QLineEdit::textChanged, this, [this] { Q_EMIT wordsChanged(words()); });
  hide();
}

TableSearch::TableSearch(const QString& name, QTableView& table, RowFilter& rows, QWidget* parent)
    : TableSearch(name, table, parent) {
  rows.setHidden([&table](int column) { return table.isColumnHidden(column); });
  connect(this, &TableSearch::wordsChanged, &rows, &RowFilter::setWords);
  const auto count = [this, &rows] { setCount(rows.rowCount(), rows.totalRows()); };
  connect(&rows, &RowFilter::filtered, this, count);
  connect(&rows, &RowFilter::totalChanged, this, count);
  connect(&rows, &QAbstractItemModel::modelReset, this, count);
  connect(&rows, &QAbstractItemModel::rowsInserted, this, count);
  connect(&rows, &QAbstractItemModel::rowsRemoved, this, count);
  count();
}

QStringList TableSearch::words() const {
  return field_->text().simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

QString TableSearch::text() const {
  return field_->text();
}

void TableSearch::setText(const QString& text) {
  field_->setText(text.left(kMostText));
  setVisible(!field_->text().isEmpty());
}

void TableSearch::setCount(int shown, int total) {
  const bool searching = !words().isEmpty();
  count_->setText(searching ? tr("%1 of %2").arg(shown).arg(total) : QString());
  const bool nothing = searching && shown == 0 && total > 0;
  sentence_->setText(nothing ? tr("Nothing here holds every word of \u201c%1\u201d. Esc clears the search.")
                                   .arg(field_->text().simplified())
                             : QString());
  sentence_->setVisible(nothing);
  placeSentence();
}

void TableSearch::leave() {
  field_->clear();
  hide();
  searched_.setFocus(Qt::OtherFocusReason);
}

void TableSearch::placeSentence() {
  sentence_->setGeometry(searched_.viewport()->geometry().adjusted(kMargin, kMargin, -kMargin, -kMargin));
  sentence_->raise();
}

bool TableSearch::eventFilter(QObject* watched, QEvent* event) {
  if (watched == searched_.viewport() && event->type() == QEvent::Resize) {
    placeSentence();
  }
  if (watched == field_ && event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Escape) {
      leave();
      return true;
    }
    if (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Down) {
      searched_.setFocus(Qt::OtherFocusReason);
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

QWidget* withSearch(TableSearch* search) {
  auto* made = new QWidget;
  auto* column = new QVBoxLayout(made);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(search);
  column->addWidget(&search->searched(), 1);
  return made;
}

SearchField* searchFieldIn(const QWidget& view, const QWidget* focus) {
  const TableSearch* first = nullptr;
  const auto place = [&view](const TableSearch& search) {
    const QPoint at = search.searched().mapTo(&view, QPoint());
    return std::pair(at.y(), at.x());
  };
  for (TableSearch* search : view.findChildren<TableSearch*>()) {
    if (!search->searched().isVisibleTo(&view)) {
      continue;
    }
    const bool has_keyboard =
        focus != nullptr && (&search->searched() == focus || search->searched().isAncestorOf(focus) ||
                             search->isAncestorOf(focus));
    if (has_keyboard) {
      return &search->field();
    }
    if (first == nullptr || place(*search) < place(*first)) {
      first = search;
    }
  }
  if (first != nullptr) {
    return &first->field();
  }
  for (SearchField* field : view.findChildren<SearchField*>()) {
    if (field->isVisibleTo(&view) && field->isEnabled()) {
      return field;
    }
  }
  return nullptr;
}

}  // namespace alidade
