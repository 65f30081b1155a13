// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/state_card.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "views/base/icons.h"

namespace alidade {

constexpr int kIconSize = 32;

StateCard::StateCard(QWidget* parent)
    : QWidget(parent), icon_(new QLabel(this)), sentence_(new QLabel(this)), button_(new QPushButton(this)) {
  setBackgroundRole(QPalette::Base);
  setAutoFillBackground(true);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(24, 24, 24, 24);
  layout->setSpacing(12);
  layout->addStretch();
  layout->addWidget(icon_, 0, Qt::AlignHCenter);
  sentence_->setTextFormat(Qt::PlainText);
  sentence_->setAlignment(Qt::AlignCenter);
  sentence_->setWordWrap(true);
  sentence_->setProperty("muted", true);
  sentence_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  layout->addWidget(sentence_);
  layout->addWidget(button_, 0, Qt::AlignHCenter);
  button_->hide();  // until a content has one
  layout->addStretch();
  connect(button_, &QPushButton::clicked, this, &StateCard::triggered);
}

void StateCard::setContent(const QString& icon_name, const QString& sentence, const QString& button) {
  icon_name_ = icon_name;
  sentence_->setText(sentence);
  button_->setText(button);
  button_->setVisible(!button.isEmpty());
  setAccessibleName(sentence);
  refreshIcon();
}

QString StateCard::sentence() const {
  return sentence_->text();
}

void StateCard::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    refreshIcon();
  }
  QWidget::changeEvent(event);
}

void StateCard::refreshIcon() {
  if (!icon_name_.isEmpty()) {
    icon_->setPixmap(
        themedIcon(icon_name_).pixmap(QSize(kIconSize, kIconSize), devicePixelRatioF(), QIcon::Normal));
  }
}

}  // namespace alidade
