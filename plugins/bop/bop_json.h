// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

namespace alidade::bop {

/// Largest JSON file that is read.
inline constexpr std::uintmax_t kMaxJsonBytes = std::uintmax_t{512} << 20;

/// Exactly N finite numbers, or nothing.
template <std::size_t N>
std::optional<std::array<double, N>> numbers(const nlohmann::json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end() || !found->is_array() || found->size() != N) {
    return std::nullopt;
  }
  std::array<double, N> values{};
  for (std::size_t i = 0; i < N; ++i) {
    if (!(*found)[i].is_number()) {
      return std::nullopt;
    }
    values[i] = (*found)[i].get<double>();
  }
  return values;
}

/// One finite number, or nothing.
inline std::optional<double> number(const nlohmann::json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_number()) {
    return std::nullopt;
  }
  return object[key].get<double>();
}

/// A whole number written in digits only, padded or not ("10", "000010"); nothing otherwise.
inline std::optional<int> id_of(std::string_view text) {
  int id = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), id);
  if (text.empty() || text[0] == '-' || result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return id;
}

}  // namespace alidade::bop
