// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// One tensor: row-major, little-endian bytes.
struct TensorEntry {
  std::string dtype;                ///< "F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "BOOL"
  std::vector<std::int64_t> shape;  ///< empty for a scalar
  std::string bytes;

  bool operator==(const TensorEntry&) const = default;
};

/// The content of a `.safetensors` file. The digest key never appears in `metadata`.
struct SafeTensors {
  std::map<std::string, TensorEntry> tensors;
  std::map<std::string, std::string> metadata;

  bool operator==(const SafeTensors&) const = default;
};

/// Metadata key that holds SHA-256 over every name, type, shape, byte and all other metadata.
inline constexpr const char* kSafeTensorsDigestKey = "alidade_sha256";

/// Reads weights without running anything: header of at most 100 MB, no duplicate keys, no holes or
/// overlaps, overflow-checked sizes. The digest is verified whenever it is there; a file without one is
/// accepted only with `require_digest` false (files of other programs). kCancelled after a stop
/// (core/base/stop_scope.h).
Expected<SafeTensors> read_safetensors(const std::filesystem::path& path, bool require_digest = true);

/// A file with the digest of the very bytes that its content was read from.
struct HashedSafeTensors {
  SafeTensors content;
  std::string sha256;
};
Expected<HashedSafeTensors> read_hashed_safetensors(const std::filesystem::path& path);

/// The same from memory; `name` stands in the messages.
Expected<SafeTensors> parse_safetensors(std::string_view bytes, const std::string& name,
                                        bool require_digest = true);

/// The elements as numbers, row-major, of a tensor of a content that was read: every type, exact but for
/// whole numbers beyond 2^53.
std::vector<double> tensor_values(const TensorEntry& tensor);

/// Writes atomically, tensors in the order of their names; same content, same bytes. An Error when a tensor's
/// bytes do not fit its type and shape.
Expected<void> write_safetensors(const std::filesystem::path& path, const SafeTensors& content);

}  // namespace alidade
