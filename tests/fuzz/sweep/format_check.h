// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace alidade::fuzz {

// Judges of the sweep: whether bytes are a file of their format at all. They share no parser with the
// program, and what they cannot judge they call valid.

bool is_toml(std::string_view bytes);
/// Lines of seven fields with numbers where BOP's results have them; a first line of names is passed over.
bool is_results_csv(std::string_view bytes);
/// Stored entries with right checksums, each an array of the size that its header promises.
bool is_npz(std::string_view bytes);
/// Binary little-endian: every element that the header promises, coordinates finite, faces of vertices that
/// are there.
bool is_ply(std::string_view bytes);
/// A JSON object with a whole number "step" a line; the last one may lack its end. NaN and Infinity are
/// numbers here.
bool is_training_log(std::string_view bytes);

// How many objects a file lists; nothing where that cannot be said.
std::optional<std::size_t> annotations_in(std::string_view scene_gt);
std::optional<std::size_t> lines_in(std::string_view results_csv);
std::optional<std::size_t> rows_in(std::string_view npz);
/// Different steps with at least one number beside the step.
std::optional<std::size_t> steps_in(std::string_view training_log);

}  // namespace alidade::fuzz
