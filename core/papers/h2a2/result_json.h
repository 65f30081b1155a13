// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/papers/h2a2/work.h"

namespace alidade::h2a2 {

// Results of steps as they are kept. Numbers that are not finite become null.
nlohmann::ordered_json to_json(const TrainedNetwork& network);
nlohmann::ordered_json to_json(const Evaluation& evaluation);
/// Per layer offsets, alpha, and of each source the mean beta, the share of scenes in which gamma is 1, pairs
/// and sites; and "shared" of each source: the mean of gamma over all offsets.
nlohmann::ordered_json to_json(const KernelSharing& sharing);
nlohmann::ordered_json to_json(const std::vector<LayerResponse>& layers);
/// With Spearman's correlation of alpha x beta with the change of mAP and of the loss over turned orbits.
nlohmann::ordered_json to_json(const Interventions& interventions);
nlohmann::ordered_json to_json(const Timing& timing);
/// Per block of the network the cosines between sources, their mean with its interval, norms, reliability.
nlohmann::ordered_json to_json(const ContentionHistory& history);

}  // namespace alidade::h2a2
