// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/base/table.h"
#include "core/quant/inference/quantized_graph.h"

namespace alidade {

/// Wall time of one thing over many repetitions, milliseconds.
struct TimeSpread {
  double median_ms = 0.0, p95_ms = 0.0;
  double least_ms = 0.0;  ///< what others on the machine disturbed least
};

/// Percentiles by nearest rank; zeros without times.
TimeSpread time_spread(std::vector<double> seconds);

/// What a network took on this machine.
struct Latency {
  TimeSpread whole;      ///< image to outputs, conversions included, no clock in between
  TimeSpread processor;  ///< the same in time of this thread, which waiting for others does not add to
  std::vector<TimeSpread> layers;  ///< by QuantizedGraph::layers(), from repetitions of their own
};

/// Times of several networks on the same random images, interleaved: every repetition runs each of them once,
/// so that what disturbs the machine disturbs all. 1 to 100,000 repetitions (kUsage otherwise).
Expected<std::vector<Latency>> measure_latency(const std::vector<const QuantizedGraph*>& graphs, int repeats,
                                               const JobContext& job);

/// The convolutions with packed weights that took longer than in float32. Both graphs have the same rows.
std::set<std::string> slower_layers(const QuantizedGraph& packed, const Latency& packed_latency,
                                    const Latency& float_latency);

/// A graph in a comparison.
struct MeasuredGraph {
  std::string name;  ///< heads its columns: "float32", "W8-2-8"
  const QuantizedGraph* graph = nullptr;
  const Latency* latency = nullptr;
};

/// Layer by layer: weights and engine of the last graph, then median and 95th percentile of each, the
/// quotient of the first and the last, and a note where a layer is slower or stays in float32. The last row
/// is end to end. All graphs have the same rows.
Table latency_table(const std::vector<MeasuredGraph>& graphs);

}  // namespace alidade
