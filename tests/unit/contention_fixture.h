// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/contention/part_gram.h"
#include "core/io/npz.h"
#include "tests/support/test_registry.h"

namespace alidade::test {

inline nlohmann::json contention_json(const std::string& name) {
  std::ifstream file(fixture(name + ".json"));
  return nlohmann::json::parse(file);
}

/// All numbers of nested lists, null = NaN.
inline std::vector<double> contention_numbers(const nlohmann::json& json) {
  if (!json.is_array()) {
    return {json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>()};
  }
  std::vector<double> values;
  for (const auto& entry : json) {
    const auto part = contention_numbers(entry);
    values.insert(values.end(), part.begin(), part.end());
  }
  return values;
}

/// Largest difference relative to max(1, |b|); infinite where only one side is NaN or sizes differ.
inline double contention_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = a.size() == b.size() ? 0.0 : std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (std::isnan(a[i]) != std::isnan(b[i])) {
      return std::numeric_limits<double>::infinity();
    }
    largest =
        std::isnan(a[i]) ? largest : std::max(largest, std::abs(a[i] - b[i]) / std::max(1.0, std::abs(b[i])));
  }
  return largest;
}

inline double contention_product(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

/// [row][row] of vectors; an empty vector is a row without samples.
inline std::vector<double> gram_of_vectors(const std::vector<std::vector<double>>& vectors) {
  std::vector<double> gram;
  for (const auto& a : vectors) {
    for (const auto& b : vectors) {
      gram.push_back(a.empty() || b.empty() ? std::numeric_limits<double>::quiet_NaN()
                                            : contention_product(a, b));
    }
  }
  return gram;
}

inline std::vector<std::vector<double>> random_gradients(std::size_t rows, std::size_t size,
                                                         std::uint64_t seed) {
  Random random(seed);
  std::vector<std::vector<double>> gradients(rows, std::vector<double>(size));
  for (auto& row : gradients) {
    for (double& value : row) {
      value = random.normal();
    }
  }
  return gradients;
}

/// The network of fixtures/contention, with gradients of single samples by hand-written backpropagation: tanh
/// after every layer but the last, loss .5 |y - target|^2.
class SmallNetwork {
 public:
  SmallNetwork() : meta_(contention_json("contention/network")) {
    const auto arrays = *read_npz(fixture("contention/network.npz"));
    checkpoints_ = arrays.at("checkpoints").as_doubles();
    x_ = arrays.at("x").as_doubles();
    targets_ = arrays.at("target").as_doubles();
    category_gradients = arrays.at("category_gradients").as_doubles();
    category = arrays.at("category").as_integers();
    widths_ = meta_.at("widths").get<std::vector<std::size_t>>();
    for (const auto& entry : meta_.at("layout")) {
      const std::string name = entry.at("name");
      const std::string layer = name.substr(0, name.rfind('.'));
      tensors.push_back({name, layer, layer, entry.at("block"), entry.at("size").get<std::int64_t>(), false});
    }
    categories = meta_.at("categories").get<std::vector<std::string>>();
    steps = meta_.at("steps").get<std::vector<std::int64_t>>();
    samples = category.size();
    parameters = checkpoints_.size() / steps.size();
  }

  std::vector<double> sample_gradient(std::size_t checkpoint, std::size_t sample) const {
    const double* weights = checkpoints_.data() + checkpoint * parameters;
    std::vector<std::vector<double>> outputs{
        {x_.begin() + static_cast<long>(sample * widths_.front()),
         x_.begin() + static_cast<long>((sample + 1) * widths_.front())}};
    std::size_t at = 0;
    std::vector<std::size_t> offsets;
    for (std::size_t layer = 0; layer + 1 < widths_.size(); ++layer) {
      const std::size_t in = widths_[layer], out = widths_[layer + 1];
      offsets.push_back(at);
      std::vector<double> y(weights + at + in * out, weights + at + in * out + out);
      for (std::size_t o = 0; o < out; ++o) {
        for (std::size_t i = 0; i < in; ++i) {
          y[o] += weights[at + o * in + i] * outputs.back()[i];
        }
        y[o] = layer + 2 < widths_.size() ? std::tanh(y[o]) : y[o];
      }
      outputs.push_back(y);
      at += in * out + out;
    }
    return backward(weights, outputs, offsets, sample);
  }

  std::vector<ContentionTensor> tensors;
  std::vector<std::string> categories;
  std::vector<std::int64_t> steps, category;
  std::vector<double> category_gradients;  ///< [checkpoint][category][parameter]
  std::size_t samples = 0, parameters = 0;

 private:
  std::vector<double> backward(const double* weights, const std::vector<std::vector<double>>& outputs,
                               const std::vector<std::size_t>& offsets, std::size_t sample) const {
    std::vector<double> gradient(parameters), delta = outputs.back();
    for (std::size_t o = 0; o < delta.size(); ++o) {
      delta[o] -= targets_[sample * delta.size() + o];
    }
    for (std::size_t layer = offsets.size(); layer-- > 0;) {
      const std::vector<double>& x = outputs[layer];
      std::vector<double> back(x.size(), 0.0);
      for (std::size_t o = 0; o < delta.size(); ++o) {
        gradient[offsets[layer] + delta.size() * x.size() + o] = delta[o];
        for (std::size_t i = 0; i < x.size(); ++i) {
          gradient[offsets[layer] + o * x.size() + i] = delta[o] * x[i];
          back[i] += delta[o] * weights[offsets[layer] + o * x.size() + i];
        }
      }
      for (std::size_t i = 0; i < x.size(); ++i) {
        back[i] *= 1.0 - x[i] * x[i];
      }
      delta = back;
    }
    return gradient;
  }

  nlohmann::json meta_;
  std::vector<double> checkpoints_, x_, targets_;
  std::vector<std::size_t> widths_;
};

/// Its history for rows of samples (a sample of its own is a batch); `zero`: the row whose gradients are 0.
inline ContentionHistory small_history(const SmallNetwork& network, const std::vector<std::string>& rows,
                                       const std::vector<std::vector<std::size_t>>& members, int zero = -1) {
  ContentionHistory history;
  history.name = "small";
  history.rows = rows;
  history.tensors = network.tensors;
  history.blocks = {"backbone", "correspondence", "head"};
  std::vector<std::size_t> order;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    history.samples.push_back(static_cast<std::int64_t>(members[row].size()));
    for (const std::size_t sample : members[row]) {
      history.batch_rows.push_back(static_cast<int>(row));
      order.push_back(sample);
    }
  }
  for (std::size_t checkpoint = 0; checkpoint < network.steps.size(); ++checkpoint) {
    std::vector<std::vector<double>> batches;
    for (std::size_t b = 0; b < order.size(); ++b) {
      batches.push_back(network.sample_gradient(checkpoint, order[b]));
      if (history.batch_rows[b] == zero) {
        std::fill(batches.back().begin(), batches.back().end(), 0.0);
      }
    }
    ContentionEpoch epoch;
    epoch.epoch = static_cast<double>(checkpoint);
    epoch.step = network.steps[checkpoint];
    std::map<std::string, std::vector<double>> sums;
    std::size_t offset = 0;
    for (const ContentionTensor& tensor : network.tensors) {
      const auto size = static_cast<std::size_t>(tensor.size);
      std::vector<std::vector<double>> parts, means(rows.size());
      for (std::size_t b = 0; b < batches.size(); ++b) {
        parts.emplace_back(batches[b].begin() + static_cast<long>(offset),
                           batches[b].begin() + static_cast<long>(offset + size));
        auto& mean = means[static_cast<std::size_t>(history.batch_rows[b])];
        mean.resize(size, 0.0);
        const auto count =
            static_cast<double>(members[static_cast<std::size_t>(history.batch_rows[b])].size());
        for (std::size_t i = 0; i < size; ++i) {
          mean[i] += parts.back()[i] / count;
        }
      }
      const auto gram = gram_of_vectors(means), batch = gram_of_vectors(parts);
      epoch.grams.insert(epoch.grams.end(), gram.begin(), gram.end());
      auto& sum = sums[tensor.block];
      sum.resize(batch.size(), 0.0);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        sum[i] += batch[i];
      }
      offset += size;
    }
    for (const std::string& block : history.blocks) {
      epoch.batch_grams.insert(epoch.batch_grams.end(), sums[block].begin(), sums[block].end());
    }
    history.epochs.push_back(std::move(epoch));
  }
  return history;
}

/// All samples by their category.
inline std::vector<std::vector<std::size_t>> category_members(const SmallNetwork& network) {
  std::vector<std::vector<std::size_t>> members(network.categories.size());
  for (std::size_t sample = 0; sample < network.samples; ++sample) {
    members[static_cast<std::size_t>(network.category[sample])].push_back(sample);
  }
  return members;
}

inline ContentionHistory small_history(const SmallNetwork& network) {
  return small_history(network, network.categories, category_members(network));
}

}  // namespace alidade::test
