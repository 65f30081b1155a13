// SPDX-License-Identifier: BSD-3-Clause
// What the small detector with SF-KS spends its time on, on a procedural room: a detection, and a training
// step of one scene; then what a forward and backward pass hold. One thread, medians of its processor time.
// Usage: alidade_detector_bench [POINTS [REPEATS]]; 50000 and 9.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "core/data/procedural/rooms/rooms.h"
#include "core/nn/compute.h"
#include "core/nn/sparse_detector/torch/adam_w.h"
#include "core/nn/sparse_detector/torch/detector_layout.h"
#include "core/nn/sparse_detector/torch/detector_modules.h"
#include "tests/bench/detector_bench.h"

using namespace alidade;
using namespace alidade::bench;

namespace {

DetectorConfig bench_config() {
  DetectorConfig config = *named_detector_config("small");
  const auto& classes = rooms_categories(RoomsRecipe::Source::kOffices);
  config.sources = {{"offices", classes, std::vector<int>(classes.size(), 0), BoxForm::kAligned}};
  for (std::size_t i = 1; i < classes.size(); i += 2) {
    config.sources[0].class_levels[i] = 1;
  }
  return config;
}

DetectorSample bench_sample(const DetectorConfig& config, int points) {
  RoomsRecipe recipe;
  recipe.source = RoomsRecipe::Source::kOffices;
  recipe.points = points;
  const PointScene scene = make_rooms_scene(recipe, 0).scene;
  return *detector_sample(scene, labels_of_categories(config.sources[0].classes, config.sources[0]), 0, 0);
}

/// A detector while it trains on one scene.
struct Training {
  DetectorNetwork& network;
  const DetectorSample& sample;
  DetectorLayout layout;
  AdamW optimizer;
  int step = 0;

  Training(DetectorNetwork& of, const DetectorSample& on)
      : network(of), sample(on), layout(*of.impl().module), optimizer(*of.impl().module, 1e-4) {}

  DetectorBatch batch() const {
    const auto input = [&] {
      const PartScope scope(DetectorPart::kVoxels);
      return *detector_input(sample.points, sample.colors, network.config());
    }();
    const PartScope scope(DetectorPart::kMaps);
    return *detector_batch({input}, 0, network.config());
  }

  torch::Tensor loss(const DetectorBatch& batch) {
    const HeadOutputs outputs = [&] {
      const PartScope scope(DetectorPart::kNetwork);
      return network.impl().module->forward(batch);
    }();
    const PartScope scope(DetectorPart::kLosses);
    return detector_losses(batch, outputs, {&sample}, network.config(), nullptr).sum();
  }

  void run() {
    network.impl().module->train();
    const DetectorBatch data = batch();
    optimizer.zero_gradients();
    const torch::Tensor sum = loss(data);
    {
      const PartScope scope(DetectorPart::kNetwork);
      sum.backward();
    }
    const torch::NoGradGuard no_gradient;
    {
      const PartScope scope(DetectorPart::kExchange);
      std::vector<SourceStep> steps;
      steps.push_back(layout.step_of(0));
      layout.put(*combine_steps(std::move(steps), layout.shared(), {}));
    }
    const PartScope scope(DetectorPart::kOptimizer);
    optimizer.clip_gradients(10.0);
    optimizer.step(step++, 1e-3, 0.0);
    network.impl().module->eval();
  }
};

void detect(DetectorNetwork& network, const DetectorSample& sample) {
  const auto input = [&] {
    const PartScope scope(DetectorPart::kVoxels);
    return *detector_input(sample.points, sample.colors, network.config());
  }();
  const PartScope scope(DetectorPart::kNetwork);
  static_cast<void>(network.detect(input, 0));
}

/// Medians of works that take turns; the first round is not counted.
std::vector<PartClock::Times> interleaved_parts(int repeats,
                                                const std::vector<std::function<void()>>& works) {
  std::vector<std::vector<PartClock::Times>> takes(works.size());
  for (int i = -1; i < repeats; ++i) {
    for (std::size_t k = 0; k < works.size(); ++k) {
      static_cast<void>(PartClock::only().take());
      works[k]();
      takes[k].push_back(PartClock::only().take());
    }
  }
  std::vector<PartClock::Times> medians;
  for (auto& of_one : takes) {
    of_one.erase(of_one.begin());
    medians.push_back(part_medians(of_one));
  }
  return medians;
}

/// After some steps a network answers as those that are used: most locations say nothing.
void learn(Training& training) {
  for (int i = 0; i < 30; ++i) {
    training.run();
  }
}

void print_detection(DetectorNetwork& network, const DetectorSample& sample, int repeats) {
  const auto work = [&](bool folds) {
    return [&network, &sample, folds] {
      network.set_folding(folds);
      detect(network, sample);
    };
  };
  const auto medians = interleaved_parts(repeats, {work(true), work(false)});
  print_parts("detection", medians[0], "boxes of outputs");
  print_parts("detection, layer by layer", medians[1], "boxes of outputs");
}

/// Gradients are there before, and in place of the optimizer's numbers there is nothing.
void print_memory(Training& training) {
  training.network.impl().module->train();
  const DetectorBatch data = training.batch();
  training.loss(data).backward();
  const std::size_t before = held_bytes();
  reset_peak();
  const torch::Tensor sum = training.loss(data);
  const std::size_t kept = held_bytes() - before, forward = peak_bytes() - before;
  sum.backward();
  const std::size_t most = peak_bytes() - before;
  const double mib = 1.0 / (1 << 20);
  std::printf(
      "memory besides weights and gradients: %.1f MiB kept for the backward pass, at most %.1f MiB forward, "
      "%.1f MiB forward and backward: %.2f of what is kept\n",
      mib * static_cast<double>(kept), mib * static_cast<double>(forward), mib * static_cast<double>(most),
      static_cast<double>(most) / static_cast<double>(kept));
  training.network.impl().module->eval();
}

}  // namespace

int main(int argc, char** argv) {
  count_tensors();
  configure_compute(1);
  bind_compute_thread();
  watch_torch();
  const int points = argc > 1 ? std::max(100, std::atoi(argv[1])) : 50000;
  const int repeats = argc > 2 ? std::max(1, std::atoi(argv[2])) : 9;
  const DetectorConfig config = bench_config();
  const DetectorSample sample = bench_sample(config, points);
  const auto network = DetectorNetwork::create(config, 1);
  Training training(*network, sample);
  learn(training);
  double load[1] = {0.0};
  static_cast<void>(getloadavg(load, 1));
  std::printf("%zu points, %zu voxels of %g m, load %.1f, medians of %d\n", sample.points.size() / 3,
              detector_input(sample.points, sample.colors, config)->voxels.rows.size(), config.voxel_m,
              load[0], repeats);
  print_detection(*network, sample, repeats);
  print_parts("training step", interleaved_parts(repeats, {[&] { training.run(); }})[0],
              "between operations");
  print_memory(training);
  return 0;
}
