// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/nn/sparse_detector/detector_network.h"

namespace alidade::test {

/// A source with two classes, the second one coarse.
inline DetectorSource test_source(const std::string& name, BoxForm form) {
  return {name, {"chest", "bench"}, {0, 1}, form};
}

/// The tiny network with an aligned and a rotated source.
inline DetectorConfig test_detector(KernelChoice choice = KernelChoice::kSelected) {
  DetectorConfig config = *named_detector_config("tiny");
  config.choice = choice;
  config.sources = {test_source("scans", BoxForm::kAligned), test_source("views", BoxForm::kRotated)};
  return config;
}

/// A floor and some boxes on it, as points on their surfaces.
inline DetectorSample test_scene(std::uint64_t seed, BoxForm form = BoxForm::kAligned, int objects = 3) {
  Random random(seed);
  DetectorSample sample;
  sample.name = "scene " + std::to_string(seed);
  const auto add = [&](double x, double y, double z, int shade) {
    for (const double value : {x, y, z}) {
      sample.points.push_back(static_cast<float>(value));
    }
    for (int k = 0; k < 3; ++k) {
      sample.colors.push_back(static_cast<std::uint8_t>(shade + 20 * k));
    }
  };
  for (int i = 0; i < 1500; ++i) {
    add(random.uniform(-2.5, 2.5), random.uniform(-2.5, 2.5), 0.0, 60);
  }
  for (int i = 0; i < objects; ++i) {
    const int label = static_cast<int>(random.index(2));
    UprightBox box;
    box.size = label == 0 ? Eigen::Vector3d(0.6, 0.6, 0.7) : Eigen::Vector3d(1.6, 0.7, 0.5);
    box.center = {random.uniform(-1.8, 1.8), random.uniform(-1.8, 1.8), 0.5 * box.size.z()};
    box.yaw = form == BoxForm::kRotated ? random.uniform(-1.5, 1.5) : 0.0;
    for (int p = 0; p < 600; ++p) {
      Eigen::Vector3d at(random.uniform(-0.5, 0.5), random.uniform(-0.5, 0.5), random.uniform(-0.5, 0.5));
      const auto face = random.index(5);  // not the underside
      at[face < 4 ? face / 2 : 2] = face == 1 || face == 3 ? -0.5 : 0.5;
      at = at.cwiseProduct(box.size);
      const double c = std::cos(box.yaw), s = std::sin(box.yaw);
      add(box.center.x() + c * at.x() - s * at.y(), box.center.y() + s * at.x() + c * at.y(),
          box.center.z() + at.z(), 90 + 60 * label);
    }
    sample.boxes.push_back(box);
    sample.labels.push_back(label);
  }
  return sample;
}

/// Scenes of every source of test_detector().
struct TestScenes {
  std::vector<std::vector<DetectorSample>> samples;

  explicit TestScenes(int count, std::uint64_t seed = 1) {
    for (const BoxForm form : {BoxForm::kAligned, BoxForm::kRotated}) {
      auto& of_source = samples.emplace_back();
      for (int i = 0; i < count; ++i) {
        of_source.push_back(
            test_scene(mix_seed(seed, 100 * samples.size() + static_cast<std::uint64_t>(i)), form));
      }
    }
  }

  std::vector<std::vector<const DetectorSample*>> batches() const {
    std::vector<std::vector<const DetectorSample*>> all;
    for (const auto& of_source : samples) {
      auto& batch = all.emplace_back();
      for (const DetectorSample& sample : of_source) {
        batch.push_back(&sample);
      }
    }
    return all;
  }
};

}  // namespace alidade::test
