// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/column_reader.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "core/base/stop_scope.h"
#include "core/io/npz.h"

namespace alidade {
namespace {

std::string shape_text(const std::vector<std::size_t>& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  }
  return text + (shape.size() == 1 ? ",)" : ")");
}

bool is_whole(DType dtype) {
  return dtype != DType::kText && dtype != DType::kFloat16 && dtype != DType::kFloat32 &&
         dtype != DType::kFloat64;
}

}  // namespace

Expected<ColumnReader> ColumnReader::read(const std::filesystem::path& path,
                                          const std::vector<std::string>& required,
                                          const std::string& section) {
  auto arrays = read_npz_each(path);
  if (!arrays) {
    return arrays.error();
  }
  ColumnReader columns;
  columns.file_ = path.string();
  columns.remedy_ = "see \"" + section + "\" in docs/formats.md";
  columns.arrays_ = std::move(*arrays);
  for (const std::string& key : required) {
    const auto found = columns.find(key);
    if (!found) {
      return found.error();
    }
    if (*found == nullptr) {
      return columns.key_error(key, "expected this array, found none of that name");
    }
    if ((*found)->shape.empty()) {
      return columns.key_error(key, "expected one entry per object, found a scalar");
    }
  }
  if (auto counted = columns.count_by(required.back()); !counted) {
    return counted.error();
  }
  return columns;
}

Expected<const NpyArray*> ColumnReader::find(const std::string& key) const {
  const auto found = arrays_.find(key);
  if (found == arrays_.end()) {
    return static_cast<const NpyArray*>(nullptr);
  }
  if (!found->second) {
    return found->second.error();
  }
  return &*found->second;
}

std::vector<std::string> ColumnReader::keys(const std::string& prefix) const {
  std::vector<std::string> keys;
  for (auto entry = arrays_.lower_bound(prefix); entry != arrays_.end() && entry->first.starts_with(prefix);
       ++entry) {
    keys.push_back(entry->first);
  }
  return keys;
}

std::vector<std::string> ColumnReader::unreadable() const {
  std::vector<std::string> sentences;
  for (const auto& [key, array] : arrays_) {
    if (!array) {
      sentences.push_back("Ignored an array that is not needed here: " + array.error().message);
    }
  }
  return sentences;
}

Expected<void> ColumnReader::count_by(const std::string& key) {
  const auto& array = arrays_.at(key);
  if (!array) {
    return array.error();
  }
  const auto& shape = array->shape;
  if (shape.empty() || shape.front() > std::numeric_limits<std::int32_t>::max()) {
    return key_error(key, "expected a list of fewer than 2^31 entries");
  }
  rows_ = shape.front();
  return {};
}

Error ColumnReader::key_error(const std::string& key, const std::string& problem) const {
  return input_error(file_, "\"" + key + "\"", problem, remedy_);
}

Error ColumnReader::row_error(const std::string& key, std::size_t row, const std::string& problem,
                              const std::string& remedy) const {
  return input_error(file_, key + "[" + std::to_string(row) + "]", problem, remedy);
}

Expected<void> ColumnReader::check_shape(const std::string& key, const NpyArray& array,
                                         const std::vector<std::size_t>& inner) const {
  std::vector<std::size_t> expected{rows_};
  expected.insert(expected.end(), inner.begin(), inner.end());
  // np.zeros(0) stands for "no rows" whatever the inner shape.
  const bool none = rows_ == 0 && array.size() == 0;
  if (array.shape != expected && !none) {
    return key_error(key, "expected shape " + shape_text(expected) + ", found " + shape_text(array.shape));
  }
  return {};
}

Expected<std::vector<double>> ColumnReader::numbers(const std::string& key,
                                                    const std::vector<std::size_t>& inner) const {
  const auto found = find(key);
  if (!found) {
    return found.error();
  }
  const NpyArray* array = *found;
  if (array == nullptr) {
    return std::vector<double>{};
  }
  if (auto checked = check_shape(key, *array, inner); !checked) {
    return checked.error();
  }
  if (array->dtype == DType::kText && rows_ > 0) {
    return key_error(key, "expected numbers, found texts");
  }
  std::vector<double> values;
  values.reserve(array->size());
  StopMeter meter(kRowsUnasked);
  for (std::size_t left = array->dtype == DType::kText ? 0 : array->size(); left > 0;) {
    const std::size_t count = std::min(kRowsUnasked, left);
    const std::vector<double> part = array->as_doubles(array->size() - left, count);
    values.insert(values.end(), part.begin(), part.end());
    left -= count;
    if (left > 0 && meter.stopped(count)) {
      return reading_stopped(file_);
    }
  }
  return values;
}

Expected<void> ColumnReader::each_numbers(
    const std::string& key, const std::vector<std::size_t>& inner,
    const std::function<Expected<void>(std::size_t row, std::span<const double> values)>& take) const {
  const auto found = find(key);
  if (!found) {
    return found.error();
  }
  if (*found == nullptr) {
    return {};
  }
  const NpyArray& array = **found;
  if (auto checked = check_shape(key, array, inner); !checked) {
    return checked;
  }
  if (array.dtype == DType::kText && rows_ > 0) {
    return key_error(key, "expected numbers, found texts");
  }
  const std::size_t width = rows_ == 0 ? 0 : array.size() / rows_;
  constexpr std::size_t kChunkRows = 1024;
  StopMeter meter(kRowsUnasked);
  for (std::size_t first = 0; first < rows_; first += kChunkRows) {
    const std::size_t count = std::min(kChunkRows, rows_ - first);
    if (meter.stopped(count)) {
      return reading_stopped(file_);
    }
    const std::vector<double> values = array.as_doubles(first * width, count * width);
    for (std::size_t i = 0; i < count; ++i) {
      if (auto taken = take(first + i, std::span(values).subspan(i * width, width)); !taken) {
        return taken;
      }
    }
  }
  return {};
}

Expected<std::vector<std::int64_t>> ColumnReader::integers(const std::string& key) const {
  const auto found = find(key);
  if (!found) {
    return found.error();
  }
  const NpyArray* array = *found;
  if (array == nullptr) {
    return std::vector<std::int64_t>{};
  }
  if (auto checked = check_shape(key, *array, {}); !checked) {
    return checked.error();
  }
  if (!is_whole(array->dtype) && rows_ > 0) {
    return key_error(key, "expected whole numbers (an integer or bool type)");
  }
  return array->as_integers();
}

Expected<std::vector<ColumnLabel>> ColumnReader::labels_of(const std::string& key,
                                                           const NpyArray& array) const {
  std::vector<ColumnLabel> labels;
  if (array.size() == 0) {
    return labels;
  }
  if (array.dtype == DType::kText) {
    if (array.text_width == 0) {  // any number of them takes no bytes of the file
      return row_error(key, 0, "expected a name, found an empty text", remedy_);
    }
    for (std::string& text : array.as_texts()) {
      labels.push_back({std::move(text)});
    }
  } else if (is_whole(array.dtype)) {
    for (const std::int64_t number : array.as_integers()) {
      labels.push_back({std::to_string(number), number, true});
    }
  } else {
    return key_error(key, "expected texts or whole numbers, found floating-point numbers");
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].text.empty()) {
      return row_error(key, i, "expected a name, found an empty text", remedy_);
    }
  }
  return labels;
}

Expected<std::vector<ColumnLabel>> ColumnReader::labels(const std::string& key) const {
  const auto found = find(key);
  if (!found) {
    return found.error();
  }
  const NpyArray* array = *found;
  if (array == nullptr) {
    return std::vector<ColumnLabel>{};
  }
  if (auto checked = check_shape(key, *array, {}); !checked) {
    return checked.error();
  }
  return labels_of(key, *array);
}

Expected<std::vector<std::string>> ColumnReader::texts(const std::string& key) const {
  const auto found = find(key);
  if (!found) {
    return found.error();
  }
  const NpyArray* array = *found;
  if (array == nullptr) {
    return std::vector<std::string>{};
  }
  if (auto checked = check_shape(key, *array, {}); !checked) {
    return checked.error();
  }
  if (array->dtype != DType::kText && rows_ > 0) {
    return key_error(key, "expected texts, found numbers");
  }
  return array->as_texts();
}

Expected<std::vector<std::string>> ColumnReader::names(const std::string& key) const {
  std::vector<std::string> names;
  const auto found = find(key);
  if (!found) {
    return found.error();
  }
  const NpyArray* array = *found;
  if (array == nullptr) {
    return names;
  }
  if (array->shape.size() != 1) {
    return key_error(key, "expected a list of names, found shape " + shape_text(array->shape));
  }
  if (array->shape.front() > kMostNames) {
    return key_error(key, "expected at most " + std::to_string(kMostNames) + " names");
  }
  const auto labels = labels_of(key, *array);
  if (!labels) {
    return labels.error();
  }
  std::set<std::string> seen;
  for (const ColumnLabel& label : *labels) {
    if (!seen.insert(label.text).second) {
      return row_error(key, names.size(), "the name \"" + label.text + "\" is there twice", "list it once");
    }
    names.push_back(label.text);
  }
  return names;
}

std::vector<std::string> ColumnReader::list(const std::string& key) const {
  const auto found = find(key);
  const bool texts = found && *found != nullptr && (*found)->dtype == DType::kText &&
                     (*found)->shape.size() == 1 && (*found)->shape.front() <= kMostNames;
  return texts ? (*found)->as_texts() : std::vector<std::string>{};
}

std::size_t ColumnReader::depth(const std::string& key) const {
  const auto found = find(key);
  return !found || *found == nullptr || (*found)->shape.size() < 2 ? 0 : (*found)->shape[1];
}

std::string ColumnReader::single_text(const std::string& key) const {
  const auto found = find(key);
  if (!found || *found == nullptr || (*found)->dtype != DType::kText || (*found)->size() != 1) {
    return {};
  }
  return (*found)->as_texts().front();
}

}  // namespace alidade
