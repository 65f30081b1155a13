// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>

#include "app/render/render_recipe.h"
#include "core/base/job.h"
#include "core/data/dataset_reader.h"

class QGuiApplication;

namespace alidade {

/// Fonts and painting without any display, for as long as this object lives. Does nothing where an
/// application object exists already (tests, the window).
class HeadlessGui {
 public:
  HeadlessGui();
  ~HeadlessGui();

 private:
  std::unique_ptr<QGuiApplication> application_;
};

/// A recipe carried out: the figure, how to write it, and the estimates it is made from (may be null).
struct RenderedFigure {
  std::unique_ptr<Figure> figure;
  ExportOptions output;
  std::shared_ptr<const PoseResult> result;
};

/// Opens the recipe's dataset, estimates the poses it needs and makes the figure; what its readers found is
/// printed on standard error. Needs a HeadlessGui or an
/// application.
Expected<RenderedFigure> make_figure(const RenderRecipe& recipe, const DatasetReaders& readers,
                                     const JobContext& job);

/// Renders a recipe file, `overrides` in place of what it names. `output` gets the figure (after its
/// extension) unless empty; `check`, unless empty, is compared byte by byte with what its extension gives:
/// ErrorCode::kMismatch when it differs.
Expected<void> render(const std::filesystem::path& recipe, const RecipeOverrides& overrides,
                      const std::filesystem::path& output, const std::filesystem::path& check,
                      const DatasetReaders& readers, const JobContext& job);

/// Renders a recipe file into a picture, after its extension.
Expected<void> paint_figure(const std::filesystem::path& recipe, const std::filesystem::path& picture,
                            const DatasetReaders& readers, const JobContext& job);

}  // namespace alidade
