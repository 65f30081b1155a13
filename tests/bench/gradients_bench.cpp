// SPDX-License-Identifier: BSD-3-Clause
// What the diagnostics of one checkpoint cost against one forward and backward pass over the same samples, in
// one run, one thread. Usage: alidade_gradients_bench [CONFIG [BATCHES [BATCH_SIZE]]]; "small", 6 and 16.
#include <cstdio>
#include <cstdlib>

#include "core/data/procedural/tabletop.h"
#include "core/nn/compute.h"
#include "core/nn/decompose/decompose_network.h"
#include "core/studies/contention.h"
#include "tests/bench/bench_clock.h"

using namespace alidade;

namespace {

std::unique_ptr<DecomposeNetwork> grouped_network(const char* name) {
  auto config = named_decompose_config(name);
  if (!config) {
    return nullptr;
  }
  config->color = ColorSource::kNone;
  config->categories = {"bottle", "bowl", "camera", "can", "laptop", "mug"};
  config->routing = {0, 1, 2, 0, 1, 2};
  config->capacities = {BranchCapacity::kHigh, BranchCapacity::kHigh, BranchCapacity::kLow};
  return DecomposeNetwork::create(*config, 1, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  configure_compute(1);
  bind_compute_thread();
  auto network = grouped_network(argc > 1 ? argv[1] : "small");
  TabletopRecipe recipe;
  recipe.frames = 400;
  const std::vector<std::shared_ptr<const Dataset>> data{make_procedural_dataset(recipe)};
  ContentionSubset options;
  options.batches = argc > 2 ? std::atoi(argv[2]) : options.batches;
  options.batch_size = argc > 3 ? std::atoi(argv[3]) : options.batch_size;
  if (network == nullptr) {
    std::fprintf(stderr, "no such configuration\n");
    return 2;
  }
  const auto subset = diagnostic_subset(*network, data, options, JobContext{});
  if (!subset) {
    std::fprintf(stderr, "%s\n", subset.error().message.c_str());
    return 1;
  }
  ContentionHistory history;
  history.rows = subset->rows;
  history.tensors = contention_tensors(*network);
  for (const ParameterSet& block : network->blocks()) {
    history.blocks.push_back(block.name);
  }
  constexpr int kRounds = 3;
  const double passes = bench::median_ms(kRounds, [&] {
    for (const SubsetBatch& batch : subset->batches) {
      ParameterValues gradients;
      static_cast<void>(network->loss(batch.examples, batch.seed, &gradients));
    }
  });
  const double diagnostics = bench::median_ms(kRounds, [&] {
    static_cast<void>(measure_epoch(*network, *subset, history, std::size_t{1} << 30, nullptr, JobContext{}));
  });
  std::printf(
      "%zu batches of %zu, %lld parameters: forward and backward %.0f ms, diagnostics %.0f ms, ratio %.2f\n",
      subset->batches.size(), subset->batches.front().examples.size(),
      static_cast<long long>(network->num_parameters()), passes, diagnostics, diagnostics / passes);
  return 0;
}
