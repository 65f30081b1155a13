// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// Element types: every integer, floating-point number and truth of NumPy up to 64 bits, and texts; every
/// other one (objects, records, complex) is refused.
enum class DType {
  kFloat16,
  kFloat32,
  kFloat64,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUInt8,
  kUInt16,
  kUInt32,
  kUInt64,
  kBool,
  kText
};

/// The DType of a C++ element type.
template <class T>
constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, float>)
    return DType::kFloat32;
  else if constexpr (std::is_same_v<T, double>)
    return DType::kFloat64;
  else if constexpr (std::is_same_v<T, bool>)
    return DType::kBool;
  else if constexpr (std::is_same_v<T, std::int32_t>)
    return DType::kInt32;
  else if constexpr (std::is_same_v<T, std::int64_t>)
    return DType::kInt64;
  else if constexpr (std::is_same_v<T, std::uint8_t>)
    return DType::kUInt8;
  else {
    static_assert(std::is_same_v<T, std::uint16_t>, "no such DType");
    return DType::kUInt16;
  }
}

/// A NumPy array: C order, little-endian. An empty `shape` is a scalar (one element).
struct NpyArray {
  DType dtype = DType::kFloat64;
  std::vector<std::size_t> shape;
  std::vector<char> data;      ///< size() * item_size() bytes; kText holds UTF-32 as NumPy does
  std::size_t text_width = 0;  ///< code points per element; only for kText

  /// Number of elements (product of the shape).
  std::size_t size() const;
  /// Bytes per element.
  std::size_t item_size() const;
  /// Elements as numbers; empty for kText.
  std::vector<double> as_doubles() const;
  /// `count` of them from the element `first` on, which must be there.
  std::vector<double> as_doubles(std::size_t first, std::size_t count) const;
  /// Elements as whole numbers (floats truncated, what exceeds 64 bits with sign as the largest); empty for
  /// kText.
  std::vector<std::int64_t> as_integers() const;
  /// Elements as UTF-8; empty unless kText.
  std::vector<std::string> as_texts() const;

  /// An array of `values`, whose count must be the product of `shape` (default: one dimension).
  template <class T>
  static NpyArray from(const std::vector<T>& values, std::vector<std::size_t> shape = {}) {
    NpyArray array;
    array.dtype = dtype_of<T>();
    array.shape = shape.empty() ? std::vector<std::size_t>{values.size()} : std::move(shape);
    if constexpr (std::is_same_v<T, bool>) {
      array.data.assign(values.begin(), values.end());
    } else {
      array.data.resize(values.size() * sizeof(T));
      if (!values.empty()) {
        std::memcpy(array.data.data(), values.data(), array.data.size());
      }
    }
    return array;
  }
  /// A one-dimensional array of UTF-8 texts.
  static NpyArray from(const std::vector<std::string>& texts);

  bool operator==(const NpyArray&) const = default;
};

/// Reads a `.npy` file: formats 1.0 to 3.0, little-endian, header at most 64 kB, Fortran order turned to
/// C order, byte texts widened. The product of the shape must give exactly the bytes that
/// are there.
Expected<NpyArray> read_npy(const std::filesystem::path& path);

/// The same from memory; `name` stands in the messages.
Expected<NpyArray> parse_npy(std::string_view bytes, const std::string& name);

/// Format 1.0 bytes, header padded to 64 bytes as NumPy does.
std::string to_npy_bytes(const NpyArray& array);

}  // namespace alidade
