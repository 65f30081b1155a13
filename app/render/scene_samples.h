// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/render/figure_kinds.h"
#include "views/scene/scene_figure.h"

namespace alidade {

/// What a scene recipe says of the samples it shows.
struct SceneSamples {
  bool path = false;      ///< K samples of the recipe's object are drawn with their path
  bool analytic = false;  ///< from the analytic field
  bool closeup = false;   ///< the picture is filled by the recipe's object
};

/// Reads the keys "hypotheses", "hypotheses_from", "hypotheses_as", "hypotheses_color", "time", "trails",
/// "onion" and "closeup" into `contents`.
SceneSamples parse_scene_samples(StrictObject& view, SceneContents& contents);

/// Draws the samples that were asked for. An Error (kInput) names the key when there is no checkpoint to draw
/// them from, or when the color cannot be told.
Expected<void> draw_scene_samples(const SceneSamples& samples, const FigureInput& input,
                                  SceneFigureData& data);

/// The view of a scene recipe; the memory of K x steps is checked with the recipe.
ParsedView sceneView(FigureMaker make, const SceneSamples& samples);

}  // namespace alidade
