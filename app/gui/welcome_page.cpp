// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/welcome_page.h"

#include <QDir>
#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/gui/actions.h"
#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kCardWidth = 520;
constexpr int kPathPixels = 210;                        // of a name, and of its folder
constexpr qsizetype kMostDatasets = 4, kMostFiles = 2;  // so that an error has room too at 1280 x 720

QLabel* line(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  return label;
}

QPushButton* actionButton(QAction* action, QWidget* parent) {
  auto* button = new QPushButton(action->icon(), action->text(), parent);
  button->setAccessibleName(action->text());
  button->setToolTip(action->toolTip());
  QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
  return button;
}

}  // namespace

WelcomePage::WelcomePage(const Actions& actions, QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("welcomePage"));
  setAttribute(Qt::WA_StyledBackground);
  auto* card = new QFrame(this);
  card->setObjectName(QStringLiteral("welcomeCard"));
  card->setFixedWidth(kCardWidth);
  auto* title = line(QStringLiteral("Alidade"), card);
  title->setObjectName(QStringLiteral("welcomeTitle"));
  auto* sentence = line(tr("See and compare 6D object poses. Drop a dataset or a checkpoint here."), card);
  sentence->setProperty("muted", true);
  error_ = line({}, card);
  error_->setObjectName(QStringLiteral("welcomeError"));
  error_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  error_->setContentsMargins(0, 0, 0, 8);
  error_->hide();
  auto* sample = actionButton(actions.find(QStringLiteral("try-sample")), card);
  sample->setProperty("primary", true);
  sample->setIcon({});
  auto* buttons = new QGridLayout;
  buttons->setSpacing(8);
  buttons->setRowMinimumHeight(0, 36);
  buttons->setRowMinimumHeight(1, 36);
  buttons->setRowMinimumHeight(2, 36);
  buttons->setRowMinimumHeight(3, 36);
  buttons->addWidget(sample, 0, 0, 1, 2);
  buttons->addWidget(actionButton(actions.find(QStringLiteral("try-contention")), card), 1, 0);
  buttons->addWidget(actionButton(actions.find(QStringLiteral("try-quantization")), card), 1, 1);
  buttons->addWidget(actionButton(actions.find(QStringLiteral("try-rooms")), card), 2, 0);
  buttons->addWidget(actionButton(actions.find(QStringLiteral("open-dataset")), card), 3, 0);
  buttons->addWidget(actionButton(actions.find(QStringLiteral("open-checkpoint")), card), 3, 1);
  tour_ = actionButton(actions.find(QStringLiteral("tour")), card);
  tour_->setObjectName(QStringLiteral("tourOffer"));
  buttons->addWidget(tour_, 2, 1);
  recent_ = new QWidget(card);
  entries_ = new QVBoxLayout(recent_);
  entries_->setContentsMargins(0, 8, 0, 0);
  entries_->setSpacing(0);

  auto* inside = new QVBoxLayout(card);
  inside->setContentsMargins(32, 28, 32, 28);
  inside->setSpacing(8);
  inside->addWidget(title);
  inside->addWidget(sentence);
  inside->addSpacing(12);
  inside->addWidget(error_);
  inside->addLayout(buttons);
  inside->addWidget(recent_);
  auto* layout = new QVBoxLayout(this);
  auto* middle =
      new QHBoxLayout;  // stretches beside the card, so that its wrapped text is measured at its own width
  middle->addStretch();
  middle->addWidget(card);
  middle->addStretch();
  layout->addStretch(2);
  layout->addLayout(middle);
  layout->addStretch(3);
}

void WelcomePage::setRecent(Recent kind, const QStringList& paths) {
  paths_[kind] = paths.mid(0, kind == Recent::kDatasets ? kMostDatasets : kMostFiles);
  showRecent();
}

void WelcomePage::showRecent() {
  qDeleteAll(recent_->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
  bool any = false;
  for (const auto& [kind, paths] : paths_) {
    if (paths.isEmpty()) {
      continue;
    }
    any = true;
    auto* heading = line(recentTitle(kind), recent_);
    heading->setProperty("muted", true);
    heading->setContentsMargins(0, 6, 0, 0);
    entries_->addWidget(heading);
    for (const QString& path : paths) {
      auto* entry = new QPushButton(recent_);
      entry->setObjectName(QStringLiteral("recentEntry"));
      entry->setAccessibleName(tr("Open %1").arg(path));
      entry->setToolTip(plainToolTip(QDir::toNativeSeparators(path)));
      entry->setText(recentText(path, entry->fontMetrics(), kPathPixels));
      connect(entry, &QPushButton::clicked, this,
              [this, kind = kind, path] { Q_EMIT recentChosen(kind, path); });
      entries_->addWidget(entry);
    }
  }
  recent_->setVisible(any);
}

void WelcomePage::setTourOffered(bool offered) {
  tour_->setVisible(offered);
}

void WelcomePage::setError(const QString& sentence) {
  error_->setText(sentence);
  error_->setVisible(!sentence.isEmpty());
}

}  // namespace alidade
