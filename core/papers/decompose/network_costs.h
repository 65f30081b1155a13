// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "core/papers/decompose/network_shelf.h"
#include "core/papers/decompose/work.h"

namespace alidade::decompose {

/// Does a little of everything with the network of a recipe text and says what it cost, seconds. A step of
/// the pose diffusion network is taken for one of this one: they were made to cost about the same.
Expected<StudyCosts> measure_study_costs(NetworkShelf& shelf, const std::string& text,
                                         const std::filesystem::path& file, const StudySizes& sizes,
                                         const std::filesystem::path& test, const JobContext& job);

}  // namespace alidade::decompose
