// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/keyboard_dialog.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

#include "app/gui/key_bindings.h"
#include "views/base/search_field.h"

namespace alidade {
namespace {

constexpr QSize kKeyboardSize(640, 560);
constexpr int kKeyRowHeight = 26;
constexpr int kIdRole = Qt::UserRole + 1;
enum Column { kCommand, kGroup, kKeys };

QString nativeText(const QList<QKeySequence>& keys) {
  QStringList texts;
  for (const QKeySequence& key : keys) {
    texts << key.toString(QKeySequence::NativeText);
  }
  return texts.join(QStringLiteral("   "));
}

QPushButton* addButton(QHBoxLayout* row, const QString& text, const QString& tip) {
  auto* button = new QPushButton(text);
  button->setToolTip(tip);
  button->setAutoDefault(false);
  row->addWidget(button);
  return button;
}

}  // namespace

KeyboardDialog::KeyboardDialog(KeyBindings& bindings, QWidget* parent)
    : QDialog(parent),
      bindings_(bindings),
      rows_(new QStandardItemModel(this)),
      shown_(new QSortFilterProxyModel(this)),
      table_(new QTableView),
      keys_(new QKeySequenceEdit),
      note_(new QLabel) {
  setAttribute(Qt::WA_DeleteOnClose);
  setWindowTitle(tr("Keyboard"));
  resize(kKeyboardSize);
  buildList();
  auto* search = new SearchField(tr("Search commands and keys"));
  search->filter(shown_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 16, 16, 16);
  column->setSpacing(8);
  column->addWidget(search);
  column->addWidget(table_, 1);
  column->addWidget(buildEditor());
  fill();
  explain();
}

void KeyboardDialog::buildList() {
  rows_->setHorizontalHeaderLabels({tr("Command"), tr("Where"), tr("Keys")});
  shown_->setSourceModel(rows_);
  table_->setModel(shown_);
  table_->setAccessibleName(tr("Commands and their keys"));
  table_->setToolTip(tr("Choose a command, then press its new keys below"));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setShowGrid(false);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(kKeyRowHeight);
  table_->horizontalHeader()->setHighlightSections(false);
  table_->horizontalHeader()->setSectionResizeMode(kCommand, QHeaderView::Stretch);
  table_->horizontalHeader()->setSectionResizeMode(kGroup, QHeaderView::ResizeToContents);
  table_->horizontalHeader()->setSectionResizeMode(kKeys, QHeaderView::ResizeToContents);
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &KeyboardDialog::explain);
}

QWidget* KeyboardDialog::buildEditor() {
  auto* editor = new QWidget;
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  keys_->setAccessibleName(tr("New keys"));
  keys_->setToolTip(tr("Press the keys that shall run the chosen command"));
  row->addWidget(keys_, 1);
  assign_ = addButton(row, tr("Assign"), tr("Let these keys run the chosen command"));
  clear_ = addButton(row, tr("No keys"), tr("Take all keys from the chosen command"));
  reset_ = addButton(row, tr("Default"), tr("Give the chosen command the keys that it had at first"));
  auto* all = addButton(row, tr("All defaults"), tr("Give every command the keys that it had at first"));
  note_->setTextFormat(Qt::PlainText);
  note_->setWordWrap(true);
  note_->setProperty("muted", true);
  note_->setMinimumHeight(2 * note_->fontMetrics().lineSpacing());
  auto* column = new QVBoxLayout(editor);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(note_);
  column->addLayout(row);
  connect(keys_, &QKeySequenceEdit::keySequenceChanged, this, [this](const QKeySequence& keys) {
    if (keys.count() > 1) {  // one stroke, not several after one another
      keys_->setKeySequence(QKeySequence(keys[0]));
    }
    explain();
  });
  const auto change = [this](auto&& how) {
    return [this, how] {
      how(chosen());
      keys_->clear();
      fill();
      explain();
    };
  };
  connect(assign_, &QPushButton::clicked, this,
          change([this](const QString& id) { bindings_.assign(id, keys_->keySequence()); }));
  connect(clear_, &QPushButton::clicked, this, change([this](const QString& id) { bindings_.clear(id); }));
  connect(reset_, &QPushButton::clicked, this, change([this](const QString& id) { bindings_.reset(id); }));
  connect(all, &QPushButton::clicked, this, change([this](const QString&) { bindings_.resetAll(); }));
  return editor;
}

void KeyboardDialog::fill() {
  const auto& all = bindings_.all();
  rows_->setRowCount(static_cast<int>(all.size()));
  for (int row = 0; row < rows_->rowCount(); ++row) {
    const KeyBinding& binding = all[static_cast<std::size_t>(row)];
    const QString texts[] = {binding.action ? binding.action->text().remove(QLatin1Char('&')) : QString(),
                             binding.group,
                             binding.action ? nativeText(binding.action->shortcuts()) : QString()};
    for (const Column column : {kCommand, kGroup, kKeys}) {
      const QModelIndex index = rows_->index(row, column);
      rows_->setData(index, texts[column]);
      rows_->setData(index, binding.id, kIdRole);
    }
  }
}

QString KeyboardDialog::chosen() const {
  const QModelIndex index = table_->currentIndex();
  return index.isValid() ? index.data(kIdRole).toString() : QString();
}

void KeyboardDialog::explain() {
  const KeyBinding* binding = bindings_.find(chosen());
  const QKeySequence keys = keys_->keySequence();
  for (QPushButton* button : {clear_, reset_}) {
    button->setEnabled(binding != nullptr);
  }
  assign_->setEnabled(binding && !keys.isEmpty());
  if (!binding) {
    note_->setText(tr("Choose a command, then press its new keys."));
  } else if (const KeyBinding* other = bindings_.holder(binding->id, keys)) {
    note_->setText(tr("%1 runs \"%2\" (%3) now; Assign takes it from there.")
                       .arg(keys.toString(QKeySequence::NativeText), other->action->text(), other->group));
  } else {
    note_->setText(binding->action->toolTip());
  }
}

}  // namespace alidade
