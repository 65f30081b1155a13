// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "core/papers/mqat/stand_in.h"
#include "core/quant/module_quantization.h"

namespace alidade::mqat {

inline constexpr char kDecomposeStandIn[] = "decompose";

/// The text of a stand-in's retraining with LSQ on its weights, all modules in one stage; in full precision
/// where no level is below float32. Paths are relative to `places.recipes`.
std::string stand_in_training_text(const StandInPlaces& places, const StandInOrder& order,
                                   const ModuleLevels& levels);

/// Retrains the bundled network in the order's run folder, or goes on with what is there of the same text.
/// The checkpoint with the values of the codes.
Expected<std::filesystem::path> retrain_stand_in(const StandInPlaces& places, const DatasetReaders& readers,
                                                 const StandInOrder& order, const ModuleLevels& levels,
                                                 const JobContext& job);

}  // namespace alidade::mqat
