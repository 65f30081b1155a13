// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/provenance.h"

namespace alidade {

/// A parameter tensor whose gradient was looked at, and the parts of the network that it belongs to.
struct ContentionTensor {
  std::string name;       ///< dotted, as in the checkpoint: "backbone.level1.first.weight"
  std::string layer;      ///< the name without what follows its last dot
  std::string module;     ///< quantized as one
  std::string block;      ///< as the paper's psi, phi, omega: "backbone", "correspondence", "head"
  std::int64_t size = 0;  ///< parameters
  bool frozen = false;    ///< not optimized: it has no gradient and is undefined, never 0
};

/// What was measured of one checkpoint. All inner products are of means over samples of the loss alone.
struct ContentionEpoch {
  double epoch = 0.0;      ///< position on the axis of the series
  std::int64_t step = 0;   ///< optimization steps before it
  std::string checkpoint;  ///< file name; empty when unknown
  std::string checkpoint_sha256;
  /// Inner products of the mean gradients of rows, [tensor][row][row]; NaN where a row has no samples.
  std::vector<double> grams;
  /// Inner products of the gradients of single batches, [block][batch][batch]; empty when they were not kept.
  std::vector<double> batch_grams;
  std::vector<double> losses;  ///< mean loss of each row; NaN = unknown
};

/// The measured change of every row's held-out loss after some steps of training on one row alone.
struct ContentionEffect {
  double epoch = 0.0;
  std::int64_t step = 0;
  int steps = 0;               ///< optimization steps on the one row, restored afterwards
  double rate = 0.0;           ///< their learning rate
  std::vector<double> before;  ///< [row] held-out loss before
  std::vector<double> after;   ///< [trained row][row] held-out loss after; NaN = not measured
};

/// What the gradients are, so that no number of one kind is taken for one of another.
enum class ContentionSpace {
  kGradient,  ///< of the loss
  kUpdate,    ///< the gradient divided by the root of Adam's second moment: where its step leads
};

/// Gradients of the rows (categories) of a training against each other, over a series of checkpoints
/// (DecomPose Sec. 3.2, App. B). Gram matrices only, from which everything else follows. Immutable once made.
struct ContentionHistory {
  std::string name;                   ///< of the run
  std::string architecture;           ///< of the checkpoints; empty when unknown
  std::string row_kind = "category";  ///< "category", "instance", "loss term", "source", "diffusion time"
  std::vector<std::string> rows;      ///< their names, each once
  std::vector<std::int64_t> samples;  ///< of each row in the diagnostic subset; empty = unknown
  ContentionSpace space = ContentionSpace::kGradient;
  std::vector<ContentionTensor> tensors;
  std::vector<std::string> blocks;      ///< in the order of the network
  std::vector<int> batch_rows;          ///< the row of each batch; empty when batches were not kept
  std::vector<ContentionEpoch> epochs;  ///< epoch strictly rising
  std::vector<ContentionEffect> effects;
  /// The branch of each row in the network's routing, from 0; empty = nothing is routed.
  std::vector<int> routing;
  std::vector<std::string> branches;  ///< names of the branches: "H 1"
  std::vector<double> difficulty;     ///< of each row, 1 - accuracy; empty = unknown
  Provenance provenance;
};

}  // namespace alidade
