// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/decompose/torch/decompose_losses.h"

namespace alidade {
namespace {

/// |v| over the last dimension, its gradient 0 where v is 0.
torch::Tensor safe_norm(const torch::Tensor& v) {
  const auto squared = v.square().sum(-1);
  const auto zero = squared == 0;
  return torch::where(zero, torch::zeros_like(squared),
                      torch::where(zero, torch::ones_like(squared), squared).sqrt());
}

/// Distances [B, a, b], each with a gradient that is finite; torch's own is not reliable where they vanish.
torch::Tensor distances(const torch::Tensor& a, const torch::Tensor& b) {
  return safe_norm(a.unsqueeze(2) - b.unsqueeze(1));
}

/// Distance of each row of `from` to the nearest of `to`. Which one is found without a graph.
torch::Tensor nearest_distance(const torch::Tensor& from, const torch::Tensor& to) {
  torch::Tensor index;
  {
    const torch::NoGradGuard no_gradient;
    // Which one is nearest does not need the digits of the distance: |a|^2 - 2ab + |b|^2 by a product.
    index = (to.square().sum(-1).unsqueeze(1) - 2.0 * from.matmul(to.transpose(1, 2))).argmin(2);
  }
  return safe_norm(from - gather_rows(to, index));
}

/// Mean over the second dimension of where `mask` is true; 0 without any.
torch::Tensor masked_mean(const torch::Tensor& values, const torch::Tensor& mask) {
  const auto kept = mask.to(values.dtype());
  return (values * kept).sum(1) / kept.sum(1).clamp_min(1.0);
}

}  // namespace

torch::Tensor DecomposeLosses::branch(const DecomposeWeights& weights) const {
  return weights.chamfer * chamfer + weights.diversity * diversity + weights.reconstruction * reconstruction +
         weights.nocs * nocs + weights.offset * offset;
}

torch::Tensor DecomposeLosses::main() const {
  return rotation + translation + size;
}

torch::Tensor DecomposeLosses::total(const DecomposeWeights& weights) const {
  return weights.main * main() + weights.branch * branch(weights);
}

torch::Tensor chamfer_loss(const torch::Tensor& keypoints, const torch::Tensor& points) {
  return nearest_distance(keypoints, points).mean(1);
}

torch::Tensor diversity_loss(const torch::Tensor& keypoints, double margin_m) {
  const auto count = keypoints.size(1);
  const auto others = 1.0 - torch::eye(count, keypoints.options());
  const auto close = torch::relu(1.0 - distances(keypoints, keypoints) / margin_m) * others;
  return close.sum({1, 2}) / static_cast<double>(count * (count - 1));
}

torch::Tensor reconstruction_loss(const torch::Tensor& reconstruction, const torch::Tensor& points,
                                  const torch::Tensor& mask) {
  const auto valid =
      mask.defined() ? mask
                     : torch::ones({points.size(0), points.size(1)}, points.options().dtype(torch::kBool));
  const auto covered = masked_mean(nearest_distance(points, reconstruction), valid);
  // Points that do not count are moved out of reach of the way back.
  const auto reachable = torch::where(valid.unsqueeze(-1), points, torch::full_like(points, 1e6));
  const auto back = nearest_distance(reconstruction, reachable).mean(1);
  return torch::where(valid.any(1), 0.5 * covered + 0.5 * back, torch::zeros_like(back));
}

torch::Tensor nocs_target(const torch::Tensor& keypoints, const PoseTensors& truth) {
  const auto centered = keypoints - truth.t.unsqueeze(1);
  return centered.matmul(truth.R) / (truth.size.norm(2, -1) + 1e-8).view({-1, 1, 1});
}

torch::Tensor nocs_loss(const torch::Tensor& nocs, const torch::Tensor& target) {
  namespace F = torch::nn::functional;
  const auto options = F::SmoothL1LossFuncOptions().reduction(torch::kNone);
  return F::smooth_l1_loss(nocs, target, options, 0.1).sum(-1).mean(1);
}

DecomposeLosses decompose_losses(const Correspondence& correspondence, const PoseTensors& pose,
                                 const torch::Tensor& points, const torch::Tensor& mask,
                                 const PoseTensors& truth, const DecomposeWeights& weights) {
  DecomposeLosses out;
  out.chamfer = chamfer_loss(correspondence.keypoints, points);
  out.diversity = diversity_loss(correspondence.keypoints, weights.margin_m);
  out.reconstruction = reconstruction_loss(correspondence.reconstruction, points, mask);
  out.nocs = nocs_loss(correspondence.nocs, nocs_target(correspondence.keypoints, truth));
  out.offset = safe_norm(correspondence.offsets).mean(1);
  // AG-Pose's reading of Eq. 16: the mean norm of the columns.
  out.rotation = safe_norm((pose.R - truth.R).transpose(-1, -2)).mean(-1);
  out.translation = safe_norm(pose.t - truth.t);
  out.size = safe_norm(pose.size - truth.size);
  return out;
}

}  // namespace alidade
