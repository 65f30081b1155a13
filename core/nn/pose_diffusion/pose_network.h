// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/diffusion/pose_states.h"
#include "core/diffusion/score_field.h"
#include "core/diffusion/ve_sde.h"
#include "core/geometry/rigid.h"
#include "core/nn/pose_diffusion/pose_network_config.h"

namespace alidade {

/// The points of one object, camera frame, metres: [N, 3], in farthest-point order.
using ObjectPoints = std::vector<Eigen::Vector3f>;

/// The pose diffusion network: PointNet++ encoder, regression head R_phi and score head D_theta
/// (score-scaling paper section 4, on GenPose). Thin front for core/nn/torch; one object is used by one
/// thread at a time.
class PoseNetwork {
 public:
  /// Fresh weights from `seed`.
  static std::unique_ptr<PoseNetwork> create(const PoseNetworkConfig& config, std::uint64_t seed);
  /// Reads a checkpoint written by Alidade. The file's digest is checked before a weight is used; another
  /// architecture, a cut or altered file gives an Error (kInput) that names it.
  static Expected<std::unique_ptr<PoseNetwork>> load(const std::filesystem::path& path);

  struct Impl;
  explicit PoseNetwork(std::unique_ptr<Impl> impl);
  ~PoseNetwork();

  const PoseNetworkConfig& config() const;
  VeSde sde() const;
  std::int64_t num_parameters() const;
  /// File name and SHA-256 of the checkpoint; empty for fresh weights.
  const std::string& checkpoint_name() const;
  const std::string& checkpoint_sha256() const;
  /// The checkpoint's metadata (recipe, seed, measured accuracy) as JSON text; empty for fresh weights.
  const std::string& metadata() const;

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

/// Fixes the number of threads for network arithmetic, OpenBLAS included, and raises malloc's thresholds;
/// call once at program start before any other use.
void configure_compute(int threads);

/// Gives the calling thread the number of configure_compute: OpenMP keeps it per thread, and a thread without
/// it takes every core. Studies call this once where they begin.
void bind_compute_thread();

}  // namespace alidade
