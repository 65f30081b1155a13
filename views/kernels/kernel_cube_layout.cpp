// SPDX-License-Identifier: BSD-3-Clause
#include "views/kernels/kernel_cube_layout.h"

#include <algorithm>
#include <cmath>

#include "views/base/plot.h"
#include "views/kernels/kernel_paint.h"

namespace alidade {
namespace {

constexpr double kMostCell = 7.0;                       // times the size of text
constexpr double kPlaneGap = 0.55;                      // of a cell, between planes
constexpr double kDeepX = 0.46, kDeepY = 0.50;          // one cell into depth, of a cell's edge
constexpr double kTile = 0.16;                          // height of a tile, of a cell's edge
constexpr double kTallMap = 0.48;                       // height over width
constexpr double kAlikeSide = 0.24, kAlikeBelow = 0.3;  // of the room that the map of agreement takes
constexpr double kAlikeShare = 0.42;                    // of the cells of the map

/// The box around the offsets.
struct CubeBox {
  std::array<std::array<int, 2>, 3> bounds;

  int size(std::size_t axis) const { return bounds[axis][1] - bounds[axis][0] + 1; }
  /// From the lower end of an axis.
  double place(const std::array<int, 3>& offset, std::size_t axis) const {
    return offset[axis] - bounds[axis][0];
  }
};

/// Planes side by side, z rising to the right, y upwards; centered in `area`, at most `most` an edge. Returns
/// the edge.
double placeFlat(const QRectF& area, const PlotTheme& theme, const CubeBox& box,
                 const std::vector<std::array<int, 3>>& offsets, double most, std::vector<QRectF>& boxes,
                 std::vector<KernelCubeLayout::Plane>* planes) {
  const double label = planes != nullptr ? lineHeight(theme, TextRole::kSmall) + theme.spacing : 0.0;
  const double across = box.size(2) * box.size(0) + kPlaneGap * (box.size(2) - 1);
  const double edge =
      std::max(1.0, std::min({area.width() / across, (area.height() - label) / box.size(1), most}));
  const double left = area.center().x() - 0.5 * edge * across;
  const double top = area.center().y() - 0.5 * (edge * box.size(1) + label) + label;
  const auto plane_left = [&](double z) { return left + edge * z * (box.size(0) + kPlaneGap); };
  for (const auto& offset : offsets) {
    boxes.emplace_back(plane_left(box.place(offset, 2)) + edge * box.place(offset, 0),
                       top + edge * (box.size(1) - 1 - box.place(offset, 1)), edge, edge);
  }
  for (int z = 0; planes != nullptr && z < box.size(2); ++z) {
    planes->push_back({box.bounds[2][0] + z, {plane_left(z) + 0.5 * edge * box.size(0), top - label}});
  }
  return edge;
}

/// Planes above each other, z rising upwards, y into depth.
void placeTiles(const QRectF& area, const PlotTheme& theme, const CubeBox& box,
                const std::vector<std::array<int, 3>>& offsets, KernelCubeLayout& layout) {
  const double label =
      textWidth(theme, QStringLiteral("z = \u22120"), {TextRole::kSmall}) + 2.0 * theme.spacing;
  const double plane = kDeepY * box.size(1) + kTile;  // of an edge, its height
  const double pitch = plane + 0.5 * kPlaneGap;
  const double wide = box.size(0) + kDeepX * box.size(1), high = pitch * (box.size(2) - 1) + plane;
  const double edge = std::max(1.0, std::min({(area.width() - label) / wide, area.height() / high,
                                              1.25 * kMostCell * theme.text_size}));
  const double left = area.center().x() - 0.5 * (edge * wide + label) + label;
  const double bottom = area.center().y() + 0.5 * edge * high - kTile * edge;
  const auto at = [&](double x, double y, double z) {
    return QPointF(left + edge * (x + kDeepX * y), bottom - edge * (kDeepY * y + pitch * z));
  };
  layout.tile_height = kTile * edge;
  for (const auto& offset : offsets) {
    const double x = box.place(offset, 0), y = box.place(offset, 1), z = box.place(offset, 2);
    layout.tops.push_back(QPolygonF{{at(x, y, z), at(x + 1, y, z), at(x + 1, y + 1, z), at(x, y + 1, z)}});
  }
  for (int z = 0; z < box.size(2); ++z) {
    layout.planes.push_back(
        {box.bounds[2][0] + z,
         {left - 0.5 * label, at(0.0, 0.0, z).y() - lineHeight(theme, TextRole::kSmall)}});
  }
}

void placeOrbits(const QRectF& area, const PlotTheme& theme, const KernelSheet& sheet,
                 KernelCubeLayout& layout) {
  const double row = lineHeight(theme, TextRole::kSmall) + 0.5 * theme.spacing;
  for (std::size_t i = 0; i < sheet.orbits.size(); ++i) {
    layout.orbits.emplace_back(area.left(), area.top() + row * static_cast<double>(i), area.width(), row);
  }
}

}  // namespace

KernelCubeLayout layoutKernelCube(const QRectF& area, const PlotTheme& theme, const KernelSheet& sheet) {
  KernelCubeLayout layout;
  const double gap = theme.spacing, pad = theme.print ? 0.5 * gap : 3.0 * gap;
  const double small = lineHeight(theme, TextRole::kSmall), text = lineHeight(theme);
  QRectF inside = area.adjusted(pad, pad, -pad, -pad);
  layout.title = QRectF(inside.left(), inside.top(), inside.width(), text);
  layout.remark = QRectF(inside.left(), layout.title.bottom(), inside.width(), small);
  layout.key =
      QRectF(inside.left(), inside.bottom() - kernelKeyHeight(theme), inside.width(), kernelKeyHeight(theme));
  inside.setTop(layout.remark.bottom() + 1.5 * gap);
  inside.setBottom(layout.key.top() - 2.0 * gap);
  if (sheet.asked.orbits) {
    const double rows = static_cast<double>(sheet.orbits.size()) * (small + 0.5 * gap);
    const double height = std::min(rows, 0.5 * inside.height());
    placeOrbits(QRectF(inside.left(), inside.bottom() - height, inside.width(), height), theme, sheet,
                layout);
    inside.setBottom(inside.bottom() - height - 2.0 * gap);
  }
  const CubeBox box{offset_bounds(sheet.layer().offsets)};
  const auto& offsets = sheet.layer().offsets;
  if (!sheet.cells.agreement.offsets.empty()) {
    // Planes side by side leave room below them, tiles in space at their right.
    const bool below = !sheet.asked.exploded && inside.height() > kTallMap * inside.width();
    QRectF beside(inside.right() - kAlikeSide * inside.width(), inside.top() + small + gap,
                  kAlikeSide * inside.width(), inside.height() - small - gap);
    if (below) {
      beside = QRectF(inside.left(), inside.bottom() - kAlikeBelow * inside.height() + small + gap,
                      inside.width(), kAlikeBelow * inside.height() - small - gap);
      inside.setBottom(beside.top() - small - 3.0 * gap);
    } else {
      inside.setRight(beside.left() - 4.0 * gap);
    }
    placeFlat(beside, theme, box, offsets, kAlikeShare * kMostCell * theme.text_size, layout.alike, nullptr);
    double top = beside.bottom();
    for (const QRectF& cell : layout.alike) {
      top = std::min(top, cell.top());
    }
    layout.alike_label = QPointF(beside.center().x(), top - small - gap);
  }
  if (sheet.asked.exploded) {
    placeTiles(inside, theme, box, offsets, layout);
  } else {
    placeFlat(inside, theme, box, offsets, kMostCell * theme.text_size, layout.boxes, &layout.planes);
  }
  return layout;
}

}  // namespace alidade
