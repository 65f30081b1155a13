// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/model.h"
#include "core/results/contention_history.h"
#include "core/studies/contention.h"
#include "core/studies/contention_subset.h"

namespace alidade {

struct EffectOptions {
  int steps = 50;      ///< of Adam on one row alone
  double rate = 5e-4;  ///< the training's
};

/// Trains `model` for some steps on each row alone, measures every row's held-out loss and puts the weights
/// back: what the cosine is to predict. The first half of a row's batches is trained on, the others are held
/// out. Moments of Adam begin at zero; statistics of batch norm stay fixed. kInput for fewer than two batches
/// per row.
Expected<ContentionEffect> measure_effect(Model& model, const DiagnosticSubset& subset,
                                          const EffectOptions& options, const JobContext& job);

/// Adds to a history the effect at its last checkpoint, on the subset that its gradients were measured on.
Expected<void> add_effect(ContentionHistory& history, const SeriesCheckpoint& last,
                          const std::vector<std::shared_ptr<const Dataset>>& sources,
                          const ContentionOptions& options, const EffectOptions& effect,
                          const JobContext& job);

/// Inner products sample by sample of two rows' gradients over some parameters, [sample of a][sample of b];
/// samples are indices into the subset's examples.
struct SamplePairs {
  std::vector<std::size_t> a, b;
  std::vector<double> lengths_a, lengths_b;  ///< of the gradients
  std::vector<double> inner_products;
};

/// Gradients of single samples of two rows (at most `most` of each) over the named parameters.
Expected<SamplePairs> measure_sample_pairs(Model& model, const DiagnosticSubset& subset, int row_a, int row_b,
                                           const std::vector<std::string>& parameters, std::size_t most,
                                           const JobContext& job);

}  // namespace alidade
