// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/column_writer.h"

#include "core/base/file.h"
#include "core/io/npz.h"

namespace alidade {

void ColumnWriter::add_list(const std::string& key, const std::vector<std::string>& texts) {
  arrays_[key] = NpyArray::from(texts);
}

void ColumnWriter::add_text(const std::string& key, const std::string& text) {
  add_list(key, {text});
}

void ColumnWriter::add_array(const std::string& key, std::size_t rows, const std::vector<std::size_t>& inner,
                             const std::vector<double>& values) {
  std::vector<std::size_t> shape{rows};
  shape.insert(shape.end(), inner.begin(), inner.end());
  arrays_[key] = NpyArray::from(values, shape);
}

Expected<std::string> ColumnWriter::bytes(const std::string& file) const {
  for (const auto& [key, array] : arrays_) {
    const std::size_t values = array.data.size() / sizeof(double);
    if (array.dtype == DType::kFloat64 && values != array.size()) {
      return Error{ErrorCode::kFailed, file + ": \"" + key + "\": expected " + std::to_string(array.size()) +
                                           " numbers, found " + std::to_string(values) +
                                           "; give every row as many as its shape has."};
    }
  }
  return npz_bytes(arrays_);
}

Expected<void> ColumnWriter::write(const std::filesystem::path& path) const {
  const auto whole = bytes(path.string());
  return whole ? write_file_atomically(path, *whole) : Expected<void>(whole.error());
}

}  // namespace alidade
