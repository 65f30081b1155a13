// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/detection/gradient_harmony.h"

namespace alidade {

/// What one rank's batch of one source says: flat gradients, and running values of norms after it.
struct SourceStep {
  int source = 0;
  std::vector<float> shared;          ///< of the tensors that all sources share, one after the other
  std::vector<float> own;             ///< of what belongs to this source alone: exclusive kernels, head
  std::vector<float> statistics;      ///< running values that sources share
  std::vector<float> own_statistics;  ///< those of this source alone
  std::vector<double> losses;         ///< class loss, box loss, positives

  bool operator==(const SourceStep&) const = default;
};

/// Brings the steps of all ranks together. One process that steps all sources and one process per source do
/// the same arithmetic behind it, on the same numbers.
class GradientExchange {
 public:
  virtual ~GradientExchange() = default;
  /// The sources that this process steps.
  virtual std::vector<int> own_sources() const = 0;
  /// The steps of all ranks, in the order of ranks. An Error when another rank is gone.
  virtual Expected<std::vector<SourceStep>> gather(std::vector<SourceStep> own) = 0;
  /// A text of every rank, in their order; here of the only one.
  virtual Expected<std::vector<std::string>> gather_texts(const std::string& own) {
    return std::vector<std::string>{own};
  }
};

/// All sources in this process.
class LocalExchange final : public GradientExchange {
 public:
  explicit LocalExchange(int sources) : sources_(sources) {}
  std::vector<int> own_sources() const override;
  Expected<std::vector<SourceStep>> gather(std::vector<SourceStep> own) override { return own; }

 private:
  int sources_;
};

/// Bytes that a rank gets from one other in an exchange.
std::int64_t exchange_bytes(const SourceStep& step);

/// A tensor within SourceStep::shared.
struct SharedTensor {
  std::string name, group;  ///< group: what the log sums up: "stage1"
  std::size_t begin = 0, count = 0;
};

struct CombineOptions {
  bool harmonize = true;   ///< NGH; else the plain mean
  double threshold = 0.8;  ///< of Psi
  DetectorRules rules = DetectorRules::kCorrected;
  bool project = false;    ///< PCGrad in place of both (a control); Psi is still told
  std::uint64_t draw = 0;  ///< of the orders in which PCGrad projects
};

/// The step that all ranks take. Gradients of what a source has alone are neither scaled nor divided.
struct CombinedStep {
  std::vector<float> shared;               ///< mean over the sources, harmonized where triggered
  std::vector<float> statistics;           ///< mean over the sources
  std::vector<SourceStep> sources;         ///< each source once, by index, without `shared` and `statistics`
  std::vector<std::vector<double>> norms;  ///< [tensors][sources]
  std::vector<GradientHarmony> harmonies;  ///< [tensors]; also of a plain mean, scales then 1
};

/// Ranks of one source are averaged first. kFailed where sizes do not fit each other.
Expected<CombinedStep> combine_steps(std::vector<SourceStep> ranks, std::span<const SharedTensor> tensors,
                                     const CombineOptions& options);

}  // namespace alidade
