// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

enum class PlyType { kInt8, kUInt8, kInt16, kUInt16, kInt32, kUInt32, kFloat32, kFloat64 };

/// Bytes of one value.
std::size_t ply_size(PlyType type);

struct PlyProperty {
  std::string name;
  PlyType type = PlyType::kFloat32;
  bool is_list = false;
  PlyType count_type = PlyType::kUInt8;  ///< only for lists
};

struct PlyElement {
  std::string name;
  std::uint64_t count = 0;
  std::vector<PlyProperty> properties;
};

struct PlyHeader {
  enum class Format { kAscii, kLittleEndian, kBigEndian };
  Format format = Format::kAscii;
  std::vector<PlyElement> elements;
  std::string texture_file;
  std::size_t body_offset = 0;
};

/// Parses the header (LF or CRLF lines, at most 64 kB) and checks each element's count against the file's
/// size.
Expected<PlyHeader> parse_ply_header(std::string_view bytes, const std::string& name);

}  // namespace alidade
