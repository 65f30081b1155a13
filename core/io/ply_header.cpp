// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/ply_header.h"

#include <charconv>
#include <optional>
#include <utility>

namespace alidade {
namespace {

constexpr std::size_t kMaxPlyHeaderBytes = 65536;
constexpr std::size_t kMaxProperties = 256;

std::optional<PlyType> type_of(std::string_view word) {
  static constexpr std::pair<std::string_view, PlyType> kNames[] = {
      {"char", PlyType::kInt8},      {"int8", PlyType::kInt8},       {"uchar", PlyType::kUInt8},
      {"uint8", PlyType::kUInt8},    {"short", PlyType::kInt16},     {"int16", PlyType::kInt16},
      {"ushort", PlyType::kUInt16},  {"uint16", PlyType::kUInt16},   {"int", PlyType::kInt32},
      {"int32", PlyType::kInt32},    {"uint", PlyType::kUInt32},     {"uint32", PlyType::kUInt32},
      {"float", PlyType::kFloat32},  {"float32", PlyType::kFloat32}, {"double", PlyType::kFloat64},
      {"float64", PlyType::kFloat64}};
  for (const auto& [name, type] : kNames) {
    if (name == word) {
      return type;
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t start = line.find_first_not_of(" \t\r");
    if (start == std::string_view::npos) {
      return words;
    }
    line.remove_prefix(start);
    const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

bool read_property(const std::vector<std::string_view>& words, PlyHeader& header) {
  if (header.elements.empty() || header.elements.back().properties.size() == kMaxProperties) {
    return false;
  }
  PlyProperty property;
  property.is_list = words.size() == 5 && words[1] == "list";
  if (!property.is_list && words.size() != 3) {
    return false;
  }
  const auto type = type_of(words[property.is_list ? 3 : 1]);
  const auto count_type = property.is_list ? type_of(words[2]) : std::optional(PlyType::kUInt8);
  if (!type || !count_type || ply_size(*count_type) > 4 || *count_type == PlyType::kFloat32) {
    return false;
  }
  property.type = *type;
  property.count_type = *count_type;
  property.name = words.back();
  header.elements.back().properties.push_back(std::move(property));
  return true;
}

bool read_element(const std::vector<std::string_view>& words, PlyHeader& header) {
  if (words.size() != 3 || header.elements.size() == kMaxProperties) {
    return false;
  }
  PlyElement element{std::string(words[1]), 0, {}};
  const char* end = words[2].data() + words[2].size();
  const auto result = std::from_chars(words[2].data(), end, element.count);
  header.elements.push_back(std::move(element));
  return result.ec == std::errc() && result.ptr == end;
}

bool read_format(const std::vector<std::string_view>& words, PlyHeader& header) {
  if (words.size() != 3 || words[2] != "1.0") {
    return false;
  }
  header.format = words[1] == "ascii"                  ? PlyHeader::Format::kAscii
                  : words[1] == "binary_little_endian" ? PlyHeader::Format::kLittleEndian
                                                       : PlyHeader::Format::kBigEndian;
  return header.format != PlyHeader::Format::kBigEndian || words[1] == "binary_big_endian";
}

/// One header line; `has_format` tells whether the format line has come.
bool read_line(std::string_view line, PlyHeader& header, bool& has_format) {
  const auto words = words_of(line);
  if (words.empty() || words[0] == "comment" || words[0] == "obj_info") {
    if (words.size() > 2 && words[1] == "TextureFile") {
      header.texture_file = std::string(words[2].data(), words.back().data() + words.back().size());
    }
    return true;
  }
  if (words[0] == "format") {
    has_format = true;
    return read_format(words, header);
  }
  return words[0] == "element" ? read_element(words, header)
                               : words[0] == "property" && read_property(words, header);
}

/// Fewest bytes that a row of this element takes in the body.
std::uint64_t least_bytes(const PlyElement& element, PlyHeader::Format format) {
  if (format == PlyHeader::Format::kAscii) {
    return element.properties.empty() ? 1 : 2 * element.properties.size() - 1;
  }
  std::uint64_t bytes = 0;
  for (const auto& property : element.properties) {
    bytes += ply_size(property.is_list ? property.count_type : property.type);
  }
  return bytes;
}

Expected<void> check_counts(const PlyHeader& header, std::size_t body_bytes, const std::string& name) {
  for (const auto& element : header.elements) {
    const std::uint64_t least = least_bytes(element, header.format);
    if (element.count > 0 && (least == 0 || element.count > body_bytes / least + 1)) {
      return input_error(name, "header",
                         std::to_string(element.count) + " rows of '" + element.name + "' do not fit into " +
                             std::to_string(body_bytes) + " bytes",
                         "the file is cut off, get it again");
    }
  }
  return {};
}

}  // namespace

std::size_t ply_size(PlyType type) {
  switch (type) {
    case PlyType::kInt8:
    case PlyType::kUInt8:
      return 1;
    case PlyType::kInt16:
    case PlyType::kUInt16:
      return 2;
    case PlyType::kFloat64:
      return 8;
    default:
      return 4;
  }
}

Expected<PlyHeader> parse_ply_header(std::string_view bytes, const std::string& name) {
  if (!bytes.starts_with("ply\n") && !bytes.starts_with("ply\r")) {
    return input_error(name, "line 1", "expected the word ply", "check that it is a PLY file");
  }
  PlyHeader header;
  bool has_format = false;
  std::size_t at = bytes.find('\n') + 1;
  for (int line = 2;; ++line) {
    const std::size_t end = bytes.substr(0, kMaxPlyHeaderBytes).find('\n', at);
    if (at == 0 || end == std::string_view::npos) {
      return input_error(name, "header", "no end_header line in the first 64 kB",
                         "check that it is a PLY file");
    }
    const std::string_view text = bytes.substr(at, end - at);
    at = end + 1;
    if (text.starts_with("end_header")) {
      break;
    }
    if (!read_line(text, header, has_format)) {
      return input_error(name, "line " + std::to_string(line),
                         "'" + std::string(text.substr(0, 60)) + "' is not a known header line",
                         "check that it is a PLY file");
    }
  }
  if (!has_format) {
    return input_error(name, "header", "the format line is missing", "check that it is a PLY file");
  }
  header.body_offset = at;
  if (const auto checked = check_counts(header, bytes.size() - at, name); !checked) {
    return checked.error();
  }
  return header;
}

}  // namespace alidade
