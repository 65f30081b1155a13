// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/trace.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "core/base/random.h"

namespace alidade {
namespace {

Expected<void> check_trace_options(const TraceOptions& options, std::span<const std::size_t> sizes) {
  if (options.least_probes < 2 || options.most_probes < options.least_probes || !(options.tolerance > 0.0) ||
      !std::isfinite(options.tolerance)) {
    return usage_error(
        "A trace needs at least 2 probes, no more at least than at most, and a tolerance above 0.");
  }
  if (sizes.empty() || std::find(sizes.begin(), sizes.end(), std::size_t{0}) != sizes.end()) {
    return usage_error("A trace needs blocks, each with at least one parameter.");
  }
  return {};
}

/// Adds v' H v of every block.
void add_products(std::span<const double> probe, std::span<const double> image,
                  std::span<const std::size_t> sizes, std::vector<std::vector<double>>& products) {
  std::size_t at = 0;
  for (std::size_t block = 0; block < sizes.size(); ++block) {
    double sum = 0.0;
    for (const std::size_t end = at + sizes[block]; at < end; ++at) {
      sum += probe[at] * image[at];
    }
    products[block].push_back(sum);
  }
}

}  // namespace

std::vector<double> rademacher_probe(std::size_t size, std::uint64_t seed, std::uint64_t probe) {
  Random random(mix_seed(seed, probe));
  std::vector<double> values(size);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < size; ++i) {
    bits = i % 64 == 0 ? random.bits() : bits >> 1;
    values[i] = (bits & 1) != 0 ? 1.0 : -1.0;
  }
  return values;
}

TraceEstimate trace_of_products(std::vector<double> products, double tolerance) {
  TraceEstimate estimate;
  estimate.probes = products.size();
  const auto count = static_cast<double>(products.size());
  estimate.mean = std::accumulate(products.begin(), products.end(), 0.0) / count;
  double squares = 0.0;
  for (const double product : products) {
    squares += (product - estimate.mean) * (product - estimate.mean);
  }
  estimate.standard_error = products.size() < 2 ? std::numeric_limits<double>::quiet_NaN()
                                                : std::sqrt(squares / (count - 1.0) / count);
  estimate.converged = estimate.standard_error <= tolerance * std::abs(estimate.mean);
  estimate.products = std::move(products);
  return estimate;
}

Expected<std::vector<TraceEstimate>> hutchinson_traces(const HessianProduct& product,
                                                       std::span<const std::size_t> block_sizes,
                                                       const TraceOptions& options,
                                                       const JobContext& context) {
  if (const auto fine = check_trace_options(options, block_sizes); !fine) {
    return fine.error();
  }
  const std::size_t size = std::accumulate(block_sizes.begin(), block_sizes.end(), std::size_t{0});
  std::vector<std::vector<double>> products(block_sizes.size());
  std::vector<TraceEstimate> estimates(block_sizes.size());
  for (std::size_t probe = 0; probe < options.most_probes; ++probe) {
    if (context.stopped()) {
      return Error{ErrorCode::kCancelled, "The estimate of the traces was stopped."};
    }
    context.report("probes of the Hessian", static_cast<std::int64_t>(probe),
                   static_cast<std::int64_t>(options.most_probes));
    const std::vector<double> direction = rademacher_probe(size, options.seed, probe);
    const auto image = product(direction);
    if (!image) {
      return image.error();
    }
    if (image->size() != size) {
      return usage_error("The Hessian's product has " + std::to_string(image->size()) +
                         " numbers, the probe " + std::to_string(size) + ".");
    }
    add_products(direction, *image, block_sizes, products);
    if (probe + 1 < options.least_probes) {
      continue;
    }
    bool all = true;
    for (std::size_t block = 0; block < products.size(); ++block) {
      estimates[block] = trace_of_products(products[block], options.tolerance);
      all = all && estimates[block].converged;
    }
    if (all) {
      break;
    }
  }
  return estimates;
}

}  // namespace alidade
