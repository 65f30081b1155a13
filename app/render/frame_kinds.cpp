// SPDX-License-Identifier: BSD-3-Clause
// Figures of one frame: its image and its scene, with poses where a checkpoint is named.
#include "app/render/figure_kinds.h"
#include "app/render/overlay_keys.h"
#include "app/render/scene_samples.h"
#include "core/base/constants.h"
#include "views/base/mesh_cache.h"
#include "views/image/image_figure.h"
#include "views/scene/scene_distance.h"
#include "views/scene/scene_figure.h"

namespace alidade {
namespace {

ErrorLayers parseErrors(StrictObject& view) {
  ErrorLayers layers;
  layers.mesh = view.flag("mesh", layers.mesh);
  layers.silhouette = view.flag("silhouette", layers.silhouette);
  layers.difference = view.flag("difference", layers.difference);
  layers.against = view.choice("difference_to", {"prediction", "ground-truth"}) == 1 ? DepthModel::kGroundTruth
                                                                                   : DepthModel::kPrediction;
  layers.range =
      view.number("difference_mm", layers.range / kMetresPerMillimetre, 0.1, 1000.0) * kMetresPerMillimetre;
  layers.opacity = view.number("error_opacity", layers.opacity, 0.0, 1.0);
  return layers;
}

ParsedView parseImage(StrictObject& view) {
  ImageLayers layers;
  layers.errors = parseErrors(view);
  layers.poses = overlay_keys(view);
  layers.contours = view.flag("contours", layers.contours);
  layers.masks = view.flag("masks", layers.masks);
  layers.nocs = view.flag("nocs", layers.nocs);
  layers.depth = view.flag("depth", layers.depth);
  layers.gray = view.flag("gray", layers.gray);
  layers.legend = view.flag("legend", layers.legend);
  layers.depth_map = static_cast<SequentialMap>(
      view.choice("depth_map", {"viridis", "cividis", "magma", "inferno", "plasma", "gray"}));
  const bool highlight = view.flag("highlight", false);
  return {[layers, highlight](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
    const auto selected = highlight || layers.poses.only_selected ? input.instance : std::nullopt;
    ImageFigureData data{input.frame, input.result, layers, selected, input.provenance};
    if (layers.errors.any()) {
      data.meshes = meshesOf(*input.dataset, *input.frame);
    }
    return std::unique_ptr<Figure>(std::make_unique<ImageFigure>(std::move(data)));
  }};
}

ParsedView parseScene(StrictObject& view) {
  static const std::vector<std::string> kViews{"three-quarter", "camera", "front", "right", "top"};
  static const std::vector<StandardView> kStandard{StandardView::kThreeQuarter, StandardView::kCamera,
                                                   StandardView::kFront, StandardView::kRight,
                                                   StandardView::kTop};
  SceneFigureData data;
  data.view = kStandard[view.choice("from", kViews)];
  SceneLayers& layers = data.contents.layers;
  layers.poses = overlay_keys(view);
  layers.points = view.flag("points", layers.points);
  layers.meshes = view.flag("meshes", layers.meshes);
  layers.point_color =
      static_cast<PointColor>(view.choice("point_color", {"photo", "to-ground-truth", "to-prediction"}));
  layers.distance_range =
      view.number("distance_mm", layers.distance_range / kMetresPerMillimetre, 0.1, 1000.0) *
      kMetresPerMillimetre;
  layers.frustum = view.flag("frustum", layers.frustum);
  layers.grid = view.flag("grid", layers.grid);
  const SceneSamples samples = parse_scene_samples(view, data.contents);
  layers.point_size = view.number("point_size", layers.point_size, 0.5, 20.0);
  const bool highlight = view.flag("highlight", false);
  const auto make = [data, highlight,
                     samples](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
    SceneFigureData filled = data;
    filled.contents.frame = input.frame;
    filled.contents.result = input.result;
    if (highlight || data.contents.layers.poses.only_selected) {
      filled.contents.selected = input.instance;
    }
    if (data.contents.layers.meshes || data.contents.layers.point_color != PointColor::kPhoto) {
      filled.contents.meshes = meshesOf(*input.dataset, *input.frame);
      filled.contents.distances = pointDistances(filled.contents);
    }
    filled.provenance = input.provenance;
    if (auto drawn = draw_scene_samples(samples, input, filled); !drawn) {
      return drawn.error();
    }
    return std::unique_ptr<Figure>(std::make_unique<SceneFigure>(std::move(filled)));
  };
  return sceneView(make, samples);
}

}  // namespace

FigureKind imageKind() {
  return {"image",
          {.frame = true, .estimates = true, .checkpoint = CheckpointKey::kOptional},
          84.0,
          68.0,
          parseImage};
}

FigureKind sceneKind() {
  return {"scene",
          {.frame = true, .estimates = true, .checkpoint = CheckpointKey::kOptional},
          84.0,
          68.0,
          parseScene};
}

}  // namespace alidade
