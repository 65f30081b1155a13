// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/expected.h"
#include "core/nn/checkpoint_file.h"
#include "core/quant/inference/layer_graph.h"

namespace alidade {

/// A network that is convolutions from the image to its outputs, norms folded.
struct NetworkGraph {
  LayerGraph graph;
  int image_px = 0;  ///< side of the square it was trained at
};

/// kInput for a checkpoint of an architecture that is more than convolutions; errors of opening it.
Expected<NetworkGraph> network_graph(const CheckpointFile& file);

}  // namespace alidade
