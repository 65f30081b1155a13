// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/choice_action.h"

#include <QActionGroup>
#include <QMenu>

namespace alidade {

ChoiceAction::ChoiceAction(const QString& text, const QString& prefix, const QStringList& options,
                           QObject* parent)
    : QAction(text, parent), prefix_(prefix), menu_(new QMenu) {
  auto* group = new QActionGroup(this);
  for (int i = 0; i < options.size(); ++i) {
    QAction* action = menu_->addAction(options.at(i));
    action->setCheckable(true);
    group->addAction(action);
    options_.append(action);
    connect(action, &QAction::triggered, this, [this, i] {
      showCurrent();
      Q_EMIT chosen(i);
    });
  }
  setMenu(menu_);
  setCurrent(0);
}

ChoiceAction::~ChoiceAction() {
  setMenu(nullptr);
  delete menu_;
}

int ChoiceAction::current() const {
  for (int i = 0; i < options_.size(); ++i) {
    if (options_.at(i)->isChecked()) {
      return i;
    }
  }
  return 0;
}

void ChoiceAction::setCurrent(int option) {
  options_.at(option)->setChecked(true);
  showCurrent();
}

void ChoiceAction::setOption(int option, const QString& text) {
  options_.at(option)->setText(text);
  showCurrent();
}

void ChoiceAction::setOptionEnabled(int option, bool enabled) {
  options_.at(option)->setEnabled(enabled);
}

void ChoiceAction::setOptionVisible(int option, bool visible) {
  options_.at(option)->setVisible(visible);
}

void ChoiceAction::showCurrent() {
  setIconText(prefix_ + options_.at(current())->text() + " " + QChar(0x25be));
}

}  // namespace alidade
