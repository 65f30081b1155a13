// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/opened_recipe.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/cli/problem_lines.h"
#include "core/base/json_text.h"
#include "core/studies/plain/open_data.h"
#include "plugins/builtin_readers.h"

namespace alidade {

Expected<OpenedRecipe> OpenedRecipe::open(const RenderRecipe& recipe, const DatasetReaders& readers,
                                          const JobContext& job) {
  OpenedRecipe opened(recipe);
  if (recipe.kind->needs.dataset) {
    const PointSceneReaders scene_readers = builtin_scene_readers();
    auto dataset = names_scenes(recipe.dataset, scene_readers)
                       ? open_shown(recipe.dataset, readers, scene_readers, job)
                       : open_data(recipe.dataset, readers, job);
    if (!dataset) {
      return dataset.error();
    }
    opened.dataset_ = *dataset;
    print_problems(**dataset);
  }
  return opened;
}

Expected<void> OpenedRecipe::load_frame(FigureInput& input) {
  const auto index = frame_index(recipe_.frame, *dataset_, recipe_.file, "frame");
  if (!index) {
    return index.error();
  }
  auto frame = dataset_->load(*index, FrameLayers{});
  if (!frame) {
    return frame.error();
  }
  const auto& instances = frame->instances;
  const auto chosen = [&](const Instance& i) { return i.index == recipe_.instance; };
  if (recipe_.instance && std::none_of(instances.begin(), instances.end(), chosen)) {
    return no_instance(*frame, recipe_.file, "instance");
  }
  input.instance = recipe_.instance;
  if (!input.instance && !instances.empty()) {
    input.instance = instances.front().index;
  }
  problems_.add(*frame);
  input.frame = std::make_shared<const Frame>(std::move(*frame));
  return {};
}

Expected<void> OpenedRecipe::estimate(FigureInput& input, const JobContext& job) {
  if (!estimator_) {
    auto estimator = open_estimator(recipe_.checkpoint, recipe_.infer);
    if (!estimator) {
      return estimator.error();
    }
    estimator_ = std::move(*estimator);
  }
  const bool all = recipe_.view.all_frames || !input.frame;
  auto result = infer_poses(*dataset_, *estimator_,
                            all ? recipe_.infer.frames : std::vector<std::size_t>{input.frame->index}, job);
  if (!result) {
    return result.error();
  }
  input.result = *result;
  if (all) {
    print_problems(input.result->found);
  }
  return {};
}

Provenance OpenedRecipe::provenance_of(const FigureInput& input) const {
  Provenance provenance = input.result ? input.result->provenance : current_provenance();
  provenance.recipe = recipe_.text;
  if (dataset_) {
    provenance.dataset = dataset_->name();
    provenance.dataset_sha256 = dataset_->digest();
  }
  return provenance;
}

Expected<RenderedFigure> OpenedRecipe::figure(const JobContext& job) {
  FigureInput input;
  input.recipe_file = recipe_.file;
  input.dataset = dataset_;
  const FigureNeeds& needs = recipe_.kind->needs;
  if (needs.frame && !recipe_.view.names_objects) {
    if (auto loaded = load_frame(input); !loaded) {
      return loaded.error();
    }
  }
  if (needs.estimates && !recipe_.checkpoint.empty()) {
    if (auto estimated = estimate(input, job); !estimated) {
      return estimated.error();
    }
  }
  input.provenance = provenance_of(input);
  input.checkpoint = recipe_.checkpoint;
  input.options = recipe_.infer;
  input.job = job;
  auto figure = recipe_.view.make(input);
  if (!figure) {
    return figure.error();
  }
  if (job.stopped()) {
    return Error{ErrorCode::kCancelled, "rendering was stopped."};
  }
  return RenderedFigure{std::move(*figure), recipe_.output, input.result};
}

Expected<RenderedFigure> OpenedRecipe::figure(std::size_t frame, const JobContext& job) {
  recipe_.frame = frame;
  if (auto text = parse_json(recipe_.text, recipe_.file)) {
    (*text)["frame"] = frame;
    recipe_.text = json_text(*text);
  }
  return figure(job);
}

}  // namespace alidade
