// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include "views/base/plot.h"

namespace alidade {
namespace {

// In print, fonts are laid out at this multiple of their size and scaled down: Qt's pixel sizes are whole
// numbers, and advances of 8 px glyphs would be rounded.
constexpr double kPrintScale = 32.0;

double scaleOf(const PlotTheme& theme) {
  return theme.print ? kPrintScale : 1.0;
}

double sizeOf(const PlotTheme& theme, TextRole role) {
  switch (role) {
    case TextRole::kSmall:
      return theme.small_size;
    case TextRole::kTitle:
      return theme.title_size;
    case TextRole::kBody:
      break;
  }
  return theme.text_size;
}

QFont fontOf(const PlotTheme& theme, const TextStyle& style) {
  QFont font(style.number ? theme.number_family : theme.family);
  font.setStyleHint(QFont::SansSerif);
  font.setPixelSize(std::max(1, static_cast<int>(std::lround(sizeOf(theme, style.role) * scaleOf(theme)))));
  font.setWeight(style.bold ? (theme.print ? QFont::Bold : QFont::DemiBold) : QFont::Normal);
  if (theme.print) {
    font.setHintingPreference(QFont::PreferNoHinting);
  }
  return font;
}

/// Offset of the text's baseline start from the anchor.
QPointF offsetOf(const QFontMetricsF& metrics, double width, Qt::Alignment alignment) {
  QPointF offset(0.0, 0.0);
  if (alignment & Qt::AlignRight) {
    offset.setX(-width);
  } else if (alignment & Qt::AlignHCenter) {
    offset.setX(-0.5 * width);
  }
  if (alignment & Qt::AlignTop) {
    offset.setY(metrics.ascent());
  } else if (alignment & Qt::AlignBottom) {
    offset.setY(-metrics.descent());
  } else if (alignment & Qt::AlignVCenter) {
    offset.setY(0.5 * metrics.capHeight());
  }
  return offset;
}

}  // namespace

void drawText(QPainter& painter, const PlotTheme& theme, const QPointF& anchor, Qt::Alignment alignment,
              const QString& text, const TextStyle& style) {
  if (text.isEmpty()) {
    return;
  }
  const QFont font = fontOf(theme, style);
  const QFontMetricsF metrics(font);
  const QPointF offset = offsetOf(metrics, metrics.horizontalAdvance(text), alignment);
  const QColor color = style.color.value_or(theme.colors.text);
  painter.save();
  painter.translate(anchor);
  painter.rotate(style.degrees);
  painter.scale(1.0 / scaleOf(theme), 1.0 / scaleOf(theme));
  if (theme.text_as_outlines) {
    QPainterPath path;
    path.addText(offset, font, text);
    painter.fillPath(path, color);
  } else {
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(offset, text);
  }
  painter.restore();
}

double textWidth(const PlotTheme& theme, const QString& text, const TextStyle& style) {
  return QFontMetricsF(fontOf(theme, style)).horizontalAdvance(text) / scaleOf(theme);
}

double lineHeight(const PlotTheme& theme, TextRole role) {
  return 1.35 * sizeOf(theme, role);
}

QString elided(const PlotTheme& theme, const QString& text, double width, const TextStyle& style) {
  return QFontMetricsF(fontOf(theme, style)).elidedText(text, Qt::ElideRight, width * scaleOf(theme));
}

QString numberText(double value, int decimals) {
  QString text = QString::number(value, 'f', decimals);
  if (text.startsWith('-')) {
    const bool zero = text.count('0') + text.count('.') == text.size() - 1;
    text = (zero ? QString() : QString(QChar(0x2212))) + text.mid(1);
  }
  return text;
}

}  // namespace alidade
