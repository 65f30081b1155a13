// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/results/kernel_sharing.h"

namespace alidade {

/// What such a file may at most hold; beyond it is refused before anything is allocated.
inline constexpr std::size_t kMostSharingLayers = 4096;
inline constexpr std::size_t kMostSharingOffsets = std::size_t{1} << 17;  ///< of all layers together
inline constexpr std::size_t kMostSharingSources = 64;
inline constexpr std::size_t kMostSharingScenes = 65536;                  ///< of all sources together
inline constexpr std::size_t kMostSharingNumbers = std::size_t{1} << 26;  ///< of one array
inline constexpr std::size_t kMostKernelVolume = 729;

/// What a file of kernels holds.
struct KernelSharingFile {
  KernelSharing sharing;
  std::vector<std::string> notes;  ///< sentences on what was made good or should be known
};

/// The file as NPZ (docs/formats.md, "Shared kernels"). Equal values give equal bytes.
Expected<std::string> kernel_sharing_bytes(const KernelSharing& sharing);
/// Writes it; atomic.
Expected<void> write_kernel_sharing(const KernelSharing& sharing, const std::filesystem::path& path);

/// Reads what write_kernel_sharing wrote, or kernels of another library: weights by layer, of which norms are
/// kept. The order of their offsets is found from the answer to a probe (core/sharing/offset_order.h) where
/// the file has one; otherwise they stand by index and a note says so. kInput names file, key and place;
/// kCancelled after a stop.
Expected<KernelSharingFile> read_kernel_sharing(const std::filesystem::path& path);

/// Whether these keys of an NPZ are those of such a file.
bool looks_like_kernel_sharing(const std::vector<std::string>& keys);

}  // namespace alidade
