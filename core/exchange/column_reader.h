// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/io/npy.h"

namespace alidade {

/// An image or a category as a file names it: a text, or a number where the file only numbers.
struct ColumnLabel {
  std::string text;         ///< the number in digits when there is no text
  std::int64_t number = 0;  ///< 1-based class or any image number; only with `is_number`
  bool is_number = false;
};

/// The arrays of an exchange file (NPZ), one entry per row, checked for type and shape when asked for. A kind
/// of file is the list of keys that its reader asks for; keys that nobody asks for are ignored, whatever they
/// hold, but for a note on those that cannot be read. Every Error names the file and the key.
class ColumnReader {
 public:
  /// Reads the file. The `required` arrays must be there, the last of them decides the rows, and `section` of
  /// docs/formats.md stands in messages.
  static Expected<ColumnReader> read(const std::filesystem::path& path,
                                     const std::vector<std::string>& required, const std::string& section);
  /// From here on the rows are those of this array, which must be there.
  Expected<void> count_by(const std::string& key);

  const std::string& file() const { return file_; }
  std::size_t rows() const { return rows_; }
  bool has(const std::string& key) const { return arrays_.contains(key); }
  /// The names of all arrays that begin with `prefix`.
  std::vector<std::string> keys(const std::string& prefix) const;
  /// An array as it is: null when the key is missing, an Error when it is of a kind that is not read.
  Expected<const NpyArray*> find(const std::string& key) const;

  /// Numbers of shape (rows, inner...); empty when the key is missing.
  Expected<std::vector<double>> numbers(const std::string& key, const std::vector<std::size_t>& inner) const;
  /// Calls `take(row, values)` with the numbers of each row of shape (rows, inner...), without a copy of the
  /// whole; never when the key is missing. Its first Error ends it.
  Expected<void> each_numbers(
      const std::string& key, const std::vector<std::size_t>& inner,
      const std::function<Expected<void>(std::size_t row, std::span<const double> values)>& take) const;
  /// Like numbers, for whole numbers and truths.
  Expected<std::vector<std::int64_t>> integers(const std::string& key) const;
  /// Texts or whole numbers, one per row; empty when the key is missing.
  Expected<std::vector<ColumnLabel>> labels(const std::string& key) const;
  /// One text per row; empty when the key is missing.
  Expected<std::vector<std::string>> texts(const std::string& key) const;
  /// A list of at most kMostNames names, each once, texts or whole numbers; empty when the key is missing.
  Expected<std::vector<std::string>> names(const std::string& key) const;
  /// A list of texts of any length, also repeated or empty ones; empty when the key is missing or holds
  /// something else: what is written for humans may be missing.
  std::vector<std::string> list(const std::string& key) const;
  /// Forgets an array that is not asked for any more.
  void release(const std::string& key) { arrays_.erase(key); }
  /// Second dimension of an array, 0 when it is missing or has none.
  std::size_t depth(const std::string& key) const;
  /// The only text of a one-element array, or empty: what is written for humans may be missing.
  std::string single_text(const std::string& key) const;

  /// One sentence for each array that cannot be read. After a reader has asked for all that it knows, these
  /// are the arrays that it can do without.
  std::vector<std::string> unreadable() const;

  /// "FILE: key[row]: problem; remedy." Rows count from 0 as in NumPy.
  Error row_error(const std::string& key, std::size_t row, const std::string& problem,
                  const std::string& remedy) const;
  /// "FILE: "key": problem; see "SECTION" in docs/formats.md."
  Error key_error(const std::string& key, const std::string& problem) const;

  static constexpr std::size_t kMostNames = 4000000;

 private:
  Expected<void> check_shape(const std::string& key, const NpyArray& array,
                             const std::vector<std::size_t>& inner) const;
  Expected<std::vector<ColumnLabel>> labels_of(const std::string& key, const NpyArray& array) const;

  std::string file_, remedy_;
  std::map<std::string, Expected<NpyArray>> arrays_;
  std::size_t rows_ = 0;
};

}  // namespace alidade
