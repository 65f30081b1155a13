// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/branch_figure.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QPainter>

#include "views/base/color_map.h"
#include "views/base/plot.h"
#include "views/contention/contention_figure.h"
#include "views/contention/contention_paint.h"

namespace alidade {
namespace {

constexpr double kMostName = 11.0;                      // times the size of small text
constexpr double kMostWidth = 10.0, kMostHeight = 4.0;  // of a cell, times the size of text
constexpr double kBranchBar = 2.5;                      // width, times the spacing
constexpr double kOutline = 1.6, kLeastName = 0.5;      // times a hairline; of small text

QString inTable(const char* text) {
  return QCoreApplication::translate("Contention", text);
}

TextStyle smallStyle(const QColor& color, bool number = false, bool bold = false) {
  return {TextRole::kSmall, color, number, bold};
}

/// "-48.9", "+2.8", or a dash.
QString pointsText(double points) {
  if (!std::isfinite(points)) {
    return QStringLiteral("\u2013");
  }
  const QString text = numberText(points, 1);
  return points > 0.0 && text != numberText(0.0, 1) ? QLatin1Char('+') + text : text;
}

double costAt(const BranchSheet& sheet, std::size_t category) {
  return sheet.costs.other[category] - sheet.costs.own[category];
}

double widestOf(const PlotTheme& theme, const std::vector<QString>& texts) {
  double width = 0.0;
  for (const QString& text : texts) {
    width = std::max(width, textWidth(theme, text, {TextRole::kSmall}));
  }
  return width;
}

std::vector<QString> shownNames(const std::vector<std::string>& names) {
  std::vector<QString> texts;
  for (const std::string& name : names) {
    texts.push_back(QString::fromStdString(name));
  }
  return texts;
}

/// Paints one sheet; what its cells share is worked out once.
class BranchPainter {
 public:
  BranchPainter(QPainter& painter, const PlotTheme& theme, const BranchSheet& sheet, const QRectF& area)
      : painter_(painter),
        theme_(theme),
        numbers_theme_(theme),
        rows_theme_(theme),
        sheet_(sheet),
        layout_(layoutBranches(area, theme, sheet)) {
    const QRectF first = layout_.cell(0, 0);
    numbers_ = cellNumbers(numbers_theme_, QStringLiteral("100.0"), first.width());
    rows_theme_.small_size *= std::clamp(first.height() / (1.1 * theme.small_size), kLeastName, 1.0);
    if (first.height() < numbers_theme_.small_size) {
      numbers_theme_.small_size = rows_theme_.small_size;
    }
  }

  void paint() {
    if (!sheet_.title.isEmpty()) {
      line(layout_.title, sheet_.title, {TextRole::kTitle});
    }
    paintHeads();
    for (std::size_t i = 0; i < layout_.rows; ++i) {
      paintRow(i);
    }
    line(layout_.summary, sheet_.summary, smallStyle(theme_.colors.muted));
    std::vector<BarTick> ticks;
    for (const double share : {1.0, 0.75, 0.5, 0.25, 0.0}) {
      ticks.push_back({share, numberText(share * sheet_.span, sheet_.span < 50.0 ? 1 : 0)});
    }
    const auto color = [this](double share) { return accuracyColor(sheet_, share * sheet_.span); };
    paintValueBar(painter_, theme_, layout_.color_bar, color, ticks, inTable("accuracy (%)"));
  }

 private:
  void line(const QRectF& place, const QString& text, const TextStyle& style) {
    drawText(painter_, theme_, {place.left(), place.center().y()}, Qt::AlignLeft | Qt::AlignVCenter,
             elided(theme_, text, place.width(), style), style);
  }

  void paintHeads() {
    const double y = layout_.cells.top() - theme_.spacing;
    for (std::size_t branch = 0; branch < layout_.columns; ++branch) {
      const QRectF cell = layout_.cell(0, branch);
      drawText(painter_, theme_, {cell.center().x(), y}, Qt::AlignHCenter | Qt::AlignBottom,
               elided(theme_, QString::fromStdString(sheet_.accuracy->branches[branch]), cell.width(),
                      {TextRole::kSmall}),
               {TextRole::kSmall});
    }
    drawText(painter_, theme_, {layout_.wrong, y}, Qt::AlignRight | Qt::AlignBottom,
             inTable("wrong label (points)"), smallStyle(theme_.colors.muted));
    drawText(painter_, theme_, {layout_.objects, y}, Qt::AlignRight | Qt::AlignBottom, inTable("objects"),
             smallStyle(theme_.colors.muted));
  }

  void paintRow(std::size_t place) {
    const std::size_t category = sheet_.category(place);
    for (std::size_t branch = 0; branch < layout_.columns; ++branch) {
      paintCell(layout_.cell(place, branch), category, branch);
    }
    const double y = layout_.cell(place, 0).center().y();
    const QString name = QString::fromStdString(sheet_.accuracy->categories[category]);
    drawText(painter_, rows_theme_, {layout_.cells.left() - 1.5 * theme_.spacing, y},
             Qt::AlignRight | Qt::AlignVCenter,
             elided(rows_theme_, name, layout_.names + 1.0, {TextRole::kSmall}), {TextRole::kSmall});
    drawText(painter_, rows_theme_, {layout_.wrong, y}, Qt::AlignRight | Qt::AlignVCenter,
             pointsText(costAt(sheet_, category)), smallStyle(theme_.colors.text, true));
    drawText(painter_, rows_theme_, {layout_.objects, y}, Qt::AlignRight | Qt::AlignVCenter,
             QString::number(sheet_.accuracy->objects[category]), smallStyle(theme_.colors.muted, true));
  }

  void paintCell(const QRectF& cell, std::size_t category, std::size_t branch) {
    const double percent = sheet_.accuracy->at(category, branch);
    const QRectF inside = cell.adjusted(0.0, 0.0, -theme_.hairline, -theme_.hairline);
    const bool own = sheet_.accuracy->own[category] == static_cast<int>(branch);
    QColor ink = theme_.colors.text;
    if (std::isfinite(percent)) {
      const QColor ground = accuracyColor(sheet_, percent);
      ink = inkOn(ground);
      painter_.fillRect(inside, ground);
      if (numbers_ != CellNumbers::kNone) {
        drawText(painter_, numbers_theme_, inside.center(), Qt::AlignHCenter | Qt::AlignVCenter,
                 numberText(percent, 1), smallStyle(ink, true, own));
      }
    } else {
      painter_.fillRect(inside, theme_.background());
      paintHatch(painter_, theme_, inside);
    }
    if (own) {
      const double width = kOutline * theme_.hairline, half = 0.5 * width + theme_.hairline;
      painter_.setPen(QPen(ink, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
      painter_.setBrush(Qt::NoBrush);
      painter_.drawRect(inside.adjusted(half, half, -half, -half));
    }
  }

  QPainter& painter_;
  const PlotTheme& theme_;
  PlotTheme numbers_theme_, rows_theme_;
  const BranchSheet& sheet_;
  BranchLayout layout_;
  CellNumbers numbers_ = CellNumbers::kNone;
};

}  // namespace

QRectF BranchLayout::cell(std::size_t place, std::size_t branch) const {
  const double width = cells.width() / static_cast<double>(std::max<std::size_t>(columns, 1));
  const double height = cells.height() / static_cast<double>(std::max<std::size_t>(rows, 1));
  return {cells.left() + width * static_cast<double>(branch),
          cells.top() + height * static_cast<double>(place), width, height};
}

std::optional<std::pair<std::size_t, std::size_t>> BranchLayout::at(const QPointF& point) const {
  if (!cells.contains(point) || cells.isEmpty()) {
    return std::nullopt;
  }
  const auto step = [](double from, double extent, std::size_t count) {
    const double place = std::floor(from / extent * static_cast<double>(count));
    return static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(count) - 1.0));
  };
  return std::pair(step(point.y() - cells.top(), cells.height(), rows),
                   step(point.x() - cells.left(), cells.width(), columns));
}

BranchLayout layoutBranches(const QRectF& area, const PlotTheme& theme, const BranchSheet& sheet) {
  BranchLayout layout;
  layout.rows = sheet.count();
  layout.columns = sheet.accuracy->branches.size();
  const double pad = theme.print ? 0.5 * theme.spacing : 2.0 * theme.spacing;
  const double line = lineHeight(theme, TextRole::kSmall);
  QRectF inside = area.adjusted(pad, pad, -pad, -pad);
  if (!sheet.title.isEmpty()) {
    layout.title = QRectF(inside.topLeft(), QSizeF(inside.width(), lineHeight(theme, TextRole::kTitle)));
    inside.setTop(layout.title.bottom() + 2.0 * theme.spacing);
  }
  layout.names =
      std::min(widestOf(theme, shownNames(sheet.accuracy->categories)), kMostName * theme.small_size);
  const double wrong =
      textWidth(theme, inTable("wrong label (points)"), {TextRole::kSmall}) + 3.0 * theme.spacing;
  const double objects = textWidth(theme, inTable("objects"), {TextRole::kSmall}) + 3.0 * theme.spacing;
  const double bar = (6.5 + kBranchBar) * theme.spacing +
                     textWidth(theme, QStringLiteral("100.0"), {TextRole::kSmall, {}, true}) + line;
  const double left = layout.names + 2.0 * theme.spacing, head = line + 2.0 * theme.spacing;
  const double width = std::max(1.0, inside.width() - left - wrong - objects - bar);
  const double height = std::max(1.0, inside.height() - head - line - 2.0 * theme.spacing);
  const double cell_width = std::min(width / static_cast<double>(std::max<std::size_t>(layout.columns, 1)),
                                     kMostWidth * theme.text_size);
  const double cell_height = std::min(height / static_cast<double>(std::max<std::size_t>(layout.rows, 1)),
                                      kMostHeight * theme.text_size);
  layout.cells =
      QRectF(inside.left() + left, inside.top() + head, cell_width * static_cast<double>(layout.columns),
             cell_height * static_cast<double>(layout.rows));
  layout.wrong = layout.cells.right() + wrong;
  layout.objects = layout.wrong + objects;
  layout.color_bar = QRectF(layout.objects + 4.0 * theme.spacing, layout.cells.top(),
                            kBranchBar * theme.spacing, layout.cells.height());
  layout.summary = QRectF(inside.left(), layout.cells.bottom() + 2.0 * theme.spacing, inside.width(), line);
  return layout;
}

QColor accuracyColor(const BranchSheet& sheet, double percent) {
  return sequentialColor(SequentialMap::kViridis, percent / sheet.span);
}

void BranchFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  BranchPainter(painter, theme, *sheet_, area).paint();
  painter.restore();
}

}  // namespace alidade
