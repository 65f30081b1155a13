// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/tool_bar.h"

#include <algorithm>

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLayout>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

#include "app/gui/actions.h"
#include "views/base/elided_label.h"
#include "views/base/session_model.h"

namespace alidade {
namespace {

constexpr int kSearchWidth = 320;
constexpr int kLeastSearchWidth = 150;
constexpr int kLeastBadge = 48;
constexpr int kMaxBadge = 36;
constexpr int kSideRoom = 12;  // padding of the bar, and rounding

ElidedLabel* badge(const char* name, QWidget* parent) {
  auto* label = new ElidedLabel(parent);
  label->setObjectName(QLatin1String(name));
  label->setFixedHeight(24);
  label->setContentsMargins(0, 0, 0, 0);
  return label;
}

/// The badge in the color of its run; the window's style sheet knows the hues.
void setHue(QLabel& label, int style) {
  const int hue = style % kRunHues;
  if (label.property("runHue") != QVariant(hue)) {
    label.setProperty("runHue", hue);
    label.style()->unpolish(&label);
    label.style()->polish(&label);
  }
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
  space_ = new QWidget(this);
  space_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  addWidget(space_);
  text_a_ = badge("badgeA", this);
  text_b_ = badge("badgeB", this);
  auto* hint = new QLabel(tr("hold Shift to see B"), this);
  hint->setObjectName(QStringLiteral("shiftHint"));
  hint->setContentsMargins(8, 0, 12, 0);
  badge_a_ = addWidget(text_a_);
  badge_b_ = addWidget(text_b_);
  hint->setToolTip(tr("While Shift is held every view shows result B in place of A."));
  hint_ = addWidget(hint);
  addSearch(actions.find(QStringLiteral("command-palette")));
  connect(&session_, &SessionModel::resultsChanged, this, &MainToolBar::updateBadges);
  connect(&session_, &SessionModel::runsChanged, this, &MainToolBar::updateBadges);  // colors
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
  search_ = button;
  button->setObjectName(QStringLiteral("searchButton"));
  button->setAccessibleName(palette->text());
  button->setToolTip(palette->toolTip());
  button->setFixedWidth(kSearchWidth);
  auto* keys = new QLabel(palette->shortcut().toString(QKeySequence::NativeText), button);
  keys->setObjectName(QStringLiteral("searchKeys"));
  keys->setAttribute(Qt::WA_TransparentForMouseEvents);
  auto* inside = new QHBoxLayout(button);
  inside->setContentsMargins(0, 0, 10, 0);
  inside->addStretch(1);
  inside->addWidget(keys);
  search_keys_ = keys;
  connect(button, &QPushButton::clicked, palette, &QAction::trigger);
  connect(palette, &QAction::changed, keys,
          [palette, keys] { keys->setText(palette->shortcut().toString(QKeySequence::NativeText)); });
  addWidget(button);
}

void MainToolBar::fit() {
  const auto width_of = [this](QAction* action) {
    return action->isVisible() ? widgetForAction(action)->sizeHint().width() + layout()->spacing() : 0;
  };
  int room = width() - 2 * kSideRoom - kLeastSearchWidth;
  for (QAction* action : actions()) {
    const QWidget* widget = widgetForAction(action);
    if (widget != space_ && widget != search_ && action != badge_a_ && action != badge_b_ &&
        action != hint_) {
      room -= width_of(action);
    }
  }
  const bool has_a = session_.resultRun(Run::kA) != 0, has_b = session_.resultRun(Run::kB) != 0;
  const bool several = has_a && has_b;
  badge_a_->setVisible(has_a);
  badge_b_->setVisible(has_b);
  hint_->setVisible(several);
  const int badges = width_of(badge_a_) + width_of(badge_b_);
  // What says least goes first: the hint, then the search line's length, then letters of the badges.
  hint_->setVisible(several && badges + width_of(hint_) <= room);
  const int left = room - badges - width_of(hint_);
  search_->setFixedWidth(kLeastSearchWidth + std::clamp(left, 0, kSearchWidth - kLeastSearchWidth));
  search_keys_->setVisible(search_->width() >=
                           search_->sizeHint().width() + search_keys_->sizeHint().width());
  const int shown = int{badge_a_->isVisible()} + int{badge_b_->isVisible()};
  for (ElidedLabel* text : {text_a_, text_b_}) {
    const int share = left >= 0 ? text->sizeHint().width() : room / std::max(shown, 1) - layout()->spacing();
    text->setMaximumWidth(std::max(share, kLeastBadge));
  }
}

void MainToolBar::resizeEvent(QResizeEvent* event) {
  fit();
  QToolBar::resizeEvent(event);
}

void MainToolBar::updateBadges() {
  const auto a = session_.resultA();
  const auto b = session_.resultB();
  const RunId run_a = session_.resultRun(Run::kA), run_b = session_.resultRun(Run::kB);
  const bool reference = run_b != 0 && session_.showsReference() && run_a != run_b;
  text_a_->setFullText(run_a != 0 ? QStringLiteral("A  ") + badgeText(session_.resultName(Run::kA))
                                  : QString());
  text_b_->setFullText(run_b != 0 ? QStringLiteral("B  ") + badgeText(session_.resultName(Run::kB))
                                  : QString());
  text_a_->setTip(a ? QString::fromStdString(a->sampler) : QString());
  text_b_->setTip(b ? QString::fromStdString(b->sampler) : QString());
  fit();
  setHue(*text_a_, session_.resultStyle(Run::kA));
  setHue(*text_b_, session_.resultStyle(Run::kB));
  // The one that is not drawn now steps back.
  text_a_->setEnabled(!reference);
}

}  // namespace alidade
