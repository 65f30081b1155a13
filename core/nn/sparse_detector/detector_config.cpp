// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/detector_config.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/nn/checkpoint_file.h"

namespace alidade {
namespace {

constexpr int kMostWidth = 2048;
constexpr std::size_t kMostSources = 64, kMostClasses = 4096;

DetectorConfig small_detector() {
  DetectorConfig c;
  c.widths = {32, 48, 64, 96};
  c.blocks = {1, 1, 1, 1};
  c.strides = {1, 2, 2, 2};
  c.suppression.overlap = OverlapRule::kVolume;
  return c;
}

DetectorConfig tr3d_detector() {
  DetectorConfig c;
  c.name = "tr3d";
  c.rules = DetectorRules::kReference;
  c.voxel_m = 0.01;
  c.stem_width = 64;
  c.pool = 2;
  c.widths = {64, 128, 128, 128};
  c.blocks = {3, 4, 6, 3};
  c.strides = {2, 2, 2, 2};
  c.neck_width = 128;
  c.choice = KernelChoice::kOff;
  return c;
}

DetectorConfig tiny_detector() {
  DetectorConfig c = small_detector();
  c.name = "tiny";
  c.voxel_m = 0.15;
  c.stem_width = 4;
  c.widths = {4, 6, 6, 8};
  c.neck_width = 6;
  c.embedding_width = c.hidden_width = c.structure_width = 4;
  return c;
}

Error bad_detector(const std::string& problem) {
  return {ErrorCode::kInput, "the detector's configuration: " + problem + "."};
}

bool all_within(const std::vector<int>& values, int low, int high) {
  return values.size() == kDetectorStages &&
         std::all_of(values.begin(), values.end(), [&](int v) { return v >= low && v <= high; });
}

bool sizes_fit(const DetectorConfig& c) {
  const auto within = [](int value, int high) { return value >= 1 && value <= high; };
  return within(c.stem_width, kMostWidth) && within(c.stem_stride, 4) && within(c.pool, 3) &&
         all_within(c.widths, 1, kMostWidth) && all_within(c.blocks, 1, 64) && all_within(c.strides, 1, 4) &&
         c.strides[2] == 2 && c.strides[3] == 2 && within(c.neck_width, kMostWidth) &&
         (c.neck_kernel == 1 || c.neck_kernel == 3) && within(c.embedding_width, kMostWidth) &&
         within(c.hidden_width, kMostWidth) && within(c.structure_width, kMostWidth);
}

bool numbers_fit(const DetectorConfig& c) {
  const auto within = [](double value, double low, double high) { return value >= low && value <= high; };
  return within(c.voxel_m, 1e-3, 10.0) && within(c.tau, 0.0, 1.0) && within(c.offset_start, -30.0, 30.0) &&
         within(c.random_share, 0.0, 1.0) && within(c.suppression.least_score, 0.0, 1.0) &&
         within(c.suppression.most_overlap, 0.0, 1.0);
}

Expected<void> check_source(const DetectorSource& source) {
  const std::string name = "source \"" + source.name + "\" ";
  if (source.classes.empty() || source.classes.size() > kMostClasses) {
    return bad_detector(name + "has " + std::to_string(source.classes.size()) + " classes, 1 to " +
                        std::to_string(kMostClasses) + " are expected");
  }
  if (std::set<std::string>(source.classes.begin(), source.classes.end()).size() != source.classes.size()) {
    return bad_detector(name + "has a class twice");
  }
  const bool levels_fit = std::all_of(source.class_levels.begin(), source.class_levels.end(),
                                      [](int level) { return level >= 0 && level < kDetectorLevels; });
  if (source.class_levels.size() != source.classes.size() || !levels_fit) {
    return bad_detector(name + "needs a level of 0 or 1 for each of its classes");
  }
  const auto& sides = source.scenes.box_sides_m;
  if (!sides.empty() && sides.size() != source.classes.size()) {
    return bad_detector(name + "tells the sides of boxes of " + std::to_string(sides.size()) +
                        " classes, it has " + std::to_string(source.classes.size()));
  }
  return {};
}

}  // namespace

Expected<DetectorConfig> named_detector_config(const std::string& name) {
  for (const DetectorConfig& config : {small_detector(), tr3d_detector(), tiny_detector()}) {
    if (config.name == name) {
      return config;
    }
  }
  return usage_error("There is no detector configuration \"" + name + "\"; use small, tr3d or tiny.");
}

Expected<void> check_detector_config(const DetectorConfig& config) {
  if (!sizes_fit(config)) {
    return bad_detector(
        "widths, blocks or strides are out of range; four stages are expected, the last two of stride 2");
  }
  if (!numbers_fit(config)) {
    return bad_detector("the voxel size, a threshold or a share is out of range");
  }
  if (config.sources.empty() || config.sources.size() > kMostSources) {
    return bad_detector("it has " + std::to_string(config.sources.size()) + " sources, 1 to " +
                        std::to_string(kMostSources) + " are expected");
  }
  std::set<std::string> names;
  for (const DetectorSource& source : config.sources) {
    if (source.name.empty() || !names.insert(source.name).second) {
      return bad_detector("each source needs a name of its own, \"" + source.name + "\" is none");
    }
    if (auto checked = check_source(source); !checked) {
      return checked;
    }
  }
  return {};
}

double level_cell_m(const DetectorConfig& config, int level) {
  int cells = config.stem_stride * config.pool;
  for (int stage = 0; stage <= level + 1; ++stage) {
    cells *= config.strides[static_cast<std::size_t>(stage)];
  }
  return config.voxel_m * cells;
}

Expected<int> detector_source(const DetectorConfig& config, const std::string& name) {
  std::string names;
  for (std::size_t i = 0; i < config.sources.size(); ++i) {
    if (config.sources[i].name == name || (name.empty() && config.sources.size() == 1)) {
      return static_cast<int>(i);
    }
    names += (i > 0 ? ", " : "") + config.sources[i].name;
  }
  return usage_error(name.empty() ? "The detector has several sources; name one of " + names + "."
                                  : "The detector has no source \"" + name + "\"; it has " + names + ".");
}

Expected<DetectorConfig> detector_checkpoint_config(const CheckpointFile& file) {
  auto config = detector_config_from_json(file.text("config"));
  return config ? std::move(config)
                : Expected<DetectorConfig>(input_error(file.path.string(), "configuration",
                                                       config.error().message, "use the right checkpoint"));
}

}  // namespace alidade
