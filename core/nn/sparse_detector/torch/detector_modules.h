// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "core/nn/sparse_detector/detector_network.h"
#include "core/nn/sparse_detector/scene_geometry.h"
#include "core/nn/sparse_detector/torch/detector_layers.h"

namespace alidade {

/// Scenes of one source, ready for the network.
struct DetectorBatch {
  int source = 0;
  std::vector<std::shared_ptr<const SceneGeometry>> scenes;
  torch::Tensor features;  ///< [voxels, 3], the scenes one after the other
};

/// What the heads say: level 0 of all scenes, then level 1.
struct HeadOutputs {
  torch::Tensor logits;  ///< [locations, classes]
  torch::Tensor raw;     ///< [locations, box_outputs]
};

/// The whole network: "embedding", "backbone", "neck", "head".
struct DetectorModuleImpl : torch::nn::Module {
  explicit DetectorModuleImpl(const DetectorConfig& config);
  /// Without training, gradients and `values`, norms are folded into the convolutions before them.
  HeadOutputs forward(const DetectorBatch& batch, std::vector<SelectionValues>* values = nullptr);
  /// Whether they are, from now on; for comparisons.
  void set_folding(bool folds) { folds_ = folds; }

  /// The convolutions that SF-KS may replace, in order, with their names: "backbone.stem.conv".
  const std::vector<SelectedConvolution>& selecting() const { return selecting_; }
  const std::vector<std::string>& selecting_names() const { return names_; }
  /// The kernel maps that they use.
  std::vector<BatchMaps> selecting_maps(const DetectorBatch& batch) const;

 private:
  struct Stage {
    std::vector<ResidualBlock> blocks;
  };
  struct Level {
    NeckUnit up{nullptr}, lateral{nullptr}, out{nullptr};
  };
  void make_backbone(const DetectorConfig& config);
  void make_neck(const DetectorConfig& config);
  void make_heads(const DetectorConfig& config);
  std::vector<torch::Tensor> stage_features(const DetectorBatch& batch, const ForwardPass& pass);
  std::vector<torch::Tensor> level_features(const DetectorBatch& batch, const ForwardPass& pass,
                                            std::vector<torch::Tensor> stages);

  DetectorConfig config_;
  bool folds_ = true;
  std::vector<torch::Tensor> embeddings_;
  SelectedConvolution stem_{nullptr};
  SourceNorm stem_norm_{nullptr};
  std::array<Stage, kDetectorStages> stages_;
  std::array<Level, kDetectorLevels> levels_;
  std::vector<torch::nn::Linear> class_heads_, box_heads_;
  std::vector<SelectedConvolution> selecting_;
  std::vector<std::string> names_;
};
TORCH_MODULE(DetectorModule);

struct DetectorNetwork::Impl {
  DetectorConfig config;
  DetectorModule module{nullptr};
};

/// Inputs of one source as a batch; errors of scene_geometry.
Expected<DetectorBatch> detector_batch(const std::vector<DetectorInput>& inputs, int source,
                                       const DetectorConfig& config);

/// Both losses of a batch, [classes, boxes], differentiable; `positives` (may be null) gets their number.
torch::Tensor detector_losses(const DetectorBatch& batch, const HeadOutputs& outputs,
                              const std::vector<const DetectorSample*>& samples, const DetectorConfig& config,
                              std::size_t* positives);

}  // namespace alidade
