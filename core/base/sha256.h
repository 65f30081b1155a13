// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
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

/// Digest of a file's bytes.
Expected<std::string> sha256_file(const std::filesystem::path& path);

}  // namespace alidade
