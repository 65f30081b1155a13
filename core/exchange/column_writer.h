// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/expected.h"
#include "core/io/npy.h"

namespace alidade {

/// Makes an exchange file (NPZ): one array per key, one entry per row. A kind of file is the list of its
/// keys; several lists of rows may stand in one file.
class ColumnWriter {
 public:
  /// `get` (a member pointer or a function of a row) gives the value of a row: a text, a number of type
  /// double or std::int32_t, or a bool. The type of the array is that of the value.
  template <class Rows, class Get>
  void add(const std::string& key, const Rows& rows, Get get) {
    using Row = decltype(*rows.begin());
    std::vector<std::decay_t<std::invoke_result_t<Get, Row>>> values;
    values.reserve(rows.size());
    for (const auto& row : rows) {
      values.push_back(std::invoke(get, row));
    }
    arrays_[key] = NpyArray::from(values);
  }

  /// Numbers of shape (rows, inner...): `append(row, values)` puts those of a row behind the others. A count
  /// that does not fill the shape makes `write` fail.
  template <class Rows, class Append>
  void add_numbers(const std::string& key, const Rows& rows, const std::vector<std::size_t>& inner,
                   Append append) {
    std::vector<double> values;
    for (const auto& row : rows) {
      append(row, values);
    }
    add_array(key, rows.size(), inner, values);
  }

  /// A list of texts of any length.
  void add_list(const std::string& key, const std::vector<std::string>& texts);
  /// A list of one text.
  void add_text(const std::string& key, const std::string& text);

  /// The file's bytes; ErrorCode::kFailed, naming `file`, when an array is not full.
  Expected<std::string> bytes(const std::string& file) const;
  /// Writes the file at once; ErrorCode::kFailed also when it cannot be written.
  Expected<void> write(const std::filesystem::path& path) const;

 private:
  void add_array(const std::string& key, std::size_t rows, const std::vector<std::size_t>& inner,
                 const std::vector<double>& values);

  std::map<std::string, NpyArray> arrays_;
};

}  // namespace alidade
