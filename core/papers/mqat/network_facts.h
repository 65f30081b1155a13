// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/papers/mqat/network_shelf.h"
#include "core/papers/mqat/work.h"

namespace alidade::mqat {

// What a keypoint network is made of, and what becomes of it without training: StudyWork::facts, traces and
// quantize.

Expected<NetworkFacts> facts_of_network(const std::filesystem::path& checkpoint, const JobContext& job);
Expected<LayerTraces> traces_of_network(NetworkShelf& shelf, const TraceOrder& order, const JobContext& job);
Expected<void> quantize_network(NetworkShelf& shelf, const PostOrder& order, const JobContext& job);

/// The first training images, of their own set: nobody else needs so few.
Expected<NetworkShelf::Samples> few_samples(NetworkShelf& shelf, const std::filesystem::path& data, int count,
                                            const KeypointConfig& config, const JobContext& job);
std::vector<const KeypointSample*> first_samples(const std::vector<KeypointSample>& samples, int count);

}  // namespace alidade::mqat
