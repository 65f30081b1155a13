// SPDX-License-Identifier: BSD-3-Clause
// Models beside one another on the same scenes (DecomPose paper, Fig. 5).
#include <algorithm>
#include <filesystem>

#include "app/cli/open_result.h"
#include "app/render/figure_kinds.h"
#include "app/render/frame_choice.h"
#include "app/render/overlay_keys.h"
#include "core/studies/pose_estimator.h"
#include "views/image/comparison_figure.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostRows = 8, kMostFrames = 8;

/// A model as a recipe names it: by its checkpoint, by a file of results, or nothing but the ground truth.
struct RowChoice {
  std::string name, checkpoint, result;
};

struct ComparisonView {
  std::vector<RowChoice> rows;
  std::vector<FrameChoice> frames;  ///< empty: the recipe's own
  ImageLayers layers;
  bool frame_names = true;
};

bool isListOf(const nlohmann::json& list, std::size_t most) {
  return list.is_array() && !list.empty() && list.size() <= most;
}

std::vector<RowChoice> rowsKey(StrictObject& view) {
  std::vector<RowChoice> rows;
  const auto& list = view.value("rows");
  if (!isListOf(list, kMostRows)) {
    view.fail("rows", "a list of 1 to " + std::to_string(kMostRows) + " models was expected",
              "write [{\"checkpoint\": \"network.safetensors\", \"name\": \"Ours\"}]");
    return rows;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string key = "rows[" + std::to_string(i) + "]";
    StrictObject object(view.file(), view.place(key), list[i]);
    RowChoice row{object.text("name", ""), object.text("checkpoint", ""), object.text("result", "")};
    if (!row.checkpoint.empty() && !row.result.empty()) {
      object.fail("result", "there is a checkpoint as well", "keep one of the two");
    }
    view.adopt(object.finish());
    if (row.name.empty()) {
      const std::string& file = row.checkpoint.empty() ? row.result : row.checkpoint;
      row.name = file.empty() ? "Ground truth" : fs::path(file).stem().string();
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<FrameChoice> framesKey(StrictObject& view) {
  std::vector<FrameChoice> frames;
  if (!view.has("frames")) {
    return frames;
  }
  const auto& list = view.value("frames");
  const auto named = [](const auto& one) { return one.is_string() || one.is_number_unsigned(); };
  if (!isListOf(list, kMostFrames) || !std::all_of(list.begin(), list.end(), named)) {
    view.fail("frames", "a list of 1 to " + std::to_string(kMostFrames) + " numbers or names was expected",
              "write [0, 4, 9]");
    return frames;
  }
  for (const auto& one : list) {
    frames.push_back(one.is_string() ? FrameChoice(one.template get<std::string>())
                                     : FrameChoice(one.template get<std::size_t>()));
  }
  return frames;
}

Expected<std::vector<std::shared_ptr<const Frame>>> loadFrames(const ComparisonView& view,
                                                               const FigureInput& input) {
  std::vector<std::shared_ptr<const Frame>> frames;
  if (view.frames.empty()) {
    frames.push_back(input.frame);
  }
  for (std::size_t i = 0; i < view.frames.size(); ++i) {
    const auto index = frame_index(view.frames[i], *input.dataset, input.recipe_file,
                                   "view.frames[" + std::to_string(i) + "]");
    if (!index) {
      return index.error();
    }
    auto frame = input.dataset->load(*index, FrameLayers{});
    if (!frame) {
      return frame.error();
    }
    frames.push_back(std::make_shared<const Frame>(std::move(*frame)));
  }
  return frames;
}

/// Poses of a model; null for the ground truth alone.
Expected<std::shared_ptr<const PoseResult>> resultOf(const RowChoice& row, const std::string& key,
                                                     const std::vector<std::size_t>& frames,
                                                     const FigureInput& input) {
  const fs::path folder = fs::path(input.recipe_file).parent_path();
  if (!row.checkpoint.empty()) {
    const auto estimator = open_estimator(folder / row.checkpoint, input.options);
    return estimator ? infer_poses(*input.dataset, **estimator, frames, input.job)
                     : Expected<std::shared_ptr<const PoseResult>>(estimator.error());
  }
  if (row.result.empty()) {
    return std::shared_ptr<const PoseResult>();
  }
  const auto opened = open_result(folder / row.result, *input.dataset, input.job);
  if (!opened) {
    return opened.error();
  }
  if (opened->results.size() != 1) {
    return input_error(input.recipe_file, key, "the file holds samples of several schedules",
                       "name a file of poses");
  }
  return opened->results.front().result;
}

/// Several checkpoints in the place of one, in the order of the rows.
void addCheckpoint(Provenance& provenance, const Provenance& row) {
  const auto append = [](std::string& all, const std::string& one) {
    all += (all.empty() || one.empty() ? "" : ", ") + one;
  };
  append(provenance.checkpoint, row.checkpoint);
  append(provenance.checkpoint_sha256, row.checkpoint_sha256);
}

Expected<std::unique_ptr<Figure>> makeComparison(const ComparisonView& view, const FigureInput& input) {
  auto frames = loadFrames(view, input);
  if (!frames) {
    return frames.error();
  }
  ComparisonData data;
  data.frames = std::move(*frames);
  data.layers = view.layers;
  data.frame_names = view.frame_names;
  data.provenance = input.provenance;
  data.provenance.seed = input.options.seed;
  std::vector<std::size_t> indices;
  for (const auto& frame : data.frames) {
    indices.push_back(frame->index);
  }
  std::sort(indices.begin(), indices.end());
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  for (std::size_t i = 0; i < view.rows.size(); ++i) {
    const RowChoice& row = view.rows[i];
    const auto result = resultOf(row, "view.rows[" + std::to_string(i) + "].result", indices, input);
    if (!result) {
      return result.error();
    }
    if (*result) {
      addCheckpoint(data.provenance, (*result)->provenance);
    }
    data.rows.push_back({QString::fromStdString(row.name), *result});
  }
  return std::unique_ptr<Figure>(std::make_unique<ComparisonFigure>(std::move(data)));
}

ParsedView parseComparison(StrictObject& view) {
  ComparisonView comparison;
  comparison.rows = rowsKey(view);
  comparison.frames = framesKey(view);
  comparison.layers.poses = overlay_keys(view);
  comparison.layers.gray = view.flag("gray", false);
  comparison.layers.legend = view.flag("legend", true);
  comparison.frame_names = view.flag("frame_names", true);
  ParsedView parsed{[comparison](const FigureInput& input) { return makeComparison(comparison, input); }};
  parsed.names_objects = !comparison.frames.empty();
  return parsed;
}

}  // namespace

FigureKind comparisonKind() {
  return {"comparison", {.frame = true, .estimates = true}, 174.0, 100.0, parseComparison};
}

}  // namespace alidade
