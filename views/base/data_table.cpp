// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/data_table.h"

#include <set>

#include <QAction>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QScrollBar>

namespace alidade {
namespace {

constexpr int kRowHeight = 28;

void prepareTable(QTableView& table) {
  table.setShowGrid(false);
  table.setEditTriggers(QAbstractItemView::NoEditTriggers);
  table.setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  table.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table.setWordWrap(false);
  table.setTabKeyNavigation(false);
  table.verticalHeader()->hide();
  table.verticalHeader()->setDefaultSectionSize(kRowHeight);
  table.horizontalHeader()->setHighlightSections(false);
  table.horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
}

Rank rankOf(const QModelIndex& cell) {
  const QVariant font = cell.data(Qt::FontRole);
  if (!font.canConvert<QFont>()) {
    return Rank::kNone;
  }
  return font.value<QFont>().bold()        ? Rank::kBest
         : font.value<QFont>().underline() ? Rank::kSecond
                                           : Rank::kNone;
}

void toClipboard(const std::string& text) {
  QGuiApplication::clipboard()->setText(QString::fromStdString(text));
}

}  // namespace

DataTable::DataTable(QWidget* parent) : QTableView(parent), frozen_(new QTableView(this)) {
  prepareTable(*this);
  setSelectionMode(ExtendedSelection);
  prepareTable(*frozen_);
  frozen_->setFocusPolicy(Qt::NoFocus);
  frozen_->setFrameShape(QFrame::NoFrame);
  frozen_->setObjectName(QStringLiteral("frozenColumn"));
  frozen_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  frozen_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  frozen_->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  frozen_->horizontalHeader()->setSectionsClickable(true);
  frozen_->hide();
  connect(verticalScrollBar(), &QScrollBar::valueChanged, frozen_->verticalScrollBar(),
          &QScrollBar::setValue);
  connect(frozen_->verticalScrollBar(), &QScrollBar::valueChanged, verticalScrollBar(),
          &QScrollBar::setValue);
  connect(horizontalScrollBar(), &QScrollBar::valueChanged, this, &DataTable::updateFrozen);
  connect(horizontalHeader(), &QHeaderView::sectionResized, this, &DataTable::updateFrozen);
  connect(horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, &DataTable::updateFrozen);
  connect(frozen_->horizontalHeader(), &QHeaderView::sectionClicked, this, &DataTable::sortByFrozen);
  connect(frozen_, &QTableView::activated, this, &QTableView::activated);
  const auto action = [this](const QString& text, void (DataTable::*run)() const) {
    auto* made = new QAction(text, this);
    made->setShortcutContext(Qt::WidgetShortcut);
    connect(made, &QAction::triggered, this, run);
    addAction(made);
    return made;
  };
  action(tr("Copy rows"), &DataTable::copyRows)->setShortcut(QKeySequence::Copy);
  action(tr("Copy rows as Markdown"), &DataTable::copyMarkdown);
  action(tr("Copy rows as LaTeX"), &DataTable::copyLatex);
  setContextMenuPolicy(Qt::ActionsContextMenu);
}

void DataTable::setModel(QAbstractItemModel* model) {
  if (this->model() != nullptr) {
    this->model()->disconnect(this);
  }
  frozen_->setModel(model);
  QTableView::setModel(model);  // makes a selection model, which the frozen column takes over
  watchModel();
  updateFrozen();
}

void DataTable::watchModel() {
  if (model() == nullptr) {
    return;
  }
  connect(model(), &QAbstractItemModel::layoutChanged, this,
          [this](const QList<QPersistentModelIndex>&, QAbstractItemModel::LayoutChangeHint hint) {
            if (hint == QAbstractItemModel::VerticalSortHint) {
              scrollToTop();  // who sorts wants the first rows; the old offset would hide them
            }
          });
  connect(model(), &QAbstractItemModel::modelReset, this, &DataTable::updateFrozen);
}

void DataTable::setSelectionModel(QItemSelectionModel* selection) {
  QTableView::setSelectionModel(selection);
  if (frozen_->model() == model()) {
    frozen_->setSelectionModel(selection);
  }
}

int DataTable::frozenColumn() const {
  for (int at = 0; at < horizontalHeader()->count(); ++at) {
    const int column = horizontalHeader()->logicalIndex(at);
    if (!isColumnHidden(column)) {
      return column;
    }
  }
  return -1;
}

void DataTable::updateFrozen() {
  const int column = frozenColumn();
  const bool scrolled = column >= 0 && horizontalScrollBar()->value() > 0;
  if (!scrolled) {
    frozen_->hide();
    return;
  }
  for (int other = 0; other < model()->columnCount(); ++other) {
    frozen_->setColumnHidden(other, other != column);
  }
  frozen_->setItemDelegate(itemDelegate());
  frozen_->setSelectionBehavior(selectionBehavior());
  frozen_->setSelectionMode(selectionMode());
  frozen_->horizontalHeader()->setFixedHeight(horizontalHeader()->height());
  frozen_->horizontalHeader()->setVisible(!horizontalHeader()->isHidden());
  frozen_->horizontalHeader()->setSortIndicatorShown(isSortingEnabled() &&
                                                     horizontalHeader()->sortIndicatorSection() == column);
  frozen_->horizontalHeader()->setSortIndicator(column, horizontalHeader()->sortIndicatorOrder());
  frozen_->setColumnWidth(column, columnWidth(column));
  const int line = 1;  // of the style sheet, to the right
  frozen_->setGeometry(frameWidth(), frameWidth(), columnWidth(column) + line,
                       horizontalHeader()->height() + viewport()->height());
  frozen_->verticalScrollBar()->setRange(verticalScrollBar()->minimum(), verticalScrollBar()->maximum());
  frozen_->verticalScrollBar()->setValue(verticalScrollBar()->value());
  frozen_->show();
  frozen_->raise();
}

void DataTable::sortByFrozen(int column) {
  if (isSortingEnabled()) {
    const QHeaderView* header = horizontalHeader();
    const bool again =
        header->sortIndicatorSection() == column && header->sortIndicatorOrder() == Qt::AscendingOrder;
    sortByColumn(column, again ? Qt::DescendingOrder : Qt::AscendingOrder);
  }
}

/// The frozen column is always in sight, and no cell stays behind it.
void DataTable::scrollTo(const QModelIndex& index, ScrollHint hint) {
  const int before = horizontalScrollBar()->value();
  QTableView::scrollTo(index, hint);
  const int column = frozenColumn();
  if (index.column() == column) {
    horizontalScrollBar()->setValue(before);
    return;
  }
  const int hidden = column < 0 ? 0 : columnWidth(column) - visualRect(index).left();
  if (horizontalScrollBar()->value() > 0 && hidden > 0) {
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - hidden);
  }
}

void DataTable::resizeEvent(QResizeEvent* event) {
  QTableView::resizeEvent(event);
  updateFrozen();
}

void DataTable::changeEvent(QEvent* event) {
  QTableView::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) {
    viewport()->update();
    frozen_->viewport()->update();
  }
}

Table DataTable::selectedRows() const {
  Table table;
  std::vector<int> columns;
  for (int at = 0; at < horizontalHeader()->count(); ++at) {
    const int column = horizontalHeader()->logicalIndex(at);
    if (!isColumnHidden(column)) {
      columns.push_back(column);
      table.columns.push_back(model()->headerData(column, Qt::Horizontal).toString().toStdString());
    }
  }
  std::set<int> rows;
  if (selectionModel()->hasSelection()) {
    for (const QItemSelectionRange& range : selectionModel()->selection()) {
      for (int row = range.top(); row <= range.bottom(); ++row) {
        rows.insert(row);
      }
    }
  } else {
    for (int row = 0; row < model()->rowCount(); ++row) {
      rows.insert(rows.end(), row);
    }
  }
  for (const int row : rows) {
    auto& cells = table.rows.emplace_back();
    auto& ranks = table.look.ranks.emplace_back();
    for (const int column : columns) {
      const QModelIndex cell = model()->index(row, column);
      cells.emplace_back(cell.data().toString().toStdString());
      ranks.push_back(rankOf(cell));
    }
  }
  return table;
}

void DataTable::copyRows() const {
  std::string text;
  for (const auto& row : selectedRows().rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      QString cell = QString::fromStdString(std::get<std::string>(row[i]));
      text += (i > 0 ? "\t" : "") + cell.replace('\t', ' ').replace('\n', ' ').toStdString();
    }
    text += "\n";
  }
  toClipboard(text);
}

void DataTable::copyMarkdown() const {
  toClipboard(to_markdown(selectedRows()));
}

void DataTable::copyLatex() const {
  toClipboard(to_latex(selectedRows()));
}

}  // namespace alidade
