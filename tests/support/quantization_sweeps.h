// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "core/results/quantization_sweep.h"

namespace alidade::test {

/// Widths of the made-up sweeps, and bits of a code.
struct MadeWidth {
  const char* levels;
  double bits;
};
inline constexpr MadeWidth kMadeWidths[] = {{"32", 32}, {"8", 8}, {"6", 6},      {"4", 4},
                                            {"3", 3},   {"2", 2}, {"ternary", 2}};

/// What somebody might have measured: all numbers come from the formulas in here.
class MadeSweep {
 public:
  MadeSweep() {
    sweep_.name = "made up";
    sweep_.architecture = "keypoint";
    sweep_.checkpoint = "made.safetensors";
    sweep_.checkpoint_sha256 = std::string(64, 'a');
    sweep_.dataset = "cubesat";
    sweep_.latency_setup = "1 thread, AVX-512 VNNI, 256 x 256";
    sweep_.flow = {"pyramid", "head", "backbone"};
    sweep_.best_first = "pyramid";
    sweep_.provenance.version = "1.2.3";
    sweep_.provenance.seed = 7;
    add_module("backbone", 480'000, 90e6, 0.030);
    add_module("pyramid", 210'000, 60e6, 0.004);
    add_module("head", 140'000, 45e6, 0.050);
    add_points();
    add_sensitivities();
  }

  QuantizationSweep sweep() const { return sweep_; }

 private:
  static constexpr double kBaseline = 0.80;

  double loss(std::size_t module, double bits) const {
    return bits > 16 ? 0.0 : weight_[module] * std::pow(4.0, 4.0 - bits);
  }

  void add_module(const std::string& name, std::int64_t parameters, double multiply_adds, double weight) {
    weight_.push_back(weight);
    operations_.push_back(multiply_adds);
    SweepModule module{name, parameters, {}};
    for (const auto& [levels, bits] : kMadeWidths) {
      module.options.push_back({levels, static_cast<std::int64_t>(bits * parameters) + 3200,
                                multiply_adds * bits * (bits > 16 ? 32.0 : 8.0),
                                multiply_adds * 1e-8 * (bits > 16 ? 3.0 : 0.8 + 0.01 * bits),
                                loss(weight_.size() - 1, bits) * (levels[0] == 't' ? 1.2 : 1.0)});
    }
    sweep_.modules.push_back(std::move(module));
    for (int layer = 0; layer < 3; ++layer) {
      sweep_.layers.push_back({name + ".conv" + std::to_string(layer) + ".weight", name, parameters / 3,
                               static_cast<std::int64_t>(multiply_adds / 3)});
    }
  }

  static double bits_of(const std::string& levels) {
    for (const auto& [name, bits] : kMadeWidths) {
      if (levels == name) {
        return bits;
      }
    }
    return 32;
  }

  /// A network of these widths; `skill` is what its method keeps of the baseline.
  void add_point(const std::string& family, SweepMethod method, std::vector<std::string> levels, double skill,
                 std::vector<std::string> order = {}) {
    SweepPoint point;
    point.name = family;
    for (std::size_t i = 0; i < levels.size(); ++i) {
      point.name += (i == 0 ? " " : "-") + levels[i];
    }
    point.family = family;
    point.method = method;
    point.norm = method == SweepMethod::kPostTraining ? NormMode::kFolded : NormMode::kFrozen;
    point.order = std::move(order);
    point.seed = 3;
    point.extra_steps = method == SweepMethod::kPostTraining ? 0 : 2000;
    point.latency_ms = 0.0;
    point.predicted_loss = 0.0;
    bool quantized = false;
    for (std::size_t i = 0; i < levels.size(); ++i) {
      const auto option = std::find_if(sweep_.modules[i].options.begin(), sweep_.modules[i].options.end(),
                                       [&](const SweepOption& one) { return one.levels == levels[i]; });
      point.bits += option->bits;
      point.bit_operations += option->bit_operations;
      point.latency_ms += option->latency_ms;
      point.predicted_loss += option->loss;
      quantized = quantized || bits_of(levels[i]) < 32;
    }
    point.activation_bits = quantized ? 8 : 0;
    point.latency_p95_ms = point.latency_ms * 1.08;
    point.bytes = point.bits / 8 + 4000;
    point.peak_bytes = quantized ? 2'000'000 : 6'000'000;
    const double wiggle = 0.01 * std::sin(7.0 * static_cast<double>(sweep_.points.size()));
    const double held_out = std::clamp(kBaseline * skill - 0.35 * std::sqrt(point.predicted_loss) +
                                           (levels[1] == "ternary" && levels[0] != "ternary" ? 0.02 : 0.0) +
                                           (quantized ? wiggle : 0.0),
                                       0.01, 0.99);
    point.levels = std::move(levels);
    for (const char* metric : {"adi_0.1d", "adi_0.5d"}) {
      const double value = metric[6] == '1' ? held_out : 1.0 - 0.2 * (1.0 - held_out);
      const double gain = value - (metric[6] == '1' ? kBaseline : 1.0 - 0.2 * (1.0 - kBaseline));
      point.accuracies.push_back({metric,
                                  {value + 0.012, value - 0.01, value + 0.03},
                                  {value, std::max(0.0, value - 0.02), std::min(1.0, value + 0.02)},
                                  {gain, gain - 0.015, gain + 0.015}});
    }
    sweep_.points.push_back(std::move(point));
  }

  void add_points() {
    add_point("full precision", SweepMethod::kFullPrecision, {"32", "32", "32"}, 1.0);
    for (const char* bits : {"8", "6", "4", "3", "2"}) {
      add_point("uniform", SweepMethod::kLsq, {bits, bits, bits}, 0.985);
    }
    for (const char* bits : {"8", "6", "4"}) {
      add_point("post-training", SweepMethod::kPostTraining, {bits, bits, bits}, 0.93);
    }
    const std::vector<std::string> flow{"pyramid", "head", "backbone"};
    for (const auto& levels : std::vector<std::vector<std::string>>{{"8", "ternary", "8"},
                                                                    {"6", "ternary", "8"},
                                                                    {"4", "ternary", "8"},
                                                                    {"4", "ternary", "6"},
                                                                    {"4", "ternary", "4"},
                                                                    {"3", "ternary", "4"}}) {
      add_point("MQAT", SweepMethod::kInq, levels, 1.0, flow);
    }
    // All combinations of aggressive widths (Fig. 4), and the width of one module (Fig. 5).
    for (int mask = 1; mask < 8; ++mask) {
      std::vector<std::string> levels;
      for (int module = 0; module < 3; ++module) {
        levels.emplace_back((mask >> module & 1) != 0 ? "ternary" : "32");
      }
      add_point("combination", SweepMethod::kInq, std::move(levels), 1.0);
    }
    for (const char* bits : {"8", "6", "4", "3"}) {
      add_point("bit width", SweepMethod::kLsq, {"32", bits, "32"}, 1.0);
    }
  }

  void add_sensitivities() {
    const char* modules[] = {"backbone", "pyramid", "head"};
    const double hessian[] = {31.0, 4.2, 18.0}, metric[] = {9.5, -2.1, 12.4};
    for (int i = 0; i < 3; ++i) {
      sweep_.sensitivities.push_back(
          {"hessian", "", modules[i], "ternary", {hessian[i], 0.8 * hessian[i], 1.2 * hessian[i]}});
      sweep_.sensitivities.push_back({"metric",
                                      "percentage points",
                                      modules[i],
                                      "ternary",
                                      {metric[i], metric[i] - 1.5, metric[i] + 1.5}});
    }
    for (std::size_t i = 0; i < sweep_.layers.size(); ++i) {
      const double value = 3.0 + static_cast<double>((i * 5) % 9);
      sweep_.sensitivities.push_back({"hessian", "", sweep_.layers[i].name, "ternary", {value}});
      sweep_.sensitivities.push_back({"metric",
                                      "percentage points",
                                      sweep_.layers[i].name,
                                      "ternary",
                                      {0.3 * value + (i % 2 == 0 ? 0.8 : -0.8)}});
    }
  }

  QuantizationSweep sweep_;
  std::vector<double> weight_, operations_;
};

/// 26 networks of three modules with nine layers.
inline QuantizationSweep quantizationSweep() {
  return MadeSweep().sweep();
}

inline std::shared_ptr<const QuantizationSweep> sharedQuantizationSweep() {
  return std::make_shared<const QuantizationSweep>(quantizationSweep());
}

}  // namespace alidade::test
