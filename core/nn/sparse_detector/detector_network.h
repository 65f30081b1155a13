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
#include "core/nn/model.h"
#include "core/nn/sparse_detector/detector_config.h"
#include "core/nn/sparse_detector/detector_sample.h"
#include "core/results/detection_result.h"
#include "core/results/kernel_sharing.h"

namespace alidade {

/// Indoor detector after TR3D (Rukhovich et al. 2023) for several data sources at once, with SF-KS where the
/// configuration says so (H2A2): shared sparse backbone and neck, a head per source. It sees whole scenes of
/// points, no frames. Thin front for torch/; one object is used by one thread at a time.
class DetectorNetwork final : public Model {
 public:
  /// Metadata "format" of its checkpoints.
  static constexpr char kArchitecture[] = "alidade-detector/1";

  /// Fresh weights from `seed`. The configuration must pass check_detector_config.
  static std::unique_ptr<DetectorNetwork> create(const DetectorConfig& config, std::uint64_t seed);
  /// From a file that was read and is of this architecture.
  static Expected<std::unique_ptr<DetectorNetwork>> open(const CheckpointFile& file);
  Expected<void> save(const std::filesystem::path& path, const std::string& training_json) const;

  struct Impl;
  explicit DetectorNetwork(std::unique_ptr<Impl> impl);
  ~DetectorNetwork() override;

  std::string architecture() const override { return kArchitecture; }
  std::string configuration() const override { return to_json(config()); }
  /// None: it reads no frames.
  FrameLayers needs() const override {
    return {.color = false, .depth = false, .masks = false, .nocs = false};
  }
  std::vector<ParameterInfo> parameters() const override;
  Expected<std::vector<float>> parameter_values(const std::string& parameter) const override;
  Expected<void> set_parameter_values(const std::string& parameter, std::span<const float> values) override;
  /// "embedding" (with SF-KS), "stem", "stage1" to "stage4", "neck", and "head SOURCE" for each source.
  std::vector<ParameterSet> modules() const override;
  std::vector<ParameterSet> blocks() const override { return modules(); }
  /// kUsage: frames hold no scenes; DetectorExample is made of a DetectorSample.
  Expected<std::unique_ptr<ModelExample>> example(const Frame& frame, std::size_t position,
                                                  std::uint64_t seed) const override;
  /// Parts "classes", "boxes". All examples must be of one source.
  Expected<BatchLoss> loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                           ParameterValues* gradients) override;
  Expected<BatchLoss> aspect_loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                                  const LossAspect& aspect, ParameterValues* gradients) override;
  std::vector<std::string> loss_parts() const override { return {"classes", "boxes"}; }
  std::string state_digest() const override;

  const DetectorConfig& config() const;
  /// Boxes of a scene by the head of `source` (index), by falling score; classes are those of the source.
  /// Suppressed as the configuration says, or as `suppression` does. An empty scene has none.
  Expected<std::vector<DetectedBox>> detect(const DetectorInput& input, int source,
                                            const Suppression* suppression = nullptr);
  /// What SF-KS decides for scenes of a source, added to `sharing`, whose layers are made where there are
  /// none yet. kUsage for a network without SF-KS.
  Expected<void> add_sharing(const DetectorInput& input, int source, const std::string& scene,
                             KernelSharing& sharing);

  /// The convolutions that SF-KS may replace, in order: "backbone.stem.conv".
  std::vector<std::string> selecting_layers() const;
  /// Forces decisions of a layer from now on: by offset, 1 shared, 0 exclusive, -1 free; empty = all free.
  /// kUsage for a layer that there is not and another number of offsets.
  Expected<void> force_kernels(const std::string& layer, const std::vector<int>& decisions);
  /// Another tau from now on; not saved.
  void set_threshold(double tau);
  /// Whether answers come from convolutions that norms, gates and shortcuts are folded into (they do); else
  /// layer by layer as in training, for comparisons.
  void set_folding(bool folds);

  /// What save() writes.
  SafeTensors content(const std::string& training_json) const;
  Impl& impl() { return *impl_; }
  const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace alidade
