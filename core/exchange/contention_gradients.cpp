// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <Eigen/Core>

#include "core/base/stop_scope.h"
#include "core/exchange/contention_reader.h"

namespace alidade {
namespace {

using GradientRows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t kGradientKey = std::string_view("gradient/").size();
/// Numbers that are widened to double at a time.
constexpr std::size_t kGradientPiece = std::size_t{1} << 22;

/// Inner products of the gradients of one epoch, an array of (epochs, batches, parameters).
Expected<GradientRows> batch_products(const NpyArray& array, std::size_t epoch, std::size_t batches,
                                      std::size_t size, const std::string& file, const std::string& key) {
  const auto count = static_cast<Eigen::Index>(batches);
  GradientRows products = GradientRows::Zero(count, count);
  const std::size_t width = std::max<std::size_t>(kGradientPiece / batches, 1);
  StopMeter meter(kRowsUnasked);
  for (std::size_t first = 0; first < size; first += width) {
    const std::size_t columns = std::min(width, size - first);
    GradientRows piece(count, static_cast<Eigen::Index>(columns));
    for (std::size_t b = 0; b < batches; ++b) {
      const auto values = array.as_doubles((epoch * batches + b) * size + first, columns);
      if (!std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); })) {
        return input_error(file, key + "[" + std::to_string(epoch) + ", " + std::to_string(b) + "]",
                           "expected finite numbers",
                           "leave out batches whose loss or gradient is not finite");
      }
      piece.row(static_cast<Eigen::Index>(b)) =
          Eigen::Map<const Eigen::RowVectorXd>(values.data(), static_cast<Eigen::Index>(columns));
      if (meter.stopped(columns * (b + 1))) {
        return reading_stopped(file);
      }
    }
    products.selfadjointView<Eigen::Lower>().rankUpdate(piece);
  }
  products.triangularView<Eigen::StrictlyUpper>() = products.transpose();
  if (!products.allFinite()) {
    return input_error(file, key + "[" + std::to_string(epoch) + "]",
                       "the gradients are too long to multiply", "write gradients of the unscaled loss");
  }
  return products;
}

}  // namespace

/// Eq. 40: the gradient of a row is the mean of its batches'.
Expected<void> ContentionReader::read_gradients_of(std::size_t block, std::size_t batches) {
  const std::string key = "gradient/" + history_.blocks[block];
  const NpyArray& array = **columns_.find(key);
  const std::size_t size = array.shape.back(), rows = history_.rows.size();
  history_.tensors[block].size = static_cast<std::int64_t>(size);
  GradientRows mean = GradientRows::Zero(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(batches));
  for (std::size_t b = 0; b < batches; ++b) {
    mean(history_.batch_rows[b], static_cast<Eigen::Index>(b)) = 1.0;
  }
  // A row without batches becomes NaN all along: undefined.
  mean.array().colwise() /= mean.rowwise().sum().eval().array();
  for (std::size_t e = 0; e < history_.epochs.size(); ++e) {
    const auto products = batch_products(array, e, batches, size, columns_.file(), key);
    if (!products) {
      return products.error();
    }
    ContentionEpoch& epoch = history_.epochs[e];
    const GradientRows half = mean * *products * mean.transpose();
    const GradientRows gram = 0.5 * (half + half.transpose());
    epoch.grams.insert(epoch.grams.end(), gram.data(), gram.data() + gram.size());
    epoch.batch_grams.insert(epoch.batch_grams.end(), products->data(), products->data() + products->size());
  }
  columns_.release(key);
  return {};
}

Expected<void> ContentionReader::read_gradients() {
  const auto keys = columns_.keys("gradient/");
  if (!columns_.has("batch_row")) {
    return columns_.key_error("batch_row", "expected the row of each batch in \"" + keys.front() + "\"");
  }
  if (auto rows = read_batch_rows(); !rows) {
    return rows;
  }
  const std::size_t batches = history_.batch_rows.size();
  auto listed = columns_.names("blocks");
  if (!listed) {
    return listed.error();
  }
  for (const std::string& key : keys) {
    const std::string block = key.substr(kGradientKey);
    if (block.empty() ||
        (!listed->empty() && std::find(listed->begin(), listed->end(), block) == listed->end())) {
      return columns_.key_error(key, "expected \"gradient/\" and a name that \"blocks\" lists");
    }
    history_.blocks.push_back(block);
    history_.tensors.push_back({block, block, block, block, 0, false});
  }
  if (!listed->empty() && listed->size() != keys.size()) {
    return columns_.key_error("blocks", "expected a \"gradient/BLOCK\" for each of its names");
  }
  if (!listed->empty()) {
    history_.blocks = *listed;
    for (std::size_t b = 0; b < history_.blocks.size(); ++b) {
      const std::string& name = history_.blocks[b];
      history_.tensors[b] = {name, name, name, name, 0, false};
    }
  }
  std::size_t epochs = 0;
  for (const std::string& block : history_.blocks) {
    const std::string key = "gradient/" + block;
    const auto shape = shape_of(key);
    if (!shape) {
      return shape.error();
    }
    const std::size_t count = shape->size() == 3 ? shape->front() : 1;
    const bool fits = (shape->size() == 2 || shape->size() == 3) && batches > 0 && count > 0 &&
                      (*shape)[shape->size() - 2] == batches && shape->back() > 0 &&
                      count <= kMostContentionEpochs && (epochs == 0 || epochs == count);
    if (!fits || (*columns_.find(key))->dtype == DType::kText) {
      return columns_.key_error(key,
                                "expected numbers of shape (epochs, batches, parameters) or (batches, "
                                "parameters), with as many epochs as the other blocks and " +
                                    std::to_string(batches) + " batches");
    }
    epochs = count;
  }
  const std::size_t numbers = batches * batches * history_.blocks.size();
  if (numbers > kMostContentionNumbers / epochs) {
    return columns_.key_error("batch_row", "too many batches and epochs to keep their inner products");
  }
  if (auto read = read_epochs(epochs); !read) {
    return read;
  }
  for (std::size_t block = 0; block < history_.blocks.size(); ++block) {
    if (auto read = read_gradients_of(block, batches); !read) {
      return read;
    }
  }
  return {};
}

}  // namespace alidade
