// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/cubesat_shading.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Geometry>

#include "core/base/random.h"
#include "core/data/procedural/cubesat_backdrop.h"
#include "core/data/procedural/value_noise.h"
#include "core/data/rasterizer.h"

namespace alidade {
namespace {

using Eigen::Vector3d;

const Vector3d kSunLight(1.06, 1.0, 0.94);
constexpr double kStarLight = 0.012;  // ambient

/// What the sun sees of the satellite.
class SunView {
 public:
  SunView(const CubesatScene& scene, double diameter)
      : pose_(sun_from_cam(scene)), raster_(camera_for(diameter)) {
    const RasterItem item{&scene.satellite.craft->shape.mesh, pose_ * scene.satellite.cam_from_craft};
    raster_.draw({&item, 1});
  }

  /// Whether the sun reaches a point of the satellite.
  bool lit(const Vector3d& point_cam) const {
    const Vector3d p = pose_ * point_cam;
    const auto pixel = raster_.camera().project(p);
    if (!pixel || pixel->x() < 0.0 || pixel->y() < 0.0 || pixel->x() > kSize - 1.0 ||
        pixel->y() > kSize - 1.0) {
      return true;
    }
    const float z = raster_.depth(static_cast<int>(pixel->x() + 0.5), static_cast<int>(pixel->y() + 0.5));
    return z <= 0.0F || z > static_cast<float>(p.z() - kBias);
  }

 private:
  static constexpr int kSize = 192;       // pixels
  static constexpr double kFar = 50.0;    // diameters: nearly parallel rays
  static constexpr double kBias = 0.004;  // metres

  static Rigid3 sun_from_cam(const CubesatScene& scene) {
    const Vector3d forward = -scene.to_sun, right = forward.unitOrthogonal();
    Eigen::Matrix3d R;
    R << right.transpose(), forward.cross(right).transpose(), forward.transpose();
    return {R, Vector3d(0.0, 0.0, kFar) - R * scene.satellite.cam_from_craft.t};
  }
  static PinholeCamera camera_for(double diameter) {
    const double focal = kSize * kFar / (1.05 * diameter), middle = 0.5 * (kSize - 1);
    return {kSize, kSize, focal, focal, middle, middle};
  }

  Rigid3 pose_;
  Rasterizer raster_;
};

/// Light of single samples of the bodies.
class CraftShader {
 public:
  CraftShader(const CubesatScene& scene, const Rasterizer& fine, double diameter, const Vector3d& earthshine)
      : scene_(scene), fine_(fine), sun_(scene, diameter), earthshine_(earthshine) {}

  /// Linear RGB at a pixel of the fine raster that shows a body.
  Vector3d color(int x, int y) const {
    const Fragment seen = fine_.fragment(x, y);
    const PlacedCraft& body = seen.item == 0 ? scene_.satellite : scene_.debris[seen.item - 1];
    const Finish finish = body.craft->finishes[seen.face];
    const Vector3d point = fine_.point_cam(x, y), smooth = fine_.normal_cam(x, y);
    const Vector3d normal =
        finish == Finish::kFoil ? crinkled(smooth, fine_.point_mesh(x, y), body.cam_from_craft.R) : smooth;
    const Vector3d plain = fine_.albedo(x, y), albedo = 0.9 * plain.cwiseProduct(plain);
    const bool lit = smooth.dot(scene_.to_sun) > 0.0 && (seen.item != 0 || sun_.lit(point + 0.003 * smooth));
    const double from_earth = std::max(0.0, (normal.dot(scene_.to_earth) + 0.4) / 1.4);
    const Vector3d indirect = Vector3d::Constant(kStarLight) + from_earth * earthshine_;
    return albedo.cwiseProduct(indirect) +
           (lit ? sunlight(albedo, normal, -point.normalized(), finish) : Vector3d::Zero());
  }

 private:
  static Vector3d crinkled(const Vector3d& normal, const Vector3d& p, const Eigen::Matrix3d& cam_from_craft) {
    constexpr double kFrequency = 90.0, kDepth = 0.9;
    const double u = kFrequency * (p.x() + 0.6 * p.z()), v = kFrequency * (p.y() + 0.4 * p.z());
    const Vector3d bend(value_noise(u, v, 11) - 0.5, value_noise(u, v, 12) - 0.5,
                        value_noise(u, v, 13) - 0.5);
    return (normal + kDepth * (cam_from_craft * bend)).normalized();
  }

  Vector3d sunlight(const Vector3d& albedo, const Vector3d& normal, const Vector3d& to_eye,
                    Finish finish) const {
    const double facing = std::max(0.0, normal.dot(scene_.to_sun));
    const double half = std::max(0.0, normal.dot((scene_.to_sun + to_eye).normalized()));
    const double h2 = half * half, h4 = h2 * h2, h16 = h4 * h4 * h4 * h4;
    switch (finish) {
      case Finish::kFoil:
        return kSunLight.cwiseProduct(albedo) * (0.55 * facing + 1.6 * h16);
      case Finish::kGlass:
        return kSunLight.cwiseProduct(facing * albedo + Vector3d::Constant(0.9 * h16 * h16 * h16 * h16));
      default:
        return kSunLight.cwiseProduct(facing * albedo + Vector3d::Constant(0.12 * facing * h16));
    }
  }

  const CubesatScene& scene_;
  const Rasterizer& fine_;
  SunView sun_;
  Vector3d earthshine_;
};

/// The sun's light in the lens: a veil from its side of the image and three pale discs through the middle.
class StrayLight {
 public:
  explicit StrayLight(const CubesatScene& scene) : scene_(scene) {
    const Eigen::Vector2d side = scene.to_sun.head<2>();
    side_ = side.norm() > 1e-9 ? Eigen::Vector2d(side.normalized()) : Eigen::Vector2d(1.0, 0.0);
  }

  Vector3d color(int x, int y) const {
    const auto& camera = scene_.camera;
    const Eigen::Vector2d at = Eigen::Vector2d(x - camera.cx, y - camera.cy) / (0.5 * camera.width);
    double light = 0.4 * std::exp((side_.dot(at) - 1.2) / 0.55);
    for (const auto& [along, radius] : {std::pair{0.5, 0.10}, {-0.25, 0.16}, {-0.7, 0.24}}) {
      light += (at - along * side_).norm() < radius ? 0.05 : 0.0;
    }
    return scene_.glare * light * kSunLight;
  }

 private:
  const CubesatScene& scene_;
  Eigen::Vector2d side_;
};

/// Turns light into bytes: photon noise and the read noise of the sensor, then a square root.
class Sensor {
 public:
  Sensor(std::uint64_t seed, double noise) : random_(seed), noise_(noise) {}

  void expose(const Vector3d& light, std::uint8_t* rgb) {
    constexpr double kShot = 1.5e-4, kRead = 1e-6;  // variances: per unit of light, and of the darkness
    const std::uint64_t bits = random_.bits();
    for (int c = 0; c < 3; ++c) {
      // The sum of two 10-bit numbers is triangular, with sigma 0.408 of its half width.
      const double a = static_cast<double>((bits >> (20 * c)) & 1023),
                   b = static_cast<double>((bits >> (20 * c + 10)) & 1023);
      const double sigma = noise_ * std::sqrt(kShot * light[c] + kRead);
      const double value = light[c] + sigma / 0.408 * ((a + b) / 1023.0 - 1.0);
      rgb[c] = static_cast<std::uint8_t>(std::lround(255.0 * std::sqrt(std::clamp(value, 0.0, 1.0))));
    }
  }

 private:
  Random random_;
  double noise_;
};

PinholeCamera twice_as_fine(const PinholeCamera& c) {
  return {2 * c.width, 2 * c.height, 2.0 * c.fx, 2.0 * c.fy, 2.0 * c.cx + 0.5, 2.0 * c.cy + 0.5};
}

}  // namespace

ImageU8 shade_cubesat(const CubesatScene& scene, double diameter, double noise) {
  const auto items = scene.raster_items();
  Rasterizer fine(twice_as_fine(scene.camera));
  fine.draw(items);
  const CubesatBackdrop backdrop(scene);
  const CraftShader shader(scene, fine, diameter, backdrop.earthshine());
  const StrayLight stray(scene);
  Sensor sensor(scene.grain_seed, noise);
  ImageU8 image(scene.camera.width, scene.camera.height, 3);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      Vector3d light = Vector3d::Zero();
      int empty = 0;
      for (int s = 0; s < 4; ++s) {
        const int fx = 2 * x + (s & 1), fy = 2 * y + (s >> 1);
        if (fine.depth(fx, fy) > 0.0F) {
          light += 0.25 * shader.color(fx, fy);
        } else {
          ++empty;
        }
      }
      if (empty > 0) {
        light += 0.25 * empty * backdrop.color(x, y);
      }
      if (scene.glare > 0.0) {
        light += stray.color(x, y);
      }
      sensor.expose(scene.exposure * light, image.pixel(x, y));
    }
  }
  return image;
}

}  // namespace alidade
