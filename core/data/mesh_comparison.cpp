// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/mesh_comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace alidade {
namespace {

/// What wins where several objects meet: errors are not hidden by agreement.
int rank_of(SilhouettePixel pixel) {
  switch (pixel) {
    case SilhouettePixel::kMissing:
      return 3;
    case SilhouettePixel::kSurplus:
      return 2;
    case SilhouettePixel::kAgreement:
      return 1;
    case SilhouettePixel::kNone:
      break;
  }
  return 0;
}

const PlacedMesh* find_instance(std::span<const PlacedMesh> meshes, int instance) {
  const auto found = std::find_if(meshes.begin(), meshes.end(), [instance](const PlacedMesh& placed) {
    return placed.instance == instance;
  });
  return found == meshes.end() ? nullptr : &*found;
}

ImageF depth_alone(const PinholeCamera& camera, const PlacedMesh* placed) {
  return placed ? render_meshes(camera, {placed, 1}).depth : ImageF();
}

SilhouetteCount compare_object(int instance, const ImageF& truth, const ImageF& prediction,
                               ImageU8& pixels) {
  SilhouetteCount count;
  count.instance = instance;
  for (std::size_t i = 0; i < pixels.data.size(); ++i) {
    const bool in_truth = !truth.empty() && truth.data[i] > 0.0F;
    const bool in_prediction = !prediction.empty() && prediction.data[i] > 0.0F;
    if (!in_truth && !in_prediction) {
      continue;
    }
    const SilhouettePixel kind = in_truth && in_prediction ? SilhouettePixel::kAgreement
                                 : in_truth                ? SilhouettePixel::kMissing
                                                           : SilhouettePixel::kSurplus;
    ++(in_truth && in_prediction ? count.agreement : in_truth ? count.missing : count.surplus);
    if (rank_of(kind) > rank_of(static_cast<SilhouettePixel>(pixels.data[i]))) {
      pixels.data[i] = static_cast<std::uint8_t>(kind);
    }
  }
  return count;
}

/// Of the values, which are put into another order; 0 without any.
double median_of(std::vector<float>& values) {
  if (values.empty()) {
    return 0.0;
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) {
    return *middle;
  }
  return 0.5 * (static_cast<double>(*middle) + *std::max_element(values.begin(), middle));
}

}  // namespace

double SilhouetteCount::iou() const {
  const std::size_t all = agreement + missing + surplus;
  return all == 0 ? 0.0 : static_cast<double>(agreement) / static_cast<double>(all);
}

SilhouetteComparison compare_silhouettes(const PinholeCamera& camera, std::span<const PlacedMesh> truth,
                                         std::span<const PlacedMesh> prediction) {
  SilhouetteComparison comparison;
  if (!camera.valid() || camera.width <= 0 || camera.height <= 0) {
    return comparison;
  }
  comparison.pixels = ImageU8(camera.width, camera.height, 1);
  const auto compare = [&](const PlacedMesh* true_mesh, const PlacedMesh* predicted_mesh) {
    const int instance = (true_mesh ? true_mesh : predicted_mesh)->instance;
    comparison.objects.push_back(compare_object(instance, depth_alone(camera, true_mesh),
                                                depth_alone(camera, predicted_mesh), comparison.pixels));
  };
  for (const PlacedMesh& placed : truth) {
    compare(&placed, find_instance(prediction, placed.instance));
  }
  for (const PlacedMesh& placed : prediction) {
    if (!find_instance(truth, placed.instance)) {
      compare(nullptr, &placed);
    }
  }
  return comparison;
}

ImageF depth_difference(const ImageF& measured, const ImageF& rendered) {
  if (measured.empty() || measured.width != rendered.width || measured.height != rendered.height ||
      measured.channels != 1 || rendered.channels != 1) {
    return {};
  }
  ImageF difference(measured.width, measured.height, 1, std::numeric_limits<float>::quiet_NaN());
  for (std::size_t i = 0; i < difference.data.size(); ++i) {
    if (measured.data[i] > 0.0F && rendered.data[i] > 0.0F && std::isfinite(measured.data[i])) {
      difference.data[i] = measured.data[i] - rendered.data[i];
    }
  }
  return difference;
}

std::vector<DepthDifference> depth_differences(const ImageF& difference, const MeshRender& render,
                                               std::span<const PlacedMesh> meshes) {
  std::vector<std::vector<float>> values(meshes.size());
  for (std::size_t i = 0; i < difference.data.size() && i < render.owner.data.size(); ++i) {
    const std::int32_t owner = render.owner.data[i];
    if (owner >= 0 && std::isfinite(difference.data[i])) {
      values[static_cast<std::size_t>(owner)].push_back(difference.data[i]);
    }
  }
  std::vector<DepthDifference> differences;
  for (std::size_t i = 0; i < meshes.size(); ++i) {
    DepthDifference one;
    one.instance = meshes[i].instance;
    one.pixels = values[i].size();
    one.median = median_of(values[i]);
    for (float& value : values[i]) {
      value = std::abs(value);
    }
    one.median_absolute = median_of(values[i]);
    differences.push_back(one);
  }
  return differences;
}

}  // namespace alidade
