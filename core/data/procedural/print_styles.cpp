// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>

#include "core/base/random.h"
#include "core/data/procedural/mesh_builder.h"
#include "core/data/procedural/shape_parts.h"
#include "core/data/procedural/shapes.h"

namespace alidade {
namespace {

using Chart = PrintLayer::Chart;
using Printed = PrintLayer::Pattern;

Eigen::Vector3d unit_color(const Rgb& color) {
  return Eigen::Vector3d(color[0], color[1], color[2]) / 255.0;
}

/// The color that most corners of the printable faces have.
Eigen::Vector3d main_color(const ShapeInstance& shape) {
  std::map<Rgb, int> counts;
  for (std::size_t i = 0; i < shape.num_printable_faces; ++i) {
    for (const auto vertex : shape.mesh.faces[i]) {
      ++counts[shape.mesh.colors[vertex]];
    }
  }
  const auto most = std::max_element(counts.begin(), counts.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return unit_color(most->first);
}

/// Draws the layers of one object; regions in shares of the chart, lengths in metres.
class Printer {
 public:
  Printer(ShapeInstance& shape, Random random) : shape_(shape), random_(random), base_(main_color(shape)) {
    shape.print.half = 0.5 * shape.size;
    shape.print.num_faces = shape.num_printable_faces;
  }

  Random& random() { return random_; }
  bool chance(double share) { return random_.uniform() < share; }

  /// A color that is seen on `ground`.
  Eigen::Vector3d contrast(const Eigen::Vector3d& ground) {
    Eigen::Vector3d color = ground;
    for (int i = 0; i < 12 && (color - ground).norm() < 0.45; ++i) {
      color = unit_color(paint(random_));
    }
    return color;
  }
  const Eigen::Vector3d& base() const { return base_; }

  PrintLayer& add(Chart chart, Printed pattern, const Eigen::Vector3d& color) {
    PrintLayer layer;
    layer.chart = chart;
    layer.pattern = pattern;
    layer.color = color;
    layer.seed = static_cast<std::uint32_t>(random_.bits());
    shape_.print.layers.push_back(layer);
    return shape_.print.layers.back();
  }

  /// A frequency that closes around the object: `count` repetitions per turn.
  double around(Chart chart, double count) const {
    const auto& h = shape_.print.half;
    const double radius = chart == Chart::kAroundY ? std::max(h.z(), h.x()) : std::max(h.y(), h.z());
    return count / (2.0 * std::numbers::pi * radius);
  }

  /// A label: a panel with a mark and lines of text on it. Around x, what is "up" on the chart runs along x.
  void label(Chart chart, const Eigen::Vector2d& center, const Eigen::Vector2d& half, unsigned sides = 7) {
    Eigen::Vector3d ground = base_;
    const auto place = [&](PrintLayer& layer, double dx, double dy, double sx, double sy) {
      layer.center = center + Eigen::Vector2d(dx * half.x(), dy * half.y());
      layer.half = {sx * half.x(), sy * half.y()};
      layer.sides = sides;
    };
    if (chance(0.7)) {
      ground = contrast(base_);
      place(add(chart, Printed::kFill, ground), 0.0, 0.0, 1.0, 1.0);
    }
    if (chance(0.35)) {
      auto& band = add(chart, Printed::kFill, contrast(ground));
      place(band, 0.0, chance(0.5) ? 0.75 : -0.75, 1.0, 0.12);
    }
    const double up = random_.uniform(0.2, 0.45), wide = random_.uniform(0.4, 0.75);
    const Eigen::Vector3d mark = contrast(ground);
    auto& logo = add(chart, Printed::kFill, mark);
    logo.oval = random_.uniform() < 0.55;
    place(logo, 0.0, up, wide, random_.uniform(0.2, 0.36));
    auto& word = add(chart, Printed::kLines, contrast(mark));
    place(word, 0.0, up, 0.72 * wide, 0.1);
    word.frequency = {160.0, 12.0};
    const int rows = 3 + static_cast<int>(random_.index(4));
    auto& text = add(chart, Printed::kLines, contrast(ground));
    place(text, 0.0, -0.45, 0.8, 0.32);
    text.frequency = {random_.uniform(220.0, 320.0), rows / (0.64 * half.y() * height_of(chart, sides))};
  }

  /// A pattern all around, in a band of the height.
  void band(Chart chart, double center, double half, const Eigen::Vector3d& color) {
    const double kind = random_.uniform(), rows = 1.0 / random_.uniform(0.008, 0.02);
    const double count = 2.0 * (3.0 + random_.index(7));
    PrintLayer* layer = nullptr;
    if (kind < 0.3) {  // upright or slanted stripes
      layer = &add(chart, Printed::kStripes, color);
      layer->frequency = {around(chart, count), chance(0.5) ? 0.0 : random_.uniform(-40.0, 40.0)};
    } else if (kind < 0.5) {  // rings
      layer = &add(chart, Printed::kStripes, color);
      layer->frequency = {0.0, rows};
    } else if (kind < 0.7) {
      layer = &add(chart, Printed::kChecks, color);
      layer->frequency = {around(chart, 2.0 * count), rows};
    } else if (kind < 0.9) {
      layer = &add(chart, Printed::kDots, color);
      layer->frequency = {around(chart, count), around(chart, count)};
    } else {
      layer = &add(chart, Printed::kFill, color);
    }
    layer->center = {0.0, center};
    layer->half = {1.0, half};
  }

  void speckle(double per_metre, double cover) {
    auto& layer = add(Chart::kSolid, Printed::kSpeckle, shade_of(random_.uniform(0.4, 0.75)));
    layer.frequency = Eigen::Vector2d::Constant(per_metre);
    layer.cover = cover;
  }

 private:
  Eigen::Vector3d shade_of(double factor) const {
    const bool dark = base_.sum() < 0.9;
    return dark ? Eigen::Vector3d(base_ + Eigen::Vector3d::Constant(0.3 * factor))
                : Eigen::Vector3d(factor * base_);
  }
  /// Half the height of the chart in metres.
  double height_of(Chart chart, unsigned sides) const {
    const auto& h = shape_.print.half;
    return chart == Chart::kAroundX ? h.x() : chart == Chart::kSides && sides == 2 ? h.z() : h.y();
  }

  ShapeInstance& shape_;
  Random random_;
  Eigen::Vector3d base_;
};

void print_carton(Printer& printer, const ShapeInstance& shape) {
  if (printer.chance(0.5)) {  // a frame of color below what is on the sides
    auto& wash = printer.add(Chart::kSides, printer.chance(0.5) ? Printed::kFill : Printed::kStripes,
                             printer.contrast(printer.base()));
    wash.center = {0.0, printer.chance(0.5) ? -0.7 : 0.6};
    wash.half = {1.0, 0.3};
    wash.frequency = {printer.random().uniform(30.0, 80.0), printer.random().uniform(-60.0, 60.0)};
    wash.sides = 5;
  }
  const bool upright = shape.size.y() > shape.size.z();
  printer.label(Chart::kSides, {0.0, 0.05}, {0.8, 0.82}, 4);
  printer.label(Chart::kSides, {0.0, 0.0}, {0.75, 0.75}, upright ? 1 : 2);
  auto& bars = printer.add(Chart::kSides, Printed::kBars, {0.1, 0.1, 0.1});
  bars.sides = upright ? 2 : 1;
  bars.center = {0.3, -0.2};
  bars.half = {0.4, 0.45};
  bars.frequency = {450.0, 0.0};
}

void print_can(Printer& printer) {
  if (printer.chance(0.4)) {
    printer.band(Chart::kAroundY, 0.0, 0.75, printer.contrast(printer.base()));
  }
  for (const double turn : {-0.5, 0.5}) {
    printer.label(Chart::kAroundY, {turn, 0.0}, {0.36, 0.68});
  }
}

void print_bottle(Printer& printer) {
  printer.label(Chart::kAroundY, {0.5, -0.4}, {printer.chance(0.5) ? 0.3 : 0.45, 0.32});
  if (printer.chance(0.5)) {
    printer.label(Chart::kAroundY, {-0.5, -0.4}, {0.3, 0.3});
  } else {
    printer.band(Chart::kAroundY, -0.62, 0.08, printer.contrast(printer.base()));
  }
}

/// Crockery: a band, dots all over, or a mark on both sides.
void print_crockery(Printer& printer, double low, double high) {
  const Eigen::Vector3d color = printer.contrast(printer.base());
  const double kind = printer.random().uniform();
  if (kind < 0.4) {
    const double half = 0.5 * (high - low) * printer.random().uniform(0.25, 0.6);
    printer.band(Chart::kAroundY, printer.random().uniform(low + half, high - half), half, color);
  } else if (kind < 0.7) {
    printer.band(Chart::kAroundY, 0.5 * (low + high), 0.5 * (high - low), color);
  } else {
    for (const double turn : {-0.5, 0.5}) {
      printer.label(Chart::kAroundY, {turn, 0.5 * (low + high)}, {0.24, 0.36 * (high - low)});
    }
  }
  if (printer.chance(0.3)) {
    printer.speckle(140.0, 0.5);
  }
}

void print_glass(Printer& printer) {
  if (printer.chance(0.5)) {
    printer.band(Chart::kAroundY, printer.random().uniform(0.45, 0.75), printer.random().uniform(0.03, 0.16),
                 printer.contrast(printer.base()));
  }
}

void print_tube(Printer& printer) {
  if (printer.chance(0.6)) {
    printer.band(Chart::kAroundX, printer.random().uniform(-0.7, -0.5), 0.12,
                 printer.contrast(printer.base()));
  }
  // Two flat sides, up and down; text runs along the tube.
  auto& stripe = printer.add(Chart::kSides, Printed::kFill, printer.contrast(printer.base()));
  stripe.sides = 6;
  stripe.center = {0.05, printer.random().uniform(-0.3, 0.3)};
  stripe.half = {0.6, printer.random().uniform(0.1, 0.25)};
  printer.label(Chart::kSides, {0.0, 0.0}, {0.5, 0.62}, 2);
}

void print_shoe(Printer& printer) {
  const Eigen::Vector3d color = printer.contrast(printer.base());
  if (printer.chance(0.65)) {  // stripes on both sides
    auto& stripes = printer.add(Chart::kSides, Printed::kStripes, color);
    stripes.sides = 4;
    stripes.center = {0.0, -0.3};
    stripes.half = {printer.random().uniform(0.2, 0.32), 0.55};
    stripes.frequency = {printer.random().uniform(30.0, 50.0), printer.random().uniform(-25.0, 25.0)};
  }
  if (printer.chance(0.4)) {  // a cap on the toe
    auto& cap =
        printer.add(Chart::kSides, Printed::kFill, printer.chance(0.5) ? color : 0.6 * printer.base());
    cap.center = {0.85, 0.0};
    cap.half = {0.22, 1.2};
    cap.sides = 2;
  }
  printer.speckle(printer.random().uniform(120.0, 400.0), 0.35);
}

void print_remote(Printer& printer) {
  auto& brand = printer.add(Chart::kSides, Printed::kLines, printer.contrast(printer.base()));
  brand.sides = 2;
  brand.center = {-0.9, 0.0};
  brand.half = {0.035, 0.4};
  brand.frequency = {90.0, 500.0};
  printer.speckle(320.0, 0.15);
}

void print_cutlery(Printer& printer) {
  if (printer.chance(0.4)) {  // rings on the handle
    auto& rings = printer.add(Chart::kAroundX, Printed::kStripes, 0.55 * printer.base());
    rings.center = {0.0, printer.random().uniform(-0.8, -0.4)};
    rings.half = {1.0, printer.random().uniform(0.06, 0.18)};
    rings.frequency = {0.0, printer.random().uniform(120.0, 220.0)};
  }
  printer.speckle(printer.random().uniform(60.0, 160.0), 0.35);
}

}  // namespace

void print_surface(ShapeInstance& shape, std::uint64_t seed) {
  Printer printer(shape, Random(seed));
  const auto& category = shape.category;
  if (category == "box") {
    print_carton(printer, shape);
  } else if (category == "can") {
    print_can(printer);
  } else if (category == "bottle") {
    print_bottle(printer);
  } else if (category == "cup" || category == "mug" || category == "bowl") {
    print_crockery(printer, -0.7, 0.75);
  } else if (category == "teapot") {
    print_crockery(printer, -0.75, 0.1);
  } else if (category == "glass") {
    print_glass(printer);
  } else if (category == "tube") {
    print_tube(printer);
  } else if (category == "shoe") {
    print_shoe(printer);
  } else if (category == "remote") {
    print_remote(printer);
  } else if (category == "cutlery") {
    print_cutlery(printer);
  } else {  // a camera's leather, and a laptop, which keeps its smooth screen
    printer.speckle(220.0, category == "laptop" ? 0.08 : 0.35);
  }
}

}  // namespace alidade
