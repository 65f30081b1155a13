// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

#include "core/base/expected.h"

namespace alidade {

/// Whether a file has one of the names that PyTorch's files have: .pt, .pth, .pt2, .ts, .pkl.
bool named_as_torch_file(const std::filesystem::path& path);

/// Looks at the list of a file's contents, and at nothing in them, whether it is a TorchScript module. kInput
/// with what it is instead: a pickle, weights without code, a program of torch.export, a file cut short.
Expected<void> check_script_file(const std::filesystem::path& path);

/// What a file with such a name is, where a checkpoint of ours was expected (kInput).
Error torch_file_error(const std::filesystem::path& path);

}  // namespace alidade
