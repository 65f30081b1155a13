// SPDX-License-Identifier: BSD-3-Clause
#include "views/rooms/room_overlay.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

#include "views/base/color_scale.h"
#include "views/base/plot.h"
#include "views/rooms/room_lines.h"

namespace alidade {
namespace {

constexpr double kStrongLine = 1.7;
constexpr double kGroundOpacity = 0.82;

void paintLines(QPainter& painter, const OverlayProjection& projection, const RoomLines& lines) {
  for (const auto& [a, b] : lines) {
    if (const auto line = projection.line(a, b)) {
      painter.drawLine(*line);
    }
  }
}

bool hasDetection(const std::vector<RoomBox>& boxes) {
  return std::any_of(boxes.begin(), boxes.end(), [](const RoomBox& one) { return one.detection; });
}

/// Selected first, then by falling score.
std::vector<const RoomBox*> labelOrder(const std::vector<RoomBox>& boxes) {
  const bool found = hasDetection(boxes);
  std::vector<const RoomBox*> order;
  for (const RoomBox& one : boxes) {
    if (one.detection || !found || one.selected) {
      order.push_back(&one);
    }
  }
  std::stable_sort(order.begin(), order.end(), [](const RoomBox* a, const RoomBox* b) {
    return a->selected != b->selected ? a->selected : a->score > b->score;
  });
  return order;
}

/// 1, 2 or 5 times a power of ten, at most `most`.
double roundMetres(double most) {
  const double power = std::pow(10.0, std::floor(std::log10(most)));
  return most >= 5.0 * power ? 5.0 * power : most >= 2.0 * power ? 2.0 * power : power;
}

}  // namespace

OverlayProjection roomProjection(const RoomCamera& camera, const QRectF& area) {
  return {camera.intrinsics(area.width(), area.height()), camera.viewFromRoom(),
          QTransform::fromTranslate(area.left(), area.top())};
}

void paintBoxes(QPainter& painter, const PlotTheme& theme, const OverlayProjection& projection,
                const std::vector<RoomBox>& boxes) {
  for (const RoomBox& one : boxes) {
    QPen pen = one.detection ? theme.predictionPen() : theme.groundTruthPen();
    if (one.selected) {
      pen.setWidthF(kStrongLine * pen.widthF());
    }
    painter.setPen(pen);
    paintLines(painter, projection, boxEdges(one.box));
  }
}

void paintPairs(QPainter& painter, const PlotTheme& theme, const OverlayProjection& projection,
                const std::vector<RoomPair>& pairs) {
  painter.setPen(QPen(theme.colors.accent, theme.line, Qt::SolidLine, Qt::RoundCap));
  for (const RoomPair& pair : pairs) {
    if (const auto line = projection.line(pair.from.cast<double>(), pair.to.cast<double>())) {
      painter.drawLine(*line);
    }
  }
}

void paintBoxLabels(QPainter& painter, const PlotTheme& theme, const OverlayProjection& projection,
                    const QRectF& area, const std::vector<RoomBox>& boxes) {
  std::vector<QRectF> taken;
  for (const RoomBox* one : labelOrder(boxes)) {
    const auto place = projection.point(labelPlace(one->box));
    if (!place) {
      continue;
    }
    const QString text = QString::fromStdString(boxLabel(*one));
    const QColor& ink = one->detection ? theme.colors.prediction : theme.colors.ground_truth;
    const TextStyle style{TextRole::kSmall, ink, true, one->selected};
    QRectF box(0.0, 0.0, textWidth(theme, text, style) + 2.0 * theme.spacing, 1.45 * theme.small_size);
    box.moveCenter(*place - QPointF(0.0, 0.9 * theme.small_size));
    const bool free =
        area.contains(box) &&
        std::none_of(taken.begin(), taken.end(), [&](const QRectF& other) { return other.intersects(box); });
    if (!free) {
      continue;
    }
    taken.push_back(box);
    QColor ground = theme.background();
    ground.setAlphaF(static_cast<float>(kGroundOpacity));
    painter.setPen(Qt::NoPen);
    painter.setBrush(ground);
    painter.drawRoundedRect(box, 0.5 * theme.spacing, 0.5 * theme.spacing);
    painter.setBrush(Qt::NoBrush);
    drawText(painter, theme, box.center(), Qt::AlignCenter, text, style);
  }
}

void paintRoomLegend(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                     const RoomContents& contents) {
  std::vector<LegendEntry> entries;
  if (contents.layers.truth && contents.cloud && !contents.cloud->boxes.empty()) {
    entries.push_back({LegendEntry::Mark::kLine, theme.groundTruthPen(), QStringLiteral("ground truth")});
  }
  if (contents.layers.detections && contents.detections() != nullptr) {
    entries.push_back(
        {LegendEntry::Mark::kLine, theme.predictionPen(),
         QStringLiteral("detected, score \u2265 ") + numberText(contents.layers.least_score, 2)});
  }
  drawLegend(painter, theme, area, entries);
}

void paintHeightScale(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                      const RoomContents& contents) {
  const bool by_height = contents.cloud && contents.layers.points &&
                         (contents.layers.color == RoomColor::kHeight || contents.cloud->photo.empty());
  if (!by_height) {
    return;
  }
  ColorScale scale;
  scale.label = QStringLiteral("height (m)");
  scale.low = 0.0;
  scale.high = contents.cloud->high.z() - contents.cloud->low.z();
  scale.decimals = 1;
  scale.map = contents.layers.colors;
  const QRectF bar(area.topLeft() + QPointF(2.0 * theme.spacing, 2.0 * theme.spacing),
                   QSizeF(std::min(0.4 * area.width(), 14.0 * theme.text_size), colorBarHeight(theme, 1)));
  QColor ground = theme.background();
  ground.setAlphaF(static_cast<float>(kGroundOpacity));
  painter.fillRect(bar.adjusted(-theme.spacing, -theme.spacing, theme.spacing, theme.spacing), ground);
  paintColorBars(painter, theme, bar, {scale});
}

void paintLengthScale(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                      const RoomCamera& camera) {
  const double per_metre = camera.intrinsics(area.width(), area.height()).fy / camera.distance;
  const double metres = roundMetres(0.18 * area.width() / per_metre);
  const QString text = metres < 1.0 ? numberText(100.0 * metres, 0) + " cm" : numberText(metres, 0) + " m";
  const double right = area.right() - 2.0 * theme.spacing, y = area.bottom() - 3.0 * theme.spacing;
  painter.setPen(QPen(theme.colors.muted, 1.5 * theme.hairline, Qt::SolidLine, Qt::FlatCap));
  painter.drawLine(QPointF(right - metres * per_metre, y), QPointF(right, y));
  drawText(painter, theme, {right - metres * per_metre - theme.spacing, y}, Qt::AlignRight | Qt::AlignVCenter,
           text, {TextRole::kSmall, theme.colors.muted, true});
}

}  // namespace alidade
