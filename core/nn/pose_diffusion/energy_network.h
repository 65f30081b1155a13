// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/nn/pose_diffusion/pose_network.h"

namespace alidade {

/// GenPose's ranker: a second network of the pose network's size that gives each hypothesis an energy, for
/// rotation and for translation. The gradient of their sum is a score (trained by score matching), and their
/// order is trained on the pose network's own samples. One object is used by one thread at a time.
class EnergyNetwork {
 public:
  /// The encoder starts as a copy of the pose network's; the head is fresh.
  static std::unique_ptr<EnergyNetwork> create(PoseNetwork& pose_network, std::uint64_t seed);
  /// Reads a checkpoint written by save_energy_checkpoint; an Error (kInput) names the file.
  static Expected<std::unique_ptr<EnergyNetwork>> load(const std::filesystem::path& path);

  struct Impl;
  explicit EnergyNetwork(std::unique_ptr<Impl> impl);
  ~EnergyNetwork();

  const PoseNetworkConfig& config() const;
  std::int64_t num_parameters() const;
  const std::string& checkpoint_name() const;
  const std::string& checkpoint_sha256() const;

  /// Energies {rotation, translation} of poses (box in the camera frame) for one object, at the smallest
  /// noise; higher = better.
  std::vector<std::array<double, 2>> energies(const ObjectPoints& points, std::span<const Rigid3> poses);

  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// Writes an energy network as a checkpoint; `training_json` becomes its metadata.
Expected<void> save_energy_checkpoint(EnergyNetwork& network, const std::filesystem::path& path,
                                      const std::string& training_json);

}  // namespace alidade
