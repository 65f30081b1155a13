// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/figure_kinds.h"

#include <algorithm>

#include "app/render/metric_kinds.h"
#include "app/render/sampling_kinds.h"
#include "app/render/scene_samples.h"
#include "app/render/training_kinds.h"
#include "core/geometry/rotation.h"
#include "views/image/image_figure.h"
#include "views/mollweide/mollweide_figure.h"
#include "views/predictions/prediction_cells.h"
#include "views/scene/scene_figure.h"

namespace alidade {
namespace {

Eigen::Matrix3d rotationOf(const std::vector<double>& q) {
  return rotation_from_quat_wxyz({q[0], q[1], q[2], q[3]});
}

const Instance* truthOf(const Frame& frame, int instance) {
  const auto found = std::find_if(frame.instances.begin(), frame.instances.end(),
                                  [instance](const Instance& i) { return i.index == instance; });
  return found == frame.instances.end() ? nullptr : &*found;
}

ParsedView parseMollweide(StrictObject& view) {
  MollweideData settings;
  settings.hue = view.choice("hue", {"uniform", "hsv"}) == 1 ? CyclicMap::kHsv : CyclicMap::kUniform;
  settings.convention = view.choice("convention", {"implicit-pdf", "genpose"}) == 1
                            ? SphereConvention::kGenPose
                            : SphereConvention::kImplicitPdf;
  settings.show_equivalents = view.flag("equivalents", true);
  settings.canonical = rotationOf(view.quaternion("canonical_rotation"));
  settings.camera_side = rotationOf(view.quaternion("camera_rotation"));
  const bool centered = view.choice("center", {"none", "ground-truth"}) == 1;
  return {[settings, centered](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
    const PoseEstimate* estimate =
        input.instance ? input.result->find(input.frame->index, *input.instance) : nullptr;
    if (!estimate) {
      return input_error(input.recipe_file, "instance", "no pose could be estimated for this object",
                         "choose another object of frame " + input.frame->info.name);
    }
    const Instance* truth = truthOf(*input.frame, *input.instance);
    MollweideData data = mollweideData(*estimate, truth, input.provenance);
    data.hue = settings.hue;
    data.convention = settings.convention;
    data.show_equivalents = settings.show_equivalents;
    data.canonical = settings.canonical;
    data.camera_side = settings.camera_side;
    if (centered && truth) {
      centerOn(data, truth->cam_from_obj.R);
    }
    return std::unique_ptr<Figure>(std::make_unique<MollweideFigure>(std::move(data)));
  }};
}

ParsedView parsePredictions(StrictObject& view) {
  static const std::vector<std::string> kOrders{"none", "raw", "reduced", "translation", "iou", "score"};
  const std::size_t order = view.choice("sort", kOrders);
  const bool descending = view.flag("descending", false);
  const bool all_frames = view.flag("all_frames", false);
  const auto make = [=](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
    std::vector<const PoseEstimate*> rows;
    for (const PoseEstimate& estimate : input.result->estimates) {
      if (all_frames || estimate.frame == input.frame->index) {
        rows.push_back(&estimate);
      }
    }
    if (order > 0) {
      const auto column = static_cast<PredictionColumn>(static_cast<int>(PredictionColumn::kRawRotation) +
                                                        static_cast<int>(order) - 1);
      std::stable_sort(rows.begin(), rows.end(), [=](const PoseEstimate* a, const PoseEstimate* b) {
        return descending ? cellValue(*b, column) < cellValue(*a, column)
                          : cellValue(*a, column) < cellValue(*b, column);
      });
    }
    return std::unique_ptr<Figure>(
        std::make_unique<TableFigure>(predictionsFigure(rows, all_frames, input.provenance)));
  };
  return {make, all_frames};
}

ParsedView parseAccuracy(StrictObject&) {
  const auto make = [](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
    TableFigure::Content content = accuracyFigure(*input.result).content();
    content.provenance = input.provenance;
    return std::unique_ptr<Figure>(std::make_unique<TableFigure>(std::move(content)));
  };
  return {make, true};
}

OverlayLayers parseOverlay(StrictObject& view) {
  OverlayLayers layers;
  layers.ground_truth = view.flag("ground_truth", layers.ground_truth);
  layers.prediction = view.flag("prediction", layers.prediction);
  layers.boxes = view.flag("boxes", layers.boxes);
  layers.axes = view.flag("axes", layers.axes);
  layers.letters = view.flag("letters", layers.letters);
  layers.labels = view.flag("labels", layers.labels);
  layers.only_selected = view.flag("only_selected", layers.only_selected);
  return layers;
}

ParsedView parseImage(StrictObject& view) {
  ImageLayers layers;
  layers.poses = parseOverlay(view);
  layers.contours = view.flag("contours", layers.contours);
  layers.masks = view.flag("masks", layers.masks);
  layers.nocs = view.flag("nocs", layers.nocs);
  layers.depth = view.flag("depth", layers.depth);
  layers.gray = view.flag("gray", layers.gray);
  layers.legend = view.flag("legend", layers.legend);
  layers.depth_map = view.choice("depth_map", {"viridis", "cividis"}) == 1 ? SequentialMap::kCividis
                                                                           : SequentialMap::kViridis;
  const bool highlight = view.flag("highlight", false);
  return {[layers, highlight](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
    const auto selected = highlight || layers.poses.only_selected ? input.instance : std::nullopt;
    return std::unique_ptr<Figure>(std::make_unique<ImageFigure>(
        ImageFigureData{input.frame, input.result, layers, selected, input.provenance}));
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
  layers.poses = parseOverlay(view);
  layers.points = view.flag("points", layers.points);
  layers.meshes = view.flag("meshes", layers.meshes);
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
    if (data.contents.layers.meshes) {
      filled.contents.meshes = meshesOf(*input.dataset, *input.frame);
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

const std::vector<FigureKind>& figureKinds() {
  static const std::vector<FigureKind> kinds{
      {"image", false, true, 84.0, 68.0, parseImage},
      {"scene", false, true, 84.0, 68.0, parseScene},
      {"mollweide", true, true, 84.0, 56.0, parseMollweide},
      {"predictions", true, true, 174.0, 40.0, parsePredictions},
      {"accuracy", true, false, 174.0, 46.0, parseAccuracy},
      {"metrics", true, false, 174.0, 60.0, parseMetrics},
      {"metric-curve", true, false, 84.0, 60.0, parseMetricCurve},
      {"metric-histogram", true, false, 84.0, 60.0, parseMetricHistogram},
      {"schedule-maps", false, true, 174.0, 60.0, parseScheduleMaps, true},
      {"schedule-errors", false, true, 174.0, 64.0, parseScheduleErrors, true},
      {"training", false, false, 174.0, 120.0, parseTraining, false, false},
  };
  return kinds;
}

}  // namespace alidade
