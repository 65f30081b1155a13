// SPDX-License-Identifier: BSD-3-Clause
// Names of rows are dragged into another group.
#include <algorithm>
#include <utility>

#include <QMouseEvent>
#include <QPainter>

#include "views/base/plot.h"
#include "views/contention/contention_canvas.h"

namespace alidade {
namespace {

constexpr double kLabelHeight = 24.0, kLabelRadius = 4.0, kLabelPad = 8.0;  // pixels

int groupCount(const ContentionSheet& sheet) {
  return sheet.groups.empty() ? 0 : 1 + *std::max_element(sheet.groups.begin(), sheet.groups.end());
}

/// The places of a group, from the first to behind the last; equal where it has none.
std::pair<std::size_t, std::size_t> placesOf(const ContentionSheet& sheet, int group) {
  std::size_t first = sheet.count(), end = 0;
  for (std::size_t place = 0; place < sheet.count(); ++place) {
    if (sheet.groups[static_cast<std::size_t>(sheet.row(place))] == group) {
      first = std::min(first, place);
      end = place + 1;
    }
  }
  return {std::min(first, end), end};
}

}  // namespace

std::optional<int> ContentionCanvas::rowNameAt(const QPointF& point) const {
  if (!figure_ || figure_->sheet().groups.empty()) {
    return std::nullopt;
  }
  const ContentionLayout layout = layoutNow();
  for (const ContentionLayout::Panel& panel : layout.panels) {
    const QRectF names(panel.matrix.left() - layout.names - kLabelPad, panel.matrix.top(),
                       layout.names + kLabelPad, panel.matrix.height());
    if (names.contains(point) && layout.cell > 0.0) {
      const auto place = static_cast<std::size_t>((point.y() - names.top()) / layout.cell);
      return figure_->sheet().row(std::min(place, figure_->sheet().count() - 1));
    }
  }
  return std::nullopt;
}

std::optional<int> ContentionCanvas::groupAt(const QPointF& point) const {
  const ContentionLayout layout = layoutNow();
  for (const ContentionLayout::Panel& panel : layout.panels) {
    const QRectF rows(panel.matrix.left() - layout.names - kLabelPad, panel.matrix.top(),
                      panel.matrix.width() + layout.names + kLabelPad + layout.brackets,
                      panel.matrix.height() + layout.cell);
    if (!rows.contains(point)) {
      continue;
    }
    const ContentionSheet& sheet = figure_->sheet();
    const auto place = static_cast<std::size_t>((point.y() - rows.top()) / layout.cell);
    return place < sheet.count() ? sheet.groups[static_cast<std::size_t>(sheet.row(place))]
                                 : groupCount(sheet);
  }
  return std::nullopt;
}

void ContentionCanvas::mouseReleaseEvent(QMouseEvent* event) {
  const auto row = std::exchange(dragged_, std::nullopt);
  const auto group = row ? groupAt(event->position()) : std::nullopt;
  if (group && *group != figure_->sheet().groups[static_cast<std::size_t>(*row)]) {
    Q_EMIT rowDropped(*row, *group);
  }
  update();
}

void ContentionCanvas::paintDragged(QPainter& painter, const PlotTheme& theme) const {
  const ContentionSheet& sheet = figure_->sheet();
  const ContentionLayout layout = layoutNow();
  const int group = mouse_ ? groupAt(*mouse_).value_or(-1) : -1;
  painter.setBrush(Qt::NoBrush);
  for (const ContentionLayout::Panel& panel : layout.panels) {
    if (group < 0) {
      break;
    }
    const bool fresh = group == groupCount(sheet);
    const auto [first, end] = fresh ? std::pair(sheet.count(), sheet.count() + 1) : placesOf(sheet, group);
    const QRectF rows(panel.matrix.left(), panel.matrix.top() + layout.cell * static_cast<double>(first),
                      panel.matrix.width(), layout.cell * static_cast<double>(end - first));
    painter.setPen(
        QPen(theme.colors.accent, 2.0, fresh ? Qt::DashLine : Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawRect(rows.adjusted(1.0, 1.0, -1.0, -1.0));
    if (fresh) {
      painter.fillRect(rows.adjusted(2.0, 2.0, -2.0, -2.0), theme.background());
      drawText(painter, theme, rows.center(), Qt::AlignHCenter | Qt::AlignVCenter, tr("new branch"),
               {TextRole::kSmall, theme.colors.muted});
    }
  }
  const QString& name = sheet.rows[static_cast<std::size_t>(*dragged_)];
  const double width = textWidth(theme, name, {TextRole::kSmall}) + 2.0 * kLabelPad;
  QRectF label(0.0, 0.0, width, kLabelHeight);
  label.moveCenter(mouse_.value_or(QPointF()));
  painter.setPen(QPen(theme.colors.border, 1.0));
  painter.setBrush(theme.colors.raised);
  painter.drawRoundedRect(label, kLabelRadius, kLabelRadius);
  drawText(painter, theme, label.center(), Qt::AlignHCenter | Qt::AlignVCenter, name, {TextRole::kSmall});
}

}  // namespace alidade
