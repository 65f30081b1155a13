// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/mask_contour.h"

#include <array>
#include <cstdint>

namespace alidade {
namespace {

// Directions along the pixel grid; the inside lies to the right of the walk.
constexpr std::array<std::array<int, 2>, 4> kSteps{{{1, 0}, {0, 1}, {-1, 0}, {0, -1}}};

/// Which unit edges leave each corner of the pixel grid, one bit per direction.
class EdgeGrid {
 public:
  explicit EdgeGrid(const ImageU8& mask)
      : width_(mask.width + 1), out_(static_cast<std::size_t>(width_) * (mask.height + 1)) {
    const auto inside = [&](int x, int y) {
      return x >= 0 && y >= 0 && x < mask.width && y<mask.height&& * mask.pixel(x, y)> 127;
    };
    for (int y = 0; y < mask.height; ++y) {
      for (int x = 0; x < mask.width; ++x) {
        if (!inside(x, y)) {
          continue;
        }
        add(x, y, 0, !inside(x, y - 1));
        add(x + 1, y, 1, !inside(x + 1, y));
        add(x + 1, y + 1, 2, !inside(x, y + 1));
        add(x, y + 1, 3, !inside(x - 1, y));
      }
    }
  }

  std::size_t size() const { return out_.size(); }
  bool leaves(std::size_t corner) const { return out_[corner] != 0; }

  /// Walks one loop from `corner` and removes its edges.
  QPolygonF takeLoop(std::size_t corner) {
    QPolygonF loop;
    int x = static_cast<int>(corner % static_cast<std::size_t>(width_));
    int y = static_cast<int>(corner / static_cast<std::size_t>(width_));
    int direction = -1;
    while (out_[at(x, y)] != 0) {
      direction = next(x, y, direction);
      out_[at(x, y)] &= static_cast<std::uint8_t>(~(1U << direction));
      const auto& step = kSteps[static_cast<std::size_t>(direction)];
      append(loop, QPointF(x + 0.5 * step[0], y + 0.5 * step[1]));
      x += step[0];
      y += step[1];
    }
    return loop;
  }

 private:
  std::size_t at(int x, int y) const { return static_cast<std::size_t>(y) * width_ + x; }

  void add(int x, int y, int direction, bool border) {
    if (border) {
      out_[at(x, y)] |= static_cast<std::uint8_t>(1U << direction);
    }
  }

  /// Where two loops touch in a corner the walk turns right, so that each stays with its own pixel.
  int next(int x, int y, int direction) const {
    const std::uint8_t out = out_[at(x, y)];
    if (direction >= 0 && (out >> ((direction + 1) % 4) & 1U)) {
      return (direction + 1) % 4;
    }
    int first = 0;
    while (!(out >> first & 1U)) {
      ++first;
    }
    return first;
  }

  /// Appends a point; a point in the middle of a straight run is left out.
  static void append(QPolygonF& loop, const QPointF& point) {
    const auto n = loop.size();
    if (n >= 2) {
      const QPointF before = loop[n - 1] - loop[n - 2];
      const QPointF after = point - loop[n - 1];
      if (before.x() * after.y() == before.y() * after.x() && QPointF::dotProduct(before, after) > 0.0) {
        loop[n - 1] = point;
        return;
      }
    }
    loop.append(point);
  }

  int width_;
  std::vector<std::uint8_t> out_;
};

}  // namespace

std::vector<QPolygonF> maskContours(const ImageU8& mask) {
  std::vector<QPolygonF> loops;
  if (mask.empty() || mask.channels != 1) {
    return loops;
  }
  EdgeGrid grid(mask);
  for (std::size_t corner = 0; corner < grid.size(); ++corner) {
    while (grid.leaves(corner)) {
      loops.push_back(grid.takeLoop(corner));
    }
  }
  return loops;
}

}  // namespace alidade
