// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPolygonF>

#include "views/base/plot.h"
#include "views/base/pose_overlay.h"

namespace alidade {
namespace {

constexpr double kSelectedWidth = 1.35;
constexpr double kUnselectedOpacity = 0.72;

QPen posePen(const PlotTheme& theme, bool prediction, OverlayGround ground) {
  if (ground == OverlayGround::kPhoto) {
    return prediction ? theme.photoPredictionPen() : theme.photoGroundTruthPen();
  }
  return prediction ? theme.predictionPen() : theme.groundTruthPen();
}

QPen axisPen(const PlotTheme& theme, bool prediction, std::size_t axis, OverlayGround ground) {
  QPen pen = posePen(theme, prediction, ground);
  pen.setColor(ground == OverlayGround::kPhoto ? alidade::theme(ThemeKind::kDark).axes[axis]
                                               : theme.colors.axes[axis]);
  return pen;
}

void scaleWidth(QPen& pen, double factor) {
  if (pen.style() == Qt::CustomDashLine) {
    // Dash lengths are in pen widths; a thicker line keeps its rhythm.
    QList<qreal> pattern = pen.dashPattern();
    for (qreal& dash : pattern) {
      dash /= factor;
    }
    pen.setWidthF(pen.widthF() * factor);
    pen.setDashPattern(pattern);
    return;
  }
  pen.setWidthF(pen.widthF() * factor);
}

/// The head of an arrow; nothing for an axis that points at the eye.
QPolygonF arrowHead(const QLineF& axis, double size) {
  if (axis.length() < 1.2 * size) {
    return {};
  }
  const QPointF along(axis.dx() / axis.length(), axis.dy() / axis.length());
  const QPointF across(-along.y(), along.x());
  const QPointF foot = axis.p2() - size * along;
  return QPolygonF({axis.p2(), foot + 0.42 * size * across, foot - 0.42 * size * across});
}

void paintHalo(QPainter& painter, const PlotTheme& theme, const OverlayPose& pose) {
  QPen halo = theme.photoHaloPen();
  if (pose.prediction) {
    // In step with the dashes, so that ground truth shows through the gaps.
    const QPen dashes = theme.photoPredictionPen();
    QList<qreal> pattern = dashes.dashPattern();
    for (qreal& length : pattern) {
      length *= dashes.widthF() / halo.widthF();
    }
    halo.setDashPattern(pattern);
    halo.setCapStyle(Qt::FlatCap);
  }
  scaleWidth(halo, pose.selected ? kSelectedWidth : 1.0);
  painter.setPen(halo);
  for (const QLineF& line : pose.box) {
    painter.drawLine(line);
  }
  for (const auto& axis : pose.axes) {
    if (axis) {
      painter.drawLine(*axis);
    }
  }
}

void paintAxes(QPainter& painter, const PlotTheme& theme, const OverlayPose& pose, OverlayGround ground) {
  const double head = 4.0 * theme.line;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!pose.axes[axis]) {
      continue;
    }
    QPen pen = axisPen(theme, pose.prediction, axis, ground);
    scaleWidth(pen, pose.selected ? kSelectedWidth : 1.0);
    const QPolygonF arrow = arrowHead(*pose.axes[axis], head);
    QLineF shaft = *pose.axes[axis];
    if (!arrow.isEmpty()) {
      shaft.setLength(shaft.length() - 0.7 * head);  // a wide end would stand out of the tip
    }
    painter.setPen(pen);
    painter.drawLine(shaft);
    painter.setPen(Qt::NoPen);
    painter.setBrush(pen.color());
    painter.drawPolygon(arrow);
    painter.setBrush(Qt::NoBrush);
  }
}

/// Text with a dark rim over photographs.
void paintLetter(QPainter& painter, const PlotTheme& theme, const QPointF& at, const QString& letter,
                 const QColor& color, OverlayGround ground) {
  if (ground == OverlayGround::kPhoto) {
    QColor rim = theme.colors.halo;
    rim.setAlphaF(0.65F);
    const double step = 0.07 * theme.small_size;
    for (const QPointF& offset : {QPointF(step, 0), QPointF(-step, 0), QPointF(0, step), QPointF(0, -step)}) {
      drawText(painter, theme, at + offset, Qt::AlignCenter, letter, {TextRole::kSmall, rim, false, true});
    }
  }
  drawText(painter, theme, at, Qt::AlignCenter, letter, {TextRole::kSmall, color, false, true});
}

void paintLetters(QPainter& painter, const PlotTheme& theme, const OverlayPose& pose, OverlayGround ground) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!pose.axes[axis] || pose.axes[axis]->length() < theme.small_size) {
      continue;
    }
    QLineF to_letter = *pose.axes[axis];
    to_letter.setLength(to_letter.length() + 0.75 * theme.small_size);
    paintLetter(painter, theme, to_letter.p2(), QString("XYZ"[axis]),
                axisPen(theme, false, axis, ground).color(), ground);
  }
}

/// A place for a label that wants to be at `box`: inside `bounds` and free of those that are `placed`, nearest
/// to where it wants to be. Where all is taken it lies over another one. An empty `bounds` is no bound.
QRectF freePlace(QRectF box, const QRectF& bounds, const std::vector<QRectF>& placed) {
  const auto inside = [&](QRectF at) {
    if (!bounds.isEmpty()) {
      at.moveLeft(
          std::clamp(at.left(), bounds.left(), std::max(bounds.left(), bounds.right() - at.width())));
      at.moveTop(std::clamp(at.top(), bounds.top(), std::max(bounds.top(), bounds.bottom() - at.height())));
    }
    return at;
  };
  const auto taken = [&](const QRectF& at) {
    return std::any_of(placed.begin(), placed.end(),
                       [&](const QRectF& other) { return other.intersects(at); });
  };
  const double step = 0.5 * box.height();
  for (int attempt = 0; attempt < 24; ++attempt) {
    // Up, down, farther up, farther down.
    const double aside = (attempt % 2 == 0 ? -0.5 : 0.5) * (attempt + attempt % 2) * step;
    const QRectF at = inside(box.translated(0.0, aside));
    if (!taken(at)) {
      return at;
    }
  }
  return inside(box);
}

/// `placed` holds the labels that stand already. A pose that lies outside of the picture has none.
void paintLabel(QPainter& painter, const PlotTheme& theme, const OverlayPose& pose, OverlayGround ground,
                std::vector<QRectF>* placed) {
  if (!pose.label_at || pose.label.isEmpty()) {
    return;
  }
  const bool photo = ground == OverlayGround::kPhoto;
  const Theme& colors = photo ? alidade::theme(ThemeKind::kDark) : theme.colors;
  const TextStyle style{TextRole::kSmall, colors.text, true, pose.selected};
  const double height = 1.3 * theme.small_size;
  QRectF box(0, 0, textWidth(theme, pose.label, style) + 2.0 * theme.spacing, height);
  box.moveCenter(*pose.label_at - QPointF(0.0, 0.5 * height + theme.spacing));
  const QRectF bounds = painter.clipBoundingRect();
  if (!bounds.isEmpty() && !bounds.intersects(pose.extent.united(box))) {
    return;
  }
  box = freePlace(box, bounds, *placed);
  placed->push_back(box);
  QColor ground_color = photo ? theme.colors.halo : theme.colors.surface;
  ground_color.setAlphaF(0.88F);  // nearly opaque: whatever lies behind, the text is read
  painter.setPen(pose.selected ? QPen(colors.muted, theme.hairline) : QPen(Qt::NoPen));
  painter.setBrush(ground_color);
  painter.drawRoundedRect(box, 0.25 * height, 0.25 * height);
  painter.setBrush(Qt::NoBrush);
  drawText(painter, theme, box.center(), Qt::AlignHCenter | Qt::AlignVCenter, pose.label, style);
}

}  // namespace

void paintPoseOverlay(QPainter& painter, const PlotTheme& theme, const std::vector<OverlayPose>& poses,
                      const OverlayLayers& layers, OverlayGround ground) {
  const bool any_selected =
      std::any_of(poses.begin(), poses.end(), [](const OverlayPose& pose) { return pose.selected; });
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(Qt::NoBrush);
  for (const OverlayPose& pose : poses) {
    painter.setOpacity(any_selected && !pose.selected ? kUnselectedOpacity : 1.0);
    if (ground == OverlayGround::kPhoto) {
      paintHalo(painter, theme, pose);
    }
    QPen pen = posePen(theme, pose.prediction, ground);
    scaleWidth(pen, pose.selected ? kSelectedWidth : 1.0);
    painter.setPen(pen);
    for (const QLineF& line : pose.box) {
      painter.drawLine(line);
    }
    paintAxes(painter, theme, pose, ground);
  }
  painter.restore();
  paintPoseLabels(painter, theme, poses, layers, ground);
}

void paintPoseLabels(QPainter& painter, const PlotTheme& theme, const std::vector<OverlayPose>& poses,
                     const OverlayLayers& layers, OverlayGround ground) {
  const bool any_selected =
      std::any_of(poses.begin(), poses.end(), [](const OverlayPose& pose) { return pose.selected; });
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  std::vector<QRectF> placed;
  for (auto pose = poses.rbegin(); pose != poses.rend();
       ++pose) {  // the selected one first: it gets its place
    painter.setOpacity(any_selected && !pose->selected ? kUnselectedOpacity : 1.0);
    const bool lettered = pose->selected || !any_selected;
    if (layers.letters && layers.axes && lettered && pose->prediction != layers.ground_truth) {
      paintLetters(painter, theme, *pose, ground);
    }
    painter.setOpacity(1.0);  // a faint label is no label
    paintLabel(painter, theme, *pose, ground, &placed);
  }
  painter.restore();
}

void paintOverlayLegend(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                        const OverlayLayers& layers, bool has_prediction, OverlayGround ground) {
  std::vector<LegendEntry> entries;
  const auto line = [&](const QPen& pen, const QString& text) {
    entries.push_back({LegendEntry::Mark::kLine, pen, text});
  };
  if (layers.ground_truth) {
    line(posePen(theme, false, ground), "ground truth");
  }
  if (layers.prediction && has_prediction) {
    line(posePen(theme, true, ground), "prediction");
  }
  if (layers.axes) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      line(axisPen(theme, false, axis, ground), QString("xyz"[axis]));
    }
  }
  drawLegend(painter, theme, area, entries);
}

}  // namespace alidade
