// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <memory>
#include <numeric>
#include <string>

#include "core/results/weight_histogram.h"

namespace alidade::test {

/// Bell-shaped weights of one layer; without levels it stays float32.
inline LayerHistogram bellLayer(const std::string& name, const std::string& levels,
                                std::vector<double> level_values) {
  LayerHistogram layer;
  layer.layer = name;
  layer.module = name.substr(0, name.find('.'));
  layer.levels = levels;
  layer.low = -4.0;
  layer.high = 4.0;
  layer.level_values = std::move(level_values);
  layer.level_counts.assign(layer.level_values.size(), 0);
  for (int bin = 0; bin < 80; ++bin) {
    const double x = -3.95 + 0.1 * bin;
    const auto count = static_cast<std::uint64_t>(1000.0 * std::exp(-0.5 * x * x));
    layer.counts.push_back(count);
    std::size_t nearest = 0;
    for (std::size_t i = 1; i < layer.level_values.size(); ++i) {
      nearest = std::abs(layer.level_values[i] - x) < std::abs(layer.level_values[nearest] - x) ? i : nearest;
    }
    if (!layer.level_values.empty()) {
      layer.level_counts[nearest] += count;
    }
  }
  layer.parameters =
      static_cast<std::int64_t>(std::accumulate(layer.counts.begin(), layer.counts.end(), std::uint64_t{0}));
  layer.energy = 100.0;
  layer.squared_error = levels.empty() ? 0.0 : 1.0;
  return layer;
}

/// Three layers, ternary, 8 bit and float32, and 24 objects of a dataset's frames 0 to 11; the first is lost.
inline std::shared_ptr<const QuantizedLook> quantizedLook() {
  auto look = std::make_shared<QuantizedLook>();
  look->name = "demo.safetensors · W3-8-32";
  look->label = "W3-8-32";
  std::vector<double> fine(256);
  std::iota(fine.begin(), fine.end(), -128.0);
  for (double& level : fine) {
    level *= 4.0 / 128.0;
  }
  look->layers.push_back(bellLayer("backbone.stage1.first.weight", "ternary, 3 levels", {-1.0, 0.0, 1.0}));
  look->layers.push_back(bellLayer("neck.lateral.weight", "8 bit, 256 levels", std::move(fine)));
  look->layers.push_back(bellLayer("head.last.weight", "", {}));
  for (int i = 0; i < 24; ++i) {
    WorsenedObject object;
    object.frame = static_cast<std::size_t>(i / 2);
    object.frame_name = "000001/" + std::to_string(100000 + i / 2).substr(1);
    object.instance = i % 2;
    object.category = i % 2 == 0 ? "mug" : "bowl";
    object.lost = i == 0;
    object.rotation_full = 0.02 + 0.001 * i;
    object.translation_full = 0.004;
    object.shift_full = 0.006;
    if (!object.lost) {
      object.rotation_quantized = 0.4 - 0.015 * i;
      object.translation_quantized = 0.03 - 0.001 * i;
      object.shift_quantized = 0.05 - 0.002 * i;
    }
    look->objects.push_back(object);
  }
  look->provenance.checkpoint = "demo.safetensors";
  return look;
}

}  // namespace alidade::test
