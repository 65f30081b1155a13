// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/strip_parts.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QScrollArea>
#include <QToolButton>

#include "views/base/view.h"

namespace alidade {

QBoxLayout* stripLayout(QWidget& strip) {
  strip.setBackgroundRole(QPalette::Base);
  strip.setAutoFillBackground(true);
  auto* layout = new QBoxLayout(QBoxLayout::LeftToRight, &strip);
  layout->setContentsMargins(8, 6, 8, 6);
  layout->setSpacing(6);
  return layout;
}

QToolButton* stripToggle(QToolButton* button, const QString& text, const QString& tip) {
  button->setObjectName(QStringLiteral("layerButton"));
  button->setText(text);
  button->setAccessibleName(text);
  button->setToolTip(wrappedToolTip(tip));
  button->setCheckable(true);
  button->setToolButtonStyle(Qt::ToolButtonTextOnly);
  button->setFocusPolicy(Qt::TabFocus);
  return button;
}

void prepareStripList(QComboBox& list, const QString& name, const QString& tip) {
  list.setAccessibleName(name);
  list.setToolTip(wrappedToolTip(tip));
  list.setSizeAdjustPolicy(QComboBox::AdjustToContents);
  constexpr int kLeastWidth = 72;
  list.setMinimumWidth(kLeastWidth);
}

QScrollArea* scrolledPanel(QWidget* panel) {
  auto* area = new QScrollArea;
  area->setWidget(panel);
  area->setWidgetResizable(true);
  area->setFrameShape(QFrame::NoFrame);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  return area;
}

}  // namespace alidade
