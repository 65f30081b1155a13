// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/expected.h"
#include "core/io/npy.h"

namespace alidade {

/// What a pickle may hold here: plain values, and NumPy's arrays and scalars (the latter become numbers or
/// texts).
struct PickleValue {
  enum class Kind { kNone, kBool, kInteger, kReal, kText, kBytes, kList, kTuple, kDict, kArray };

  Kind kind = Kind::kNone;
  std::int64_t integer = 0;               ///< kInteger; 0 or 1 for kBool
  double real = 0.0;                      ///< kReal
  std::string text;                       ///< kText (UTF-8) or kBytes
  std::vector<PickleValue> items;         ///< kList, kTuple; the values of a kDict
  std::vector<std::string> keys;          ///< of a kDict, one per item; whole numbers in decimal
  std::shared_ptr<const NpyArray> array;  ///< kArray

  static PickleValue of(std::int64_t value);
  static PickleValue of(double value);
  static PickleValue of(bool value);
  static PickleValue of(std::string text);
  static PickleValue of(const char* text) { return of(std::string(text)); }
  static PickleValue list(std::vector<PickleValue> items);
  static PickleValue dict(std::vector<std::pair<std::string, PickleValue>> items);

  /// The value of a key; nullptr when this is no dict or has none.
  const PickleValue* find(const std::string& key) const;
  /// A number or a truth as such; nothing for anything else.
  std::optional<double> number() const;
  std::optional<std::int64_t> whole() const;
  /// The numbers of an array, or of lists and tuples in each other, row by row; nothing when something else
  /// is among them or there are more than `most`.
  std::optional<std::vector<double>> numbers(std::size_t most) const;
};

/// Reads a pickle of protocol 2 to 5 without running anything: dict, list, tuple, str, bytes, int (64 bits),
/// float, bool, None, and NumPy's arrays and scalars. Any other class or function is named in the Error. A
/// file of at most 256 MB, 2 million values, 64 levels; what refers to itself is refused.
Expected<PickleValue> read_pickle(const std::filesystem::path& path);

/// The same from memory; `name` stands in the messages.
Expected<PickleValue> parse_pickle(std::string_view bytes, const std::string& name);

/// Protocol 2 bytes that any Python reads. Arrays are written as nested lists of their numbers or texts.
std::string to_pickle_bytes(const PickleValue& value);

}  // namespace alidade
