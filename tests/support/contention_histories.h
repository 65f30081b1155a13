// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/results/contention_history.h"

namespace alidade::test {

/// What a made history is like.
struct MadeContention {
  std::vector<std::string> rows{"bottle", "bowl", "can", "laptop", "mug"};
  std::size_t epochs = 6;
  std::size_t batches = 6;  ///< of each row; 0 = none are kept
  std::size_t layers = 3;   ///< of each block
  std::uint64_t seed = 1;
  double noise = 0.4;  ///< of a batch, by the length of the signal
  bool effects = true;
};

/// Gradients drawn as vectors and multiplied, so that every number of the history belongs to the others: rows
/// share a direction, and two camps pull the block "correspondence" apart, the more the later it is.
/// Tensors have 8 parameters; blocks are backbone, correspondence and head.
class ContentionMaker {
 public:
  explicit ContentionMaker(MadeContention made) : made_(std::move(made)), random_(made_.seed) {}

  std::shared_ptr<ContentionHistory> make() {
    auto history = std::make_shared<ContentionHistory>();
    history->name = "made " + std::to_string(made_.seed);
    history->rows = made_.rows;
    history->blocks = {"backbone", "correspondence", "head"};
    for (const std::string& block : history->blocks) {
      for (std::size_t layer = 0; layer < made_.layers; ++layer) {
        const std::string name = block + ".layer" + std::to_string(layer + 1);
        history->tensors.push_back({name + ".weight", name, block, block, kSize, false});
      }
    }
    for (std::size_t row = 0; row < made_.rows.size(); ++row) {
      history->samples.push_back(static_cast<std::int64_t>(8 * std::max<std::size_t>(made_.batches, 1)));
      history->difficulty.push_back(0.9 - 0.1 * static_cast<double>(row));
      for (std::size_t batch = 0; batch < made_.batches; ++batch) {
        history->batch_rows.push_back(static_cast<int>(row));
      }
    }
    for (std::size_t epoch = 0; epoch < made_.epochs; ++epoch) {
      history->epochs.push_back(epochOf(*history, epoch));
    }
    if (made_.effects) {
      history->effects.push_back(effectOf(*history));
    }
    return history;
  }

 private:
  static constexpr std::size_t kSize = 8;
  using Vector = std::vector<double>;

  static double product(const Vector& a, const Vector& b, std::size_t from, std::size_t count) {
    double sum = 0.0;
    for (std::size_t i = from; i < from + count; ++i) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  ContentionEpoch epochOf(const ContentionHistory& history, std::size_t epoch) {
    const std::size_t rows = made_.rows.size(), tensors = history.tensors.size();
    const std::size_t each = std::max<std::size_t>(made_.batches, 1);
    const double late =
        made_.epochs > 1 ? static_cast<double>(epoch) / static_cast<double>(made_.epochs - 1) : 1.0;
    std::vector<Vector> batches, means(rows, Vector(tensors * kSize, 0.0));
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t b = 0; b < each; ++b) {
        batches.push_back(gradient(history, row, late));
        for (std::size_t i = 0; i < batches.back().size(); ++i) {
          means[row][i] += batches.back()[i] / static_cast<double>(each);
        }
      }
    }
    ContentionEpoch made;
    made.epoch = static_cast<double>(5 * epoch);
    made.step = static_cast<std::int64_t>(500 * epoch);
    made.losses.assign(rows, 1.0);
    for (std::size_t tensor = 0; tensor < tensors; ++tensor) {
      addProducts(made.grams, means, tensor * kSize, kSize);
    }
    if (made_.batches > 0) {
      const std::size_t block = made_.layers * kSize;
      for (std::size_t b = 0; b < history.blocks.size(); ++b) {
        addProducts(made.batch_grams, batches, b * block, block);
      }
    }
    return made;
  }

  static void addProducts(std::vector<double>& to, const std::vector<Vector>& vectors, std::size_t from,
                          std::size_t count) {
    for (const Vector& a : vectors) {
      for (const Vector& b : vectors) {
        to.push_back(product(a, b, from, count));
      }
    }
  }

  Vector gradient(const ContentionHistory& history, std::size_t row, double late) {
    Vector made;
    for (const ContentionTensor& tensor : history.tensors) {
      const double split = tensor.block == "correspondence" ? 1.5 * late : 0.3;
      for (std::size_t i = 0; i < kSize; ++i) {
        const auto angle = static_cast<double>(i);
        const double shared = std::sin(angle), camp = (row % 2 == 0 ? 1.0 : -1.0) * std::cos(angle);
        const double own = 0.3 * std::sin((angle + 1.0) * (static_cast<double>(row) + 2.0));
        made.push_back(shared + split * camp + own + made_.noise * random_.normal());
      }
    }
    return made;
  }

  ContentionEffect effectOf(const ContentionHistory& history) {
    const std::size_t rows = made_.rows.size();
    ContentionEffect effect;
    effect.epoch = history.epochs.back().epoch;
    effect.steps = 50;
    effect.rate = 1e-4;
    effect.before.assign(rows, 1.0);
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < rows; ++j) {
        effect.after.push_back(1.0 + (i % 2 == j % 2 ? -0.05 : 0.03) + 0.005 * random_.normal());
      }
    }
    return effect;
  }

  MadeContention made_;
  Random random_;
};

/// A made history, with what `change` does to it.
template <class Change>
std::shared_ptr<const ContentionHistory> contentionHistory(const MadeContention& made, const Change& change) {
  auto history = ContentionMaker(made).make();
  change(*history);
  return history;
}

inline std::shared_ptr<const ContentionHistory> contentionHistory(const MadeContention& made = {}) {
  return ContentionMaker(made).make();
}

}  // namespace alidade::test
