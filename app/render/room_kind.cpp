// SPDX-License-Identifier: BSD-3-Clause
// A figure of one indoor scene, with what a detector found where a checkpoint or a file of detections is
// named.
#include <filesystem>
#include <string>

#include "app/render/figure_kinds.h"
#include "core/data/scene_dataset.h"
#include "core/studies/detect.h"
#include "core/studies/open_detector.h"
#include "core/studies/plain/evaluate_detections.h"
#include "views/rooms/room_figure.h"

namespace alidade {
namespace {

/// Where the detections of a recipe come from.
struct RoomSource {
  std::string detections;  ///< file; relative to the recipe
  std::string source;      ///< whose head answers
};

using FoundBoxes = std::shared_ptr<const DetectionResult>;

/// Null where the recipe names neither a file nor a checkpoint.
Expected<FoundBoxes> foundBoxes(const RoomSource& from, const PointSceneSet& scenes,
                                const FigureInput& input) {
  if (!from.detections.empty()) {
    const auto folder = std::filesystem::path(input.recipe_file).parent_path();
    const auto opened = open_detections(folder / from.detections, scenes);
    return opened ? Expected<FoundBoxes>(opened->result) : opened.error();
  }
  if (input.checkpoint.empty()) {
    return FoundBoxes();
  }
  const auto detector = open_detector(input.checkpoint);
  if (!detector) {
    return detector.error();
  }
  return detect_scenes(**detector, scenes, {from.source, {input.frame->index}, std::nullopt}, input.job);
}

RoomLayers roomLayers(StrictObject& view) {
  RoomLayers layers;
  layers.points = view.flag("points", layers.points);
  layers.truth = view.flag("ground_truth", layers.truth);
  layers.detections = view.flag("prediction", layers.detections);
  layers.labels = view.flag("labels", layers.labels);
  layers.color = static_cast<RoomColor>(view.choice("color", {"photo", "height"}));
  layers.least_score = view.number("score", layers.least_score, 0.0, 1.0);
  layers.cut = view.number("cut", layers.cut, 0.05, 1.0);
  layers.point_size = view.number("point_size", layers.point_size, 0.5, 20.0);
  return layers;
}

ParsedView parseRoom(StrictObject& view) {
  RoomFigureData data;
  data.side = static_cast<RoomSide>(view.choice("from", {"corner", "top", "front", "right"}));
  data.contents.layers = roomLayers(view);
  const RoomSource from{view.text("detections", std::string()), view.text("source", std::string())};
  const bool highlight = view.flag("highlight", false);
  return {[data, from, highlight](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
    const auto scenes = scenes_of(input.dataset.get());
    if (!scenes) {
      return input_error(input.recipe_file, "dataset",
                         input.dataset->name() + " holds images, where indoor scenes are expected",
                         "name a set as mmdetection3d prepares it, or a recipe of Rooms");
    }
    const auto scene = scenes->load(input.frame->index);
    const auto found = foundBoxes(from, *scenes, input);
    if (!scene || !found) {
      return scene ? found.error() : scene.error();
    }
    RoomFigureData filled = data;
    filled.contents.cloud = makeRoomCloud(*scene);
    filled.contents.categories = scenes->categories();
    filled.contents.scene = input.frame->index;
    filled.contents.result = *found;
    filled.contents.selected = highlight ? input.instance : std::nullopt;
    filled.provenance = input.provenance;
    if (*found) {
      filled.provenance.checkpoint = (*found)->provenance.checkpoint;
      filled.provenance.checkpoint_sha256 = (*found)->provenance.checkpoint_sha256;
    }
    return std::unique_ptr<Figure>(std::make_unique<RoomFigure>(std::move(filled)));
  }};
}

}  // namespace

FigureKind roomSceneKind() {
  return {"room_scene", {.frame = true, .checkpoint = CheckpointKey::kOptional}, 84.0, 68.0, parseRoom};
}

}  // namespace alidade
