// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace alidade {

/// An object whose measured depth is compared with where its pose puts it.
struct DepthSubject {
  double expected = 0.0;          ///< z of its origin, metres
  double extent = 0.0;            ///< how far it reaches from there at most, metres; 0 when unknown
  Eigen::Vector2d pixel;          ///< where the origin is seen
  const ImageU8* mask = nullptr;  ///< its visible pixels; null or empty: a few pixels about `pixel`
};

/// The annotated objects whose origin lies before a valid camera.
std::vector<DepthSubject> depth_subjects(const Frame& frame);

/// Whether the measured depth (z, metres, 0 = none) and the poses cannot be in the units they claim: for most
/// of the objects the median of the measured depth is below half or above twice the true distance and lies
/// outside the object. One sentence with both medians, or nothing. Nothing is guessed and nothing corrected.
std::optional<std::string> depth_contradiction(const ImageF& depth,
                                               const std::vector<DepthSubject>& subjects);

}  // namespace alidade
