// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/nn/checkpoint_file.h"
#include "core/nn/direct_model.h"
#include "core/nn/keypoint/keypoint_config.h"
#include "core/nn/keypoint/keypoint_loss.h"
#include "core/nn/keypoint/keypoint_sample.h"
#include "core/nn/keypoint/keypoint_vote.h"
#include "core/quant/activation_range.h"
#include "core/quant/inference/layer_graph.h"

namespace alidade {

/// Single-stage pose network after WDR (Hu et al. 2021): backbone, feature pyramid, a head that all levels
/// share. Each cell says whether it shows the object and where it sees the corners of the object's box; the
/// pose is RANSAC-PnP over the cells of all levels. It knows one object, which its configuration describes.
/// Frames are letterboxed to the side it was trained at. Thin front for torch/; one object is used by one
/// thread at a time.
class KeypointNetwork final : public DirectModel {
 public:
  /// Metadata "format" of its checkpoints.
  static constexpr char kArchitecture[] = "alidade-keypoint/1";

  /// Fresh weights from `seed`. The configuration must pass check_keypoint_config.
  static std::unique_ptr<KeypointNetwork> create(const KeypointConfig& config, std::uint64_t seed);
  /// From a file that was read; kInput where it is of another architecture.
  static Expected<std::unique_ptr<KeypointNetwork>> open(const CheckpointFile& file);
  Expected<void> save(const std::filesystem::path& path, const std::string& training_json) const;

  struct Impl;
  explicit KeypointNetwork(std::unique_ptr<Impl> impl);
  ~KeypointNetwork() override;

  std::string architecture() const override { return kArchitecture; }
  std::string configuration() const override { return to_json(config()); }
  FrameLayers needs() const override { return {.color = true, .depth = false, .masks = true, .nocs = false}; }
  std::vector<ParameterInfo> parameters() const override;
  Expected<std::vector<float>> parameter_values(const std::string& parameter) const override;
  Expected<void> set_parameter_values(const std::string& parameter, std::span<const float> values) override;
  /// "backbone", "pyramid", "head".
  std::vector<ParameterSet> modules() const override;
  std::vector<ParameterSet> blocks() const override { return modules(); }
  Expected<std::unique_ptr<ModelExample>> example(const Frame& frame, std::size_t position,
                                                  std::uint64_t seed) const override;
  /// Parts "objectness", "keypoints"; the total weighs them as KeypointLoss does by default.
  Expected<BatchLoss> loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                           ParameterValues* gradients) override;
  Expected<BatchLoss> aspect_loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                                  const LossAspect& aspect, ParameterValues* gradients) override;
  /// The total of other losses.
  Expected<BatchLoss> other_loss(std::span<const ModelExample* const> batch, const KeypointLoss& how,
                                 ParameterValues* gradients);
  std::vector<std::string> loss_parts() const override;
  std::string state_digest() const override;
  /// kInput for an object of another category than the network's, and where no pose was found.
  Expected<DirectEstimate> estimate(const Frame& frame, std::size_t position, std::uint64_t seed,
                                    const std::string& category = {}) override;

  const KeypointConfig& config() const;
  /// The cells of all levels with at least `confidence`, pixels of the frame; by level, row, column.
  Expected<std::vector<KeypointVote>> votes(const Frame& frame, double confidence);
  /// The same of an input, pixels of its square.
  std::vector<KeypointVote> votes(const KeypointInput& input, double confidence);

  /// Quantizes inputs of layers ("backbone.stem") from now on, in estimates and losses; goes into checkpoints.
  /// kUsage naming a layer that there is not.
  Expected<void> set_inputs(const std::map<std::string, InputQuantization>& inputs);
  const std::map<std::string, InputQuantization>& inputs() const;
  /// What save() writes.
  SafeTensors content(const std::string& training_json) const;

  /// Another with the same weights.
  std::unique_ptr<KeypointNetwork> copy() const;
  /// The raw results of all levels for an input, one after the other (layer_graph()'s outputs).
  std::vector<float> outputs(const KeypointInput& input);
  /// A network without norms that gives the same as this one does.
  std::unique_ptr<KeypointNetwork> without_norms() const;
  /// What it computes, norms folded, for images [3][side][side] of values 0 to 1. Outputs "p3", "p4", ...:
  /// [17] [side / stride][side / stride], the first channel a logit, the others offsets (keypoint_outputs.h).
  /// The head's nodes occur once for each level, under the same names.
  LayerGraph layer_graph() const;

  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace alidade
