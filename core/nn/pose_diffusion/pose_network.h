// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/diffusion/pose_states.h"
#include "core/diffusion/score_field.h"
#include "core/diffusion/ve_sde.h"
#include "core/geometry/rigid.h"
#include "core/nn/checkpoint_file.h"
#include "core/nn/pose_diffusion/pose_network_config.h"
#include "core/nn/score_model.h"

namespace alidade {

/// The pose diffusion network: PointNet++ encoder, regression head R_phi and score head D_theta
/// (score-scaling paper section 4, on GenPose). Thin front for torch/; one object is used by one
/// thread at a time.
class PoseNetwork final : public ScoreModel {
 public:
  /// Metadata "format" of its checkpoints.
  static constexpr char kArchitecture[] = "alidade-pose-network/1";

  /// Fresh weights from `seed`.
  static std::unique_ptr<PoseNetwork> create(const PoseNetworkConfig& config, std::uint64_t seed);
  /// Reads a checkpoint written by Alidade. The file's digest is checked before a weight is used; another
  /// architecture, a cut or altered file gives an Error (kInput) that names it.
  static Expected<std::unique_ptr<PoseNetwork>> load(const std::filesystem::path& path);
  /// The same from a file that was read and is of this architecture.
  static Expected<std::unique_ptr<PoseNetwork>> open(const CheckpointFile& file);

  struct Impl;
  explicit PoseNetwork(std::unique_ptr<Impl> impl);
  ~PoseNetwork() override;

  std::string architecture() const override { return kArchitecture; }
  std::string configuration() const override { return to_json(config()); }
  FrameLayers needs() const override;
  std::vector<ParameterInfo> parameters() const override;
  Expected<std::vector<float>> parameter_values(const std::string& parameter) const override;
  Expected<void> set_parameter_values(const std::string& parameter, std::span<const float> values) override;
  /// Encoder, regression head, score head.
  std::vector<ParameterSet> modules() const override;
  std::vector<ParameterSet> blocks() const override;
  Expected<std::unique_ptr<ModelExample>> example(const Frame& frame, std::size_t position,
                                                  std::uint64_t seed) const override;
  /// Parts "rotation" (radians), "translation" (metres), "size" (log) and "score"; the total weighs them as a
  /// recipe that says nothing of weights.
  Expected<BatchLoss> loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                           ParameterValues* gradients) override;
  /// Of the parts that loss() names, and over some of the diffusion times (then the score alone has a
  /// gradient: regression knows no time).
  Expected<BatchLoss> aspect_loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                                  const LossAspect& aspect, ParameterValues* gradients) override;
  std::vector<std::string> loss_parts() const override;
  bool has_times() const override { return true; }
  std::string state_digest() const override;

  VeSde sde() const override;
  int num_points() const override { return config().num_points; }
  Expected<ScoredObject> encode_object(const Frame& frame, std::size_t position, int num_points,
                                       std::uint64_t seed) override;

  const PoseNetworkConfig& config() const;

  /// What the encoder knows of one object; computed once, used by every evaluation of the score.
  struct Features;
  std::shared_ptr<const Features> encode(const ObjectPoints& points);

  /// The encoder's output itself, to look at.
  std::vector<float> values(const Features& features) const;

  /// Pose and box size by the regression head (Eq. 3 to 5).
  Rigid3 regress(const Features& features, Eigen::Vector3d* size);

  /// The score for one object. State: 9 numbers in network units (6D rotation, scaled centered translation).
  /// The field refers to this network and must not outlive it.
  std::unique_ptr<ScoreField> score_field(std::shared_ptr<const Features> features);

  /// How the field's states stand for poses of the box in the camera frame.
  PoseStates states(const Features& features) const;

  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace alidade
