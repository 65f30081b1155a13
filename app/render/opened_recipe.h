// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>

#include "app/render/render_recipe.h"
#include "core/base/job.h"
#include "core/data/dataset_problems.h"
#include "core/data/dataset_reader.h"
#include "core/studies/pose_estimator.h"

namespace alidade {

/// A recipe carried out: the figure, how to write it, and the estimates it is made from (may be null).
struct RenderedFigure {
  std::unique_ptr<Figure> figure;
  ExportOptions output;
  std::shared_ptr<const PoseResult> result;
};

/// A recipe with what its figures are made from: dataset and network are opened once for all of them. Needs a
/// HeadlessGui or an application.
class OpenedRecipe {
 public:
  /// What is wrong with the dataset is printed on standard error.
  static Expected<OpenedRecipe> open(const RenderRecipe& recipe, const DatasetReaders& readers,
                                     const JobContext& job);

  /// Null for kinds that need none.
  const std::shared_ptr<const Dataset>& dataset() const { return dataset_; }

  /// The recipe's figure. kCancelled after a stop: what was not read is missing in no figure.
  Expected<RenderedFigure> figure(const JobContext& job);
  /// The same of another frame, as if the recipe named its number.
  Expected<RenderedFigure> figure(std::size_t frame, const JobContext& job);

  /// What was found in the frames of the figures so far.
  const FrameProblems& problems() const { return problems_; }

 private:
  explicit OpenedRecipe(RenderRecipe recipe) : recipe_(std::move(recipe)) {}
  Expected<void> load_frame(FigureInput& input);
  Expected<void> estimate(FigureInput& input, const JobContext& job);
  Provenance provenance_of(const FigureInput& input) const;

  RenderRecipe recipe_;
  std::shared_ptr<const Dataset> dataset_;
  std::unique_ptr<PoseEstimator> estimator_;
  FrameProblems problems_;
};

}  // namespace alidade
