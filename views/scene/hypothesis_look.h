// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

/// Where the hypotheses of a scene come from.
enum class HypothesisSource {
  kResult,  ///< the K samples of the inference result
  kColumn,  ///< the schedule lab's column, at the shared diffusion time
};

enum class HypothesisMark { kFrames, kBoxes };

/// What a hypothesis's color tells.
enum class HypothesisColor {
  kPlain,   ///< frames: x red, y green, z blue; boxes: the prediction's color
  kTime,    ///< diffusion time t; needs a path
  kError,   ///< symmetry-reduced rotation error; needs the truth
  kEnergy,  ///< the ranker's energy, rotation + translation; needs a ranked result
};

/// Which point of each hypothesis leaves a trail.
enum class HypothesisTrails { kNone, kCenters, kTipsX, kTipsY, kTipsZ };

/// How hypotheses are drawn.
struct HypothesisLook {
  HypothesisSource source = HypothesisSource::kResult;
  HypothesisMark mark = HypothesisMark::kFrames;
  HypothesisColor color = HypothesisColor::kPlain;
  HypothesisTrails trails = HypothesisTrails::kNone;  ///< colored by t; needs a path
  bool onion = false;                                 ///< all states of the path at once, colored by t
  /// Level, 0..1, at which mean, ellipsoid of the place and cones of the axes are drawn; 0 = none.
  double summary_level = 0.0;

  bool operator==(const HypothesisLook&) const = default;
};

}  // namespace alidade
