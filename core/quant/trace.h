// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"

namespace alidade {

/// H v of a symmetric matrix, of the length of v.
using HessianProduct = std::function<Expected<std::vector<double>>(std::span<const double> probe)>;

struct TraceOptions {
  std::uint64_t seed = 0;
  std::size_t least_probes = 16;  ///< a running mean alone may stand still by chance; at least 2
  std::size_t most_probes = 512;
  double tolerance = 0.05;  ///< standard errors to reach, as a share of |mean|
};

/// Hutchinson's estimate of the trace of one diagonal block: the mean of v' H v over probes of +1 and -1.
struct TraceEstimate {
  double mean = 0.0;
  double standard_error = 0.0;  ///< of the mean, from the sample variance; NaN with one probe
  std::size_t probes = 0;
  bool converged = false;        ///< standard_error <= tolerance * |mean|
  std::vector<double> products;  ///< [probe] v' H v
};

/// +1 and -1, one for each parameter.
std::vector<double> rademacher_probe(std::size_t size, std::uint64_t seed, std::uint64_t probe);

/// Mean and standard error of given products.
TraceEstimate trace_of_products(std::vector<double> products, double tolerance);

/// The traces of consecutive diagonal blocks (the layers), all from the same products, so that their number
/// costs nothing: block b of the probe times block b of H v. It stops when all blocks have converged, never
/// before `least_probes`, or after `most_probes`. A trace may be negative; equal seeds give equal estimates.
/// kUsage for no blocks, options out of range and a product of another length; kCancelled after a stop.
Expected<std::vector<TraceEstimate>> hutchinson_traces(const HessianProduct& product,
                                                       std::span<const std::size_t> block_sizes,
                                                       const TraceOptions& options,
                                                       const JobContext& context = {});

}  // namespace alidade
