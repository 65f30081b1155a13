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
#include "core/geometry/rigid.h"
#include "core/nn/checkpoint_file.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/nn/ranking_model.h"

namespace alidade {

/// GenPose's ranker: a second network of the pose network's size that gives each hypothesis an energy, for
/// rotation and for translation. The gradient of their sum is a score (trained by score matching), and their
/// order is trained on the pose network's own samples. One object is used by one thread at a time.
class EnergyNetwork final : public RankingModel {
 public:
  /// Metadata "format" of its checkpoints.
  static constexpr char kArchitecture[] = "alidade-energy-network/1";

  /// The encoder starts as a copy of the pose network's; the head is fresh.
  static std::unique_ptr<EnergyNetwork> create(PoseNetwork& pose_network, std::uint64_t seed);
  /// Reads a checkpoint written by save_energy_checkpoint; an Error (kInput) names the file.
  static Expected<std::unique_ptr<EnergyNetwork>> load(const std::filesystem::path& path);
  /// The same from a file that was read and is of this architecture.
  static Expected<std::unique_ptr<EnergyNetwork>> open(const CheckpointFile& file);

  struct Impl;
  explicit EnergyNetwork(std::unique_ptr<Impl> impl);
  ~EnergyNetwork() override;

  std::string architecture() const override { return kArchitecture; }
  /// That of its pose network.
  std::string configuration() const override { return to_json(config()); }
  FrameLayers needs() const override;
  std::string state_digest() const override;
  std::vector<ParameterInfo> parameters() const override;
  Expected<std::vector<float>> parameter_values(const std::string& parameter) const override;
  Expected<void> set_parameter_values(const std::string& parameter, std::span<const float> values) override;
  /// Encoder and head.
  std::vector<ParameterSet> modules() const override;
  std::vector<ParameterSet> blocks() const override;
  Expected<std::unique_ptr<ModelExample>> example(const Frame& frame, std::size_t position,
                                                  std::uint64_t seed) const override;
  /// "score" alone: to rank needs the samples of a pose network, which only training has.
  Expected<BatchLoss> loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                           ParameterValues* gradients) override;

  const PoseNetworkConfig& config() const;

  /// At the smallest noise.
  std::vector<std::array<double, 2>> energies(const ObjectPoints& points,
                                              std::span<const Rigid3> poses) override;

  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// Writes an energy network as a checkpoint; `training_json` becomes its metadata.
Expected<void> save_energy_checkpoint(EnergyNetwork& network, const std::filesystem::path& path,
                                      const std::string& training_json);

}  // namespace alidade
