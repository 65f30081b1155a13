// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/pose_thumbnail.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <QLineF>
#include <QPainter>
#include <QVarLengthArray>

#include "core/geometry/box.h"
#include "core/geometry/rotation.h"
#include "views/base/color_map.h"
#include "views/base/plot_theme.h"

namespace alidade {
namespace {

constexpr double kYaw = 0.6;       // radians to the right of the camera
constexpr double kPitch = 0.4;     // radians above it
constexpr double kEye = 4.0;       // distance of the eye in units of the reach: a mild perspective
constexpr double kNearest = 0.25;  // of that distance; what is closer counts as outside
constexpr double kThumbnailMargin = 1.15;
constexpr double kMostSizes = 6.0;
constexpr double kCovered = 0.8;
constexpr std::size_t kMostDrawn = 200;
constexpr int kRingParts = 48;

Eigen::Matrix3d viewRotation() {
  return rotation_about(Eigen::Vector3d::UnitX(), kPitch) * rotation_about(Eigen::Vector3d::UnitY(), kYaw);
}

double radiusOf(const PoseThumbnail& thumbnail) {
  const double radius = 0.5 * thumbnail.size.norm();
  return std::isfinite(radius) && radius > 0.0 ? radius : 0.05;
}

bool finite(const Rigid3& pose) {
  return pose.R.allFinite() && pose.t.allFinite();
}

/// What the picture is centered on: the truth, else the median of the poses; metres, camera frame.
Eigen::Vector3d middleOf(const PoseThumbnail& thumbnail) {
  if (thumbnail.truth) {
    return *thumbnail.truth * thumbnail.center_obj;
  }
  Eigen::Vector3d middle = Eigen::Vector3d::Zero();
  for (int axis = 0; axis < 3; ++axis) {
    std::vector<double> values;
    for (const Rigid3& pose : thumbnail.poses) {
      if (finite(pose)) {
        values.push_back((pose * thumbnail.center_obj)[axis]);
      }
    }
    if (!values.empty()) {
      const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
      std::nth_element(values.begin(), half, values.end());
      middle[axis] = *half;
    }
  }
  return middle;
}

/// From the camera frame to the picture.
class Projection {
 public:
  Projection(const PoseThumbnail& thumbnail, const QRectF& area)
      : area_(area),
        middle_(middleOf(thumbnail)),
        reach_(thumbnail.reach > 0.0 ? thumbnail.reach : thumbnailReach(thumbnail)),
        scale_(0.5 * std::min(area.width(), area.height()) / reach_) {}

  /// Metres behind the middle.
  double depth(const Eigen::Vector3d& cam) const { return (view_ * (cam - middle_)).z(); }
  double reach() const { return reach_; }

  QPointF point(const Eigen::Vector3d& cam) const {
    const Eigen::Vector3d at = view_ * (cam - middle_);
    const double near = kEye * reach_;
    const double scale = scale_ * near / std::max(near + at.z(), kNearest * near);
    return area_.center() + scale * QPointF(at.x(), at.y());
  }
  bool shows(const Eigen::Vector3d& cam) const {
    return depth(cam) > (kNearest - 1.0) * kEye * reach_ && area_.contains(point(cam));
  }
  /// Where the rim of the area, `inset` inside, meets the way to a point outside.
  QPointF rimPoint(const Eigen::Vector3d& cam, double inset) const {
    const Eigen::Vector3d at = view_ * (cam - middle_);
    const double across = std::max(std::abs(at.x()) / std::max(1.0, 0.5 * area_.width() - inset),
                                   std::abs(at.y()) / std::max(1.0, 0.5 * area_.height() - inset));
    return across > 0.0 ? area_.center() + QPointF(at.x(), at.y()) / across : area_.center();
  }

 private:
  QRectF area_;
  Eigen::Vector3d middle_;
  double reach_;
  double scale_;
  Eigen::Matrix3d view_ = viewRotation();
};

using LineList = QVarLengthArray<QLineF, 12>;

LineList boxLines(const Projection& projection, const OrientedBox& box) {
  const auto corners = box_corners(box);
  std::array<QPointF, 8> at;
  std::transform(corners.begin(), corners.end(), at.begin(),
                 [&](const Eigen::Vector3d& corner) { return projection.point(corner); });
  LineList lines;
  for (const auto& [a, b] : box_edges()) {
    lines.append(QLineF(at[static_cast<std::size_t>(a)], at[static_cast<std::size_t>(b)]));
  }
  return lines;
}

void paintTruthBox(QPainter& painter, const PlotTheme& theme, const Projection& projection,
                   const OrientedBox& box) {
  const auto corners = box_corners(box);
  const double radius = std::max(1e-9, 0.5 * box.size.norm());
  const double middle = projection.depth(box.frame_from_box.t);
  struct Edge {
    QLineF line;
    double nearness;  ///< 0 far, 1 near
  };
  std::array<Edge, 12> edges;
  std::transform(box_edges().begin(), box_edges().end(), edges.begin(), [&](const std::pair<int, int>& edge) {
    const Eigen::Vector3d& a = corners[static_cast<std::size_t>(edge.first)];
    const Eigen::Vector3d& b = corners[static_cast<std::size_t>(edge.second)];
    const double behind = projection.depth(0.5 * (a + b)) - middle;
    return Edge{{projection.point(a), projection.point(b)}, std::clamp(0.5 - behind / radius, 0.0, 1.0)};
  });
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.nearness < b.nearness; });
  for (const Edge& edge : edges) {
    QPen pen = theme.groundTruthPen();
    QColor color = pen.color();
    color.setAlphaF(static_cast<float>(0.35 + 0.65 * edge.nearness));
    pen.setColor(color);
    pen.setWidthF(pen.widthF() * (0.65 + 0.35 * edge.nearness));
    painter.setPen(pen);
    painter.drawLine(edge.line);
  }
}

/// Where the tips of the axes of equally good poses lie.
void paintOrbit(QPainter& painter, const PlotTheme& theme, const Projection& projection,
                const PoseThumbnail& thumbnail, double length) {
  QColor color = theme.colors.ground_truth;
  color.setAlphaF(0.7F);
  painter.setPen(QPen(color, theme.hairline));
  painter.setBrush(Qt::NoBrush);
  const Rigid3& truth = *thumbnail.truth;
  const Eigen::Vector3d middle = truth * thumbnail.center_obj;
  for (const SymmetryAxis& symmetry : thumbnail.symmetry.axes) {
    const Eigen::Vector3d spoke = symmetry.axis.unitOrthogonal();
    QPolygonF ring;
    for (int i = 0; i <= kRingParts; ++i) {
      const double turn = 2.0 * std::numbers::pi * i / kRingParts;
      ring << projection.point(middle + length * (truth.R * rotation_about(symmetry.axis, turn) * spoke));
    }
    painter.drawPolyline(ring);
  }
}

void paintAxes(QPainter& painter, const PlotTheme& theme, const Projection& projection, const Rigid3& pose,
               const Eigen::Vector3d& middle, double length, double width, const QColor* color,
               double opacity) {
  for (int axis = 0; axis < 3; ++axis) {
    QColor shown = color ? *color : theme.colors.axes[static_cast<std::size_t>(axis)];
    shown.setAlphaF(static_cast<float>(opacity));
    painter.setPen(QPen(shown, width));
    painter.drawLine(projection.point(middle), projection.point(middle + length * pose.R.col(axis)));
  }
}

/// Numbers of the poses to draw, marked ones last.
std::vector<std::size_t> chosenPoses(const PoseThumbnail& thumbnail, std::size_t* first_marked) {
  std::vector<bool> marked(thumbnail.poses.size(), false);
  for (const int number : thumbnail.marked) {
    if (number >= 0 && static_cast<std::size_t>(number) < marked.size()) {
      marked[static_cast<std::size_t>(number)] = true;
    }
  }
  std::vector<std::size_t> plain, picked;
  for (std::size_t k = 0; k < thumbnail.poses.size(); ++k) {
    if (finite(thumbnail.poses[k])) {
      (marked[k] ? picked : plain).push_back(k);
    }
  }
  const auto thinned = [](std::vector<std::size_t>& list) {
    if (list.size() > kMostDrawn) {
      std::vector<std::size_t> kept(kMostDrawn);
      for (std::size_t i = 0; i < kMostDrawn; ++i) {
        kept[i] = list[i * list.size() / kMostDrawn];
      }
      list = std::move(kept);
    }
  };
  thinned(plain);
  thinned(picked);
  *first_marked = plain.size();
  plain.insert(plain.end(), picked.begin(), picked.end());
  return plain;
}

class SamplePainter {
 public:
  SamplePainter(QPainter& painter, const PlotTheme& theme, const Projection& projection,
                const PoseThumbnail& thumbnail, double length)
      : painter_(painter), theme_(theme), projection_(projection), data_(thumbnail), length_(length) {}

  void paint(std::size_t number, bool marked, double opacity) const {
    Rigid3 pose = data_.poses[number];
    if (data_.nearest && data_.truth) {
      pose = nearest_equivalent(*data_.truth, pose, data_.symmetry);
    }
    const Eigen::Vector3d middle = pose * data_.center_obj;
    const QColor color = colorOf(number, marked);
    if (!projection_.shows(middle)) {
      paintRimDot(middle, color, opacity);
      return;
    }
    const double width = marked ? 0.9 * theme_.line : theme_.hairline;
    const bool by_axis = data_.mark == ThumbnailMark::kAxes && data_.amounts.size() != data_.poses.size();
    if (data_.mark == ThumbnailMark::kAxes) {
      paintAxes(painter_, theme_, projection_, pose, middle, length_, width, by_axis ? nullptr : &color,
                opacity);
      return;
    }
    const LineList lines = boxLines(projection_, {{pose.R, middle}, data_.size});
    QColor faded = color;
    faded.setAlphaF(static_cast<float>(opacity));
    painter_.setPen(QPen(faded, width));
    painter_.drawLines(lines.constData(), static_cast<int>(lines.size()));
  }

 private:
  QColor colorOf(std::size_t number, bool marked) const {
    if (data_.amounts.size() == data_.poses.size()) {
      return surfaceColor(SequentialMap::kCividis, data_.amounts[number], theme_.colors.dark);
    }
    return marked ? theme_.colors.accent : data_.plain.value_or(theme_.colors.prediction);
  }

  void paintRimDot(const Eigen::Vector3d& middle, const QColor& color, double opacity) const {
    const double radius = 0.4 * theme_.spacing;
    QColor faded = color;
    faded.setAlphaF(static_cast<float>(std::min(1.0, 1.4 * opacity)));
    painter_.setPen(Qt::NoPen);
    painter_.setBrush(faded);
    painter_.drawEllipse(projection_.rimPoint(middle, 1.5 * radius), radius, radius);
    painter_.setBrush(Qt::NoBrush);
  }

  QPainter& painter_;
  const PlotTheme& theme_;
  const Projection& projection_;
  const PoseThumbnail& data_;
  double length_;
};

}  // namespace

double thumbnailReach(const PoseThumbnail& thumbnail) {
  const double radius = radiusOf(thumbnail);
  const Eigen::Vector3d middle = middleOf(thumbnail);
  std::vector<double> distances;
  for (const Rigid3& pose : thumbnail.poses) {
    if (finite(pose)) {
      distances.push_back((pose * thumbnail.center_obj - middle).norm());
    }
  }
  double away = 0.0;
  if (!distances.empty()) {
    const auto place = static_cast<std::size_t>(kCovered * static_cast<double>(distances.size() - 1));
    const auto most = distances.begin() + static_cast<std::ptrdiff_t>(place);
    std::nth_element(distances.begin(), most, distances.end());
    away = *most;
  }
  return std::min(kThumbnailMargin * (radius + away), kMostSizes * radius);
}

void paintPoseThumbnail(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                        const PoseThumbnail& thumbnail) {
  if (area.width() < 4.0 || area.height() < 4.0) {
    return;
  }
  painter.save();
  painter.setClipRect(area, Qt::IntersectClip);
  painter.setRenderHint(QPainter::Antialiasing);
  const Projection projection(thumbnail, area);
  const double length = thumbnail.size.maxCoeff() > 0.0 ? 0.6 * thumbnail.size.maxCoeff() : 0.05;
  std::size_t first_marked = 0;
  const std::vector<std::size_t> order = chosenPoses(thumbnail, &first_marked);
  const bool any_marked = first_marked < order.size();
  const double shared = std::clamp(1.8 / std::sqrt(static_cast<double>(order.size() + 1)), 0.2, 0.9);
  const SamplePainter samples(painter, theme, projection, thumbnail, length);
  for (std::size_t i = 0; i < first_marked; ++i) {
    samples.paint(order[i], false, any_marked ? 0.55 * shared : shared);
  }
  if (thumbnail.truth && finite(*thumbnail.truth)) {
    const Rigid3& truth = *thumbnail.truth;
    const Eigen::Vector3d middle = truth * thumbnail.center_obj;
    paintTruthBox(painter, theme, projection, {{truth.R, middle}, thumbnail.size});
    if (thumbnail.mark == ThumbnailMark::kAxes) {
      paintOrbit(painter, theme, projection, thumbnail, length);
      paintAxes(painter, theme, projection, truth, middle, length, 1.4 * theme.line, nullptr, 1.0);
    }
  }
  for (std::size_t i = first_marked; i < order.size(); ++i) {
    samples.paint(order[i], true, 0.95);
  }
  painter.restore();
}

}  // namespace alidade
