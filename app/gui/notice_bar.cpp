// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/notice_bar.h"

#include <algorithm>
#include <utility>

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>

#include "views/base/icons.h"
#include "views/base/theme.h"

namespace alidade {
namespace {

constexpr int kMargin = 12;
constexpr int kMostWidth = 900;
constexpr int kIcon = 16;
constexpr int kReadMilliseconds = 10000;

}  // namespace

NoticeBar::NoticeBar(QWidget* window, const QWidget* below)
    : QFrame(window),
      below_(below),
      icon_(new QLabel(this)),
      text_(new QLabel(this)),
      button_(new QPushButton(this)),
      close_(new QToolButton(this)),
      read_(new QTimer(this)) {
  setObjectName(QStringLiteral("notice"));
  setAccessibleName(tr("Notice"));
  text_->setTextFormat(Qt::PlainText);
  text_->setWordWrap(true);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  text_->setObjectName(QStringLiteral("noticeText"));
  button_->setObjectName(QStringLiteral("noticeButton"));
  button_->setAccessibleName(tr("Answer"));
  close_->setIcon(themedIcon(QStringLiteral("close")));
  close_->setAutoRaise(true);
  close_->setAccessibleName(tr("Close the notice"));
  close_->setToolTip(tr("Close the notice"));
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(kMargin, 8, 8, 8);
  layout->setSpacing(kMargin);
  layout->addWidget(icon_);
  layout->addWidget(text_, 1);
  layout->addWidget(button_);
  layout->addWidget(close_);
  connect(close_, &QToolButton::clicked, this, &QWidget::hide);
  connect(button_, &QPushButton::clicked, this, [this] {
    hide();
    if (const auto run = std::exchange(run_, {})) {
      run();
    }
  });
  read_->setSingleShot(true);
  read_->setInterval(kReadMilliseconds);
  connect(read_, &QTimer::timeout, this, [this] { underMouse() ? read_->start() : hide(); });
  window->installEventFilter(this);
  style();
  hide();
}

void NoticeBar::say(Kind kind, const QString& sentence, const QString& action, std::function<void()> run) {
  kind_ = kind;
  run_ = std::move(run);
  text_->setText(sentence);
  text_->setAccessibleName(sentence);
  button_->setText(action);
  button_->setAccessibleName(action.isEmpty() ? tr("Answer") : action);
  button_->setVisible(!action.isEmpty());
  style();
  show();
  place();
  if (kind == Kind::kWorthKnowing && action.isEmpty()) {
    read_->start();
  } else {
    read_->stop();
  }
}

QString NoticeBar::sentence() const {
  return isHidden() ? QString() : text_->text();
}

void NoticeBar::place() {
  const int width = std::min(kMostWidth, parentWidget()->width() - 2 * kMargin);
  const int height =
      layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width) : layout()->totalSizeHint().height();
  const int bottom = below_->isVisible() ? below_->mapTo(parentWidget(), QPoint()).y() : parentWidget()->height();
  setGeometry((parentWidget()->width() - width) / 2, bottom - height - kMargin, width, height);
  raise();
}

bool NoticeBar::eventFilter(QObject* watched, QEvent* event) {
  if (watched == parentWidget() && event->type() == QEvent::Resize && !isHidden()) {
    place();
  }
  return QFrame::eventFilter(watched, event);
}

void NoticeBar::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) {
    style();
  }
}

void NoticeBar::style() {
  const Theme& colors = themeOf(*this);
  const bool problem = kind_ == Kind::kProblem;
  const QColor& edge = problem ? colors.warning : colors.border;
  const QString sheet = QStringLiteral("#notice { background: %1; border: 1px solid %2; border-radius: 6px; }")
                            .arg(colors.raised.name(), edge.name());
  if (styleSheet() != sheet) {
    setStyleSheet(sheet);
  }
  icon_->setPixmap(
      themedIcon(problem ? QStringLiteral("warning") : QStringLiteral("info")).pixmap(kIcon, kIcon));
}

}  // namespace alidade
