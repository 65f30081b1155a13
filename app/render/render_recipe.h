// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/render/figure_kinds.h"
#include "app/render/frame_choice.h"
#include "core/base/expected.h"
#include "core/studies/infer.h"
#include "views/base/figure_export.h"

namespace alidade {

/// A figure recipe (docs/formats.md, "Figure recipes"), checked.
struct RenderRecipe {
  std::string file;  ///< for messages
  const FigureKind* kind = nullptr;
  ParsedView view;
  std::filesystem::path dataset;     ///< relative paths count from the recipe's folder
  std::filesystem::path checkpoint;  ///< empty: no estimates, or the analytic score field
  FrameChoice frame;
  std::optional<int> instance;
  InferOptions infer;
  ExportOptions output;
  std::string text;  ///< the recipe as normalized JSON, for the provenance
};

/// What the command line says in place of a recipe; empty texts change nothing. Paths count from the working
/// folder.
struct RecipeOverrides {
  std::string checkpoint, dataset;
};

/// Reads a recipe strictly: an unknown key, a wrong type or a value out of range is an Error (kInput) naming
/// file and key. It holds a pointer to one of `kinds`.
Expected<RenderRecipe> read_render_recipe(const std::filesystem::path& path,
                                          const RecipeOverrides& overrides = {},
                                          const std::vector<FigureKind>& kinds = figureKinds());

}  // namespace alidade
