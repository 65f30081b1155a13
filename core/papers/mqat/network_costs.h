// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/papers/mqat/network_shelf.h"
#include "core/papers/mqat/stand_in.h"
#include "core/papers/mqat/work.h"

namespace alidade::mqat {

/// StudyWork::costs.
Expected<StudyCosts> measure_study_costs(NetworkShelf& shelf, const StandInPlaces& places,
                                         const std::string& text, const std::filesystem::path& file,
                                         const StudySizes& sizes, const std::filesystem::path& test,
                                         const JobContext& job);

}  // namespace alidade::mqat
