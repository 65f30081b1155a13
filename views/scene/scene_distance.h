// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "views/base/color_scale.h"
#include "views/scene/scene_contents.h"
#include "views/scene/scene_lines.h"

namespace alidade {

/// Distances of the frame's depth points to the models that `contents.layers.point_color` names; see
/// model_distances. Null when the color is the photo's, or when there is no model.
std::shared_ptr<const ImageF> pointDistances(const SceneContents& contents);

/// The scale of the distances in millimetres; none while the points have the color of the photo.
std::optional<ColorScale> distanceScale(const SceneContents& contents);

/// All scales of the scene: that of the points, then those of the hypotheses.
std::vector<ColorScale> sceneScales(const SceneContents& contents);

/// Colors the cloud of the frame by `contents.distances`; points beyond the range take `plain`. Without
/// distances nothing changes.
void colorByDistance(const SceneContents& contents, bool dark_surface,
                     const std::array<unsigned char, 3>& plain, PointCloud& cloud);

}  // namespace alidade
