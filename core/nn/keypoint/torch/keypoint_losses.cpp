// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/keypoint/torch/keypoint_losses.h"

#include <algorithm>

namespace alidade {
namespace {

/// What all cells of all levels, N of them, say and should say.
struct CellTensors {
  torch::Tensor logits, targets;  ///< [B, N]
  torch::Tensor pixels;           ///< [B, N, 8, 2]
};

/// Which cells show the object, [B, cells]: 0 or 1.
torch::Tensor covered_cells(const torch::Tensor& masks, int stride) {
  const auto coverage = torch::avg_pool2d(masks, stride).flatten(1);
  const auto greatest = std::get<0>(coverage.max(1, true));
  const auto shows = (coverage >= 0.5).logical_or((coverage >= greatest).logical_and(greatest > 0.0));
  return shows.to(torch::kFloat32);
}

/// [cells, 2]: the middles of the cells of a level, pixels.
torch::Tensor cell_middles(std::int64_t cells, int stride) {
  const auto along = (torch::arange(cells) + 0.5) * stride - 0.5;
  const auto grid = torch::meshgrid({along, along}, "ij");
  return torch::stack({grid[1].flatten(), grid[0].flatten()}, 1);
}

CellTensors all_cells(const KeypointConfig& config, const std::vector<torch::Tensor>& levels,
                      const KeypointBatch& batch) {
  std::vector<torch::Tensor> logits, targets, pixels;
  for (int level = 0; level < config.levels; ++level) {
    const auto out = levels[level].flatten(2);  // [B, 17, cells]
    const int stride = level_stride(level);
    logits.push_back(out.select(1, 0));
    targets.push_back(covered_cells(batch.masks, stride) * batch.weights.select(1, level).unsqueeze(1));
    const auto offsets = out.slice(1, 1).transpose(1, 2).reshape({out.size(0), out.size(2), 8, 2});
    const auto middles = cell_middles(levels[level].size(2), stride).view({1, -1, 1, 2});
    pixels.push_back(middles + offsets * level_size_px(config, level));
  }
  return {torch::cat(logits, 1), torch::cat(targets, 1), torch::cat(pixels, 1)};
}

torch::Tensor objectness_loss(const CellTensors& cells, double focal) {
  auto loss =
      torch::binary_cross_entropy_with_logits(cells.logits, cells.targets, {}, {}, at::Reduction::None);
  if (focal > 0.0) {
    // No gradient through the factor at 0, where its slope may be infinite.
    const auto off = (cells.targets - torch::sigmoid(cells.logits)).abs().clamp_min(1e-6);
    loss = loss * off.pow(focal);
  }
  return loss.sum() / cells.targets.sum().clamp_min(1.0);
}

/// Square up to `smooth`, straight beyond, of slope 1.
torch::Tensor smooth_distance(const torch::Tensor& off, double smooth) {
  const auto size = off.abs();
  return torch::where(size < smooth, size.square() / (2.0 * smooth), size - 0.5 * smooth);
}

/// How far corners are off, [B, N, 8, 2 or 3], without unit.
torch::Tensor corner_errors(const KeypointConfig& config, const CellTensors& cells,
                            const KeypointBatch& batch, KeypointError error) {
  if (error == KeypointError::kPixels) {
    return (cells.pixels - batch.pixels.unsqueeze(1)) / batch.size.view({-1, 1, 1, 1});
  }
  const auto camera = batch.camera.view({-1, 1, 1, 4});
  const auto flat = (cells.pixels - camera.slice(3, 2)) / camera.slice(3, 0, 2);
  const auto ray = torch::cat({flat, torch::ones_like(flat.slice(3, 0, 1))}, 3);
  const auto corners = batch.corners.unsqueeze(1);
  const auto along = (ray * corners).sum(3, true) / ray.square().sum(3, true);
  const double diagonal = Eigen::Vector3d(config.object.size.data()).norm();
  return (ray * along - corners) / diagonal;
}

}  // namespace

KeypointLosses keypoint_losses(const KeypointConfig& config, const std::vector<torch::Tensor>& levels,
                               const KeypointBatch& batch, const KeypointLoss& how) {
  const CellTensors cells = all_cells(config, levels, batch);
  const auto share = cells.targets / cells.targets.sum(1, true).clamp_min(1e-6);
  const auto mean = [&share](const torch::Tensor& of_cells) { return (of_cells * share).sum(1).mean(); };
  const auto off = corner_errors(config, cells, batch, how.error);
  KeypointLosses losses;
  losses.objectness = objectness_loss(cells, how.focal);
  losses.keypoints = mean(smooth_distance(off, how.smooth).sum(3).mean(2));
  const torch::NoGradGuard no_gradient;
  losses.error_px = mean((cells.pixels.detach() - batch.pixels.unsqueeze(1)).norm(2, 3).mean(2));
  return losses;
}

}  // namespace alidade
