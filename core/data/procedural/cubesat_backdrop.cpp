// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/cubesat_backdrop.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Geometry>

#include "core/base/random.h"
#include "core/data/procedural/shape_parts.h"
#include "core/data/procedural/value_noise.h"

namespace alidade {
namespace {

constexpr double kAirHeight = 0.008;  // Earth radii, in which the air's light falls by e
const Eigen::Vector3d kOcean(0.012, 0.045, 0.13), kForest(0.05, 0.085, 0.03), kDesert(0.36, 0.25, 0.13),
    kCloud(0.72, 0.73, 0.75), kAir(0.16, 0.34, 0.75);

/// Fractal noise in [0, 1]; octaves finer than twice the footprint are left at their mean.
double fractal(double x, double y, int octaves, double footprint, std::uint32_t seed) {
  double sum = 0.0, weight = 0.5, total = 0.0, frequency = 1.0;
  for (int i = 0; i < octaves; ++i, weight *= 0.66, frequency *= 2.03) {
    total += weight;
    const double kept = std::clamp(2.0 - 4.0 * footprint * frequency, 0.0, 1.0);
    sum += kept > 0.0 ? weight * (0.5 + kept * (value_noise(x * frequency, y * frequency, seed + i) - 0.5))
                      : 0.5 * weight;
  }
  return sum / total;
}

}  // namespace

CubesatBackdrop::CubesatBackdrop(const CubesatScene& scene) : scene_(scene) {
  east_ = scene.to_earth.unitOrthogonal();
  north_ = scene.to_earth.cross(east_);
  Random random(scene.look_seed);
  cloud_cover_ = random.uniform(0.36, 0.56);
  land_cover_ = random.uniform(0.35, 0.65);
  aridity_ = random.uniform();
  texture_seed_ = static_cast<std::uint32_t>(random.bits());
  // A Lambertian sphere that fills much of the sky; its phase is that of the place below.
  const double fill = 1.0 / (scene.earth_distance * scene.earth_distance);
  earthshine_ = 0.24 * fill * daylight(-scene.to_earth) * Eigen::Vector3d(0.72, 0.86, 1.0);
  stars_.assign(static_cast<std::size_t>(scene.camera.width) * scene.camera.height, Eigen::Vector3f::Zero());
  scatter_stars();
}

/// How much sun the ground gets at a point of the unit sphere, with twilight.
double CubesatBackdrop::daylight(const Eigen::Vector3d& point) const {
  const double height = point.dot(scene_.to_sun);
  return smooth_step((height + 0.12) / 0.3) * (0.25 + 0.75 * std::max(0.0, height));
}

void CubesatBackdrop::scatter_stars() {
  Random random(mix_seed(scene_.look_seed, 1));
  const auto& camera = scene_.camera;
  const int count = 20 + static_cast<int>(random.index(80));
  for (int i = 0; i < count; ++i) {
    const double x = random.uniform(0.0, camera.width - 1.0), y = random.uniform(0.0, camera.height - 1.0);
    const double flux = std::min(1.2, 0.03 * std::pow(random.uniform() + 1e-3, -0.75));
    const double warm = random.uniform(-0.2, 0.2);
    const Eigen::Vector3d light = flux * Eigen::Vector3d(1.0 + warm, 1.0, 1.0 - warm);
    const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
    for (int corner = 0; corner < 4; ++corner) {
      const int cx = std::min(x0 + (corner & 1), camera.width - 1),
                cy = std::min(y0 + (corner >> 1), camera.height - 1);
      const double weight = (1.0 - std::abs(x - cx)) * (1.0 - std::abs(y - cy));
      stars_[static_cast<std::size_t>(cy) * camera.width + cx] +=
          (std::max(0.0, weight) * light).cast<float>();
    }
  }
}

Eigen::Vector3d CubesatBackdrop::ground(const Eigen::Vector3d& point, const Eigen::Vector3d& view,
                                        double footprint) const {
  // The visible cap is small: a chart about the point below the camera has no seam.
  const double x = point.dot(east_), y = point.dot(north_);
  const double slant = std::max(0.05, view.dot(point)), step = footprint / slant;
  const double drift = fractal(3.0 * x, 3.0 * y, 3, 3.0 * step, texture_seed_ + 40) - 0.5;
  const double land = fractal(5.0 * x + drift, 5.0 * y, 9, 5.0 * step, texture_seed_);
  const double shore = smooth_step((land - 1.0 + land_cover_) / 0.03 + 0.5);
  const double dry = smooth_step(
      0.5 + 3.0 * (fractal(7.0 * x, 7.0 * y, 6, 7.0 * step, texture_seed_ + 80) - 1.0 + aridity_));
  Eigen::Vector3d albedo = kOcean + shore * (kForest + dry * (kDesert - kForest) - kOcean);
  const double cloud =
      fractal(10.0 * x + 3.0 * drift, 14.0 * y - 2.5 * drift, 8, 14.0 * step, texture_seed_ + 120);
  const double cover = smooth_step((cloud - 1.0 + cloud_cover_) / 0.16 + 0.5);
  albedo += cover * (kCloud - albedo);
  const double mirror = std::max(0.0, point.dot((view + scene_.to_sun).normalized()));
  const double glint = 0.9 * (1.0 - shore) * (1.0 - cover) * std::pow(mirror, 60.0);
  const double haze = std::clamp(0.10 + 0.8 * std::pow(1.0 - slant, 3.0), 0.0, 1.0);
  return daylight(point) * (albedo + haze * (0.8 * kAir - albedo) + Eigen::Vector3d::Constant(glint));
}

Eigen::Vector3d CubesatBackdrop::color(int x, int y) const {
  const auto& camera = scene_.camera;
  const Eigen::Vector3d ray = camera.unproject(x, y, 1.0).normalized();
  const double along = scene_.earth_distance * ray.dot(scene_.to_earth);
  const double miss2 = scene_.earth_distance * scene_.earth_distance - along * along;  // squared
  const Eigen::Vector3d stars = stars_[static_cast<std::size_t>(y) * camera.width + x].cast<double>();
  if (along <= 0.0) {
    return stars;
  }
  const bool hit = miss2 < 1.0;
  const double distance = hit ? along - std::sqrt(1.0 - miss2) : along;
  const Eigen::Vector3d point = distance * ray - scene_.earth_distance * scene_.to_earth;
  if (hit) {
    return ground(point, -ray, distance / camera.fx);
  }
  const double air = std::exp((1.0 - std::sqrt(miss2)) / kAirHeight);
  return (1.0 - air) * stars + air * daylight(point.normalized()) * kAir;
}

}  // namespace alidade
