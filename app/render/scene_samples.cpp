// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/scene_samples.h"

#include <array>

#include "app/render/sample_subjects.h"
#include "app/render/schedule_drawing.h"
#include "views/scene/hypotheses.h"

namespace alidade {
namespace {

constexpr const char* kFrom = "hypotheses_from";
constexpr const char* kColor = "hypotheses_color";
const std::vector<std::string> kSummaryChoices{"none", "50", "80", "90", "95"};

Expected<void> drawPath(const SceneSamples& samples, const FigureInput& input, SceneFigureData& data) {
  if (!samples.analytic && input.checkpoint.empty()) {
    return input_error(input.recipe_file, std::string("view.") + kFrom,
                       "a path needs a score field, and no checkpoint is named",
                       R"(name a checkpoint, or write "analytic")");
  }
  FigureInput from = input;
  if (samples.analytic) {
    from.checkpoint.clear();
  }
  auto source = SampleSource::open(from);
  if (!source) {
    return source.error();
  }
  auto drawn = source->visit({}, [&](SampleSubject& subject) -> Expected<void> {
    auto set = draw_schedule(subject, {}, from);
    if (!set) {
      return set.error();
    }
    data.contents.samples = *set;
    return {};
  });
  data.provenance = source->provenance();
  return drawn;
}

}  // namespace

SceneSamples parse_scene_samples(StrictObject& view, SceneContents& contents) {
  SceneSamples samples;
  SceneLayers& layers = contents.layers;
  HypothesisLook& look = layers.look;
  const std::size_t from = view.choice(kFrom, {"result", "path", "analytic"});
  samples.path = from > 0;
  samples.analytic = from == 2;
  look.source = samples.path ? HypothesisSource::kColumn : HypothesisSource::kResult;
  layers.hypotheses = view.flag("hypotheses", samples.path);
  look.mark = static_cast<HypothesisMark>(view.choice("hypotheses_as", {"frames", "boxes"}));
  look.color = static_cast<HypothesisColor>(view.choice(kColor, {"plain", "time", "error", "energy"}));
  contents.time = view.number("time", 0.0, 0.0, 1.0);
  look.trails = static_cast<HypothesisTrails>(view.choice("trails", {"none", "centers", "x", "y", "z"}));
  look.onion = view.flag("onion", false);
  look.summary_level = std::array{0.0, 0.5, 0.8, 0.9, 0.95}[view.choice("summary", kSummaryChoices)];
  samples.closeup = view.flag("closeup", false);
  for (const char* key : {"time", "trails", "onion"}) {
    if (!samples.path && view.has(key)) {
      view.fail(key, "the hypotheses of a result have no path", R"(write "hypotheses_from": "path" as well)");
    }
  }
  if (!samples.path && look.color == HypothesisColor::kTime) {
    view.fail(kColor, "the hypotheses of a result have no diffusion time",
              R"(write "hypotheses_from": "path" as well)");
  }
  return samples;
}

Expected<void> draw_scene_samples(const SceneSamples& samples, const FigureInput& input,
                                  SceneFigureData& data) {
  if (samples.closeup) {
    data.closeup = input.instance;
  }
  if (!data.contents.layers.hypotheses) {
    return {};
  }
  if (samples.path) {
    if (auto drawn = drawPath(samples, input, data); !drawn) {
      return drawn;
    }
  }
  if (!colorAvailable(hypothesisGroups(data.contents), data.contents.layers.look.color)) {
    return input_error(input.recipe_file, std::string("view.") + kColor,
                       "these hypotheses have no such values",
                       "choose another color; energies come from a ranker, errors from the ground truth");
  }
  return {};
}

ParsedView sceneView(FigureMaker make, const SceneSamples& samples) {
  return samples.path ? schedulesView(std::move(make), {ScheduleChoice{}}, {}) : ParsedView{std::move(make)};
}

}  // namespace alidade
