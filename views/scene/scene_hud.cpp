// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/scene_hud.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QPainter>

#include "views/base/badge.h"
#include "views/base/plot.h"
#include "views/base/theme.h"
#include "views/scene/scene_measure.h"

namespace alidade {
namespace {

constexpr double kGizmoRadius = 28.0;
constexpr double kMargin = 12.0;
constexpr double kHit = 10.0;
constexpr double kBarWidth = 168.0;
constexpr double kFoot = 28.0;        // height of the legend's ground
constexpr double kNoteShare = 0.6;  // of the width; the legend has the rest

}  // namespace

SceneHud::SceneHud(QWidget* parent) : QWidget(parent) {
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setAttribute(Qt::WA_NoSystemBackground);
  setFocusPolicy(Qt::NoFocus);
}

void SceneHud::setViewpoint(const Viewpoint& viewpoint) {
  viewpoint_ = viewpoint;
  update();
}

void SceneHud::setNote(const QString& note) {
  note_ = note;
  update();
}

void SceneHud::setCaption(const QString& caption) {
  caption_ = caption;
  update();
}

void SceneHud::setMeasurePreview(const std::optional<Eigen::Vector3d>& point_cam) {
  preview_ = point_cam;
  update();
}

void SceneHud::setScales(const std::vector<ColorScale>& scales) {
  scales_ = scales;
  update();
}

void SceneHud::setBadge(const QString& badge) {
  if (badge != badge_) {
    badge_ = badge;
    update();
  }
}

QPointF SceneHud::gizmoCenter() const {
  const double inset = kMargin + kGizmoRadius + 8.0;
  return {width() - inset, inset};
}

QPointF SceneHud::gizmoTip(int axis) const {
  const Eigen::Vector3d tip = viewpoint_.view_from_cam.R.col(axis);
  return gizmoCenter() + kGizmoRadius * QPointF(tip.x(), tip.y());
}

std::optional<StandardView> SceneHud::gizmoAt(const QPointF& at) const {
  constexpr std::array<StandardView, 3> kViews{StandardView::kRight, StandardView::kTop,
                                               StandardView::kFront};
  std::optional<StandardView> hit;
  double nearest = kHit;
  for (int axis = 0; axis < 3; ++axis) {
    const QPointF offset = at - gizmoTip(axis);
    const double distance = std::hypot(offset.x(), offset.y());
    if (distance < nearest) {
      nearest = distance;
      hit = kViews[static_cast<std::size_t>(axis)];
    }
  }
  return hit;
}

void SceneHud::paintEvent(QPaintEvent*) {
  if (!contents_ || !contents_->frame) {
    return;
  }
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setClipRect(QRectF(rect()).adjusted(0.0, 0.0, 0.0, -kFoot));  // labels keep off the legend
  const PlotTheme plot = screenPlotTheme(themeOf(*this));
  OverlayProjection projection{viewpoint_.camera(width(), height()), viewpoint_.view_from_cam, {}};
  paintPoseLabels(painter, plot,
                  poseOverlay(*contents_->frame, contents_->result.get(), projection, contents_->layers.poses,
                              contents_->selected),
                  contents_->layers.poses, OverlayGround::kSurface);
  paintMeasure(painter, plot, projection);
  painter.setClipRect(rect());
  paintGizmo(painter, plot);
  paintScales(painter, plot);
  paintCaption(painter, plot);
  QColor ground = plot.colors.surface;
  ground.setAlphaF(0.75F);
  drawBadge(painter, plot, QRectF(kMargin, 0.0, width() - 2 * kMargin, height() - kFoot - 6.0), badge_);
  painter.fillRect(QRectF(0, height() - kFoot, width(), kFoot), ground);  // the cloud would drown the text
  const QRectF foot(kMargin, height() - 24.0, width() - 2 * kMargin, 20.0);
  paintOverlayLegend(painter, plot, foot, contents_->layers.poses, contents_->result != nullptr,
                     OverlayGround::kSurface);
  const TextStyle style{TextRole::kSmall, plot.colors.muted, true};
  drawText(painter, plot, {foot.right(), foot.center().y()}, Qt::AlignRight | Qt::AlignVCenter,
           elided(plot, note_, kNoteShare * foot.width(), style), style);
}

void SceneHud::paintMeasure(QPainter& painter, const PlotTheme& theme,
                            const OverlayProjection& projection) const {
  std::vector<Eigen::Vector3d> points = contents_->measured;
  if (points.size() == 1 && preview_) {
    points.push_back(*preview_);
  }
  paintMeasurement(painter, theme, projection, points);
}

void SceneHud::paintCaption(QPainter& painter, const PlotTheme& theme) const {
  if (caption_.isEmpty()) {
    return;
  }
  const TextStyle style{TextRole::kSmall, theme.colors.text, false, true};
  const double room = width() - 4.0 * (kGizmoRadius + kMargin);
  const QString text = elided(theme, caption_, std::max(0.0, room), style);
  QRectF box(0.0, kMargin - 4.0, textWidth(theme, text, style) + 4.0 * theme.spacing, 1.6 * theme.small_size);
  box.moveCenter({0.5 * width(), box.center().y()});
  QColor ground = theme.colors.surface;
  ground.setAlphaF(0.88F);
  painter.setPen(Qt::NoPen);
  painter.setBrush(ground);
  painter.drawRoundedRect(box, 4.0, 4.0);
  painter.setBrush(Qt::NoBrush);
  drawText(painter, theme, box.center(), Qt::AlignCenter, text, style);
}

void SceneHud::paintScales(QPainter& painter, const PlotTheme& theme) const {
  if (scales_.empty()) {
    return;
  }
  const double width = std::min(kBarWidth, 0.5 * this->width());
  const QRectF card(kMargin - 4.0, kMargin - 4.0, width + 16.0, colorBarHeight(theme, scales_.size()) + 8.0);
  QColor ground = theme.colors.surface;
  ground.setAlphaF(0.8F);
  painter.setPen(Qt::NoPen);
  painter.setBrush(ground);
  painter.drawRoundedRect(card, 4.0, 4.0);
  painter.setBrush(Qt::NoBrush);
  paintColorBars(painter, theme, card.adjusted(8.0, 4.0, -8.0, 0.0), scales_);
}

void SceneHud::paintGizmo(QPainter& painter, const PlotTheme& theme) const {
  std::array<int, 3> order{0, 1, 2};
  const Eigen::Matrix3d& R = viewpoint_.view_from_cam.R;
  std::sort(order.begin(), order.end(), [&](int a, int b) { return R(2, a) > R(2, b); });  // farthest first
  for (const int axis : order) {
    QColor color = theme.colors.axes[static_cast<std::size_t>(axis)];
    color.setAlphaF(R(2, axis) > 0.5 ? 0.55F : 1.0F);
    painter.setPen(QPen(color, 2.0, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(gizmoCenter(), gizmoTip(axis));
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(gizmoTip(axis), 7.0, 7.0);
    painter.setBrush(Qt::NoBrush);
    drawText(painter, theme, gizmoTip(axis), Qt::AlignCenter, QString("XYZ"[axis]),
             {TextRole::kSmall, theme.colors.surface, false, true});
  }
}

}  // namespace alidade
