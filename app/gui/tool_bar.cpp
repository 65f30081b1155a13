// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/tool_bar.h"

#include <algorithm>

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include "app/gui/actions.h"
#include "views/base/session_model.h"

namespace alidade {
namespace {

constexpr int kSearchWidth = 320;
constexpr int kMaxBadge = 36;

QLabel* badge(const char* name, QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setObjectName(QLatin1String(name));
  label->setTextFormat(Qt::PlainText);
  label->setFixedHeight(24);
  label->setContentsMargins(0, 0, 0, 0);
  return label;
}

/// "demo · exp 1–15 · K = 50": the sampler's own name is in the tool tip.
QString badgeText(const QString& name) {
  QStringList parts = name.split(QStringLiteral(" · "));
  parts.front().remove(QStringLiteral(".safetensors"));
  const auto is_sampler = [](const QString& part) {
    return part.startsWith(QLatin1String("ddim")) || part.startsWith(QLatin1String("euler")) ||
           part.startsWith(QLatin1String("rk45"));
  };
  parts.erase(std::remove_if(parts.begin() + 1, parts.end(), is_sampler), parts.end());
  const QString text = parts.join(QStringLiteral(" · "));
  return text.size() > kMaxBadge ? text.left(kMaxBadge - 1) + QChar(0x2026) : text;
}

}  // namespace

MainToolBar::MainToolBar(const Actions& actions, SessionModel& session, QWidget* parent)
    : QToolBar(parent), session_(session) {
  setObjectName(QStringLiteral("toolbar"));
  setAccessibleName(tr("Tool bar"));
  setMovable(false);
  setFloatable(false);
  setContextMenuPolicy(Qt::PreventContextMenu);
  for (QAction* action : actions.all()) {
    if (action->objectName().startsWith(QLatin1String("perspective-"))) {
      addPerspective(action);
    }
  }
  auto* space = new QWidget(this);
  space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  addWidget(space);
  text_a_ = badge("badgeA", this);
  text_b_ = badge("badgeB", this);
  auto* hint = new QLabel(tr("hold Shift to see B"), this);
  hint->setObjectName(QStringLiteral("shiftHint"));
  hint->setContentsMargins(8, 0, 12, 0);
  badge_a_ = addWidget(text_a_);
  badge_b_ = addWidget(text_b_);
  hint_ = addWidget(hint);
  addSearch(actions.find(QStringLiteral("command-palette")));
  connect(&session_, &SessionModel::resultsChanged, this, &MainToolBar::updateBadges);
  updateBadges();
}

void MainToolBar::addPerspective(QAction* action) {
  auto* button = new QToolButton(this);
  button->setObjectName(QStringLiteral("perspective"));
  button->setDefaultAction(action);
  button->setToolButtonStyle(Qt::ToolButtonTextOnly);
  button->setAccessibleName(tr("Perspective %1").arg(action->text()));
  addWidget(button);
}

void MainToolBar::addSearch(QAction* palette) {
  auto* button = new QPushButton(palette->text(), this);
  button->setObjectName(QStringLiteral("searchButton"));
  button->setAccessibleName(palette->text());
  button->setFixedWidth(kSearchWidth);
  auto* keys = new QLabel(palette->shortcut().toString(QKeySequence::NativeText), button);
  keys->setObjectName(QStringLiteral("searchKeys"));
  keys->setAttribute(Qt::WA_TransparentForMouseEvents);
  auto* inside = new QHBoxLayout(button);
  inside->setContentsMargins(0, 0, 10, 0);
  inside->addStretch(1);
  inside->addWidget(keys);
  connect(button, &QPushButton::clicked, palette, &QAction::trigger);
  addWidget(button);
}

void MainToolBar::updateBadges() {
  const auto a = session_.resultA();
  const auto b = session_.resultB();
  const bool reference = b && session_.shownResult() == b && a != b;
  badge_a_->setVisible(a != nullptr);
  badge_b_->setVisible(b != nullptr);
  hint_->setVisible(a && b);
  text_a_->setText(a ? QStringLiteral("A  ") + badgeText(session_.resultName(Run::kA)) : QString());
  text_b_->setText(b ? QStringLiteral("B  ") + badgeText(session_.resultName(Run::kB)) : QString());
  text_a_->setToolTip(a ? QString::fromStdString(a->sampler).toHtmlEscaped() : QString());
  text_b_->setToolTip(b ? QString::fromStdString(b->sampler).toHtmlEscaped() : QString());
  // The one that is not drawn now steps back.
  text_a_->setEnabled(!reference);
}

}  // namespace alidade
