// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/io/safetensors.h"
#include "core/training/gradient_hook.h"

namespace alidade {

/// A number under the name that the log has for it.
struct NamedValue {
  std::string name;
  double value = 0.0;
};
using NamedValues = std::vector<NamedValue>;

/// What one step says of itself, in the order of the log.
struct StepReport {
  NamedValues losses;    ///< means over the batch: "score", "rotation_rad"
  NamedValues measures;  ///< what else is logged: "learning_rate", "gradient_norm"
};

/// Optimizes one network on its data. A step is a pure function of (state, step index), so that a run which
/// is killed and resumed ends with the same bits as one that was not.
class Trainer {
 public:
  virtual ~Trainer() = default;

  /// Reads what is trained on. Called once, after the run folder has been checked, before the first step.
  virtual Expected<void> prepare(const JobContext& job) = 0;
  /// Steps done so far.
  virtual int step() const = 0;
  /// One optimization step. On an Error the weights are unchanged.
  virtual Expected<StepReport> train() = 0;
  /// Shows the gradients of every further step to `hook`; null = to nobody. Not owned.
  virtual void set_gradient_hook(GradientHook* hook) = 0;

  /// All that decides the further steps, by name.
  virtual SafeTensors state() const = 0;
  /// The inverse; `file` names the state in messages.
  virtual Expected<void> restore(const SafeTensors& state, const std::string& file) = 0;
  /// Writes the network as it is to be used; `training_json` becomes its metadata.
  virtual Expected<void> save_checkpoint(const std::filesystem::path& path,
                                         const std::string& training_json) const = 0;

  /// Losses on validation data, for the lines of the log at checkpoints; empty = none.
  virtual NamedValues validate();
  /// Whether the network is measured when this many steps are done: the log then has a line for it.
  virtual bool is_measured(int step) const;
  /// What is added to that line: an object with "accuracy", shares in 0 to 1 by name, and maybe more.
  virtual Expected<nlohmann::ordered_json> measure(const JobContext& job);
  /// What is known of the finished network: accuracy.json and "accuracy" in the metadata of the final
  /// checkpoint; null = nothing is measured.
  virtual Expected<nlohmann::ordered_json> measure_at_end(const JobContext& job);
};

}  // namespace alidade
