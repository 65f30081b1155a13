// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>

#include <QTemporaryDir>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/papers/mqat/reproduction.h"
#include "core/papers/mqat/steps.h"
#include "tests/support/test_registry.h"

namespace alidade::mqat_workshop {

using namespace mqat;
namespace fs = std::filesystem;

inline constexpr int kTestImages = 60;

inline StudySizes tiny_study() {
  StudySizes sizes;
  sizes.seeds = 2;
  sizes.stage_steps = 10;
  sizes.base_steps = 20;
  sizes.batch = 4;
  sizes.train_images = 8;
  sizes.selection_images = sizes.test_images = kTestImages;
  sizes.light_images = 12;
  sizes.trace_images = sizes.trace_probes = 4;
  sizes.sensitivity_images = kTestImages;
  sizes.vote_images = 3;
  sizes.latency_repeats = 3;
  sizes.stand_in_frames = 2;
  sizes.stand_in_steps = 3;
  return sizes;
}

/// Three modules of two layers each; the pyramid is the smallest, the backbone the largest.
inline NetworkFacts made_up_facts() {
  NetworkFacts facts{{"backbone", "pyramid", "head"}, {}, 1000};
  const std::map<std::string, std::int64_t> parameters{{"backbone", 6400}, {"pyramid", 640}, {"head", 960}};
  for (const std::string& module : facts.modules) {
    for (const char* name : {"first", "second"}) {
      LayerFacts layer{module + "." + name + ".weight", module, parameters.at(module), 100000, 10.0};
      for (const auto& [levels, bits] :
           {std::pair{"binary", 1}, std::pair{"ternary", 2}, std::pair{"2", 2}, std::pair{"3", 3},
            std::pair{"4", 4}, std::pair{"8", 8}, std::pair{"powers2", 2}, std::pair{"powers8", 8}}) {
        layer.widths[levels] = {layer.parameters * bits / 8, std::pow(0.25, bits)};
      }
      facts.layers.push_back(std::move(layer));
    }
  }
  return facts;
}

inline LayerTraces made_up_traces() {
  LayerTraces traces;
  double mean = -5.0;  // the first one is negative, which happens
  for (const LayerFacts& layer : made_up_facts().layers) {
    traces[layer.name] = {mean, 1.0, 16, true};
    mean += 15.0;
  }
  return traces;
}

/// Drops that grow from layer to layer, output noise that grows with them, a Fisher score that falls.
inline std::vector<SweepSensitivity> made_up_sensitivities() {
  std::vector<SweepSensitivity> all;
  double drop = 1.0;
  for (const LayerFacts& layer : made_up_facts().layers) {
    all.push_back({"metric", "percentage points", layer.name, "2", {drop, drop - 1.0, drop + 1.0}});
    all.push_back({"sqnr_alone", "dB", layer.name, "2", {drop - 30.0}});
    all.push_back({"fisher", "", layer.name, "2", {1.0 / drop}});
    drop += 2.0;
  }
  return all;
}

/// The first share of the images is right, the last image is lost.
inline ImageRecords made_up_records(int images, double share) {
  ImageRecords records;
  for (int i = 0; i < images; ++i) {
    ImageRecord record;
    record.lost = i + 1 == images;
    record.add = record.adi = record.adi_reverse = i < share * images ? 0.03 : 0.3;
    record.rotation = 0.01 * (i + 1);
    record.translation = 0.001 * (i + 1);
    record.bin = i % 3;
    records.push_back(record);
  }
  return records;
}

/// Networks without networks: how good one is follows from the name of its run.
class FakeNetworks {
 public:
  /// By the beginning of an arm's name: what it gains on either split, as a share.
  std::map<std::string, double> selection_gains, test_gains;
  mutable std::atomic<int> trainings{0};

  std::shared_ptr<const StudyWork> work() {
    auto work = std::make_shared<StudyWork>();
    work->train = [this](const fs::path& run, const std::string& text, const fs::path&,
                         const StepInput& input) { return train(run, text, input); };
    work->quantize = [](const PostOrder& order, const StepInput&) {
      return write_file_atomically(order.written, std::to_string(order.levels.size()));
    };
    work->evaluate = [this](const EvaluationOrder& order, const StepInput&) {
      return Expected<ImageRecords>(made_up_records(order.images, accuracy(order)));
    };
    work->levels = [this](const EvaluationOrder& order, const StepInput&) {
      return Expected<std::vector<ImageRecords>>(
          {made_up_records(order.images, accuracy(order)), made_up_records(order.images, 0.3)});
    };
    work->votes = [](const EvaluationOrder& order, const StepInput&) {
      const double spread = order.checkpoint.string().find("mqat") == std::string::npos ? 2.0 : 1.5;
      VoteSpread votes;
      votes.spread_px.assign(static_cast<std::size_t>(order.images), spread);
      votes.cells.assign(static_cast<std::size_t>(order.images), 4.0);
      votes.example = {{10.0, 20.0, 0.0}, {11.0, 21.0, 1.0}};
      return Expected<VoteSpread>(votes);
    };
    work->facts = [](const fs::path&, const StepInput&) { return Expected<NetworkFacts>(made_up_facts()); };
    work->traces = [](const TraceOrder&, const StepInput&) {
      return Expected<LayerTraces>(made_up_traces());
    };
    work->sensitivity = [](const SensitivityOrder&, const StepInput&) {
      return Expected<std::vector<SweepSensitivity>>(made_up_sensitivities());
    };
    work->latency = [](const LatencyOrder& order, const StepInput&) {
      const double median = order.levels.empty() ? 4.0 : 2.0;
      return Expected<MeasuredLatency>(
          {{median, median * 1.01, median * 0.99}, {5.0, 5.0, 5.0}, {4.0, 4.04, 3.96}, 4096, "made up"});
    };
    work->stand_in = [](const StandInOrder& order, const StepInput&) {
      return Expected<StandIn>({{"a", "b", "c"},
                                {{"5deg2cm", 0.5}, {"10deg5cm", 0.7}},
                                order.widths[0] == "32" ? 4000 : 1000,
                                4000});
    };
    work->costs = [](const std::string&, const fs::path&, const StudySizes&, const fs::path&,
                     const JobContext&) {
      return Expected<StudyCosts>(StudyCosts{0.005, 0.1, 0.02, 0.5, 1.0, 0.2, 0.25});
    };
    return work;
  }

 private:
  Expected<void> train(const fs::path& run, const std::string& text, const StepInput& input) const {
    ++trainings;
    input.job.report("training", 1, 2);
    if (input.job.stopped()) {
      return Error{ErrorCode::kCancelled, "stopped."};
    }
    std::error_code failure;
    fs::create_directories(run, failure);
    return write_file_atomically(run / "final.safetensors", text);
  }

  double accuracy(const EvaluationOrder& order) const {
    const std::string run = order.checkpoint.parent_path().filename().string();
    const auto& gains = order.data.stem() == kSelection ? selection_gains : test_gains;
    double share = 0.6;
    for (const auto& [prefix, gain] : gains) {
      share += run.starts_with(prefix + "-s") ? gain : 0.0;
    }
    return share;
  }
};

/// A folder with the recipes of the data and a checkpoint, and room for runs.
class StudyShop {
 public:
  StudyShop() {
    for (const StudyNetwork& network : study_networks()) {
      for (const std::string& split :
           {std::string("train"), std::string(kSelection), std::string(kTest), network.light}) {
        if (!split.empty()) {
          write(network.data + split + ".toml", "split = \"" + split + "\"\n");
        }
      }
    }
    write("keypoint-demo.safetensors", "weights");
  }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
  fs::path path(const std::string& name) const { return fs::path(folder_.path().toStdString()) / name; }
  std::string read(const std::string& name) const {
    const auto bytes = read_file(path(name), 1 << 26);
    return bytes ? *bytes : "unreadable: " + name;
  }
  nlohmann::ordered_json step(const std::string& folder, const std::string& name) const {
    return nlohmann::ordered_json::parse(read(folder + "/steps/" + name + ".json"));
  }
  StudyOptions options(const char* folder, Breadth breadth = Breadth::kMain) const {
    StudyOptions options;
    options.folder = path(folder);
    options.recipes = path("");
    options.checkpoint = path("keypoint-demo.safetensors");
    options.published = test::source_path("resources/published");
    options.breadth = breadth;
    options.sizes = tiny_study();
    return options;
  }

 private:
  QTemporaryDir folder_;
};

inline Expected<void> reproduce_study(FakeNetworks& networks, const StudyOptions& options,
                                      const JobContext& job = {}) {
  const auto experiment = study_experiment(options, networks.work());
  if (!experiment) {
    return experiment.error();
  }
  const auto plan = plan_experiment(**experiment, options, job);
  if (!plan) {
    return plan.error();
  }
  const auto graph = graph_of(**experiment, options, *plan);
  if (!graph) {
    return graph.error();
  }
  const auto figures = run_experiment(**experiment, options, *plan, *graph, job);
  return figures ? Expected<void>() : Expected<void>(figures.error());
}

}  // namespace alidade::mqat_workshop
