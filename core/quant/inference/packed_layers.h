// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "core/base/expected.h"
#include "core/quant/inference/layer_graph.h"
#include "core/quant/inference/layer_way.h"
#include "core/quant/packed_file.h"

namespace alidade {

/// The packed weights of a graph's convolutions. Where a norm was folded into the graph's weights, each row's
/// scale is multiplied with what the norm does to it, which is found by comparison. kInput, naming tensor and
/// `file`: a packed tensor that is no convolution's weight, and weights of the graph that are no multiples of
/// the packed ones.
Expected<PackedLayers> packed_layers(const LayerGraph& graph, const PackedCheckpoint& checkpoint,
                                     const std::string& file);

}  // namespace alidade
