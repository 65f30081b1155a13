// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QImage>
#include <QPolygonF>

#include "core/base/table.h"
#include "core/data/mesh_comparison.h"
#include "core/results/pose_result.h"
#include "views/base/chosen_color_map.h"
#include "views/base/placed_meshes.h"

namespace alidade {

/// Whose depth the measured one is compared with.
enum class DepthModel { kPrediction, kGroundTruth };

/// What is shown of the error where it is: in the image.
struct ErrorLayers {
  bool mesh = false;        ///< outlines of the meshes, and the predicted ones filled
  bool silhouette = false;  ///< truth against prediction
  bool difference = false;  ///< measured depth minus the model's
  DepthModel against = DepthModel::kPrediction;
  ColorMap map = DivergingMap::kBlueBrown;  ///< of the differences; its middle is 0
  double range = 0.02;   ///< metres that the ends of the map of differences stand for
  double opacity = 0.7;  ///< of all three, 0..1

  bool any() const { return mesh || silhouette || difference; }
  bool operator==(const ErrorLayers&) const = default;
};

/// The pictures and numbers of the error layers; empty where a layer is off or cannot be made.
struct ImageErrors {
  bool complete = false;  ///< made; else they are still on their way
  struct Outline {
    bool prediction = false;
    std::vector<QPolygonF> contours;  ///< image coordinates
  };
  QImage fill;                    ///< shaded meshes; transparent elsewhere
  std::vector<Outline> outlines;  ///< ground truth first
  QImage silhouette;
  std::vector<SilhouetteCount> silhouettes;
  QImage difference;
  ImageF difference_values;  ///< metres, NaN where one of the depths is missing
  ImageF model_depth;        ///< metres, 0 = background
  std::vector<DepthDifference> differences;
  bool against_prediction = false;  ///< the model of the differences
  std::vector<int> without_mesh;    ///< instances that are left out
};

/// Makes the layers of a frame with pictures of `size`. Without estimates of this frame the meshes and the
/// differences are those of the ground truth, and there is no silhouette to compare.
ImageErrors makeImageErrors(const Frame& frame, const QSize& size, const PoseResult* result,
                            const MeshesById& meshes, const ErrorLayers& layers);

/// Appends the numbers of the layers to a poseTable of the same frame: silhouettes in the rows of the
/// prediction, depth differences in the rows of their model.
void appendErrors(const ImageErrors& errors, const ErrorLayers& layers, Table& table);

}  // namespace alidade
