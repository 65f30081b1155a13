// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/render/strict_object.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/results/pose_result.h"
#include "views/base/figure.h"

namespace alidade {

/// What a figure can be made from; what its kind does not ask for is null.
struct FigureInput {
  std::string recipe_file;  ///< for messages
  std::shared_ptr<const Dataset> dataset;
  std::shared_ptr<const Frame> frame;
  std::shared_ptr<const PoseResult> result;
  std::optional<int> instance;  ///< the chosen one, else the frame's first
  Provenance provenance;
  JobContext job;
};

using FigureMaker = std::function<Expected<std::unique_ptr<Figure>>(const FigureInput&)>;

/// A figure's "view" part, understood: nothing slow happens before this has succeeded.
struct ParsedView {
  FigureMaker make;
  bool all_frames = false;  ///< estimates of the whole dataset are needed
};

/// One kind of figure that a recipe can name.
struct FigureKind {
  std::string name;
  bool needs_result = false;  ///< poses must be estimated; else they are when a checkpoint is named
  bool needs_frame = false;
  double width_mm = 84.0, height_mm = 60.0;  ///< unless the recipe says otherwise
  ParsedView (*parse)(StrictObject& view) = nullptr;
};

/// Every kind there is. A new figure is one entry here.
const std::vector<FigureKind>& figureKinds();

}  // namespace alidade
