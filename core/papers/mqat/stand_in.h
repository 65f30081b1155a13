// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

#include "core/data/dataset_reader.h"
#include "core/papers/mqat/work.h"

namespace alidade::mqat {

/// Where the bundled networks and sets of Tables 5 and 6 are.
struct StandInPlaces {
  std::filesystem::path
      checkpoints;                ///< demo.safetensors, decompose-demo.safetensors, encoder-small.safetensors
  std::filesystem::path recipes;  ///< of Tabletop: test.toml, printed-test.toml
};

/// Accuracy of a bundled network of another kind with quantized weights, on the first frames of its test set.
Expected<StandIn> evaluate_stand_in(const StandInPlaces& places, const DatasetReaders& readers,
                                    const StandInOrder& order, const JobContext& job);

}  // namespace alidade::mqat
