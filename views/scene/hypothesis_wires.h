// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "views/base/theme.h"
#include "views/scene/hypotheses.h"
#include "views/scene/hypothesis_summary.h"

namespace alidade {

/// Colored straight lines between points in the frame's camera, metres. Memory is reused from one filling to
/// the next.
struct Wires {
  std::vector<float> xyz;           ///< three per point
  std::vector<unsigned char> rgba;  ///< four per point; both ends of a line have its color
  std::vector<std::int32_t> ends;   ///< two points per line

  std::size_t lines() const { return ends.size() / 2; }
  void clear();
};

/// Red, green, blue and opacity.
using Ink = std::array<unsigned char, 4>;
Ink inkOf(const QColor& color, double opacity);

/// Adds a point and gives its number.
std::int32_t addPoint(Wires& wires, const Eigen::Vector3d& point, const Ink& ink);

/// What is drawn of the hypotheses.
struct HypothesisWires {
  Wires onion;                          ///< every kept state, faint
  Wires trails;                         ///< from the noise to the shown moment; half of most_lines
  Wires plain;                          ///< the shown moment
  Wires marked;                         ///< the samples that stand out, at the shown moment
  Wires summary;                        ///< mean, ellipsoid and cones, at the shown moment
  std::vector<GroupSummary> summaries;  ///< what `summary` draws
  /// To be set before filling: of each part. Of more only every n-th sample is drawn; marked ones
  /// have a quarter of it for themselves.
  std::size_t most_lines = 60000;
  std::size_t plain_stride = 1, trail_stride = 1, onion_stride = 1;  ///< these n

  std::size_t lines() const;
};

/// Fills everything.
void fillHypotheses(const SceneContents& contents, const Theme& theme, HypothesisWires& wires);

/// Moves to `contents.time`: only `plain`, `marked`, `summary` and the length of `trails` change. Else the
/// contents must be those of fillHypotheses.
void moveHypotheses(const SceneContents& contents, const Theme& theme, const std::optional<ColorScale>& scale,
                    HypothesisWires& wires);

}  // namespace alidade
