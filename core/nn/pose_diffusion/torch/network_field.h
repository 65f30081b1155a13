// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "core/diffusion/score_field.h"
#include "core/nn/pose_diffusion/torch/pose_modules.h"

namespace alidade {

/// The score network bound to one object's features: PoseModel::score without its bookkeeping. What an
/// evaluation needs is kept from one to the next: buffers for the batch, views of the weights, and the three
/// small heads as one block-diagonal matrix. The weights must not change while the field is in use.
class NetworkScoreField final : public ScoreField {
 public:
  NetworkScoreField(PoseNetwork::Impl& impl, std::shared_ptr<const PoseNetwork::Features> features);

  int dimension() const override { return 9; }
  void evaluate(std::span<const double> states, double t, std::span<double> scores) override;
  void evaluate_each(std::span<const double> states, std::span<const double> times,
                     std::span<double> scores) override;

 private:
  torch::Tensor time_rows(std::span<const double> times) const;
  void reserve(std::int64_t count);

  PoseNetwork::Impl& impl_;
  std::shared_ptr<const PoseNetwork::Features> features_;
  VeSde sde_;
  std::vector<float> variance_;  ///< of the clean state, 9 values; empty when the input is not preconditioned
  torch::Tensor pose1_, pose2_, pose_layer_, last_;  ///< [in, out]
  torch::Tensor pose1_bias_, pose2_bias_, last_bias_;
  torch::Tensor x_, first_, second_, hidden_, output_;  ///< [count, width]
};

}  // namespace alidade
