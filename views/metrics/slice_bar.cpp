// SPDX-License-Identifier: BSD-3-Clause
#include "views/metrics/slice_bar.h"

#include <algorithm>

#include <QAction>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QRegularExpression>
#include <QStringListModel>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/evaluation/text/slice_text.h"
#include "views/base/theme.h"
#include "views/base/view.h"

namespace alidade {
namespace {

/// Completes the condition that is being written, not the whole text.
class ConditionCompleter : public QCompleter {
 public:
  using QCompleter::QCompleter;

  /// Where the last condition begins: behind the name, a parenthesis, or a word that joins.
  static int begin(const QString& text) {
    static const QRegularExpression kJoint(QStringLiteral("(^|:|\\(|\\b(and|or|not)\\s)\\s*"),
                                           QRegularExpression::CaseInsensitiveOption);
    int at = 0;
    for (auto found = kJoint.globalMatch(text); found.hasNext();) {
      at = found.next().capturedEnd();
    }
    return at;
  }

  QStringList splitPath(const QString& path) const override { return {path.mid(begin(path))}; }
  QString pathFromIndex(const QModelIndex& index) const override {
    const QString written = static_cast<const QLineEdit*>(widget())->text();
    return written.left(begin(written)) + index.data().toString();
  }
};

QToolButton* sliceMenuButton(const QString& text, const QString& tip, QMenu* menu) {
  auto* made = new QToolButton;
  made->setText(text + QStringLiteral(" ▾"));
  made->setAccessibleName(text);
  made->setToolTip(tip);
  made->setObjectName(QStringLiteral("layerButton"));
  made->setMenu(menu);
  made->setPopupMode(QToolButton::InstantPopup);
  return made;
}

QString sliceMenuText(const Slice& slice) {
  constexpr int kMost = 60;
  QString text = QString::fromStdString(slice.name);
  if (text.size() > kMost) {
    text = text.left(kMost - 1) + QStringLiteral("…");
  }
  return text.replace(QLatin1Char('&'), QLatin1String("&&"));
}

}  // namespace

SliceBar::SliceBar(QWidget* parent)
    : QWidget(parent),
      field_(new QLineEdit),
      suggestions_(new QStringListModel(this)),
      from_menu_(new QMenu(this)),
      list_menu_(new QMenu(this)),
      message_(new QLabel) {
  field_->setPlaceholderText(tr("Add a slice: far: z > 1 m and occluded > 40 %"));
  field_->setAccessibleName(tr("Add a slice"));
  field_->setToolTip(wrappedToolTip(tr(
      "A condition on objects, with a name before a colon if you like: visible, occluded (shares), x, y, z, "
      "distance, size (m, cm, mm), score, instance, object, scene, category, image; joined by and, or, not. "
      "Enter adds it.")));
  field_->setMaxLength(1 << 16);
  auto* completer = new ConditionCompleter(suggestions_, this);
  completer->setCaseSensitivity(Qt::CaseInsensitive);
  completer->setFilterMode(Qt::MatchContains);
  field_->setCompleter(completer);
  from_ = sliceMenuButton(tr("From"), tr("Make a slice of what is filtered or selected"), from_menu_);
  list_ =
      sliceMenuButton(tr("Slices"), tr("The slices that are shown; choose one to take it away"), list_menu_);
  from_menu_->setToolTipsVisible(true);
  list_menu_->setToolTipsVisible(true);
  message_->setTextFormat(Qt::PlainText);
  message_->setWordWrap(true);
  message_->setAccessibleName(tr("Why the slice was not added"));
  message_->hide();
  auto* row = new QHBoxLayout;
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(6);
  row->addWidget(field_, 1);
  row->addWidget(from_);
  row->addWidget(list_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(8, 0, 8, 6);
  column->setSpacing(2);
  column->addLayout(row);
  column->addWidget(message_);
  connect(field_, &QLineEdit::returnPressed, this, [this] {
    if (!field_->text().trimmed().isEmpty() && add(field_->text())) {
      // The completer writes its choice after this signal; empty the field behind it.
      QMetaObject::invokeMethod(field_, &QLineEdit::clear, Qt::QueuedConnection);
    }
  });
  connect(field_, &QLineEdit::textEdited, this, [this] { say({}); });
  connect(from_menu_, &QMenu::aboutToShow, this, &SliceBar::aboutToAsk);
  setCategories({});
  refreshList();
}

void SliceBar::setCategories(const std::vector<std::string>& categories) {
  QStringList all{"occluded > 40 %", "visible > 60 %", "z > 1 m",  "distance > 1 m", "size < 10 cm",
                  "score > .5",      "everything",     "image = ", "instance = ",    "scene = ",
                  "object = ",       "x > 0 m",        "y > 0 m"};
  for (const std::string& category : categories) {
    const bool plain = QRegularExpression(QStringLiteral("^[A-Za-z][A-Za-z0-9_-]*$"))
                           .match(QString::fromStdString(category))
                           .hasMatch();
    all << QStringLiteral("category = ") + QString::fromStdString(plain ? category : slice_quoted(category));
  }
  if (suggestions_->stringList() != all) {
    suggestions_->setStringList(all);
  }
}

void SliceBar::say(const QString& sentence) {
  message_->setText(sentence);
  message_->setVisible(!sentence.isEmpty());
  message_->setStyleSheet(QStringLiteral("QLabel { color: %1; }").arg(themeOf(*this).error.name()));
}

bool SliceBar::add(const QString& text, const QString& name) {
  auto slice = parse_slice(text.toStdString());
  if (!slice) {
    say(QString::fromStdString(slice.error().message));
    return false;
  }
  if (!name.isEmpty()) {
    slice->name = name.toStdString();
  }
  if (slice->name == kWholeSlice || std::any_of(slices_.begin(), slices_.end(), [&](const Slice& other) {
        return other.name == slice->name;
      })) {
    say(tr("There is a slice \"%1\" already; write another name before a colon.")
            .arg(QString::fromStdString(shortened(slice->name, 60))));
    return false;
  }
  if (slices_.size() >= kMostSlices) {
    say(tr("There are %1 slices already; take one away first.").arg(kMostSlices));
    return false;
  }
  say({});
  slices_.push_back(*std::move(slice));
  refreshList();
  Q_EMIT slicesChanged();
  return true;
}

QAction* SliceBar::addSource(const QString& text, const QString& tip) {
  QAction* action = from_menu_->addAction(text);
  action->setToolTip(tip);
  return action;
}

void SliceBar::setSlices(std::vector<Slice> slices) {
  slices_ = std::move(slices);
  slices_.resize(std::min(slices_.size(), kMostSlices));
  refreshList();
}

void SliceBar::remove(std::size_t index) {
  slices_.erase(slices_.begin() + static_cast<std::ptrdiff_t>(index));
  refreshList();
  Q_EMIT slicesChanged();
}

void SliceBar::refreshList() {
  list_menu_->clear();
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    // Queued: the menu is filled anew, which deletes the entry that was chosen.
    QAction* action = list_menu_->addAction(tr("Take away \"%1\"").arg(sliceMenuText(slices_[i])));
    action->setToolTip(wrappedToolTip(QString::fromStdString(shortened(slices_[i].expression, 400))));
    connect(
        action, &QAction::triggered, this, [this, i] { remove(i); }, Qt::QueuedConnection);
  }
  if (slices_.size() > 1) {
    list_menu_->addSeparator();
    connect(
        list_menu_->addAction(tr("Take away all")), &QAction::triggered, this,
        [this] {
          slices_.clear();
          refreshList();
          Q_EMIT slicesChanged();
        },
        Qt::QueuedConnection);
  }
  list_->setEnabled(!slices_.empty());
  list_->setText(slices_.empty() ? tr("Slices ▾") : tr("Slices (%1) ▾").arg(slices_.size()));
}

}  // namespace alidade
