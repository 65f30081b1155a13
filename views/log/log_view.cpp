// SPDX-License-Identifier: BSD-3-Clause
#include "views/log/log_view.h"

#include <algorithm>

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include "views/base/search_field.h"
#include "views/base/theme.h"
#include "views/log/log_filter.h"
#include "views/log/log_model.h"

namespace alidade {
namespace {

constexpr int kRowHeight = 24;

/// Muted time and source; the level in its color.
class LineDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    const Theme& colors = themeOf(option->palette);
    const auto level = static_cast<LogLevel>(index.data(LogModel::kLevelRole).toInt());
    QColor color = index.column() == LogModel::kText ? colors.text : colors.muted;
    if (index.column() == LogModel::kTime) {
      option->font = numberFont();
    }
    if (index.column() == LogModel::kLevel && level != LogLevel::kInfo) {
      color = level == LogLevel::kError ? colors.error : colors.warning;
    }
    option->palette.setColor(QPalette::Text, color);
    option->palette.setColor(QPalette::HighlightedText, color);
  }
};

}  // namespace

LogView::LogView(SessionModel& session, LogModel& log, QWidget* parent)
    : View(session, parent),
      log_(log),
      filter_(new LogFilter(this)),
      level_(new QComboBox(this)),
      search_(new SearchField(tr("Search the log"), this)),
      table_(new QTableView(this)) {
  filter_->setSourceModel(&log_);
  level_->addItems({tr("All levels"), tr("Warnings"), tr("Errors")});
  level_->setAccessibleName(tr("Lowest level shown"));
  level_->setToolTip(tr("Lowest level shown"));
  search_->setClearButtonEnabled(true);
  buildTable();
  buildActions();

  auto* bar = new QHBoxLayout;
  bar->setContentsMargins(8, 8, 8, 8);
  bar->setSpacing(8);
  bar->addWidget(level_);
  bar->addWidget(search_, 1);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addLayout(bar);
  layout->addWidget(table_, 1);

  connect(level_, &QComboBox::currentIndexChanged, this,
          [this](int index) { filter_->setLevel(static_cast<LogLevel>(index)); });
  connect(search_, &SearchField::textChanged, filter_, &LogFilter::setSearch);
  connect(&log_, &LogModel::errorCountChanged, this, &View::contextChanged);
}

void LogView::buildTable() {
  table_->setModel(filter_);
  table_->setItemDelegate(new LineDelegate(table_));
  table_->setAccessibleName(tr("Log lines"));
  table_->setShowGrid(false);
  table_->setFrameShape(QFrame::NoFrame);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setWordWrap(false);
  table_->setTabKeyNavigation(false);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  table_->verticalHeader()->setDefaultSectionSize(kRowHeight);
  table_->horizontalHeader()->hide();
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->setColumnWidth(LogModel::kTime, 72);
  table_->setColumnWidth(LogModel::kLevel, 68);
  table_->setColumnWidth(LogModel::kSource, 72);
  connect(filter_, &QAbstractItemModel::rowsAboutToBeInserted, this, [this] {
    const QScrollBar* bar = table_->verticalScrollBar();
    table_->setProperty("follow", bar->value() == bar->maximum());
  });
  connect(filter_, &QAbstractItemModel::rowsInserted, this, [this] {
    if (table_->property("follow").toBool()) {
      table_->scrollToBottom();
    }
  });
}

void LogView::buildActions() {
  copy_ = new QAction(tr("Copy log lines"), this);
  copy_->setShortcut(QKeySequence::Copy);
  copy_->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  connect(copy_, &QAction::triggered, this, [this] { QGuiApplication::clipboard()->setText(copyText()); });
  clear_ = new QAction(tr("Clear log"), this);
  connect(clear_, &QAction::triggered, &log_, &LogModel::clear);
  table_->addAction(copy_);
}

QString LogView::context() const {
  const int errors = log_.errorCount();
  return errors == 0 ? QString() : errors == 1 ? tr("1 error") : tr("%1 errors").arg(errors);
}

QList<QAction*> LogView::viewActions() const {
  return {copy_, clear_};
}

int LogView::shownLines() const {
  return filter_->rowCount();
}

QString LogView::copyText() const {
  QModelIndexList rows = table_->selectionModel()->selectedRows();
  if (rows.isEmpty()) {
    for (int row = 0; row < filter_->rowCount(); ++row) {
      rows << filter_->index(row, 0);
    }
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.row() < b.row(); });
  QString text;
  for (const QModelIndex& row : rows) {
    text += log_.lineText(filter_->mapToSource(row).row()) + QLatin1Char('\n');
  }
  return text;
}

}  // namespace alidade
