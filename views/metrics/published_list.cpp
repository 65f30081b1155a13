// SPDX-License-Identifier: BSD-3-Clause
#include "views/metrics/published_list.h"

#include <algorithm>
#include <map>

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QScreen>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kTableRole = Qt::UserRole;    ///< PublishedTable::id of a row
constexpr int kRowRole = Qt::UserRole + 1;  ///< its index
constexpr int kPublishedWidth = 460, kPublishedHeight = 420;

QString publishedText(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

QTreeWidgetItem* headItem(const QString& name) {
  auto* item = new QTreeWidgetItem(QStringList{name});
  item->setFlags(Qt::ItemIsEnabled);
  QFont font = item->font(0);
  font.setBold(true);
  item->setFont(0, font);
  item->setToolTip(0, plainToolTip(name));
  return item;
}

}  // namespace

PublishedList::PublishedList(QWidget* parent)
    : QFrame(parent, Qt::Popup), search_(new QLineEdit), tree_(new QTreeWidget), count_(new QLabel) {
  setFrameShape(QFrame::StyledPanel);
  search_->setPlaceholderText(tr("Search papers, tables and methods"));
  search_->setAccessibleName(tr("Search published rows"));
  search_->setClearButtonEnabled(true);
  search_->installEventFilter(this);
  tree_->setAccessibleName(tr("Published rows"));
  tree_->header()->hide();
  tree_->setUniformRowHeights(true);
  tree_->setIndentation(14);
  tree_->setTextElideMode(Qt::ElideRight);
  auto* none = new QToolButton;
  none->setText(tr("Choose none"));
  none->setToolTip(tr("Take all published rows out of the table"));
  none->setObjectName(QStringLiteral("layerButton"));
  count_->setTextFormat(Qt::PlainText);
  count_->setProperty("muted", true);
  auto* foot = new QHBoxLayout;
  foot->addWidget(count_, 1);
  foot->addWidget(none);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(8, 8, 8, 8);
  column->setSpacing(6);
  column->addWidget(search_);
  column->addWidget(tree_, 1);
  column->addLayout(foot);
  connect(search_, &QLineEdit::textChanged, this, &PublishedList::filter);
  connect(tree_, &QTreeWidget::itemChanged, this, &PublishedList::takeChange);
  connect(none, &QToolButton::clicked, this, [this] {
    {
      const QSignalBlocker quiet(tree_);
      for (QTreeWidgetItem* item : rowItems()) {
        item->setCheckState(0, Qt::Unchecked);
      }
    }
    takeChange();
  });
}

std::vector<QTreeWidgetItem*> PublishedList::rowItems() const {
  std::vector<QTreeWidgetItem*> rows;
  for (QTreeWidgetItemIterator at(tree_); *at != nullptr; ++at) {
    if ((*at)->data(0, kTableRole).isValid()) {
      rows.push_back(*at);
    }
  }
  return rows;
}

bool PublishedList::isEmpty() const {
  return tree_->topLevelItemCount() == 0;
}

std::vector<PublishedPick> PublishedList::picks() const {
  std::vector<PublishedPick> chosen = unlisted_;
  for (const QTreeWidgetItem* item : rowItems()) {
    if (item->checkState(0) == Qt::Checked) {
      chosen.push_back(
          {item->data(0, kTableRole).toString().toStdString(), item->data(0, kRowRole).value<std::size_t>()});
    }
  }
  return chosen;
}

void PublishedList::setTables(const std::vector<PublishedTable>& tables, const EvaluationReport* report,
                              const std::vector<PublishedPick>& picks) {
  const QSignalBlocker quiet(tree_);
  tree_->clear();
  unlisted_ = picks;
  std::map<std::string, QTreeWidgetItem*> papers;
  for (const PublishedTable& table : tables) {
    if (report == nullptr || !sharesMetrics(table, *report)) {
      continue;
    }
    QTreeWidgetItem*& paper = papers[table.paper];
    if (paper == nullptr) {
      paper = headItem(publishedText(table.paper));
      tree_->addTopLevelItem(paper);
    }
    auto* head = headItem(publishedText(table.source + (table.dataset.empty() ? "" : " · " + table.dataset)));
    head->setToolTip(0, wrappedToolTip(publishedText(table.caption)));
    paper->addChild(head);
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      auto* item = new QTreeWidgetItem(head, QStringList{publishedName(table, table.rows[r])});
      item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
      const bool chosen = std::find(picks.begin(), picks.end(), PublishedPick{table.id, r}) != picks.end();
      std::erase(unlisted_, PublishedPick{table.id, r});
      item->setCheckState(0, chosen ? Qt::Checked : Qt::Unchecked);
      item->setData(0, kTableRole, publishedText(table.id));
      item->setData(0, kRowRole, QVariant::fromValue(r));
      item->setToolTip(0, wrappedToolTip(item->text(0) + QLatin1Char('\n') + publishedText(table.caption)));
    }
  }
  tree_->expandAll();
  filter(search_->text());
}

/// Every word has to occur in the row's name or in that of a head above it.
void PublishedList::filter(const QString& text) {
  const QStringList words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  for (QTreeWidgetItemIterator at(tree_); *at != nullptr; ++at) {
    (*at)->setHidden(!words.isEmpty() && !(*at)->data(0, kTableRole).isValid());
  }
  for (QTreeWidgetItem* item : rowItems()) {
    QString all;
    for (const QTreeWidgetItem* part = item; part != nullptr; part = part->parent()) {
      all += part->text(0) + QLatin1Char('\n');
    }
    const bool found = std::all_of(words.begin(), words.end(), [&](const QString& word) {
      return all.contains(word, Qt::CaseInsensitive);
    });
    item->setHidden(!found);
    for (QTreeWidgetItem* part = item->parent(); found && part != nullptr; part = part->parent()) {
      part->setHidden(false);
    }
  }
  count_->setText(tr("%1 chosen").arg(picks().size() - unlisted_.size()));
}

void PublishedList::takeChange() {
  const auto chosen = picks();
  count_->setText(tr("%1 chosen").arg(chosen.size() - unlisted_.size()));
  Q_EMIT picksChanged(chosen);
}

void PublishedList::popUpBelow(const QWidget& button) {
  const QRect screen = button.screen()->availableGeometry();
  const QPoint below = button.mapToGlobal(QPoint(0, button.height()));
  const int height = std::min(kPublishedHeight, screen.height());
  setGeometry(std::clamp(below.x(), screen.left(), std::max(screen.left(), screen.right() - kPublishedWidth)),
              std::clamp(below.y(), screen.top(), std::max(screen.top(), screen.bottom() - height)),
              kPublishedWidth, height);
  show();
  search_->setFocus();
}

void PublishedList::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) {
    close();
  } else {
    QFrame::keyPressEvent(event);
  }
}

/// From the search field down into the list, to the first row that is there.
bool PublishedList::eventFilter(QObject* watched, QEvent* event) {
  if (watched == search_ && event->type() == QEvent::KeyPress &&
      static_cast<QKeyEvent*>(event)->key() == Qt::Key_Down) {
    tree_->setFocus();
    for (QTreeWidgetItem* item : rowItems()) {
      if (!item->isHidden()) {
        tree_->setCurrentItem(item);
        break;
      }
    }
    return true;
  }
  return QFrame::eventFilter(watched, event);
}

}  // namespace alidade
