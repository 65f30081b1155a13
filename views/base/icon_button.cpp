// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/icon_button.h"

#include <QLayout>
#include <QToolButton>

#include "views/base/icons.h"

namespace alidade {

QToolButton* addIconButton(QWidget& bar, const QString& icon, const QString& name, bool checkable) {
  auto* button = new QToolButton;
  button->setIcon(themedIcon(icon));
  button->setToolTip(name);
  button->setAccessibleName(name);
  button->setCheckable(checkable);
  bar.layout()->addWidget(button);
  return button;
}

}  // namespace alidade
