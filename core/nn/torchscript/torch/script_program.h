// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <exception>
#include <string>
#include <vector>

#include <torch/script.h>
#include <torch/torch.h>

#include "core/base/expected.h"
#include "core/nn/torchscript/script_model.h"

namespace alidade {

/// A parameter of somebody else's module.
struct ScriptParameter {
  std::string name;
  /// One, or several that are the same numbers: weights that are tied.
  std::vector<torch::Tensor> tensors;
  std::vector<std::string> other_names;  ///< of a tied one
  bool frozen = false;

  const torch::Tensor& first() const { return tensors.front(); }
};

struct ScriptModel::Impl {
  std::string file;
  BlockMap map;
  torch::jit::Module module;
  std::vector<ScriptParameter> parameters;
  ScriptParts parts;
};

/// The module in an archive, in evaluation mode; its code has run. Throws what torch throws.
torch::jit::Module load_script(std::string bytes);

/// An Error unless there is `loss(Dict[str, Tensor]) -> Tensor`.
Expected<void> check_loss_method(const torch::jit::Module& module, const std::string& file);

/// Each once, tied ones under their first name. An Error where there is none to look at.
Expected<std::vector<ScriptParameter>> script_parameters(const torch::jit::Module& module,
                                                         const std::string& file);

/// The mean of what the method gives for a batch of `samples`, a scalar; an Error for other shapes and types.
Expected<torch::Tensor> run_loss(const torch::jit::Module& module, const c10::IValue& batch,
                                 std::int64_t samples, const std::string& file);

/// Gradients of a scalar, zeros for frozen ones. An Error where it has none or they are not finite.
Expected<ParameterValues> script_gradients(const std::vector<ScriptParameter>& parameters,
                                           const torch::Tensor& loss, const std::string& file);

/// What a program's exception says, in one sentence.
Error script_failure(const std::string& file, const std::string& doing, const std::exception& failure);

}  // namespace alidade
