// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/cubesat_model.h"

#include <cmath>
#include <numbers>

#include <Eigen/Geometry>

#include "core/data/procedural/shape_parts.h"
#include "core/geometry/rotation.h"

namespace alidade {
namespace {

using Eigen::Vector3d;

constexpr double kLift = 0.001;  // of marks above their face, metres
constexpr Rgb kSilver{168, 172, 178}, kWhite{238, 238, 232}, kGold{222, 164, 62}, kDark{40, 42, 48},
    kBlue{36, 64, 156}, kViolet{84, 44, 132}, kOrange{232, 116, 30}, kRed{196, 38, 34}, kGreen{52, 150, 88},
    kKapton{176, 100, 40};

void add_front(SpacecraftBuilder& b) {
  const Vector3d z = Vector3d::UnitZ();
  b.mark({0.0, -0.085, 0.055}, z, {0.049, 0.078}, kGold);
  b.finish_as(Finish::kFoil);
  b.mark({0.0, 0.022, 0.055}, z, {0.049, 0.024}, kWhite);
  for (const auto& [y, half] : {std::pair{0.034, 0.040}, {0.022, 0.026}, {0.010, 0.034}}) {  // lines of text
    b.parts.rectangle({-0.042 + half, y, 0.055 + 2 * kLift}, {half, 0, 0}, {0, 0.0035, 0}, kDark);
  }
  b.parts.place({rotation_about(Vector3d::UnitX(), 0.5 * std::numbers::pi), {0.004, 0.108, 0.055}});
  b.parts.revolve({{{{0.042, 0.0}, {0.042, 0.03}}, kDark},
                   {{{0.042, 0.03}, {0.034, 0.03}}, kSilver},
                   {{{0.034, 0.03}, {0.03, 0.012}, {0.0, 0.016}}, {24, 30, 70}}},
                  24);
  b.parts.place({});
  b.finish_as(Finish::kPaint);
}

void add_sides(SpacecraftBuilder& b) {
  b.mark({0.055, 0.12, 0.0}, Vector3d::UnitX(), {0.05, 0.045}, kRed);
  b.mark({0.055, -0.1, 0.0}, Vector3d::UnitX(), {0.05, 0.06}, kWhite);
  for (int i = 0; i < 4; ++i) {
    b.mark({-0.055, -0.13 + 0.06 * i, 0.0}, -Vector3d::UnitX(), {0.05, 0.014}, i == 3 ? kDark : kOrange);
  }
  b.mark({0.0, -0.17, 0.0}, -Vector3d::UnitY(), {0.048, 0.048}, kGreen);
  b.mark({0.0, 0.17, 0.0}, Vector3d::UnitY(), {0.048, 0.048}, kDark);
  b.parts.box({0.03, 0.185, -0.025}, {0.035, 0.03, 0.04}, 0.003, kRed);
  b.parts.box({0.055, -0.06, 0.03}, {0.03, 0.03, 0.03}, 0.003, kDark);
  b.finish_as(Finish::kPaint);
  b.cells({0.0, -0.03, -0.055}, -Vector3d::UnitZ(), {0.049, 0.125}, 2, 5, kBlue);
  b.mark({0.0, 0.135, -0.055}, -Vector3d::UnitZ(), {0.049, 0.03}, kGreen);
  b.finish_as(Finish::kPaint);
}

// A boom behind the foot and a nozzle below it.
void add_foot(SpacecraftBuilder& b) {
  b.parts.box({0.03, -0.145, -0.115}, {0.012, 0.012, 0.12}, 0.0, kSilver);
  b.parts.box({0.03, -0.145, -0.185}, {0.036, 0.036, 0.03}, 0.004, kOrange);
  b.parts.revolve({{{{0.0, -0.215}, {0.034, -0.215}}, kDark}, {{{0.034, -0.215}, {0.016, -0.169}}, kSilver}},
                  16);
  b.finish_as(Finish::kPaint);
}

/// A wing on the side that `sign` says, turned about its boom.
void add_wing(SpacecraftBuilder& b, double sign, double width, double height, double turn) {
  const double middle = sign * (0.08 + 0.5 * width);
  b.parts.place({rotation_about(Vector3d::UnitX(), turn), {0.0, 0.03, 0.0}});
  b.parts.box({sign * 0.07, 0.0, 0.0}, {0.05, 0.022, 0.014}, 0.002, kSilver);
  const bool right = sign > 0.0;
  b.parts.box({middle, 0.0, 0.0}, {width, height, 0.008}, 0.0, right ? kWhite : kSilver);
  const Eigen::Vector2d half(0.5 * width - 0.003, 0.5 * height - 0.003);
  const Vector3d front(middle, 0.0, 0.004), back(middle, 0.0, -0.004);
  b.finish_as(Finish::kPaint);
  b.cells(front, Vector3d::UnitZ(), half, right ? 3 : 2, right ? 5 : 4, right ? kBlue : kViolet);
  if (right) {  // bands behind the right wing, a cross behind the left one, a white cell on the right one
    b.parts.rectangle({middle + half.x() - 0.026, half.y() - 0.027, 0.004 + 2 * kLift}, {0.026, 0, 0},
                      {0, 0.027, 0}, kWhite);
    b.mark(back + Vector3d(0.0, 0.09, 0.0), -Vector3d::UnitZ(), {half.x(), 0.03}, kKapton);
    b.mark(back - Vector3d(0.0, 0.05, 0.0), -Vector3d::UnitZ(), {half.x(), 0.06}, kKapton);
  } else {
    b.mark(back, -Vector3d::UnitZ(), {0.015, half.y()}, kDark);
    b.mark(back + Vector3d(0.0, 0.04, 0.0), -Vector3d::UnitZ(), {half.x(), 0.015}, kDark);
  }
  b.parts.place({});
  b.finish_as(Finish::kPaint);
}

}  // namespace

void SpacecraftBuilder::mark(const Vector3d& center, const Vector3d& normal, const Eigen::Vector2d& half,
                             const Rgb& color) {
  const Vector3d up = std::abs(normal.y()) > 0.5 ? Vector3d::UnitZ() : Vector3d::UnitY();
  parts.rectangle(center + kLift * normal, half.x() * up.cross(normal), half.y() * up, color);
}

void SpacecraftBuilder::cells(const Vector3d& center, const Vector3d& normal, const Eigen::Vector2d& half,
                              int columns, int rows, const Rgb& color) {
  const Vector3d up = std::abs(normal.y()) > 0.5 ? Vector3d::UnitZ() : Vector3d::UnitY();
  const Vector3d across = up.cross(normal);
  const Eigen::Vector2d cell(half.x() / columns, half.y() / rows);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const Vector3d at =
          center + (2 * column + 1 - columns) * cell.x() * across + (2 * row + 1 - rows) * cell.y() * up;
      mark(at, normal, cell - Eigen::Vector2d::Constant(0.0025),
           (row + column) % 2 == 0 ? color : shade(color, 1.3));
    }
  }
  finish_as(Finish::kGlass);
}

void SpacecraftBuilder::dish(double radius, double depth, const Rgb& inside, const Rgb& outside) {
  ProfilePoints below, above;
  constexpr int kSteps = 5;
  for (int i = 0; i <= kSteps; ++i) {
    const double r = radius * i / kSteps, out = radius * (kSteps - i) / kSteps;
    below.emplace_back(r, depth * r * r / (radius * radius));
    above.emplace_back(out, depth * out * out / (radius * radius) + 0.004);
  }
  parts.revolve({{below, outside}, {{below.back(), above.front()}, outside}, {above, inside}}, 28);
  parts.box({0.0, 0.6 * radius, 0.0}, {0.1 * radius, 1.2 * radius, 0.1 * radius}, 0.0, kDark);
  parts.box({0.0, 1.2 * radius, 0.0}, {0.3 * radius, 0.16 * radius, 0.3 * radius}, 0.0, kRed);
  finish_as(Finish::kPaint);
}

Spacecraft SpacecraftBuilder::finish(const std::string& name) {
  Spacecraft craft;
  craft.shape.mesh = parts.finish(craft.shape.size);
  craft.shape.category = name;
  craft.shape.first_handle_face = craft.shape.mesh.faces.size();
  craft.finishes = std::move(finishes_);
  return craft;
}

Spacecraft make_cubesat() {
  SpacecraftBuilder b;
  b.parts.box(Vector3d::Zero(), {0.11, 0.34, 0.11}, 0.004, kSilver);
  b.finish_as(Finish::kPaint);
  add_front(b);
  add_sides(b);
  add_foot(b);
  add_wing(b, 1.0, 0.17, 0.30, -0.35);
  add_wing(b, -1.0, 0.12, 0.25, 0.15);
  b.parts.box({-0.022, 0.19, 0.01}, {0.014, 0.05, 0.014}, 0.0, kSilver);
  b.finish_as(Finish::kPaint);
  b.parts.place({rotation_about(Vector3d::UnitZ(), 0.35), {-0.022, 0.21, 0.01}});
  b.dish(0.062, 0.02, kWhite, kSilver);
  return b.finish("cubesat");
}

Spacecraft make_satellite(CubesatRecipe::Satellite satellite) {
  return satellite == CubesatRecipe::Satellite::kProbe ? make_probe() : make_cubesat();
}

}  // namespace alidade
