// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/expected.h"
#include "core/data/dataset.h"

namespace alidade {

/// A trainable tensor of a model.
struct ParameterInfo {
  std::string name;                 ///< dotted, as in the checkpoint: "encoder.linear1a.weight"
  std::vector<std::int64_t> shape;  ///< empty for a scalar
  bool frozen = false;              ///< not optimized: it has no gradient
};

/// A named part of a model.
struct ParameterSet {
  std::string name;
  std::vector<std::string> parameters;  ///< their names
};

/// Numbers for parameters, by their names; row-major.
using ParameterValues = std::map<std::string, std::vector<float>>;

/// Losses of a batch, means over its examples.
struct BatchLoss {
  double total = 0.0;  ///< what training minimizes
  std::vector<std::pair<std::string, double>> parts;
};

/// An annotated object as an architecture learns from it: plain data that every model of this architecture
/// understands, so that a diagnostic subset is made once for a series of checkpoints.
struct ModelExample {
  virtual ~ModelExample() = default;
};

/// Which copy of its split block each category is routed to.
struct ModelRouting {
  std::vector<int> branch;         ///< of the categories asked for, from 0; empty where nothing is routed
  std::vector<std::string> names;  ///< of the copies: "H 1"
};

/// What of a loss is looked at: one of its parts, some diffusion times, or all.
struct LossAspect {
  std::string part;                       ///< as BatchLoss names it; empty = the total
  std::array<double, 2> times{0.0, 1.0};  ///< share of the diffusion times that noise is drawn for

  bool is_whole() const { return part.empty() && times[0] == 0.0 && times[1] == 1.0; }
};

/// Where a model's weights came from; all empty for fresh weights.
struct ModelOrigin {
  std::string checkpoint;  ///< file name
  std::string sha256;      ///< of the very bytes that the weights were read from
  std::string metadata;    ///< recipe, seed, measured accuracy: JSON text
};

/// A network of any architecture, as everybody sees it who does not sample or rank with it. One object is
/// used by one thread at a time.
class Model {
 public:
  virtual ~Model() = default;

  /// Metadata "format" of its checkpoints: what the registry knows it by.
  virtual std::string architecture() const = 0;
  /// What decides shapes and units within the architecture, as JSON text; equal for equal networks.
  virtual std::string configuration() const = 0;
  /// The layers of a frame that it reads.
  virtual FrameLayers needs() const = 0;

  /// In the order of the network.
  virtual std::vector<ParameterInfo> parameters() const = 0;
  /// Values of one parameter, row-major. ErrorCode::kUsage for an unknown name.
  virtual Expected<std::vector<float>> parameter_values(const std::string& parameter) const = 0;
  /// Replaces them; score fields made before are of no use any more. ErrorCode::kUsage for an unknown name or
  /// another count.
  virtual Expected<void> set_parameter_values(const std::string& parameter,
                                              std::span<const float> values) = 0;
  /// The parts that are quantized as one. Every parameter is in exactly one.
  virtual std::vector<ParameterSet> modules() const = 0;
  /// The parts whose gradients are looked at. Every parameter is in exactly one.
  virtual std::vector<ParameterSet> blocks() const = 0;

  /// An annotated object of a frame that has the layers needs(). Equal seeds give equal examples; kInput for
  /// an object that cannot be learned from.
  virtual Expected<std::unique_ptr<ModelExample>> example(const Frame& frame, std::size_t position,
                                                          std::uint64_t seed) const = 0;
  /// Losses of a batch as validation has them: without augmentation, running statistics fixed, weights and
  /// state unchanged; all noise comes from `seed`. `gradients` (may be null) receives those of the total for
  /// every parameter, zeros where the loss does not reach and for frozen ones. ErrorCode::kUsage for
  /// an empty batch and for examples of another architecture or size.
  virtual Expected<BatchLoss> loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                                   ParameterValues* gradients) = 0;
  /// The same of an aspect: `gradients` are those of the part, weighed as in the total, or of the total over
  /// these times, drawn from the same noise. ErrorCode::kUsage for an aspect that this architecture does not
  /// have; the base has the whole alone.
  virtual Expected<BatchLoss> aspect_loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                                          const LossAspect& aspect, ParameterValues* gradients);
  /// The parts whose gradients can be had alone; empty where none can.
  virtual std::vector<std::string> loss_parts() const { return {}; }
  /// Empty where every category goes through the same parameters, or one has no route.
  virtual ModelRouting routing(const std::vector<std::string>& categories) const;
  /// Whether losses are drawn over diffusion times.
  virtual bool has_times() const { return false; }
  /// SHA-256 over all parameters and buffers: whether something changed them.
  virtual std::string state_digest() const = 0;

  std::int64_t num_parameters() const;
  const std::string& checkpoint_name() const { return origin_.checkpoint; }
  const std::string& checkpoint_sha256() const { return origin_.sha256; }
  const std::string& metadata() const { return origin_.metadata; }

 protected:
  ModelOrigin origin_;
};

/// A part as its architecture lists it: what is called by one of `prefixes`, or lies below it.
struct PartRule {
  std::string name;
  std::vector<std::string> prefixes;  ///< "encoder.norm1" holds "encoder.norm1.weight"
};

/// The parameters of each part, in the order of the network.
std::vector<ParameterSet> parameter_sets(const std::vector<ParameterInfo>& parameters,
                                         const std::vector<PartRule>& rules);

}  // namespace alidade
