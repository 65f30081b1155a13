// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/results/contention_history.h"

namespace alidade {

/// What a history file may at most hold; beyond it is refused before anything is allocated.
inline constexpr std::size_t kMostContentionRows = 256;
inline constexpr std::size_t kMostContentionEpochs = 100000;
inline constexpr std::size_t kMostContentionTensors = 100000;
inline constexpr std::size_t kMostContentionBatches = 4096;
inline constexpr std::size_t kMostContentionNumbers = std::size_t{1} << 27;  ///< of one array: 1 GiB

/// A history as NPZ (docs/formats.md, "Histories of gradient contention").
Expected<std::string> contention_history_bytes(const ContentionHistory& history);
/// Writes it.
Expected<void> write_contention_history(const ContentionHistory& history, const std::filesystem::path& path);

/// What a file of gradient contention holds.
struct ContentionFile {
  ContentionHistory history;
  std::vector<std::string> notes;  ///< sentences on what was made good or should be known
};

/// Reads what write_contention_history wrote, or what somebody else's training left: Gram matrices per block,
/// or gradients of single batches per block, from which the Gram matrices are computed. The keys tell which.
/// Rows need names. kInput names file, key and place; kCancelled after a stop.
Expected<ContentionFile> read_contention_history(const std::filesystem::path& path);

/// One series out of several such files, one or more epochs each, in the order of epochs. The rows of later
/// files are matched to those of the first by name; kInput when names, tensors, batches or routing differ.
Expected<ContentionFile> read_contention_histories(std::span<const std::filesystem::path> paths);

/// Whether these keys of an NPZ (npz_keys) are those of such a file.
bool looks_like_contention_history(const std::vector<std::string>& keys);

}  // namespace alidade
