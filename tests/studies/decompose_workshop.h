// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/strict_toml.h"
#include "core/papers/decompose/reproduction.h"
#include "tests/studies/study_folder.h"
#include "tests/support/test_registry.h"

namespace alidade::decompose_workshop {

using namespace decompose;
namespace fs = std::filesystem;

inline StudySizes tiny_study() {
  StudySizes sizes;
  sizes.network = "tiny";
  sizes.seeds = 2;
  sizes.steps = 8;
  sizes.pilot_steps = 4;
  sizes.reference_steps = 4;
  sizes.batch = 4;
  sizes.train_frames = sizes.validation_frames = sizes.test_frames = 2;
  sizes.checkpoints = 3;
  sizes.contention_batches = 2;
  sizes.contention_batch = 2;
  return sizes;
}

/// Gradients of categories made up on three blocks of two tensors each: cosines between categories are
/// `backbone`, `correspondence` and `head`, or undefined on the correspondence between branches.
inline std::shared_ptr<const ContentionHistory> made_up_history(const std::vector<std::string>& rows,
                                                                const std::vector<int>& routing,
                                                                double backbone, double correspondence,
                                                                double head) {
  auto history = std::make_shared<ContentionHistory>();
  const std::size_t n = rows.size();
  history->rows = rows;
  history->samples.assign(n, 8);
  history->blocks = {"backbone", "correspondence", "head"};
  const double cosines[] = {backbone, correspondence, head};
  const int branches = routing.empty() ? 1 : 1 + *std::max_element(routing.begin(), routing.end());
  for (std::size_t block = 0; block < 3; ++block) {
    for (int branch = 0; branch < (block == 1 ? branches : 1); ++branch) {
      const std::string module = history->blocks[block] + "." + std::to_string(branch);
      history->tensors.push_back({module + ".weight", module, module, history->blocks[block], 4, false});
    }
  }
  if (branches > 1) {
    history->routing = routing;
    for (int branch = 0; branch < branches; ++branch) {
      history->branches.push_back("H " + std::to_string(branch + 1));
    }
  }
  for (int epoch = 0; epoch < 3; ++epoch) {
    ContentionEpoch made;
    made.epoch = epoch + 1;
    made.step = 10 * (epoch + 1);
    made.losses.assign(n, 1.0);
    for (std::size_t block = 0; block < 3; ++block) {
      for (int branch = 0; branch < (block == 1 ? branches : 1); ++branch) {
        for (std::size_t i = 0; i < n; ++i) {
          for (std::size_t j = 0; j < n; ++j) {
            const bool routed = block == 1 && branches > 1;
            const bool here = !routed || (routing[i] == branch && routing[j] == branch);
            made.grams.push_back(!here ? 0.0 : i == j ? 1.0 : cosines[block]);
          }
        }
      }
    }
    history->epochs.push_back(std::move(made));
  }
  return history;
}

/// Networks without networks. What a training gives is the text of its recipe; how good it is follows from
/// its groups and seed.
class FakeNetworks {
 public:
  double gain = 0.10;                                    ///< of groups by difficulty, on every metric
  double random_gain = 0.02;                             ///< of random ones
  std::string moves;                                     ///< the category that a harder group suits better
  double correspondence = 0.05, grouped_backbone = 0.4;  ///< cosines
  mutable std::atomic<int> trainings{0};

  std::shared_ptr<const StudyWork> work() {
    auto work = std::make_shared<StudyWork>();
    work->train = [this](const fs::path& run, const std::string& text, const fs::path&,
                         const StepInput& input) { return train(run, text, input); };
    work->evaluate = [this](const EvaluationOrder& order, const StepInput&) { return evaluate(order); };
    work->contention = [this](const ContentionOrder& order, const StepInput&) { return contention(order); };
    work->effects = [](const ContentionOrder&, const StepInput&) {
      ContentionEffect effect{1.0, 10, 50, 1e-3, {}, {}};
      const std::size_t n = 6;
      effect.before.assign(n, 1.0);
      for (std::size_t i = 0; i < n * n; ++i) {  // the first three help each other, and so do the others
        effect.after.push_back((i / n < 3) == (i % n < 3) ? 0.5 : 1.5);
      }
      return Expected<ContentionEffect>(effect);
    };
    work->parameters = [](const std::string& text, const fs::path&, const std::vector<std::string>&) {
      const auto at = text.find("branch_hidden = ");
      const std::int64_t width = at == std::string::npos ? 64 : std::stoll(text.substr(at + 16));
      std::int64_t branches = 0;
      for (std::size_t i = text.find("capacity = "); i != std::string::npos;
           i = text.find("capacity = ", i + 1)) {
        branches += text.compare(i, 17, "capacity = \"high\"") == 0 ? 4 : 1;
      }
      return Expected<std::int64_t>(1000 + branches * width * width);
    };
    work->reference_text = [](const StudySizes& sizes, const fs::path& data) {
      return "[network]\nsteps = " + std::to_string(sizes.reference_steps) + "\n# " + data.string() + "\n";
    };
    work->costs = [](const std::string&, const fs::path&, const StudySizes&, const fs::path&,
                     const JobContext&) {
      return Expected<StudyCosts>(StudyCosts{0.02, 0.2, 0.1, 0.002, 0.2});
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

  static std::string text_of(const fs::path& checkpoint) {
    const auto text = read_file(checkpoint, 1 << 20);
    return text ? *text : std::string();
  }
  /// The branch of a category in a recipe text; -1 where it has none.
  static int branch_of(const std::string& text, const std::string& category) {
    int branch = -1;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      branch += line == "[[group]]";
      if (line.starts_with("categories = ") && (line.find("\"" + category) != std::string::npos ||
                                                line.find(" " + category) != std::string::npos)) {
        return branch;
      }
    }
    return -1;
  }

  Expected<Accuracy> evaluate(const EvaluationOrder& order) const {
    const std::string text = text_of(order.checkpoint),
                      run = order.checkpoint.parent_path().filename().string();
    const StudySet* set = nullptr;
    for (const StudySet& known : study_sets()) {
      set = run.find(known.name + "-") != std::string::npos || run.ends_with(known.name) ? &known : set;
    }
    const bool random = run.find("-random-") != std::string::npos;
    const bool grouped = text.find("capacity", text.find("capacity") + 1) != std::string::npos;
    const auto seed = text.find("seed = ");
    const double shift = seed == std::string::npos ? 0.0 : 0.004 * (text[seed + 7] - '0');
    Accuracy accuracy;
    accuracy.objects = 10;
    for (std::size_t i = 0; i < set->categories.size(); ++i) {
      const std::string& category = set->categories[i];
      double share = 0.8 - 0.06 * static_cast<double>(i) + shift +
                     (grouped ? (random ? random_gain : gain + shift) : 0.0);
      if (category == moves && branch_of(text, category) > 0) {
        share += 0.05;
      }
      for (const char* metric : kMetrics) {
        accuracy.categories[category][metric] = share;
      }
    }
    return accuracy;
  }

  Expected<std::shared_ptr<const ContentionHistory>> contention(const ContentionOrder& order) const {
    const std::string text = text_of(order.run / "final.safetensors"), run = order.run.filename().string();
    const StudySet& set = *find_set(run.substr(0, run.find('-')));
    std::vector<int> routing;
    for (const std::string& category : set.categories) {
      routing.push_back(std::max(0, branch_of(text, category)));
    }
    const bool grouped = *std::max_element(routing.begin(), routing.end()) > 0;
    const double shift = 0.001 * (run.back() - '0');
    return made_up_history(set.categories, routing, (grouped ? grouped_backbone : 0.2) + shift,
                           (grouped ? 0.6 : correspondence) + shift, 0.5);
  }
};

/// A folder with the recipes of the data and an encoder, and room for runs.
class StudyShop : public StudyFolder {
 public:
  StudyShop() {
    for (const StudySet& set : study_sets()) {
      for (const char* split : {"train", "val", "test"}) {
        write(set.recipe + "-" + split + ".toml", "split = \"" + std::string(split) + "\"\n");
      }
    }
    write("encoder.safetensors", "weights");
  }
  StudyOptions options(const char* folder, Breadth breadth = Breadth::kSix) const {
    StudyOptions options;
    options.folder = path(folder);
    options.recipes = path("");
    options.encoder = path("encoder.safetensors");
    options.published = test::source_path("resources/published");
    options.breadth = breadth;
    options.sizes = tiny_study();
    return options;
  }
};

inline Expected<void> reproduce_study(FakeNetworks& networks, const StudyOptions& options,
                                      const JobContext& job = {}) {
  return carry_out(study_experiment(options, networks.work()), options, job);
}

}  // namespace alidade::decompose_workshop
