// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/papers/mqat/network_shelf.h"
#include "core/papers/mqat/work.h"

namespace alidade::mqat {

// What a keypoint network does on images: StudyWork::evaluate, levels and votes.

Expected<ImageRecords> evaluate_network(NetworkShelf& shelf, const EvaluationOrder& order,
                                        const JobContext& job);
/// The same of a network at hand.
Expected<ImageRecords> records_of_network(KeypointNetwork& network, const Dataset& data, int images,
                                          const JobContext& job);
Expected<std::vector<ImageRecords>> evaluate_levels(NetworkShelf& shelf, const EvaluationOrder& order,
                                                    const JobContext& job);
Expected<VoteSpread> spread_of_votes(NetworkShelf& shelf, const EvaluationOrder& order,
                                     const JobContext& job);

}  // namespace alidade::mqat
