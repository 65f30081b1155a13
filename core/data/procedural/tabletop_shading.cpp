// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/tabletop_shading.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Geometry>

#include "core/base/random.h"
#include "core/data/procedural/tabletop_look.h"
#include "core/data/rasterizer.h"

namespace alidade {
namespace {

constexpr int kShadowSize = 448;      // pixels
constexpr double kShadowHalf = 0.62;  // metres around the middle of the table

Rigid3 light_from_world(const Eigen::Vector3d& position) {
  const Eigen::Vector3d forward = -position.normalized();
  const Eigen::Vector3d right = forward.cross(Eigen::Vector3d::UnitY()).normalized();
  Eigen::Matrix3d R;
  R << right.transpose(), forward.cross(right).transpose(), forward.transpose();
  return {R, -(R * position)};
}

/// Depth of the things as the lamp sees them.
class ShadowMap {
 public:
  ShadowMap(const TabletopScene& scene, const Eigen::Vector3d& lamp)
      : pose_(light_from_world(lamp)), raster_(camera_for(lamp)) {
    std::vector<RasterItem> items;
    for (const auto& thing : scene.things) {
      items.push_back({&thing.shape->mesh, pose_ * thing.world_from_obj});
    }
    raster_.draw(items);
  }

  /// Share of the lamp that reaches a world point, 0..1; sixteen taps soften the edge.
  double lit(const Eigen::Vector3d& point) const {
    const Eigen::Vector3d p = pose_ * point;
    const auto& camera = raster_.camera();
    const double u = camera.fx * p.x() / p.z() + camera.cx, v = camera.fy * p.y() / p.z() + camera.cy;
    if (u < 5.0 || v < 5.0 || u > kShadowSize - 6.0 || v > kShadowSize - 6.0) {
      return 1.0;
    }
    const auto limit = static_cast<float>(p.z() - 0.005);
    double sum = 0.0;
    for (int j = 0; j < 4; ++j) {
      for (int i = 0; i < 4; ++i) {
        const float z = raster_.depth(static_cast<int>(u + 1.7 * (i - 1.5) + 0.5),
                                      static_cast<int>(v + 1.7 * (j - 1.5) + 0.5));
        sum += z <= 0.0F || z > limit ? 1.0 : 0.0;
      }
    }
    return sum / 16.0;
  }

 private:
  static PinholeCamera camera_for(const Eigen::Vector3d& lamp) {
    const double focal = 0.5 * kShadowSize * lamp.norm() / kShadowHalf;
    return {kShadowSize, kShadowSize, focal, focal, 0.5 * (kShadowSize - 1), 0.5 * (kShadowSize - 1)};
  }

  Rigid3 pose_;
  Rasterizer raster_;
};

/// Shades single samples of the fine raster.
class Shader {
 public:
  Shader(const TabletopScene& scene, const Rasterizer& fine)
      : scene_(scene),
        fine_(fine),
        look_(scene),
        shadow_(scene, look_.light_position),
        world_from_cam_(scene.cam_from_world.inverse()) {}

  const TabletopLook& look() const { return look_; }

  /// Linear color at a pixel of the fine raster.
  Eigen::Vector3d color(int x, int y) const {
    const Fragment seen = fine_.fragment(x, y);
    if (seen.item < 0) {
      return Eigen::Vector3d::Constant(0.6);
    }
    const Eigen::Vector3d point = world_from_cam_ * fine_.point_cam(x, y);
    const Eigen::Vector3d normal = world_from_cam_.R * fine_.normal_cam(x, y);
    if (seen.item == 1) {
      return wall_color(point, normal);
    }
    const bool is_table = seen.item == 0;
    Eigen::Vector3d albedo;
    double gloss = 0.12, open = 1.0;
    if (is_table) {
      albedo = look_.table(point.x(), point.z());
      open = point.y() > -0.001 ? look_.table_openness(point.x(), point.z()) : 0.6;
    } else {
      albedo = printed_albedo(seen, x, y);
      albedo = 0.9 * albedo.cwiseProduct(albedo);
      gloss = scene_.things[seen.item - kFirstThing].shape->gloss;
      open = 0.72 + 0.28 * std::clamp(point.y() / 0.05, 0.0, 1.0);
    }
    return surface_color(point, normal, albedo, gloss, open);
  }

 private:
  /// The color of a thing before light, with what is printed there.
  Eigen::Vector3d printed_albedo(const Fragment& seen, int x, int y) const {
    const PlacedShape& thing = scene_.things[seen.item - kFirstThing];
    const SurfacePrint& print = thing.shape->print;
    const Eigen::Vector3d plain = fine_.albedo(x, y);
    if (print.empty() || seen.face >= static_cast<int>(print.num_faces)) {
      return plain;
    }
    const Rigid3 cam_from_obj = scene_.cam_from_world * thing.world_from_obj;
    return print.color(fine_.point_mesh(x, y), cam_from_obj.R.transpose() * fine_.normal_cam(x, y), plain);
  }

  Eigen::Vector3d wall_color(const Eigen::Vector3d& point, const Eigen::Vector3d& normal) const {
    const double facing = std::max(0.0, normal.dot((look_.light_position - point).normalized()));
    const Eigen::Vector3d light = 0.85 * look_.sky_color + 0.35 * facing * look_.light_color;
    const double under = point.y() < -0.1 ? 0.75 : 1.0;
    return under * look_.room(point).cwiseProduct(light + Eigen::Vector3d::Constant(0.12));
  }

  Eigen::Vector3d surface_color(const Eigen::Vector3d& point, const Eigen::Vector3d& normal,
                                const Eigen::Vector3d& albedo, double gloss, double open) const {
    const Eigen::Vector3d to_light = (look_.light_position - point).normalized();
    const Eigen::Vector3d to_eye = (world_from_cam_.t - point).normalized();
    const double facing = std::max(0.0, normal.dot(to_light));
    const double lit = facing > 0.0 ? shadow_.lit(point + 0.004 * normal) : 0.0;
    const double up = 0.5 + 0.5 * normal.y();
    const Eigen::Vector3d ambient = open * (up * look_.sky_color + (1.0 - up) * look_.ground_color);
    Eigen::Vector3d color = albedo.cwiseProduct(ambient + lit * facing * look_.light_color);
    const double half = std::max(0.0, normal.dot((to_light + to_eye).normalized()));
    const double h2 = half * half, h4 = h2 * h2, h16 = h4 * h4 * h4 * h4;
    const double rim = 1.0 - std::max(0.0, normal.dot(to_eye)), rim2 = rim * rim;
    color += lit * gloss * (0.55 * h16 * h16 * h16 + 0.07 * h4) * look_.light_color;
    color += open * gloss * (0.03 + 0.30 * rim2 * rim2 * rim) * up * look_.sky_color;
    return color;
  }

  const TabletopScene& scene_;
  const Rasterizer& fine_;
  TabletopLook look_;
  ShadowMap shadow_;
  Rigid3 world_from_cam_;
};

PinholeCamera doubled(const PinholeCamera& c) {
  return {2 * c.width, 2 * c.height, 2.0 * c.fx, 2.0 * c.fy, 2.0 * c.cx + 0.5, 2.0 * c.cy + 0.5};
}

// Four samples; those on the same item share one shading, so that only edges cost more.
Eigen::Vector3d pixel_color(const Shader& shader, const Rasterizer& fine, int x, int y) {
  int items[4];
  for (int s = 0; s < 4; ++s) {
    items[s] = fine.fragment(2 * x + (s & 1), 2 * y + (s >> 1)).item;
  }
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  bool done[4] = {};
  for (int s = 0; s < 4; ++s) {
    if (done[s]) {
      continue;
    }
    int same = 0;
    for (int other = s; other < 4; ++other) {
      same += items[other] == items[s];
      done[other] = done[other] || items[other] == items[s];
    }
    // Objects carry fine detail (keys, rims): two samples on the diagonal; the rest is smooth.
    const bool detailed = same == 4 && items[s] >= kFirstThing;
    const Eigen::Vector3d first = shader.color(2 * x + (s & 1), 2 * y + (s >> 1));
    if (detailed) {
      sum += 2.0 * (first + shader.color(2 * x + 1, 2 * y + 1));
    } else {
      sum += same * first;
    }
  }
  return 0.25 * sum;
}

}  // namespace

ImageU8 shade_tabletop(const TabletopScene& scene) {
  std::vector<RasterItem> items{{&tabletop_table_mesh(), scene.cam_from_world},
                                {&tabletop_room_mesh(), scene.cam_from_world}};
  for (const auto& thing : scene.things) {
    items.push_back({&thing.shape->mesh, scene.cam_from_world * thing.world_from_obj});
  }
  Rasterizer fine(doubled(scene.camera));
  fine.draw(items);
  const Shader shader(scene, fine);
  Random random(scene.grain_seed);
  const double sigma = shader.look().color_noise;
  ImageU8 image(scene.camera.width, scene.camera.height, 3);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const Eigen::Vector3d color = pixel_color(shader, fine, x, y);
      const std::uint64_t bits = random.bits();
      for (int c = 0; c < 3; ++c) {
        // The sum of two 10-bit numbers is triangular, with sigma 0.408 of its half width.
        const double a = static_cast<double>((bits >> (20 * c)) & 1023),
                     b = static_cast<double>((bits >> (20 * c + 10)) & 1023);
        const double grain = sigma / 0.408 * ((a + b) / 1023.0 - 1.0);
        const double value = 255.0 * std::sqrt(std::max(0.0, color[c])) + grain;
        image.pixel(x, y)[c] = static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
      }
    }
  }
  return image;
}

}  // namespace alidade
