// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/nn/model.h"
#include "core/nn/torchscript/block_map.h"

namespace alidade {

/// A network of somebody else: a TorchScript module with a method `loss(inputs: Dict[str, Tensor]) -> Tensor`
/// (docs/contention.md, "Networks of others"). The file is a program, opening it runs it: done in a worker
/// process alone (core/studies/foreign_contention.h).
class ScriptModel final : public Model {
 public:
  static constexpr char kArchitecture[] = "TorchScript";

  /// Reads the file once and runs it. kInput, naming the file, for one that is no TorchScript module, has no
  /// such method or no parameters, and for a block map that does not fit.
  static Expected<std::unique_ptr<ScriptModel>> open(const std::filesystem::path& path, const BlockMap& map);

  struct Impl;
  explicit ScriptModel(std::unique_ptr<Impl> impl);
  ~ScriptModel() override;

  std::string architecture() const override { return kArchitecture; }
  /// Names, shapes and frozen ones of the parameters, and what the network is given.
  std::string configuration() const override;
  FrameLayers needs() const override;
  std::vector<ParameterInfo> parameters() const override;
  Expected<std::vector<float>> parameter_values(const std::string& parameter) const override;
  Expected<void> set_parameter_values(const std::string& parameter, std::span<const float> values) override;
  std::vector<ParameterSet> modules() const override;
  std::vector<ParameterSet> blocks() const override;
  Expected<std::unique_ptr<ModelExample>> example(const Frame& frame, std::size_t position,
                                                  std::uint64_t seed) const override;
  /// kInput where the program fails, gives something that is no loss, or numbers that are not finite; kFailed
  /// where it asked for more memory than there is.
  Expected<BatchLoss> loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                           ParameterValues* gradients) override;
  std::string state_digest() const override;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace alidade
