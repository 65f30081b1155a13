// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "core/papers/h2a2/recipe_text.h"
#include "core/papers/h2a2/reproduction.h"
#include "core/papers/h2a2/steps.h"
#include "tests/studies/study_folder.h"
#include "tests/support/test_registry.h"

namespace alidade::h2a2 {

namespace fs = std::filesystem;

inline StudySizes tiny_detectors() {
  StudySizes sizes;
  sizes.network = "tiny";
  sizes.seeds = 2;
  sizes.steps = 4;
  sizes.batch = 1;
  sizes.points = 3000;
  sizes.voxel_mm = 150;
  sizes.train_scenes = 3;
  sizes.test_scenes = sizes.sharing_scenes = sizes.intervention_scenes = 2;
  sizes.cosine_batches = 2;
  sizes.timing_repeats = 3;
  return sizes;
}

inline std::array<int, 3> cube_offset(std::size_t j) {
  return {static_cast<int>(j % 3) - 1, static_cast<int>(j / 3 % 3) - 1, static_cast<int>(j / 9) - 1};
}

/// Alpha rises with the pairs of an offset, which fall from the center to the corners; the first source
/// shares at the center and the faces, every further one at an orbit less.
inline KernelSharing made_up_sharing(const std::vector<SourceScenes>& sources) {
  KernelSharing sharing;
  sharing.tau = 0.4;
  LayerSharing layer;
  layer.name = "backbone.stem.conv";
  layer.sources.resize(sources.size());
  for (std::size_t j = 0; j < 27; ++j) {
    layer.offsets.push_back(cube_offset(j));
    const int orbit = orbit_of_index(j);
    layer.alpha.push_back(0.8f - 0.1f * static_cast<float>(orbit));
    for (std::size_t k = 0; k < sources.size(); ++k) {
      SourceSharing& source = layer.sources[k];
      source.beta.resize(2);
      source.gamma.resize(2);
      for (int scene = 0; scene < 2; ++scene) {
        source.beta[scene].push_back(0.6f);
        source.gamma[scene].push_back(orbit < 2 - static_cast<int>(k) ? 1 : 0);
      }
      source.pairs.push_back(1000 - 200 * orbit);
      source.inputs = source.outputs = 1000;
    }
  }
  for (const SourceScenes& source : sources) {
    sharing.sources.push_back(source.source);
    sharing.scenes.push_back({"a", "b"});
  }
  sharing.layers.push_back(std::move(layer));
  return sharing;
}

/// Two batches of every source; the first two agree, the third is at a right angle to both.
inline std::shared_ptr<const ContentionHistory> made_up_cosines(const CosineOrder& order) {
  auto history = std::make_shared<ContentionHistory>();
  history->name = order.checkpoint.parent_path().filename().string();
  history->row_kind = "source";
  history->tensors = {{"backbone.stem.conv.weight", "backbone.stem.conv", "stem", "stem", 10}};
  history->blocks = {"stem"};
  const std::size_t rows = order.sources.size(), batches = 2 * rows;
  ContentionEpoch epoch;
  const auto product = [](std::size_t i, std::size_t j) {
    return i == j ? 1.0 : (i < 2 && j < 2 ? 0.5 : 0.0);
  };
  for (std::size_t i = 0; i < rows; ++i) {
    history->rows.push_back(order.sources[i].source);
    history->samples.push_back(2);
    epoch.losses.push_back(1.0);
    for (std::size_t j = 0; j < rows; ++j) {
      epoch.grams.push_back(product(i, j));
    }
  }
  for (std::size_t a = 0; a < batches; ++a) {
    history->batch_rows.push_back(static_cast<int>(a / 2));
    for (std::size_t b = 0; b < batches; ++b) {
      epoch.batch_grams.push_back(product(a / 2, b / 2) + (a == b ? 0.1 : 0.0));
    }
  }
  history->epochs.push_back(std::move(epoch));
  history->provenance = current_provenance();
  return history;
}

/// Kernels that weigh offsets by their distance from the center and by their place among equals.
inline std::vector<LayerResponse> made_up_responses(int seed) {
  LayerResponse layer{"backbone.stem.conv", {}, {}};
  for (std::size_t j = 0; j < 27; ++j) {
    layer.trained.push_back(4.0 - orbit_of_index(j) + 0.02 * static_cast<double>(j) +
                            0.001 * static_cast<double>((j * 7 + static_cast<std::size_t>(seed)) % 5));
    layer.start.push_back(1.0 +
                          0.01 * static_cast<double>((j * 11 + 5 * static_cast<std::size_t>(seed)) % 27));
  }
  return {layer};
}

/// Turning what alpha x beta puts high costs more.
inline Interventions made_up_interventions() {
  Interventions made{0.5, 0.3, 1.0, {}};
  made.all.push_back({"", -1, "shared", 0.0, 0.4, 0.5, -0.1, -0.05, 0.2});
  made.all.push_back({"", -1, "ratio", 0.6, 0.4, 0.5, -0.05, -0.02, 0.1});
  for (int orbit = 0; orbit < 4; ++orbit) {
    for (int layer = 0; layer < 2; ++layer) {
      const double score = 0.5 - 0.1 * orbit + 0.01 * layer;
      made.all.push_back({"backbone.layer" + std::to_string(layer), orbit, "turned", 0.0, score, 1.0,
                          -0.1 * score, -0.05 * score, 0.2 * score});
    }
  }
  return made;
}

/// Networks without networks: how good one is follows from the name of its run.
class FakeDetectors {
 public:
  /// By the name of an arm: what it gains on all sources, as a share.
  std::map<std::string, double> gains;
  mutable std::atomic<int> trainings{0};

  std::shared_ptr<const StudyWork> work() {
    auto work = std::make_shared<StudyWork>();
    work->train = [this](const fs::path& run, const std::string& text, const fs::path&,
                         const StepInput& input) { return train(run, text, input); };
    work->evaluate = [this](const EvaluationOrder& order, const StepInput&) {
      Evaluation made;
      const double share = accuracy(order.checkpoint);
      for (const SourceScenes& seen : order.seen) {
        made.seen[seen.source] = made_up(share, order.scenes);
        for (const SourceScenes& unseen : order.unseen) {
          made.unseen[unseen.source][seen.source] = made_up(0.5 * share, order.scenes);
        }
      }
      return Expected<Evaluation>(made);
    };
    work->sharing = [](const SceneOrder& order, const StepInput&) {
      return Expected<KernelSharing>(made_up_sharing(order.sources));
    };
    work->cosines = [](const CosineOrder& order, const StepInput&) {
      return Expected<std::shared_ptr<const ContentionHistory>>(made_up_cosines(order));
    };
    work->responses = [](const fs::path&, int seed, const StepInput&) {
      return Expected<std::vector<LayerResponse>>(made_up_responses(seed));
    };
    work->intervene = [](const SceneOrder&, const StepInput&) {
      return Expected<Interventions>(made_up_interventions());
    };
    work->timing = [](const TimingOrder& order, const StepInput&) {
      const bool selects = order.text.find("choice = \"selected\"") != std::string::npos;
      const double step = selects ? 0.3 : 0.2;
      return Expected<Timing>(
          {{step, step * 1.01, step * 0.99}, {step / 4, step / 4, step / 4.01}, 1 << 20, 1000, 16000});
    };
    work->costs = [](const std::string&, const std::string&, const fs::path&,
                     const std::vector<SourceScenes>&, const JobContext&) {
      return Expected<StudyCosts>(StudyCosts{0.1, 0.5, 0.6, 0.1, 0.4});
    };
    return work;
  }

 private:
  static SourceAccuracy made_up(double share, int scenes) {
    return {
        share, 0.6 * share, scenes, 2, {{"chair", share}, {"sofa", std::nullopt}}, {{"chair", 0.6 * share}}};
  }

  Expected<TrainedNetwork> train(const fs::path& run, const std::string& text, const StepInput& input) const {
    ++trainings;
    input.job.report("training", 1, 2);
    if (input.job.stopped()) {
      return Error{ErrorCode::kCancelled, "stopped."};
    }
    std::error_code failure;
    fs::create_directories(run, failure);
    if (auto written = write_file_atomically(run / "final.safetensors", text); !written) {
      return written.error();
    }
    TrainedNetwork made{3000, 1000, 4096, {}, {}};
    const std::map<std::string, double> norms{{"scans", 1.0}, {"views", 2.0}, {"offices", 4.0}};
    made.groups["stem"] = {norms, 0.7, 0.6};
    made.points = {{10.0, norms, 0.7, 0.6}, {20.0, norms, 0.72, 0.5}};
    return made;
  }

  double accuracy(const fs::path& checkpoint) const {
    const std::string run = checkpoint.parent_path().filename().string();
    double share = 0.5 + 0.002 * (run.back() - '0');
    for (const auto& [arm, gain] : gains) {
      share += run.starts_with(arm + "-s") ? gain : 0.0;
    }
    return share;
  }
};

/// A folder with the recipes of the data, and room for runs.
class DetectorShop : public StudyFolder {
 public:
  DetectorShop() {
    for (const StudyData& data : study_data()) {
      for (const StudySource& source : data.sources) {
        for (const char* split : {"train", "test"}) {
          write(source.name + "-" + split + ".toml", "name = \"" + source.name + "\"\n");
          write("quick-" + source.name + "-" + split + ".toml", "name = \"quick " + source.name + "\"\n");
        }
      }
    }
  }
  StudyOptions options(const char* folder, Breadth breadth = Breadth::kMain) const {
    StudyOptions options;
    options.folder = path(folder);
    options.recipes = path("");
    options.published = test::source_path("resources/published");
    options.breadth = breadth;
    options.sizes = tiny_detectors();
    return options;
  }
};

inline Expected<void> reproduce_detectors(FakeDetectors& detectors, const StudyOptions& options,
                                          const JobContext& job = {}) {
  return carry_out(study_experiment(options, detectors.work()), options, job);
}

}  // namespace alidade::h2a2
