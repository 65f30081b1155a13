// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>

#include "app/render/opened_recipe.h"
#include "app/render/reference_check.h"
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

/// Opens the recipe's dataset, estimates the poses it needs and makes the figure; what its readers found is
/// printed on standard error. Needs a HeadlessGui or an
/// application.
Expected<RenderedFigure> make_figure(const RenderRecipe& recipe, const DatasetReaders& readers,
                                     const JobContext& job);

/// What is done with a figure.
struct RenderTargets {
  std::filesystem::path output;  ///< is written after its extension; empty: not
  std::filesystem::path check;   ///< is compared byte by byte with what its extension gives; empty: not
  ReferenceCheck reference{};    ///< what is found is printed
};

/// Renders a recipe file, `overrides` in place of what it names. Everything is written before the Error that
/// tells of a difference: kMismatch.
Expected<void> render(const std::filesystem::path& recipe, const RecipeOverrides& overrides,
                      const RenderTargets& targets, const DatasetReaders& readers, const JobContext& job);

/// Renders a recipe file into a picture, after its extension.
Expected<void> paint_figure(const std::filesystem::path& recipe, const std::filesystem::path& picture,
                            const DatasetReaders& readers, const JobContext& job);

}  // namespace alidade
