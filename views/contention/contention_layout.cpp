// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/contention_layout.h"

#include <algorithm>
#include <cmath>

#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kSlant = 0.70710678;      // sine and cosine of 45 degrees
constexpr double kMostNames = 9.0;         // times the size of small text
constexpr double kMostCell = 64.0 / 12.0;  // times the size of text: larger squares tell nothing more
constexpr double kBarWidth = 2.5;          // times the spacing

constexpr double kMatrixShare = 0.58;  // of the width, beside a scatter plot

/// Room around the cells of one panel.
struct Room {
  double left = 0.0, top = 0.0, right = 0.0, bottom = 0.0;
};

double namesWidth(const PlotTheme& theme, const std::vector<QString>& names) {
  double width = 0.0;
  for (const QString& name : names) {
    width = std::max(width, textWidth(theme, name, {TextRole::kSmall}));
  }
  return std::min(width, kMostNames * theme.small_size);
}

double rowHeight(const PlotTheme& theme) {
  return 1.3 * lineHeight(theme, TextRole::kSmall);
}

bool anyPanel(const ContentionSheet& sheet, bool (*holds)(const ContentionPanel&)) {
  return std::any_of(sheet.panels.begin(), sheet.panels.end(), holds);
}

Room roomAround(const PlotTheme& theme, const ContentionSheet& sheet, const ContentionLayout& layout) {
  const double line = lineHeight(theme, TextRole::kSmall);
  Room room;
  room.left = std::max(layout.names, textWidth(theme, QStringLiteral("Sca"), {TextRole::kSmall})) +
              2.0 * theme.spacing;
  const double above = layout.slanted ? kSlant * layout.names + 0.8 * theme.small_size : line;
  room.top = above + theme.spacing + (sheet.panels.size() > 1 ? line + theme.spacing : 0.0);
  // The slanted name of the last column reaches beyond it.
  const double beyond = layout.slanted ? kSlant * layout.names : 0.0;
  room.right = std::max(layout.brackets, beyond);
  const bool rows = anyPanel(sheet, [](const ContentionPanel& panel) { return !panel.to_all.empty(); });
  room.bottom = (rows ? 2.0 * rowHeight(theme) + 3.0 * theme.spacing : 0.0) + theme.spacing + line;
  if (anyPanel(sheet, [](const ContentionPanel& panel) { return !panel.note.isEmpty(); })) {
    room.bottom += line;
  }
  return room;
}

double cellIn(const QRectF& area, const Room& room, std::size_t count) {
  const auto n = static_cast<double>(std::max<std::size_t>(count, 1));
  return std::max(0.0, std::min((area.width() - room.left - room.right) / n,
                                (area.height() - room.top - room.bottom) / n));
}

void placePanel(ContentionLayout::Panel& panel, const QRectF& area, const Room& room, double cell,
                const PlotTheme& theme, const ContentionSheet& sheet, const ContentionPanel& content) {
  const double side = cell * static_cast<double>(sheet.count());
  const double line = lineHeight(theme, TextRole::kSmall);
  const QPointF corner(
      area.left() + room.left + 0.5 * std::max(0.0, area.width() - room.left - room.right - side),
      area.top() + room.top);
  panel.matrix = QRectF(corner, QSizeF(side, side));
  const double left = corner.x() - room.left;
  const double right = std::max(area.right(), corner.x() + side);
  if (sheet.panels.size() > 1) {
    panel.title = QRectF(left, area.top(), right - left, line);
  }
  double y = panel.matrix.bottom();
  if (!content.to_all.empty()) {
    panel.to_all = QRectF(corner.x(), y + 2.0 * theme.spacing, side, rowHeight(theme));
    panel.transfer = panel.to_all.translated(0.0, panel.to_all.height() + 0.5 * theme.spacing);
    y = panel.transfer.bottom();
  }
  panel.summary = QRectF(left, y + theme.spacing, right - left, line);
  panel.note = panel.summary.translated(0.0, line);
}

double panelGap(const PlotTheme& theme) {
  return 4.0 * theme.spacing;
}

/// Room of the color bar, its numbers and its name.
double besideMatrices(const PlotTheme& theme) {
  const double numbers = textWidth(theme, QStringLiteral("\u2264 \u22121.0"), {TextRole::kSmall, {}, true});
  return (4.0 + kBarWidth) * theme.spacing + numbers + lineHeight(theme, TextRole::kSmall);
}

struct Arrangement {
  std::size_t columns = 1;  ///< of panels
  Room room;
};

/// The largest cells; names above the columns are upright only where they fit.
Arrangement arrange(const QRectF& area, const PlotTheme& theme, const ContentionSheet& sheet,
                    ContentionLayout& layout) {
  Arrangement arranged;
  const std::size_t panels = std::max<std::size_t>(sheet.panels.size(), 1);
  for (const bool slanted : {true, false}) {
    ContentionLayout tried = layout;
    tried.slanted = slanted;
    const Room room = roomAround(theme, sheet, tried);
    std::size_t best = 1;
    double cell = 0.0;
    for (std::size_t c = 1; c <= panels; ++c) {
      const double side = cellIn(panelArea(area, 0, panels, c, panelGap(theme)), room, sheet.count());
      if (side > cell) {
        cell = side;
        best = c;
      }
    }
    cell = std::min(cell, kMostCell * theme.text_size);
    if (slanted || cell > layout.names + theme.spacing) {
      layout.slanted = slanted;
      layout.cell = cell;
      arranged = {best, room};
    }
  }
  return arranged;
}

void placeColorBar(ContentionLayout& layout, const Room& room, double last, const PlotTheme& theme) {
  if (layout.panels.empty()) {
    return;
  }
  double right = 0.0;
  for (const auto& panel : layout.panels) {
    right = std::max(right, panel.matrix.right());
  }
  const QRectF& first = layout.panels.front().matrix;
  const double x = std::min(right + std::max(room.right, 2.0 * theme.spacing) + 2.0 * theme.spacing,
                            last + 4.0 * theme.spacing);
  layout.color_bar = QRectF(x, first.top(), kBarWidth * theme.spacing, first.height());
}

}  // namespace

QRectF panelArea(const QRectF& area, std::size_t panel, std::size_t panels, std::size_t columns, double gap) {
  const std::size_t rows = (panels + columns - 1) / columns;
  const double width = (area.width() - gap * static_cast<double>(columns - 1)) / static_cast<double>(columns);
  const double height = (area.height() - gap * static_cast<double>(rows - 1)) / static_cast<double>(rows);
  return {area.left() + static_cast<double>(panel % columns) * (width + gap),
          area.top() + static_cast<double>(panel / columns) * (height + gap), width, height};
}

QRectF ContentionLayout::square(std::size_t panel, std::size_t row, std::size_t column) const {
  const QRectF& matrix = panels[panel].matrix;
  return {matrix.left() + cell * static_cast<double>(column), matrix.top() + cell * static_cast<double>(row),
          cell, cell};
}

std::optional<ContentionLayout::Hit> ContentionLayout::at(const QPointF& point, std::size_t count) const {
  for (std::size_t i = 0; i < panels.size(); ++i) {
    if (cell > 0.0 && panels[i].matrix.contains(point)) {
      const auto last = static_cast<double>(count) - 1.0;
      const QPointF place = (point - panels[i].matrix.topLeft()) / cell;
      return Hit{i, static_cast<std::size_t>(std::clamp(std::floor(place.y()), 0.0, last)),
                 static_cast<std::size_t>(std::clamp(std::floor(place.x()), 0.0, last))};
    }
  }
  return std::nullopt;
}

ContentionLayout layoutContention(const QRectF& area, const PlotTheme& theme, const ContentionSheet& sheet) {
  ContentionLayout layout;
  const double pad = theme.print ? 0.5 * theme.spacing : 2.0 * theme.spacing;
  QRectF inside = area.adjusted(pad, pad, -pad, -pad);
  if (!sheet.title.isEmpty()) {
    layout.title = QRectF(inside.topLeft(), QSizeF(inside.width(), lineHeight(theme, TextRole::kTitle)));
    inside.setTop(layout.title.bottom() + 2.0 * theme.spacing);
  }
  if (sheet.scatter) {
    layout.scatter = inside;
    layout.scatter.setLeft(inside.left() + kMatrixShare * inside.width());
    inside.setRight(layout.scatter.left() - 4.0 * theme.spacing);
  }
  layout.names = namesWidth(theme, sheet.rows);
  if (!sheet.groups.empty()) {
    layout.brackets =
        3.0 * theme.spacing + std::min(namesWidth(theme, sheet.group_names), 5.0 * theme.small_size);
  }
  const double beside = besideMatrices(theme);
  const QRectF matrices = inside.adjusted(0.0, 0.0, -beside, 0.0);
  const Arrangement arranged = arrange(matrices, theme, sheet, layout);
  for (std::size_t i = 0; i < sheet.panels.size(); ++i) {
    const QRectF place = panelArea(matrices, i, sheet.panels.size(), arranged.columns, panelGap(theme));
    placePanel(layout.panels.emplace_back(), place, arranged.room, layout.cell, theme, sheet,
               sheet.panels[i]);
  }
  placeColorBar(layout, arranged.room, inside.right() - beside, theme);
  return layout;
}

}  // namespace alidade
