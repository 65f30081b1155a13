// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include "core/base/expected.h"
#include "core/data/image.h"
#include "core/evaluation/pose_set.h"
#include "core/geometry/camera.h"
#include "core/geometry/rigid.h"

namespace alidade {

/// Cost of a pixel that both poses see.
enum class VsdCost {
  kStep,             ///< 1 from tau on (SIXD 2017 and later)
  kTruncatedLinear,  ///< distance / tau, at most 1 (ECCVW 2016)
};

/// A rectangle of pixels, ends excluded; empty when an end does not exceed its begin.
struct PixelRegion {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  bool empty() const { return x1 <= x0 || y1 <= y0; }
};

/// The rule of VSD. Depth maps, `delta`, `diameter` and absolute taus share one unit: metres unless all of
/// them are given in another.
struct VsdRule {
  double delta = 0.015;   ///< how far a model may lie behind the measured depth and count as visible
  double diameter = 0.0;  ///< taus are fractions of it; 0 = taus are lengths
  std::vector<double> taus{0.05, 0.1, 0.15000000000000002, 0.2, 0.25, 0.3, 0.35000000000000003, 0.4,
                           0.45, 0.5};  ///< BOP's arange(0.05, 0.51, 0.05), with its rounding
  VsdCost cost = VsdCost::kStep;
};

/// Visible Surface Discrepancy for each tau (Hodan et al., ECCV 2018), from depth maps (z, 0 = none) of the
/// measured scene and of the object drawn in both poses. Distances are computed in double, visibility is
/// decided in single precision as the reference does. 1 when neither pose is visible. `region`, if given,
/// must hold every pixel of `truth` and `estimate` that is not 0; without it the maps are scanned. Fails when
/// the maps differ in size or the camera is invalid.
Expected<std::vector<double>> vsd_error(const ImageF& measured, const ImageF& truth, const ImageF& estimate,
                                        const PinholeCamera& camera, const VsdRule& rule,
                                        const std::optional<PixelRegion>& region = std::nullopt);

/// Whether the bounding spheres' projections overlap (BOP's approximation); where they do not, BOP sets VSD
/// to 1 without drawing. False when a center lies in the camera's plane.
bool sphere_projections_overlap(double diameter, const Rigid3& estimate, const Rigid3& truth);

/// CUS: 1 - intersection / union of the pixels above 0 in two depth maps; 1 when both are empty. Fails when
/// they differ in size.
Expected<double> cus_error(const ImageF& depth_a, const ImageF& depth_b);
/// The same for two masks.
Expected<double> complement_over_union(const ImageU8& mask_a, const ImageU8& mask_b);

/// The depth (z, metres, 0 = none) of an object without culling of back faces, as BOP's renderers draw it.
/// An object without triangles, or an invalid camera, gives an empty picture of the camera's size. Triangles
/// that name a vertex that does not exist are left out.
ImageF render_depth(const ObjectGeometry& object, const Rigid3& cam_from_obj, const PinholeCamera& camera);

}  // namespace alidade
