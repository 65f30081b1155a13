// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/base/expected.h"

namespace alidade {

/// SHA-256 (FIPS 180-4), fed piece by piece.
class Sha256 {
 public:
  Sha256();
  void add(const void* data, std::size_t size);
  void add(std::string_view text) { add(text.data(), text.size()); }
  /// Digest as 64 lower-case hex digits; the object may not be used afterwards.
  std::string hex();

 private:
  void compress(const unsigned char* block);

  std::uint32_t state_[8];
  unsigned char buffer_[64];
  std::size_t buffered_ = 0;
  std::uint64_t total_ = 0;
};

/// Digest of a text.
std::string sha256_hex(std::string_view text);

/// The largest file that any reader takes.
inline constexpr std::uintmax_t kMostHashedBytes = std::uintmax_t{4} << 30;

/// Digest of a file's bytes: of a regular file only, and of one that is not larger (core/base/file.h).
Expected<std::string> sha256_file(const std::filesystem::path& path,
                                  std::uintmax_t max_bytes = kMostHashedBytes,
                                  const std::stop_token& stop = {});

}  // namespace alidade
