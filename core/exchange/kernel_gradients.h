// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

#include "core/base/expected.h"
#include "core/results/kernel_sharing.h"

namespace alidade {

/// Fills KernelUse::gradient from the state of the training that made the network (state.safetensors of its
/// run folder): the norm, by offset, of the roots of Adam's second moments, which is zero where no gradient
/// was ever seen. kInput when the file is no such state, or is of another network.
Expected<void> add_seen_gradients(KernelSharing& sharing, const std::filesystem::path& state);

}  // namespace alidade
