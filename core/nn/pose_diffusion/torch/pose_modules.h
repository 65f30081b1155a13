// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/torch.h>

#include "core/nn/pose_diffusion/pose_network.h"
#include "core/nn/pose_diffusion/pose_network_config.h"

namespace alidade {

/// The encoder's input for B objects: neighborhoods around the first centers[0] and centers[1] points, made
/// on the CPU since they carry no gradient. float32 unless said.
struct PointBatch {
  torch::Tensor relative1;  ///< [B, C1, K1, 3] neighbor minus center, divided by the radius
  torch::Tensor relative2;  ///< [B, C2, K2, 3]
  torch::Tensor index2;     ///< [B * C2 * K2] int64: row of the flattened [B * C1] level-1 features
  torch::Tensor centers2;   ///< [B, C2, 3] positions in network units
  torch::Tensor centroids;  ///< [B, 3] metres, camera frame
};

/// Packs clouds of config.num_points points each (farthest-point order, camera frame, metres).
PointBatch make_point_batch(const PoseNetworkConfig& config, const std::vector<const ObjectPoints*>& clouds);

/// PointNet++ in the light form: two linear layers per level, batch norm only after the max pool, and the
/// feature half of level 2's first layer applied before the gather (a fourth of the rows).
struct PoseEncoderImpl : torch::nn::Module {
  explicit PoseEncoderImpl(const PoseNetworkConfig& config);
  /// Features [B, widths[5]].
  torch::Tensor forward(const PointBatch& batch);

  torch::nn::Linear linear1a{nullptr}, linear1b{nullptr};
  torch::nn::Linear linear2_relative{nullptr}, linear2_feature{nullptr}, linear2b{nullptr};
  torch::nn::Linear linear3a{nullptr}, linear3b{nullptr};
  torch::nn::BatchNorm1d norm1{nullptr}, norm2{nullptr}, norm3{nullptr};
};
TORCH_MODULE(PoseEncoder);

/// R_phi: features -> 6D rotation, centered translation in network units and, with size_head, the log of the
/// box size in decimetres.
struct RegressionHeadImpl : torch::nn::Module {
  explicit RegressionHeadImpl(const PoseNetworkConfig& config);
  /// [B, 9 or 12].
  torch::Tensor forward(const torch::Tensor& features);

  torch::nn::Linear first{nullptr}, second{nullptr}, last{nullptr};
};
TORCH_MODULE(RegressionHead);

/// D_theta: three small heads (two rotation columns and translation) over features, noisy pose and time. The
/// first layer is split by input so that the features' part is computed once per object.
struct ScoreHeadImpl : torch::nn::Module {
  explicit ScoreHeadImpl(const PoseNetworkConfig& config);
  /// Features' share of the first layer: [B, F] -> [B, 3 * head_width].
  torch::Tensor project(const torch::Tensor& features);
  /// Raw output [B, S, 9] for (preconditioned) poses [B, S, 9] and times [B, S] or [1].
  torch::Tensor forward(const torch::Tensor& projected, const torch::Tensor& poses,
                        const torch::Tensor& times);

  torch::nn::Linear feature_layer{nullptr}, pose_layer{nullptr}, time_layer{nullptr};
  torch::nn::Linear pose1{nullptr}, pose2{nullptr}, time1{nullptr};
  torch::nn::ModuleList last{nullptr};
  torch::Tensor frequencies;  ///< buffer [time_width / 2], fixed
};
TORCH_MODULE(ScoreHead);

/// The whole network with its diffusion parametrization.
struct PoseModelImpl : torch::nn::Module {
  explicit PoseModelImpl(const PoseNetworkConfig& config);
  /// Score of noisy poses x [B, S, 9] at sigma [B, S, 1], time [B, S] (the same values, broadcast, are fine).
  torch::Tensor score(const torch::Tensor& projected, const torch::Tensor& x, const torch::Tensor& sigma,
                      const torch::Tensor& time);
  /// Denoising score matching per sample [B, S] for x = x0 + sigma z. Published parametrization: Eq. 2 with
  /// weight sigma^2. Preconditioned: the same residual in the network's unit-variance output (Karras et al.
  /// 2022).
  torch::Tensor score_loss(const torch::Tensor& projected, const torch::Tensor& x0, const torch::Tensor& z,
                           const torch::Tensor& sigma, const torch::Tensor& time);

  PoseEncoder encoder{nullptr};
  RegressionHead regression{nullptr};
  ScoreHead score_head{nullptr};
  PoseNetworkConfig config;
  torch::Tensor data_variance;  ///< buffer [9]: variance of the clean pose in network units
};
TORCH_MODULE(PoseModel);

/// Variance of the clean pose in network units [9].
torch::Tensor pose_data_variance(const PoseNetworkConfig& config);

/// Rotation matrices [..., 3, 3] of 6D vectors [..., 6] by Gram-Schmidt, columns in the configured order.
torch::Tensor rotations_from_sixd(const torch::Tensor& sixd, SixDOrder order);

struct PoseNetwork::Impl {
  PoseNetworkConfig config;
  PoseModel model{nullptr};
};

struct PoseNetwork::Features {
  torch::Tensor features;                              ///< [1, F]
  torch::Tensor projected;                             ///< [1, 3 * head_width]
  Eigen::Vector3d centroid = Eigen::Vector3d::Zero();  ///< metres, camera frame
  ObjectPoints points;
};

}  // namespace alidade
