// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/detector_data.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "core/base/helper_threads.h"
#include "core/base/log.h"
#include "core/data/scene_statistics.h"

namespace alidade {
namespace {

/// Scenes that levels are chosen from, and that tell what the source looks like.
constexpr std::size_t kScenesForLevels = 24;

/// Calls read(i) for the first `count` scenes on two threads.
template <class Read>
Expected<void> read_scenes(std::size_t count, const JobContext& job, const char* what, Read&& read) {
  std::atomic<std::size_t> next{0}, done{0};
  // Both threads take scenes from one counter; only the caller's thread may report.
  work_together(1, [&](bool reports) {
    for (std::size_t i = next++; i < count && !job.stopped(); i = next++) {
      read(i);
      ++done;
      if (reports) {
        job.report(what, static_cast<std::int64_t>(done.load()), static_cast<std::int64_t>(count));
      }
    }
  });
  if (job.stopped()) {
    return Error{ErrorCode::kCancelled, "stopped while reading scenes; nothing was written."};
  }
  return {};
}

/// Sum of the longest sides of each category, and their number.
struct SideMeans {
  std::vector<double> sums, counts;
};

Expected<SideMeans> longest_sides(const PointSceneSet& set, const JobContext& job) {
  const std::size_t count = std::min(set.num_scenes(), kScenesForLevels);
  std::vector<std::vector<SceneBox>> boxes(count);
  auto read = read_scenes(count, job, "reading boxes", [&](std::size_t i) {
    if (auto found = set.boxes(i)) {
      boxes[i] = std::move(*found);
    }
  });
  if (!read) {
    return read.error();
  }
  SideMeans sides{std::vector<double>(set.categories().size()), std::vector<double>(set.categories().size())};
  for (const auto& of_scene : boxes) {
    for (const SceneBox& one : of_scene) {
      if (one.category >= 0 && one.category < static_cast<int>(sides.sums.size()) &&
          one.box.size.allFinite()) {
        sides.sums[static_cast<std::size_t>(one.category)] += one.box.size.maxCoeff();
        sides.counts[static_cast<std::size_t>(one.category)] += 1.0;
      }
    }
  }
  return sides;
}

Expected<void> check_names(const std::vector<std::string>& names, const std::vector<std::string>& known,
                           const PointSceneSet& set) {
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return input_error(set.root().string(), "", "it has no class \"" + name + "\"",
                         "name classes of the set in the recipe");
    }
  }
  return {};
}

/// As a head of these classes keeps it.
Expected<SourceScenes> source_scenes(const PointSceneSet& set, const std::vector<std::string>& classes,
                                     const JobContext& job) {
  const auto seen = scene_statistics(set, kScenesForLevels, job);
  if (!seen) {
    return seen.error();
  }
  SourceScenes scenes{seen->extent, seen->color, {}};
  for (const std::string& name : classes) {
    const auto at = std::find(seen->categories.begin(), seen->categories.end(), name);
    scenes.box_sides_m.push_back(seen->box_side[static_cast<std::size_t>(at - seen->categories.begin())]);
  }
  return scenes;
}

}  // namespace

Expected<std::vector<DetectorSample>> collect_detector_samples(const PointSceneSet& set,
                                                               const DetectorSource& source, int scenes,
                                                               std::size_t most_points, std::uint64_t seed,
                                                               const JobContext& job) {
  const std::size_t all = set.num_scenes();
  const std::size_t count = scenes > 0 ? std::min<std::size_t>(static_cast<std::size_t>(scenes), all) : all;
  const auto labels = labels_of_categories(set.categories(), source);
  std::vector<std::optional<DetectorSample>> read_in(count);
  std::mutex mutex;
  std::vector<std::string> problems;
  auto read = read_scenes(count, job, "reading scenes", [&](std::size_t i) {
    auto scene = set.load(i);
    auto sample = scene ? detector_sample(*scene, labels, most_points, mix_seed(seed, i))
                        : Expected<DetectorSample>(scene.error());
    if (sample) {
      read_in[i] = std::move(*sample);
    } else {
      const std::lock_guard lock(mutex);
      problems.push_back(sample.error().message);
    }
  });
  if (!read) {
    return read.error();
  }
  std::sort(problems.begin(), problems.end());
  for (std::size_t i = 0; i < std::min<std::size_t>(problems.size(), 5); ++i) {
    log_warning("detector", problems[i]);
  }
  std::vector<DetectorSample> samples;
  for (auto& one : read_in) {
    if (one) {
      samples.push_back(std::move(*one));
    }
  }
  if (samples.empty()) {
    return input_error(set.root().string(), "",
                       "no scene can be learned from" + (problems.empty() ? "" : " (" + problems[0] + ")"),
                       "give annotated scenes with points");
  }
  return samples;
}

Expected<DetectorSource> detector_source_of(const PointSceneSet& set, const std::string& name,
                                            const HeadChoice& choice, const JobContext& job) {
  DetectorSource source;
  source.name = name.empty() ? set.name() : name;
  source.form = set.rotated_boxes() ? BoxForm::kRotated : BoxForm::kAligned;
  source.classes = choice.classes.empty() ? set.categories() : choice.classes;
  if (auto checked = check_names(source.classes, set.categories(), set); !checked) {
    return checked.error();
  }
  if (auto checked = check_names(choice.coarse, source.classes, set); !checked) {
    return checked.error();
  }
  SideMeans sides;
  if (choice.automatic) {
    auto measured = longest_sides(set, job);
    if (!measured) {
      return measured.error();
    }
    sides = std::move(*measured);
  }
  for (const std::string& name_of_class : source.classes) {
    bool coarse = std::find(choice.coarse.begin(), choice.coarse.end(), name_of_class) != choice.coarse.end();
    if (choice.automatic) {
      const auto at = static_cast<std::size_t>(
          std::find(set.categories().begin(), set.categories().end(), name_of_class) -
          set.categories().begin());
      coarse = sides.counts[at] > 0.0 && sides.sums[at] / sides.counts[at] >= choice.coarse_from_m;
    }
    source.class_levels.push_back(coarse ? 1 : 0);
  }
  auto scenes = source_scenes(set, source.classes, job);
  if (!scenes) {
    return scenes.error();
  }
  source.scenes = std::move(*scenes);
  return source;
}

}  // namespace alidade
