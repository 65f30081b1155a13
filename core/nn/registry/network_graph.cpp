// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/registry/network_graph.h"

#include "core/nn/keypoint/keypoint_network.h"

namespace alidade {

Expected<NetworkGraph> network_graph(const CheckpointFile& file) {
  if (file.architecture() != KeypointNetwork::kArchitecture) {
    return other_architecture(file, {KeypointNetwork::kArchitecture});
  }
  const auto network = KeypointNetwork::open(file);
  if (!network) {
    return network.error();
  }
  return NetworkGraph{(*network)->layer_graph(), (*network)->config().image_px};
}

}  // namespace alidade
