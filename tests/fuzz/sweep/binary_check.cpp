// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/io/zip.h"
#include "tests/fuzz/sweep/format_check.h"

namespace alidade::fuzz {
namespace {

/// A little-endian number; 0 beyond the end.
template <class T>
T number_at(std::string_view bytes, std::size_t at) {
  T value{};
  if (at <= bytes.size() && bytes.size() - at >= sizeof value) {
    std::memcpy(&value, bytes.data() + at, sizeof value);
  }
  return value;
}

struct Array {
  std::size_t rows = 0, elements = 1, item = 0;
  std::string_view data;
};

std::string between(const std::string& text, const std::string& before, const std::string& after) {
  const std::size_t begin = text.find(before);
  const std::size_t end = begin == std::string::npos ? begin : text.find(after, begin + before.size());
  return end == std::string::npos ? "" : text.substr(begin + before.size(), end - begin - before.size());
}

std::optional<Array> array_of(std::string_view bytes) {
  const std::size_t length = number_at<std::uint16_t>(bytes, 8);
  if (!bytes.starts_with(std::string_view("\x93NUMPY\x01\0", 8)) || bytes.size() < 10 + length) {
    return std::nullopt;
  }
  const std::string header(bytes.substr(10, length));
  const std::string type = between(header, "'descr': '", "'"), shape = between(header, "'shape': (", ")");
  Array array{0, 1, 0, bytes.substr(10 + length)};
  if (type.size() < 3) {
    return std::nullopt;
  }
  array.item = std::strtoull(type.c_str() + 2, nullptr, 10) * (type[1] == 'U' ? 4 : 1);
  std::istringstream extents(shape);
  bool first = true;
  for (std::string extent; std::getline(extents, extent, ',');) {
    if (extent.find_first_of("0123456789") != std::string::npos) {
      const std::size_t count = std::strtoull(extent.c_str(), nullptr, 10);
      array.rows = first ? count : array.rows;
      array.elements *= count;
      first = false;
    }
  }
  const bool agrees = array.item == 0 ? array.data.empty() : array.data.size() == array.elements * array.item;
  return agrees ? std::optional<Array>(array) : std::nullopt;
}

/// The arrays by name; nothing for an archive that is damaged or not made of stored entries.
std::optional<std::map<std::string, Array>> arrays_of(std::string_view bytes) {
  const std::size_t end = bytes.rfind("PK\x05\x06");
  if (end == std::string_view::npos || bytes.size() != end + 22 + number_at<std::uint16_t>(bytes, end + 20)) {
    return std::nullopt;
  }
  const std::size_t count = number_at<std::uint16_t>(bytes, end + 10);
  std::size_t at = number_at<std::uint32_t>(bytes, end + 16);
  std::map<std::string, Array> arrays;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t name_size = number_at<std::uint16_t>(bytes, at + 28);
    const std::size_t local = number_at<std::uint32_t>(bytes, at + 42);
    const std::size_t data = local + 30 + number_at<std::uint16_t>(bytes, local + 26) +
                             number_at<std::uint16_t>(bytes, local + 28);
    const std::size_t size = number_at<std::uint32_t>(bytes, at + 20);
    if (at + 46 + name_size > bytes.size() || data > bytes.size() || bytes.size() - data < size ||
        number_at<std::uint32_t>(bytes, at) != 0x02014b50 ||
        number_at<std::uint32_t>(bytes, local) != 0x04034b50 ||
        number_at<std::uint32_t>(bytes, at + 16) != crc32_of(bytes.substr(data, size))) {
      return std::nullopt;
    }
    const auto array = array_of(bytes.substr(data, size));
    if (!array || !arrays.emplace(std::string(bytes.substr(at + 46, name_size)), *array).second) {
      return std::nullopt;
    }
    at +=
        46 + name_size + number_at<std::uint16_t>(bytes, at + 30) + number_at<std::uint16_t>(bytes, at + 32);
  }
  return at == end ? std::optional(arrays) : std::nullopt;
}

/// What the meshes of the sample have: vertices of floats and bytes, faces of three or more int corners.
struct PlyCounts {
  std::size_t vertices = 0, faces = 0, vertex_size = 0, body = 0;
};

std::optional<PlyCounts> ply_counts(std::string_view bytes) {
  const std::size_t end = bytes.find("end_header\n");
  if (!bytes.starts_with("ply\n") || end == std::string_view::npos) {
    return std::nullopt;
  }
  PlyCounts counts;
  counts.body = end + 11;
  std::istringstream header{std::string(bytes.substr(0, end))};
  std::string element;
  for (std::string line; std::getline(header, line);) {
    std::istringstream words(line);
    std::string key, name;
    std::size_t count = 0;
    words >> key >> name >> count;
    if (key == "element") {
      element = name;
      (name == "vertex" ? counts.vertices : counts.faces) = count;
    } else if (key == "property" && element == "vertex") {
      counts.vertex_size += name == "float" ? 4 : name == "uchar" ? 1 : name == "double" ? 8 : 0;
    }
  }
  return counts;
}

}  // namespace

bool is_npz(std::string_view bytes) {
  return arrays_of(bytes).has_value();
}

std::optional<std::size_t> rows_in(std::string_view npz) {
  const auto arrays = arrays_of(npz);
  const auto found = arrays ? arrays->find("image.npy") : std::map<std::string, Array>::const_iterator();
  return arrays && found != arrays->end() ? std::optional(found->second.rows) : std::nullopt;
}

bool is_ply(std::string_view bytes) {
  const auto counts = ply_counts(bytes);
  if (!counts || bytes.find("format binary_little_endian 1.0\n") == std::string_view::npos) {
    return false;
  }
  std::size_t at = counts->body;
  for (std::size_t i = 0; i < counts->vertices; ++i, at += counts->vertex_size) {
    if (counts->vertex_size < 12 || at + counts->vertex_size > bytes.size()) {
      return false;
    }
    for (std::size_t k = 0; k < 3; ++k) {
      if (!std::isfinite(number_at<float>(bytes, at + 4 * k))) {
        return false;
      }
    }
  }
  for (std::size_t i = 0; i < counts->faces; ++i) {
    const std::size_t corners = number_at<std::uint8_t>(bytes, at);
    if (at + 1 + 4 * corners > bytes.size()) {
      return false;
    }
    for (std::size_t k = 0; k < corners; ++k) {
      if (number_at<std::uint32_t>(bytes, at + 1 + 4 * k) >= counts->vertices) {
        return false;
      }
    }
    at += 1 + 4 * corners;
  }
  return true;
}

}  // namespace alidade::fuzz
