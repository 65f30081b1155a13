// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include <torch/torch.h>

#include "core/nn/torchscript/block_map.h"
#include "core/nn/torchscript/script_sample.h"

namespace alidade {

/// What the method `loss` of somebody else's network is given of B objects (docs/contention.md, "Networks of
/// others"): "points" [B, N, 3], "rotation" [B, 3, 3], "translation", "size" and "symmetry_axis" [B, 3], all
/// float32; "category" [B] int64 where the map lists them; "color" [B, 3, S, S] and "pixels" [B, N, 2] where
/// it asks for a crop.
c10::Dict<std::string, torch::Tensor> script_batch(const std::vector<const ScriptSample*>& samples,
                                                   const ScriptInputs& inputs);

}  // namespace alidade
