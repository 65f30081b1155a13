// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/base/provenance.h"

namespace alidade {

/// A number with its interval; NaN = unknown.
struct IntervalNumber {
  double value = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

/// A weight tensor that can be quantized.
struct SweepLayer {
  std::string name;    ///< dotted, as in the checkpoint: "backbone.stage1.first.weight"
  std::string module;  ///< SweepModule::name
  std::int64_t parameters = 0;
  std::int64_t multiply_adds = 0;  ///< per image of the sweep's size
};

/// One width that a module may get: what it costs and what is predicted of it.
struct SweepOption {
  std::string levels;           ///< LevelSet::name(), or "32": float32
  std::int64_t bits = 0;        ///< of the module's weights with their scales
  double bit_operations = 0.0;  ///< multiply-adds x weight bits x activation bits
  double latency_ms = std::numeric_limits<double>::quiet_NaN();  ///< measured; NaN = unknown
  double loss = 0.0;                                             ///< Omega of MQAT Eq. 1; 0 for float32
};

/// A part of the network that gets one width.
struct SweepModule {
  std::string name;
  std::int64_t parameters = 0;
  std::vector<SweepOption> options;
};

enum class SweepMethod { kFullPrecision, kPostTraining, kLsq, kInq };
/// What batch norm did while the network was retrained.
enum class NormMode { kNone, kLive, kFrozen, kFolded };

/// An accuracy on the split that choices are made on and on the one that judges them; shares 0..1.
struct SweepAccuracy {
  std::string metric;  ///< "adi_0.1d"
  IntervalNumber selection, held_out;
  IntervalNumber held_out_gain{};  ///< held_out less that of full precision, paired over samples
};

/// One quantized network that was measured.
struct SweepPoint {
  std::string name;    ///< unique in the sweep: "MQAT 8-2-8"
  std::string family;  ///< "full precision", "MQAT", "uniform", "layer-wise", "single module"
  SweepMethod method = SweepMethod::kFullPrecision;
  NormMode norm = NormMode::kNone;
  std::vector<std::string> levels;  ///< [module] LevelSet::name() or "32"; "mixed" where its layers differ
  std::vector<std::string> layer_levels;  ///< [layer]; empty where each layer has its module's
  int activation_bits = 0;                ///< 0 = float32
  std::vector<std::string> order;  ///< modules in the order in which they were quantized; empty = at once
  std::uint64_t seed = 0;
  std::int64_t extra_steps = 0;  ///< of training after the full-precision checkpoint
  std::int64_t bytes = 0;        ///< of the packed file
  std::int64_t bits = 0;         ///< of the weights with their scales
  double bit_operations = 0.0;   ///< unquantized layers count 32 x 32
  double latency_ms = std::numeric_limits<double>::quiet_NaN();      ///< median
  double latency_p95_ms = std::numeric_limits<double>::quiet_NaN();  ///< 95th percentile
  std::int64_t peak_bytes = 0;  ///< working memory of inference; 0 = unknown
  double predicted_loss = std::numeric_limits<double>::quiet_NaN();  ///< sum of Omega (Eq. 2)
  std::vector<SweepAccuracy> accuracies;
  std::string checkpoint_sha256;  ///< of the network; empty when it was not kept
};

/// How much one module or layer matters, by one score.
struct SweepSensitivity {
  std::string score;  ///< "hessian", "fisher", "sqnr_weights", "sqnr_alone", "sqnr_accumulated", "only_this",
                      ///< "all_but_this", "weights_only", "activations_only", "metric"
  std::string unit;   ///< "dB", "percentage points"; empty for a pure number
  std::string part;   ///< of a module or a layer
  std::string levels;     ///< that it was quantized to
  IntervalNumber number;  ///< larger = more sensitive
};

/// Assignments of one network and what became of them (MQAT Sec. 4). Immutable once made.
struct QuantizationSweep {
  std::string name;
  std::string architecture, checkpoint, checkpoint_sha256;
  std::string dataset;
  std::vector<SweepModule> modules;
  std::vector<SweepLayer> layers;
  std::vector<SweepPoint> points;
  std::vector<SweepSensitivity> sensitivities;
  std::vector<std::string> flow;  ///< modules in the order of Algorithm 1; empty = unknown
  std::string best_first;         ///< k_best; empty = no module gained
  std::string latency_setup;      ///< what latencies were taken with: "1 thread, AVX-512 VNNI, 256 x 256"
  Provenance provenance;
};

}  // namespace alidade
