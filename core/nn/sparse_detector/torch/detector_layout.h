// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include <torch/torch.h>

#include "core/nn/sparse_detector/gradient_exchange.h"

namespace alidade {

/// Whose a tensor of the detector is: the source in a part "source2" of its name, -1 = all sources'.
int tensor_owner(const std::string& name);
/// What the log sums up: "stem", "stage1", "neck", "embedding".
std::string tensor_group(const std::string& name);

/// The tensors of a detector as an exchange has them: shared ones, and those of each source.
class DetectorLayout {
 public:
  explicit DetectorLayout(const torch::nn::Module& module);

  const std::vector<SharedTensor>& shared() const { return shared_; }
  /// Gradients and running values of a source's pass; losses are left to the caller.
  SourceStep step_of(int source) const;
  /// Makes the combined gradients those of the parameters, and the running values those of the norms.
  void put(const CombinedStep& combined);
  /// All running values, to go back to.
  std::vector<torch::Tensor> statistics() const;
  void set_statistics(const std::vector<torch::Tensor>& values);

 private:
  struct Owned {
    torch::Tensor tensor;
    int owner = -1;
  };
  /// Numbers of the parameters of an owner.
  std::size_t values_of(int owner) const;

  std::vector<Owned> parameters_, statistics_;
  std::vector<SharedTensor> shared_;
};

}  // namespace alidade
