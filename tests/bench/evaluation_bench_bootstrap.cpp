// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <memory>

#include "core/evaluation/protocol.h"
#include "core/evaluation/statistics/statistics.h"
#include "tests/bench/bench_clock.h"
#include "tests/bench/evaluation_bench.h"

namespace alidade::bench {
namespace {

/// Every estimator once per replicate, the mean row included: what the bootstrap would cost without threads
/// and without reuse of the rows.
double plain_ms(const EvaluationReport& report, const BootstrapOptions& options) {
  return median_ms(3, [&] {
    std::vector<std::uint32_t> weights(report.images.size());
    for (int r = 0; r < options.replicates; ++r) {
      bootstrap_weights(options.seed, static_cast<std::uint64_t>(r), weights);
      for (const MetricRow& row : report.rows) {
        for (const MetricCell& cell : row.cells) {
          cell.estimator(weights);
        }
      }
    }
  });
}

}  // namespace

int bench_bootstrap() {
  const Protocol* protocol = find_protocol("nocs-exact");
  if (protocol == nullptr) {
    std::fprintf(stderr, "the protocol nocs-exact is not there\n");
    return 1;
  }
  const BootstrapOptions options;
  std::printf("%-16s %8s %8s %12s %16s\n", "protocol", "images", "cells", "ms", "plain loop/ours");
  for (const int images : {300, 1000, 2750}) {
    const auto input = std::make_shared<const EvaluationInput>(synthetic_set(images));
    const auto report = evaluate(*protocol, input, JobContext{});
    if (!report) {
      std::fprintf(stderr, "%s\n", report.error().message.c_str());
      return 1;
    }
    const double ours = median_ms(3, [&] { (void)with_intervals(**report, options, JobContext{}); });
    std::printf("%-16s %8d %8zu %12.0f %15.1fx\n", protocol->id.c_str(), images,
                (*report)->rows.size() * (*report)->columns.size(), ours, plain_ms(**report, options) / ours);
  }
  std::printf("%d replicates\n", options.replicates);
  return 0;
}

}  // namespace alidade::bench
