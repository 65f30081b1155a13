// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/elided_label.h"

#include <algorithm>

#include <QEvent>
#include <QFontMetrics>

#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kLeastLetters = 3;
constexpr int kRounding = 2;  // pixels: advances are fractions, sizes are not

}  // namespace

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent) {
  setTextFormat(Qt::PlainText);
  setIndent(0);  // else a frame, as a style sheet makes one, moves the text by a width that nobody tells
}

void ElidedLabel::setFullText(const QString& text) {
  if (text == full_) {
    return;
  }
  full_ = text;
  setAccessibleName(text);
  elide();
  updateGeometry();
}

void ElidedLabel::setTip(const QString& tip) {
  tip_ = tip;
  elide();
}

QSize ElidedLabel::sizeFor(int text_width) const {
  const int frame = width() - contentsRect().width() + 2 * margin();
  const int lines = 1 + static_cast<int>(full_.count(QLatin1Char('\n')));
  const int height =
      lines * fontMetrics().lineSpacing() + (this->height() - contentsRect().height()) + 2 * margin();
  return {text_width + frame, height};
}

QSize ElidedLabel::sizeHint() const {
  int widest = 0;
  for (const QString& line : full_.split(QLatin1Char('\n'))) {
    widest = std::max(widest, fontMetrics().horizontalAdvance(line));
  }
  return sizeFor(widest + kRounding);
}

QSize ElidedLabel::minimumSizeHint() const {
  const int least = fontMetrics().horizontalAdvance(QString(kLeastLetters, QLatin1Char('m')));
  return {std::min(sizeFor(least).width(), sizeHint().width()), sizeHint().height()};
}

void ElidedLabel::elide() {
  QStringList lines = full_.split(QLatin1Char('\n'));
  cut_ = false;
  for (QString& line : lines) {
    const QString whole = line;
    line = fontMetrics().elidedText(whole, Qt::ElideRight, contentsRect().width() - 2 * margin());
    cut_ = cut_ || line != whole;
  }
  QLabel::setText(lines.join(QLatin1Char('\n')));
  setToolTip(plainToolTip(!cut_ ? tip_ : tip_.isEmpty() ? full_ : full_ + QLatin1Char('\n') + tip_));
}

bool ElidedLabel::event(QEvent* event) {
  const bool handled = QLabel::event(event);
  if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange ||
      event->type() == QEvent::Polish) {
    elide();
    updateGeometry();
  }
  return handled;
}

void ElidedLabel::resizeEvent(QResizeEvent* event) {
  QLabel::resizeEvent(event);
  elide();
}

}  // namespace alidade
