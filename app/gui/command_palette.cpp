// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/command_palette.h"

#include <algorithm>

#include <QAction>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "app/gui/fuzzy_match.h"

namespace alidade {
namespace {

constexpr int kWidth = 560;
constexpr int kRowHeight = 32;
constexpr int kMaxRows = 11;
constexpr int kShortcutRole = Qt::UserRole + 1;
constexpr int kGroupRole = Qt::UserRole + 2;
constexpr int kEntryRole = Qt::UserRole + 3;

/// Name at the left with its group in muted text, shortcut at the right.
class EntryDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
    return {kWidth, kRowHeight};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    painter->save();
    if (option.state & QStyle::State_Selected) {
      painter->fillRect(option.rect, option.palette.highlight());
    }
    const bool enabled = option.state & QStyle::State_Enabled;
    const QColor text = option.palette.color(enabled ? QPalette::Active : QPalette::Disabled, QPalette::Text);
    const QColor muted = option.palette.color(QPalette::PlaceholderText);
    const QRect row = option.rect.adjusted(16, 0, -16, 0);
    const QString name = index.data(Qt::DisplayRole).toString();
    painter->setFont(option.font);
    painter->setPen(text);
    painter->drawText(row, Qt::AlignLeft | Qt::AlignVCenter, name);
    painter->setPen(muted);
    painter->drawText(row.adjusted(option.fontMetrics.horizontalAdvance(name) + 12, 0, 0, 0),
                      Qt::AlignLeft | Qt::AlignVCenter, index.data(kGroupRole).toString());
    painter->drawText(row, Qt::AlignRight | Qt::AlignVCenter, index.data(kShortcutRole).toString());
    painter->restore();
  }
};

}  // namespace

CommandPalette::CommandPalette(QWidget* window) : QFrame(window) {
  setObjectName(QStringLiteral("commandPalette"));
  setAccessibleName(tr("Command palette"));
  setAutoFillBackground(true);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 8, 8, 8);
  layout->setSpacing(8);
  search_ = new QLineEdit(this);
  search_->setPlaceholderText(tr("Search commands"));
  search_->setAccessibleName(tr("Search commands"));
  search_->installEventFilter(this);
  list_ = new QListWidget(this);
  list_->setAccessibleName(tr("Commands"));
  list_->setItemDelegate(new EntryDelegate(list_));
  list_->setUniformItemSizes(true);
  list_->setFrameShape(QFrame::NoFrame);
  list_->setFocusPolicy(Qt::NoFocus);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  nothing_ = new QLabel(tr("No command of this name"), this);
  nothing_->setProperty("muted", true);
  nothing_->setAlignment(Qt::AlignCenter);
  nothing_->setFixedHeight(2 * kRowHeight);
  layout->addWidget(search_);
  layout->addWidget(list_);
  layout->addWidget(nothing_);
  connect(search_, &QLineEdit::textChanged, this, [this] { refilter(); });
  connect(list_, &QListWidget::itemClicked, this, [this] { runCurrent(); });
  hide();
}

void CommandPalette::open(std::vector<PaletteEntry> entries) {
  entries_ = std::move(entries);
  search_->clear();
  refilter();
  show();
  raise();
  search_->setFocus(Qt::ShortcutFocusReason);
}

QStringList CommandPalette::shownTexts() const {
  QStringList texts;
  for (int i = 0; i < list_->count(); ++i) {
    texts << list_->item(i)->text();
  }
  return texts;
}

void CommandPalette::refilter() {
  std::vector<std::pair<int, int>> ranked;
  for (int i = 0; i < static_cast<int>(entries_.size()); ++i) {
    const PaletteEntry& entry = entries_[i];
    if (!entry.action) {
      continue;
    }
    const QString name = entry.action->text();
    const int score = std::max(fuzzyScore(search_->text(), name),
                               fuzzyScore(search_->text(), entry.group + QLatin1Char(' ') + name) * 3 / 4);
    if (score > 0) {
      ranked.emplace_back(score, i);
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  list_->clear();
  for (const auto& [score, i] : ranked) {
    const PaletteEntry& entry = entries_[i];
    auto* item = new QListWidgetItem(entry.action->text(), list_);
    item->setData(kGroupRole, entry.group);
    item->setData(kShortcutRole, entry.action->shortcut().toString(QKeySequence::NativeText));
    item->setData(kEntryRole, i);
    if (!entry.action->isEnabled()) {
      item->setFlags(Qt::ItemIsSelectable);
    }
  }
  list_->setCurrentRow(0);
  const int rows = std::min(list_->count(), kMaxRows);
  list_->setVisible(rows > 0);
  nothing_->setVisible(rows == 0);
  list_->setFixedHeight(rows * kRowHeight);
  const int width = std::min(kWidth, parentWidget()->width() - 32);
  setFixedWidth(width);
  adjustSize();
  move((parentWidget()->width() - width) / 2, 48);
}

void CommandPalette::runCurrent() {
  const QListWidgetItem* item = list_->currentItem();
  if (!item) {
    return;
  }
  const QPointer<QAction> action = entries_[item->data(kEntryRole).toInt()].action;
  if (!action || !action->isEnabled()) {
    return;
  }
  hide();
  parentWidget()->setFocus();
  action->trigger();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::FocusOut) {
    hide();
  } else if (event->type() == QEvent::KeyPress) {
    const int count = list_->count();
    switch (static_cast<QKeyEvent*>(event)->key()) {
      case Qt::Key_Escape:
        hide();
        parentWidget()->setFocus();
        return true;
      case Qt::Key_Return:
      case Qt::Key_Enter:
        runCurrent();
        return true;
      case Qt::Key_Down:
      case Qt::Key_Up:
        if (count > 0) {
          const int step = static_cast<QKeyEvent*>(event)->key() == Qt::Key_Down ? 1 : count - 1;
          list_->setCurrentRow((list_->currentRow() + step) % count);
        }
        return true;
      default:
        break;
    }
  }
  return QFrame::eventFilter(watched, event);
}

}  // namespace alidade
