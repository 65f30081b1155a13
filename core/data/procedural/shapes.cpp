// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/shapes.h"

#include <array>
#include <cmath>
#include <numbers>

#include "core/data/procedural/mesh_builder.h"
#include "core/data/procedural/shape_families.h"

namespace alidade {
namespace {

struct Family {
  const char* name;
  ShapeInstance (*make)(Random&);
  bool has_handle = false;  ///< that may be hidden; the faces from first_handle_face on are set by `make`
};

constexpr std::array<Family, 14> kFamilies{{{"bottle", make_bottle},
                                            {"bowl", make_bowl},
                                            {"box", make_box},
                                            {"camera", make_camera},
                                            {"can", make_can},
                                            {"cup", make_cup, true},
                                            {"cutlery", make_cutlery},
                                            {"glass", make_glass},
                                            {"laptop", make_laptop},
                                            {"mug", make_mug, true},
                                            {"remote", make_remote},
                                            {"shoe", make_shoe},
                                            {"teapot", make_teapot},
                                            {"tube", make_tube}}};

ProfilePiece ball_profile(double radius, const Rgb& color) {
  ProfilePiece piece{{}, color};
  constexpr int kSteps = 14;
  for (int i = 0; i <= kSteps; ++i) {
    const double angle = std::numbers::pi * (static_cast<double>(i) / kSteps - 0.5);
    const double out = i == 0 || i == kSteps ? 0.0 : std::cos(angle);
    piece.points.emplace_back(radius * out, radius * std::sin(angle));
  }
  return piece;
}

}  // namespace

const std::vector<std::string>& shape_categories() {
  static const std::vector<std::string> names{"bottle", "bowl", "camera", "can", "laptop", "mug"};
  return names;
}

const std::vector<std::string>& household_categories() {
  static const std::vector<std::string> names{"box",    "bottle",  "can",   "cup",  "remote",
                                              "teapot", "cutlery", "glass", "shoe", "tube"};
  return names;
}

const std::vector<std::string>& all_shape_categories() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const auto& family : kFamilies) {
      list.emplace_back(family.name);
    }
    return list;
  }();
  return names;
}

ShapeInstance make_shape(const std::string& category, std::uint64_t seed) {
  for (const auto& family : kFamilies) {
    if (category == family.name) {
      Random random(seed);
      ShapeInstance shape = family.make(random);
      shape.category = category;
      if (shape.num_printable_faces == 0) {
        shape.num_printable_faces = family.has_handle ? shape.first_handle_face : shape.mesh.faces.size();
      }
      if (!family.has_handle) {
        shape.first_handle_face = shape.mesh.faces.size();
        shape.symmetry_when_hidden = shape.symmetry;
      }
      return shape;
    }
  }
  return {};
}

ShapeInstance make_clutter(std::uint64_t seed, bool cartons) {
  Random random(seed);
  const Rgb color = rgb_from_hsv(random.uniform(), random.uniform(0.1, 0.6), random.uniform(0.45, 0.9));
  const Rgb second = rgb_from_hsv(random.uniform(), random.uniform(0.1, 0.6), random.uniform(0.45, 0.9));
  MeshBuilder builder;
  const std::uint32_t kind = random.index(5);
  switch (kind == 0 && !cartons ? 2 : kind) {
    case 0:  // a carton
      builder.box({0, 0, 0},
                  {random.uniform(0.04, 0.12), random.uniform(0.06, 0.2), random.uniform(0.03, 0.08)}, 0.002,
                  color);
      break;
    case 1: {  // a book: cover and pages
      const double w = random.uniform(0.11, 0.17), d = random.uniform(0.15, 0.22),
                   h = random.uniform(0.012, 0.035);
      builder.box({0, 0, 0}, {w - 0.006, h - 0.004, d - 0.006}, 0.0, {236, 230, 214});
      builder.box({0, 0.5 * h - 0.001, 0}, {w, 0.002, d}, 0.0, color);
      builder.box({0, -0.5 * h + 0.001, 0}, {w, 0.002, d}, 0.0, color);
      builder.box({-0.5 * w + 0.002, 0, 0}, {0.004, h, d}, 0.0, color);
      break;
    }
    case 2: {  // a post
      const double r = random.uniform(0.015, 0.035), h = random.uniform(0.08, 0.2);
      builder.revolve({{{{0, 0}, {r, 0}}, color},
                       {{{r, 0}, {r, 0.6 * h}}, color},
                       {{{r, 0.6 * h}, {r, h}}, second},
                       {{{r, h}, {0, h}}, second}},
                      28);
      break;
    }
    case 3: {  // a cone
      const double r = random.uniform(0.025, 0.045), h = random.uniform(0.08, 0.17);
      builder.revolve({{{{0, 0}, {r, 0}}, color},
                       {{{r, 0}, {0.6 * r, 0.4 * h}}, color},
                       {{{0.6 * r, 0.4 * h}, {0.3 * r, 0.7 * h}}, second},
                       {{{0.3 * r, 0.7 * h}, {0.05 * r, h}}, color},
                       {{{0.05 * r, h}, {0, h}}, color}},
                      28);
      break;
    }
    default:
      builder.revolve({ball_profile(random.uniform(0.025, 0.05), color)}, 28);
  }
  ShapeInstance shape;
  shape.mesh = builder.finish(shape.size);
  shape.category = "clutter";
  shape.first_handle_face = shape.mesh.faces.size();
  shape.gloss = random.uniform(0.1, 0.5);
  return shape;
}

}  // namespace alidade
