// SPDX-License-Identifier: BSD-3-Clause
// A network beside itself with weights of few bits.
#include <algorithm>
#include <limits>

#include "app/render/figure_kinds.h"
#include "core/nn/registry/open_model.h"
#include "core/studies/quantize_and_look.h"
#include "core/studies/weight_histograms.h"
#include "views/weights/weights_figure.h"

namespace alidade {
namespace {

constexpr std::size_t kMostNamedLayers = 8;

/// What a recipe says of the figure.
struct WeightSettings {
  std::string levels;      ///< of every module, or "head=8,..."
  ModuleLevels by_module;  ///< the latter
  WeightOptions weights;
  std::string layer;
  bool errors = true;
  std::size_t frames = 0;  ///< 0 = all
};

ModuleLevels assignmentOf(const WeightSettings& settings, const Model& model) {
  ModuleLevels assignment = settings.by_module;
  if (assignment.empty()) {
    for (const ParameterSet& module : model.modules()) {
      assignment.emplace_back(module.name, settings.levels);
    }
  }
  return assignment;
}

Expected<std::size_t> layerOf(const QuantizedLook& look, const std::string& name, const std::string& file) {
  std::string names;
  for (std::size_t i = 0; i < look.layers.size(); ++i) {
    if (name.empty() || look.layers[i].layer == name) {
      return i;
    }
    names += i < kMostNamedLayers ? (i > 0 ? ", " : "") + look.layers[i].layer : "";
  }
  return input_error(file, "view.layer", "the network has no weight \"" + name + "\"",
                     "choose among " + names + (look.layers.size() > kMostNamedLayers ? ", ..." : ""));
}

Expected<std::unique_ptr<Figure>> makeWeights(const WeightSettings& settings, const FigureInput& input) {
  auto opened = open_pose_model(input.checkpoint);
  if (!opened) {
    return opened.error();
  }
  const std::shared_ptr<Model> model = std::move(*opened);
  LookOptions options;
  options.assignment = assignmentOf(settings, *model);
  options.weights = settings.weights;
  options.infer = input.options;
  const std::size_t all = input.dataset->num_frames();
  options.infer.frames = spread_frames(settings.frames == 0 ? all : settings.frames, all);
  const auto outcome = quantize_and_look(*input.dataset, model, options, input.job);
  if (!outcome) {
    return outcome.error().code == ErrorCode::kUsage
               ? input_error(input.recipe_file, "view.levels", outcome.error().message, "change the levels")
               : outcome.error();
  }
  auto look = std::make_shared<QuantizedLook>(*outcome->look);
  look->provenance.recipe = input.provenance.recipe;
  const auto layer = layerOf(*look, settings.layer, input.recipe_file);
  if (!layer) {
    return layer.error();
  }
  WeightsChoice choice;
  choice.layer = *layer;
  choice.errors = settings.errors;
  return std::unique_ptr<Figure>(std::make_unique<WeightsFigure>(std::move(look), choice));
}

ParsedView parseWeights(StrictObject& view) {
  WeightSettings settings;
  settings.levels = view.text("levels", "4");
  const bool one = settings.levels.find('=') == std::string::npos;
  const auto parsed = parse_module_levels(one ? "every=" + settings.levels : settings.levels);
  if (!parsed) {
    view.fail("levels", parsed.error().message, "write 4, ternary, or head=8,backbone=4");
  } else if (!one) {
    settings.by_module = *parsed;
  }
  settings.weights.granularity =
      view.choice("scales", {"channel", "tensor"}) == 0 ? Granularity::kChannel : Granularity::kTensor;
  settings.weights.rule = view.choice("range", {"least-squares", "largest"}) == 0 ? RangeRule::kLeastSquares
                                                                                  : RangeRule::kLargest;
  settings.layer = view.text("layer", "");
  settings.errors = view.flag("errors", true);
  settings.frames =
      static_cast<std::size_t>(view.integer("frames", 0, 0, std::numeric_limits<std::int32_t>::max()));
  return {[settings](const FigureInput& input) { return makeWeights(settings, input); }};
}

}  // namespace

FigureKind weightHistogramKind() {
  return {"weight-histogram",
          {.samples = true, .checkpoint = CheckpointKey::kRequired},
          174.0,
          110.0,
          parseWeights};
}

}  // namespace alidade
