// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include <torch/torch.h>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/nn/checkpoint_file.h"
#include "core/nn/model.h"

namespace alidade {

/// Adds one float32 or int64 tensor under `name`.
void put_tensor(SafeTensors& file, const std::string& name, const torch::Tensor& tensor);

/// Copies the entry `name` into `target`; an Error naming `path` when it is missing or of another shape or
/// type.
Expected<void> get_tensor(const SafeTensors& file, const std::string& name, torch::Tensor target,
                          const std::string& path);

/// Parameters and buffers, names prefixed.
void put_module(SafeTensors& file, const torch::nn::Module& module, const std::string& prefix);

/// A network's tensors with the metadata that open it again.
SafeTensors network_tensors(const Model& model, const torch::nn::Module& module,
                            const std::string& training_json);

/// Writes a network that has nothing else in its file.
Expected<void> save_network(const Model& model, const torch::nn::Module& module,
                            const std::filesystem::path& path, const std::string& training_json);

/// Fills a whole network from its checkpoint. An Error that names the first three misfits unless every
/// parameter and buffer is there, of its shape, and nothing else.
Expected<void> fill_network(torch::nn::Module& module, const CheckpointFile& file);

/// The inverse of put_module; every parameter and buffer must be there.
Expected<void> fill_module(torch::nn::Module& module, const SafeTensors& file, const std::string& prefix,
                           const std::string& path);

/// Copies parameters and buffers; both are the same modules with the same names.
void copy_module(const torch::nn::Module& from, torch::nn::Module& to);

}  // namespace alidade
