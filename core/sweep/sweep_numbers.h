// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/results/quantization_sweep.h"

namespace alidade {

/// What an axis or a budget counts.
enum class SweepCost {
  kSize,           ///< weights with their scales, bytes
  kCompression,    ///< bits of the float32 weights over those of the point: larger is smaller
  kBitOperations,  ///< multiply-adds x weight bits x activation bits
  kLatency,        ///< median, milliseconds
};

/// NaN where it is unknown.
double cost_of(const QuantizationSweep& sweep, const SweepPoint& point, SweepCost cost);
/// The same so that less is always better: bits in place of compression. For dominance tests.
double burden_of(const SweepPoint& point, SweepCost cost);
/// Bits of all weights in float32.
double full_precision_bits(const QuantizationSweep& sweep);

/// Names of the metrics that some point has, in the order in which they first come.
std::vector<std::string> metrics_of(const QuantizationSweep& sweep);
/// Null where the point has none of that name.
const SweepAccuracy* accuracy_of(const SweepPoint& point, const std::string& metric);
/// What judges a point: held out, or the selection value where nothing was held out.
const IntervalNumber& judged(const SweepAccuracy& accuracy);
/// The judged value; NaN without one.
double value_of(const SweepPoint& point, const std::string& metric);
/// The first point of full precision that was not trained further, else the first of them.
std::optional<std::size_t> full_precision_point(const QuantizationSweep& sweep);

/// What one of these levels of a point or an option tells: log2 of their number, 32 for "32"; NaN for
/// "mixed" and for names that nobody knows.
double level_bits(const std::string& levels);
/// LevelSet::label(), "float32"; the name itself where nobody knows it.
std::string level_label(const std::string& levels);
/// "W8-ternary-8 A8"; activations in float32 are not named.
std::string assignment_text(const SweepPoint& point);

/// Scores of sensitivities that there are of modules (`of_layers`: of layers), in the order in which they
/// first come.
std::vector<std::string> scores_of(const QuantizationSweep& sweep, bool of_layers = false);
/// The number of a part under a score; null when there is none. Of several levels the one named `levels`
/// where there is one, else the first.
const SweepSensitivity* sensitivity_of(const QuantizationSweep& sweep, const std::string& score,
                                       const std::string& part, const std::string& levels = {});

}  // namespace alidade
