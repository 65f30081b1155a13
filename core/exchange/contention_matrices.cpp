// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/stop_scope.h"
#include "core/exchange/contention_reader.h"
#include "core/exchange/gram_check.h"

namespace alidade {

Expected<void> ContentionReader::expect_shape(const std::string& key,
                                              const std::vector<std::size_t>& shape) const {
  const auto found = shape_of(key);
  if (!found) {
    return found.error();
  }
  const auto text = [](const std::vector<std::size_t>& list) {
    std::string line;
    for (const std::size_t extent : list) {
      line += (line.empty() ? "" : " x ") + std::to_string(extent);
    }
    return line.empty() ? std::string("a single number") : line;
  };
  if (*found != shape) {
    return columns_.key_error(key, "expected " + text(shape) + " numbers, found " + text(*found));
  }
  return {};
}

Expected<void> ContentionReader::each_gram(
    const std::string& key, std::size_t matrices, std::size_t side,
    const std::function<bool(std::size_t matrix)>& asked,
    const std::function<void(std::size_t epoch, std::vector<double> values)>& take) {
  if (auto shaped = expect_shape(key, {history_.epochs.size(), matrices, side, side}); !shaped) {
    return shaped;
  }
  const NpyArray& array = **columns_.find(key);
  if (array.dtype == DType::kText) {
    return columns_.key_error(key, "expected numbers, found texts");
  }
  const std::size_t cells = side * side;
  StopMeter meter(kRowsUnasked);
  for (std::size_t e = 0; e < history_.epochs.size(); ++e) {
    auto values = array.as_doubles(e * matrices * cells, matrices * cells);
    for (std::size_t m = 0; m < matrices; ++m) {
      if (meter.stopped(cells)) {
        return reading_stopped(columns_.file());
      }
      const std::string place = key + "[" + std::to_string(e) + ", " + std::to_string(m) + "]";
      const auto matrix = std::span(values).subspan(m * cells, cells);
      const auto checked = asked(m) ? check_gram(matrix, side, columns_.file(), place) : Expected<void>();
      if (!checked) {
        return checked;
      }
    }
    take(e, std::move(values));
  }
  columns_.release(key);
  return {};
}

Expected<void> ContentionReader::read_grams() {
  return each_gram(
      "gram", history_.tensors.size(), history_.rows.size(),
      [this](std::size_t tensor) { return !history_.tensors[tensor].frozen; },
      [this](std::size_t e, std::vector<double> values) { history_.epochs[e].grams = std::move(values); });
}

Expected<void> ContentionReader::read_batch_rows() {
  if (auto counted = columns_.count_by("batch_row"); !counted) {
    return counted;
  }
  if (columns_.rows() > kMostContentionBatches) {
    return columns_.key_error("batch_row",
                              "expected at most " + std::to_string(kMostContentionBatches) + " batches");
  }
  const auto labels = columns_.labels("batch_row");
  if (!labels) {
    return labels.error();
  }
  for (std::size_t b = 0; b < labels->size(); ++b) {
    const ColumnLabel& label = (*labels)[b];
    const auto named = std::find(history_.rows.begin(), history_.rows.end(), label.text);
    const std::int64_t row = label.is_number ? label.number : named - history_.rows.begin();
    if (row < 0 || static_cast<std::size_t>(row) >= history_.rows.size()) {
      return columns_.row_error("batch_row", b, "expected a row, found \"" + shortened(label.text, 40) + "\"",
                                "use the names that \"rows\" lists, or their places from 0");
    }
    history_.batch_rows.push_back(static_cast<int>(row));
  }
  return {};
}

/// An epoch whose matrices are NaN all along kept no batches.
Expected<void> ContentionReader::read_batch_grams() {
  if (!columns_.has("batch_gram")) {
    return {};
  }
  if (!columns_.has("batch_row")) {
    return columns_.key_error("batch_row", "expected the row of each batch in \"batch_gram\"");
  }
  if (auto rows = read_batch_rows(); !rows) {
    return rows;
  }
  return each_gram(
      "batch_gram", history_.blocks.size(), history_.batch_rows.size(), [](std::size_t) { return true; },
      [this](std::size_t e, std::vector<double> values) {
        const bool kept =
            std::any_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
        history_.epochs[e].batch_grams = kept ? std::move(values) : std::vector<double>();
      });
}

Expected<void> ContentionReader::read_effects() {
  if (!columns_.has("effect_epoch")) {
    return {};
  }
  if (auto counted = columns_.count_by("effect_epoch"); !counted) {
    return counted;
  }
  const std::size_t rows = history_.rows.size(), count = columns_.rows();
  if (count > kMostContentionNumbers / (rows * rows)) {
    return columns_.key_error("effect_epoch", "too many effects");
  }
  const auto epochs = columns_.numbers("effect_epoch", {}), rates = columns_.numbers("effect_rate", {});
  const auto step = columns_.integers("effect_step"), steps = columns_.integers("effect_steps");
  if (!epochs || !rates || !step || !steps) {
    return !epochs ? epochs.error() : !rates ? rates.error() : !step ? step.error() : steps.error();
  }
  if (rates->size() != count || steps->size() != count) {
    return columns_.key_error("effect_epoch", "expected effect_rate and effect_steps beside it");
  }
  for (std::size_t f = 0; f < count; ++f) {
    const bool known = std::isfinite((*epochs)[f]) && std::isfinite((*rates)[f]) && (*steps)[f] >= 0 &&
                       (*steps)[f] <= std::numeric_limits<std::int32_t>::max();
    if (!known) {
      return columns_.row_error("effect_epoch", f, "expected a finite epoch and rate, and a number of steps",
                                "correct the row");
    }
    history_.effects.push_back(
        {(*epochs)[f], step->empty() ? 0 : (*step)[f], static_cast<int>((*steps)[f]), (*rates)[f], {}, {}});
  }
  return read_effect_losses();
}

Expected<void> ContentionReader::read_effect_losses() {
  const std::size_t rows = history_.rows.size(), count = history_.effects.size();
  const auto before = columns_.numbers("effect_before", {rows});
  const auto after = columns_.numbers("effect_after", {rows, rows});
  if (!before || !after) {
    return before ? after.error() : before.error();
  }
  if (before->size() != count * rows || after->size() != count * rows * rows) {
    return columns_.key_error("effect_epoch", "expected effect_before and effect_after beside it");
  }
  for (std::size_t f = 0; f < count; ++f) {
    const auto first = before->begin() + static_cast<std::ptrdiff_t>(f * rows);
    history_.effects[f].before.assign(first, first + static_cast<std::ptrdiff_t>(rows));
    const auto cell = after->begin() + static_cast<std::ptrdiff_t>(f * rows * rows);
    history_.effects[f].after.assign(cell, cell + static_cast<std::ptrdiff_t>(rows * rows));
  }
  return {};
}

}  // namespace alidade
