// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/exchange/column_reader.h"
#include "core/exchange/contention_file.h"

namespace alidade {

/// Turns the arrays of a file into a history, key by key. Three forms share all but the matrices: tensors
/// (ours), blocks, and gradients of batches.
class ContentionReader {
 public:
  explicit ContentionReader(ColumnReader columns) : columns_(std::move(columns)) {}
  Expected<ContentionFile> read();

 private:
  Expected<void> read_texts();
  Expected<void> read_rows();
  Expected<void> read_routing();
  /// One of the first two forms.
  Expected<void> read_matrices();
  Expected<void> read_tensors();
  Expected<void> read_blocks_as_tensors();
  Expected<void> read_epochs(std::size_t count);
  Expected<void> read_grams();
  Expected<void> read_batch_rows();
  Expected<void> read_batch_grams();
  Expected<void> read_effects();
  Expected<void> read_effect_losses();
  /// Gradients instead of matrices (contention_gradients.cpp).
  Expected<void> read_gradients();
  Expected<void> read_gradients_of(std::size_t block, std::size_t batches);

  /// An array's shape; empty when it is missing. An Error when it cannot be read or is larger than a reader
  /// takes.
  Expected<std::vector<std::size_t>> shape_of(const std::string& key) const;
  Expected<void> expect_shape(const std::string& key, const std::vector<std::size_t>& shape) const;
  /// Takes the matrices of each epoch, [matrix][side][side], after checking those that are asked for.
  Expected<void> each_gram(const std::string& key, std::size_t matrices, std::size_t side,
                           const std::function<bool(std::size_t matrix)>& asked,
                           const std::function<void(std::size_t epoch, std::vector<double> values)>& take);
  void note_indefinite();

  ColumnReader columns_;
  ContentionHistory history_;
  std::vector<std::string> notes_;
};

}  // namespace alidade
