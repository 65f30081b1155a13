// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include <torch/torch.h>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/nn/pose_diffusion/pose_network_config.h"

namespace alidade {

/// Value of the metadata key "format" in every checkpoint.
inline constexpr char kCheckpointFormat[] = "alidade-pose-network/1";

/// A checkpoint file that was read and whose architecture is known.
struct NetworkFile {
  SafeTensors tensors;
  PoseNetworkConfig config;
  std::string sha256;
  std::string training;  ///< metadata "training", JSON text
};

/// Reads a checkpoint of this format; the file's digest is checked before a weight is used.
Expected<NetworkFile> read_network_file(const std::filesystem::path& path, const std::string& format);

/// Adds one float32 or int64 tensor under `name`.
void put_tensor(SafeTensors& file, const std::string& name, const torch::Tensor& tensor);

/// Copies the entry `name` into `target`; an Error naming `path` when it is missing or of another shape or
/// type.
Expected<void> get_tensor(const SafeTensors& file, const std::string& name, torch::Tensor target,
                          const std::string& path);

/// Parameters and buffers, names prefixed.
void put_module(SafeTensors& file, const torch::nn::Module& module, const std::string& prefix);

/// The inverse; every parameter and buffer must be there.
Expected<void> fill_module(torch::nn::Module& module, const SafeTensors& file, const std::string& prefix,
                           const std::string& path);

}  // namespace alidade
