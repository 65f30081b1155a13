// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QColor>

#include "views/base/theme.h"
#include "views/scene/scene_contents.h"

class vtkRenderer;

namespace alidade {

struct HypothesisWires;

/// How a scene is put into VTK.
struct SceneStyle {
  Theme colors;
  double pixel_ratio = 1.0;  ///< line widths and point sizes are multiplied by it
  std::size_t most_points = 45000;
  bool lines = true;  ///< false: points and meshes only; lines are drawn over the picture as vectors
  bool hypotheses = true;
  std::size_t most_hypothesis_lines = 60000;
};

/// The actors of one scene inside a renderer. Contents may be set anew for every frame; memory is reused.
class SceneActors {
 public:
  explicit SceneActors(vtkRenderer& renderer);
  ~SceneActors();

  void setContents(const SceneContents& contents, const Floor& floor, const SceneStyle& style);
  /// Moves the hypotheses to `contents.time`; all else must be as it was set. Nothing is made anew.
  void setMoment(const SceneContents& contents);
  /// What is drawn of the hypotheses.
  const HypothesisWires& hypotheses() const;
  /// `aspect` is width / height of the picture.
  void setViewpoint(const Viewpoint& viewpoint, double aspect);
  std::size_t shownPoints() const;
  /// The shown point of the cloud nearest to the ray within `tolerance` radians, else null; camera frame.
  std::optional<Eigen::Vector3d> pointOnRay(const Eigen::Vector3d& origin, const Eigen::Vector3d& direction,
                                            double tolerance) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alidade
