// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/decompose/decompose_functions.h"

#include <torch/torch.h>

#include "core/nn/decompose/torch/decompose_losses.h"

namespace alidade {
namespace {

torch::Tensor tensor_of(const NumberArray& array) {
  return torch::tensor(array.values, torch::kFloat64).view(array.shape);
}

NumberArray numbers_of(const torch::Tensor& tensor) {
  const auto plain = tensor.detach().to(torch::kFloat64).contiguous();
  return {plain.sizes().vec(), {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()}};
}

/// The inputs as tensors; those named in `followed` have gradients.
class NamedInputs {
 public:
  NamedInputs(const NumberArrays& in, const std::vector<std::string>& followed) {
    for (const auto& [name, array] : in) {
      tensors_[name] = tensor_of(array);
    }
    for (const std::string& name : followed) {
      tensors_.at(name).set_requires_grad(true);
      followed_.push_back(name);
    }
  }

  const torch::Tensor& operator[](const std::string& name) const { return tensors_.at(name); }
  bool has(const std::string& name) const { return tensors_.contains(name); }

  void add_gradients(const torch::Tensor& scalar, NumberArrays& out) const {
    scalar.backward();
    for (const std::string& name : followed_) {
      const auto gradient = tensors_.at(name).grad();
      out["grad_" + name] = numbers_of(gradient.defined() ? gradient : torch::zeros_like(tensors_.at(name)));
    }
  }

 private:
  std::map<std::string, torch::Tensor> tensors_;
  std::vector<std::string> followed_;
};

}  // namespace

NumberArrays decompose_loss_numbers(const NumberArrays& in, const DecomposeWeights& weights,
                                    bool detached_target) {
  const NamedInputs x(in, {"keypoints", "reconstruction", "nocs", "R", "t", "size"});
  const PoseTensors truth{x["R_gt"], x["t_gt"], x["size_gt"]};
  const Correspondence correspondence{
      x["keypoints"], {}, x["nocs"], x["reconstruction"], torch::zeros_like(x["reconstruction"])};
  auto losses = decompose_losses(correspondence, {x["R"], x["t"], x["size"]}, x["points"],
                                 x["point_mask"] > 0.5, truth, weights);
  const auto target = nocs_target(x["keypoints"], truth);
  if (detached_target) {
    losses.nocs = nocs_loss(x["nocs"], target.detach());
  }
  NumberArrays out{{"cd", numbers_of(losses.chamfer.mean())},
                   {"div", numbers_of(losses.diversity.mean())},
                   {"recon", numbers_of(losses.reconstruction.mean())},
                   {"nocs", numbers_of(losses.nocs.mean())},
                   {"rotation", numbers_of(losses.rotation.mean())},
                   {"translation", numbers_of(losses.translation.mean())},
                   {"size", numbers_of(losses.size.mean())},
                   {"main", numbers_of(losses.main().mean())},
                   {"branch", numbers_of(losses.branch(weights).mean())},
                   {"total", numbers_of(losses.total(weights).mean())},
                   {"nocs_target", numbers_of(target)}};
  x.add_gradients(losses.total(weights).mean(), out);
  return out;
}

NumberArrays pooled_keypoint_numbers(const NumberArrays& in) {
  const NamedInputs x(in, {"queries", "features"});
  const Keypoints found = pool_keypoints(x["queries"], x["features"], x["points"]);
  NumberArrays out{{"heat_map", numbers_of(found.heat_map)},
                   {"keypoints", numbers_of(found.positions)},
                   {"keypoint_features", numbers_of(found.features)}};
  x.add_gradients(
      (found.positions * x["grad_keypoints"]).sum() + (found.features * x["grad_keypoint_features"]).sum(),
      out);
  return out;
}

NumberArrays rotation_numbers(const NumberArrays& in) {
  const NamedInputs x(in, {"six"});
  const auto R = rotations_from_pairs(x["six"]);
  NumberArrays out{{"R", numbers_of(R)}};
  x.add_gradients(x.has("grad_R") ? (R * x["grad_R"]).sum() : R.sum(), out);
  return out;
}

}  // namespace alidade
