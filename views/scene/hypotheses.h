// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <QString>

#include "core/base/table.h"
#include "core/results/object_samples.h"
#include "views/base/color_scale.h"
#include "views/scene/scene_contents.h"

namespace alidade {

/// The hypotheses of one object at the shown moment. Points into the contents that it was made from.
struct HypothesisGroup {
  int instance = 0;                                      ///< Instance::index
  Eigen::Vector3d size = Eigen::Vector3d::Zero();        ///< metres
  Eigen::Vector3d center_obj = Eigen::Vector3d::Zero();  ///< center of the box in the object frame, metres
  SymmetryGroup symmetry;
  std::optional<Rigid3> truth;                 ///< cam_from_obj
  const std::vector<Rigid3>* poses = nullptr;  ///< cam_from_obj, shown now; never null
  const std::vector<Rigid3>* final_poses = nullptr;
  const PoseEstimate* estimate = nullptr;  ///< of a result, else null
  const ObjectSamples* path = nullptr;     ///< with a trajectory, else null
  std::size_t state = 0;                   ///< of the path, shown now

  /// Length of the drawn axes, metres.
  double axisLength() const;
};

/// The kept state whose time is nearest to t; 0 when none were kept.
std::size_t stateNear(const ObjectSamples& samples, double t);

/// True when the lab's samples are of the contents' frame and, if one is selected, of the selected object.
bool showsColumn(const SceneContents& contents);

/// What the look asks for: of the result the selected object, or all when none is selected; of the lab its
/// object. Empty with the layer off.
std::vector<HypothesisGroup> hypothesisGroups(const SceneContents& contents);

/// True when `color` can be told of every group; kPlain always.
bool colorAvailable(const std::vector<HypothesisGroup>& groups, HypothesisColor color);
/// The look's color, or kPlain where that cannot be told.
HypothesisColor shownColor(const SceneContents& contents, const std::vector<HypothesisGroup>& groups);

/// The scale of the shown color; none for kPlain. It follows from the final poses alone, so that it stays
/// while time runs: errors end at a round number that nine tenths of them stay below.
std::optional<ColorScale> hypothesisScale(const std::vector<HypothesisGroup>& groups, HypothesisColor color,
                                          const ColorMap& map = SequentialMap::kCividis);
/// The scale of t, which trails and onion skins are colored by.
ColorScale timeScale(const ColorMap& map = SequentialMap::kCividis);

/// The value of each pose shown now, in the scale's unit.
std::vector<double> hypothesisValues(const HypothesisGroup& group, HypothesisColor color);

/// The scales that a legend of these contents needs, top to bottom.
std::vector<ColorScale> shownScales(const SceneContents& contents);

/// What is shown of a path, for captions: "t 0.350 · exp 1–15 · K = 50 · analytic demo"; empty for a result.
QString momentText(const SceneContents& contents);

/// A row of poseTable's columns for each hypothesis shown now, with "hypothesis 12" or "hypothesis 12, t
/// 0.45" as its source.
void appendHypotheses(const SceneContents& contents, Table& table);

/// Symmetry-reduced rotation error in degrees.
double reducedErrorDegrees(const Rigid3& pose, const Rigid3& truth, const SymmetryGroup& symmetry);

}  // namespace alidade
