// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include <QPointF>
#include <QRectF>
#include <QString>

#include "views/base/plot_theme.h"

class QPainter;

namespace alidade {

/// The parts every figure is painted from. All text of a figure goes through drawText: it is what keeps
/// fractional sizes exact in print and turns glyphs into paths where asked.

enum class TextRole { kBody, kSmall, kTitle };

struct TextStyle {
  TextRole role = TextRole::kBody;
  std::optional<QColor> color{};  ///< default: the theme's text color
  bool number = false;            ///< digits of equal width
  bool bold = false;
  double degrees = 0.0;  ///< turned clockwise about the anchor
};

/// Paints one line of text. `alignment` says which point of the text the anchor is: Qt::AlignRight puts the
/// text's right end there, Qt::AlignBottom its descent line, Qt::AlignBaseline its baseline.
void drawText(QPainter& painter, const PlotTheme& theme, const QPointF& anchor, Qt::Alignment alignment,
              const QString& text, const TextStyle& style = {});

/// Width of the text in logical units.
double textWidth(const PlotTheme& theme, const QString& text, const TextStyle& style = {});
/// Distance between two lines of text in logical units.
double lineHeight(const PlotTheme& theme, TextRole role = TextRole::kBody);
/// The text, cut with an ellipsis where it is wider than `width`.
QString elided(const PlotTheme& theme, const QString& text, double width, const TextStyle& style = {});

/// Dark or light, whichever is read better on `ground`.
QColor inkOn(const QColor& ground);

/// A number for people: fixed decimals and a true minus sign; a rounded zero has no sign.
QString numberText(double value, int decimals);

/// A name of the legend as it is to be written; the theme's list of names learns it.
QString shownName(const PlotTheme& theme, const QString& name);

/// One line of a legend.
struct LegendEntry {
  enum class Mark { kLine, kDot, kRing, kSquare, kTriangle, kDiamond, kCross };
  Mark mark = Mark::kLine;
  QPen pen;
  QString text;
};

/// Paints a mark around a point; all of one radius look equally large. Shapes are filled with the pen's
/// color, rings and crosses are drawn with the pen, a line is a short horizontal one.
void paintMark(QPainter& painter, LegendEntry::Mark mark, const QPointF& center, double radius,
               const QPen& pen);

/// Width of an entry before its text, and the room behind it.
double legendMarkWidth(const PlotTheme& theme);
double legendGap(const PlotTheme& theme);

/// Paints the entries side by side from the left end of `area`, as far as they fit; an ellipsis tells that
/// some did not.
void drawLegend(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                const std::vector<LegendEntry>& entries);
/// The same for entries whose names are written as they are (shownName was asked before).
void drawLegendRow(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                   const std::vector<LegendEntry>& entries);

/// Fills `area` with the theme's background unless the figure is to be transparent.
void paintBackground(QPainter& painter, const PlotTheme& theme, const QRectF& area);

}  // namespace alidade
