// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/exchange/column_reader.h"
#include "core/exchange/kernel_sharing_file.h"

namespace alidade {

/// Turns the arrays of our own files into a KernelSharing, key by key.
class KernelSharingReader {
 public:
  explicit KernelSharingReader(ColumnReader columns) : columns_(std::move(columns)) {}
  Expected<KernelSharingFile> read();

 private:
  Expected<void> read_names();
  Expected<void> read_layers();
  Expected<void> read_offsets();
  Expected<void> read_alpha();
  Expected<void> read_pairs();
  Expected<void> read_decisions();
  Expected<void> read_use();
  Expected<void> read_rows();

  /// Sources of the scenes, in order; those of one source follow each other.
  Expected<void> read_scenes();
  Expected<void> expect_numbers(const std::string& key, std::size_t inner) const;

  ColumnReader columns_;
  KernelSharing sharing_;
  std::vector<std::pair<std::size_t, std::size_t>> cells_;   ///< of each row: layer, offset
  std::vector<std::pair<std::size_t, std::size_t>> scenes_;  ///< of each column: source, scene
};

/// Kernels of another library (kernel_import.cpp).
Expected<KernelSharingFile> import_kernels(const ColumnReader& columns);

inline bool is_share(double value) {
  return value >= 0.0 && value <= 1.0;
}

inline constexpr char kSharingSection[] = "Shared kernels";
inline constexpr char kKernelPrefix[] = "kernel/";

}  // namespace alidade
