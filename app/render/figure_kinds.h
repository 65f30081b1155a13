// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/render/strict_object.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/results/pose_result.h"
#include "core/studies/infer.h"
#include "views/base/figure.h"

namespace alidade {

/// What a figure can be made from; what its kind does not ask for is null.
struct FigureInput {
  std::string recipe_file;  ///< for messages
  std::shared_ptr<const Dataset> dataset;
  std::shared_ptr<const Frame> frame;
  std::shared_ptr<const PoseResult> result;
  std::optional<int> instance;       ///< the chosen one, else the frame's first
  std::filesystem::path checkpoint;  ///< empty: none
  InferOptions options;              ///< the recipe's sampler, K and seed
  Provenance provenance;
  JobContext job;
};

using FigureMaker = std::function<Expected<std::unique_ptr<Figure>>(const FigureInput&)>;

/// A figure's "view" part, understood: nothing slow happens before this has succeeded.
struct ParsedView {
  FigureMaker make;
  bool all_frames = false;     ///< estimates of the whole dataset are needed
  bool names_objects = false;  ///< in place of the recipe's frame and instance
  /// What only the whole recipe shows to be wrong; may be empty. Gets the recipe's file for messages.
  std::function<Expected<void>(const InferOptions&, const std::string&)> check{};
};

/// Whether recipes of a kind name a checkpoint.
enum class CheckpointKey { kNone, kOptional, kRequired };

/// What a kind of figure is made from. Its recipes have the keys for that and no others, and its FigureInput
/// holds it.
struct FigureNeeds {
  bool dataset = true;     ///< keys "dataset", "frame" and "instance"
  bool frame = false;      ///< one frame with its images, and the object in it
  bool estimates = false;  ///< poses estimated with the checkpoint, where there is one
  /// K samples are drawn by the maker, from the checkpoint or else the analytic field (key "analytic").
  bool samples = false;
  CheckpointKey checkpoint = CheckpointKey::kNone;  ///< key "checkpoint"

  /// Keys "sampler", "samples" and "seed".
  bool sampler() const { return estimates || samples; }
};

/// One kind of figure that a recipe can name.
struct FigureKind {
  std::string name;
  FigureNeeds needs;
  double width_mm = 84.0, height_mm = 60.0;  ///< unless the recipe says otherwise
  ParsedView (*parse)(StrictObject& view) = nullptr;
};

/// Every kind there is: those of app/render/figure_kinds.def, in that order.
const std::vector<FigureKind>& figureKinds();

}  // namespace alidade
