// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/nn/checkpoint_file.h"
#include "core/nn/decompose/decompose_config.h"
#include "core/nn/decompose/decompose_sample.h"
#include "core/nn/decompose/decompose_weights.h"
#include "core/nn/direct_model.h"

namespace alidade {

/// DecomPose: shared backbone, correspondence branches that categories are routed to, shared pose head (Sec.
/// 5). Thin front for torch/; one object is used by one thread at a time.
class DecomposeNetwork final : public DirectModel {
 public:
  /// Metadata "format" of its checkpoints.
  static constexpr char kArchitecture[] = "alidade-decompose/1";

  /// Fresh weights from `seed`. The configuration must pass check_decompose_config; `encoder` may be null for
  /// a network without color, else its features must have the configured width.
  static std::unique_ptr<DecomposeNetwork> create(const DecomposeConfig& config, std::uint64_t seed,
                                                  std::shared_ptr<ImageEncoder> encoder);
  /// From a file that was read and is of this architecture. Its frozen image encoder is in it.
  static Expected<std::unique_ptr<DecomposeNetwork>> open(const CheckpointFile& file);
  Expected<void> save(const std::filesystem::path& path, const std::string& training_json) const;
  /// What save() writes.
  SafeTensors content(const std::string& training_json) const;

  struct Impl;
  explicit DecomposeNetwork(std::unique_ptr<Impl> impl);
  ~DecomposeNetwork() override;

  std::string architecture() const override { return kArchitecture; }
  std::string configuration() const override { return to_json(config()); }
  FrameLayers needs() const override;
  std::vector<ParameterInfo> parameters() const override;
  Expected<std::vector<float>> parameter_values(const std::string& parameter) const override;
  Expected<void> set_parameter_values(const std::string& parameter, std::span<const float> values) override;
  /// Backbone, correspondence, head; each copy of the split one is a module of its own.
  std::vector<ParameterSet> modules() const override;
  /// psi, phi, omega: "backbone", "correspondence", "head".
  std::vector<ParameterSet> blocks() const override;
  Expected<std::unique_ptr<ModelExample>> example(const Frame& frame, std::size_t position,
                                                  std::uint64_t seed) const override;
  /// Parts "rotation", "translation", "size" (Eq. 16), "chamfer", "diversity", "reconstruction", "nocs" (Eq.
  /// 14); the total weighs them as the paper does.
  Expected<BatchLoss> loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                           ParameterValues* gradients) override;
  Expected<BatchLoss> aspect_loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                                  const LossAspect& aspect, ParameterValues* gradients) override;
  /// The total with other weights: a part alone where the others are 0.
  Expected<BatchLoss> weighted_loss(std::span<const ModelExample* const> batch,
                                    const DecomposeWeights& weights, ParameterValues* gradients);
  std::vector<std::string> loss_parts() const override;
  ModelRouting routing(const std::vector<std::string>& categories) const override;
  std::string state_digest() const override;
  Expected<DirectEstimate> estimate(const Frame& frame, std::size_t position, std::uint64_t seed,
                                    const std::string& category = {}) override;

  /// Poses of inputs that were made before; every one has a route.
  std::vector<DirectEstimate> estimate(const std::vector<const DecomposeInput*>& inputs);

  const DecomposeConfig& config() const;
  const DecomposeSampler& sampler() const;

  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
  std::unique_ptr<DecomposeSampler> sampler_;
};

}  // namespace alidade
