// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/data/mesh_render.h"

namespace alidade {

/// How the silhouettes of truth and prediction meet in a pixel.
enum class SilhouettePixel : std::uint8_t {
  kNone,       ///< neither covers it
  kAgreement,  ///< both do
  kMissing,    ///< truth alone
  kSurplus,    ///< prediction alone
};

/// Pixels of one object's whole silhouettes, hidden parts included.
struct SilhouetteCount {
  int instance = 0;
  std::size_t agreement = 0, missing = 0, surplus = 0;
  /// Intersection over union; 0 when both silhouettes are empty.
  double iou() const;
};

struct SilhouetteComparison {
  ImageU8 pixels;  ///< SilhouettePixel; where several objects meet, missing before surplus before agreement
  std::vector<SilhouetteCount> objects;  ///< of truth, then those predicted alone
};

/// Compares the silhouettes of objects of equal instance, each rendered alone: an object that stands before
/// another one hides none of its error. What is on one side only is missing or surplus altogether.
SilhouetteComparison compare_silhouettes(const PinholeCamera& camera, std::span<const PlacedMesh> truth,
                                         std::span<const PlacedMesh> prediction);

/// measured - rendered, metres: positive where the measurement lies behind the model. NaN where one of them
/// has no depth; empty when their sizes differ.
ImageF depth_difference(const ImageF& measured, const ImageF& rendered);

/// The differences in the pixels that show one object.
struct DepthDifference {
  int instance = 0;
  std::size_t pixels = 0;        ///< with both depths; the rest holds for them and is 0 without any
  double median = 0.0;           ///< metres
  double median_absolute = 0.0;  ///< median of the absolute differences, metres
};

/// One for each of `meshes`, which `render` shows.
std::vector<DepthDifference> depth_differences(const ImageF& difference, const MeshRender& render,
                                               std::span<const PlacedMesh> meshes);

}  // namespace alidade
