// SPDX-License-Identifier: BSD-3-Clause
// Figures of pose estimates: one object's distribution, and tables.
#include <algorithm>
#include <array>

#include "app/render/figure_kinds.h"
#include "core/geometry/rotation.h"
#include "views/mollweide/mollweide_figure.h"
#include "views/predictions/prediction_cells.h"

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
  const double summary =
      std::array{0.0, 0.5, 0.8, 0.9,
                 0.95}[view.choice("summary", std::vector<std::string>{"none", "50", "80", "90", "95"})];
  const bool centered = view.choice("center", {"none", "ground-truth"}) == 1;
  return {[settings, centered, summary](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
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
    if (summary > 0.0) {
      data.summary = mapSummary(data, data.symmetry, summary);
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

}  // namespace

FigureKind mollweideKind() {
  return {"mollweide",
          {.frame = true, .estimates = true, .checkpoint = CheckpointKey::kRequired},
          84.0,
          56.0,
          parseMollweide};
}

FigureKind predictionsKind() {
  return {"predictions",
          {.frame = true, .estimates = true, .checkpoint = CheckpointKey::kRequired},
          174.0,
          40.0,
          parsePredictions};
}

FigureKind accuracyKind() {
  return {
      "accuracy", {.estimates = true, .checkpoint = CheckpointKey::kRequired}, 174.0, 46.0, parseAccuracy};
}

}  // namespace alidade
