// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/torch/detector_modules.h"

#include <cmath>
#include <utility>

namespace alidade {
namespace {

using torch::Tensor;

/// Class probability that heads begin with (Lin et al. 2017), and the deviation of their weights.
constexpr double kRareClass = 0.01, kHeadDeviation = 0.01;

std::string source_name(int source) {
  return "source" + std::to_string(source);
}

/// Maps of a batch: `which` picks one of a scene's.
template <class Which>
BatchMaps maps_of(const DetectorBatch& batch, Which&& which) {
  auto keep = std::make_shared<std::vector<std::shared_ptr<const SceneGeometry>>>(batch.scenes);
  BatchMaps maps{keep, {}};
  for (const auto& scene : *keep) {
    maps.scenes.push_back(&which(*scene));
  }
  return maps;
}

BatchUnions unions_of(const DetectorBatch& batch, int level) {
  auto keep = std::make_shared<std::vector<std::shared_ptr<const SceneGeometry>>>(batch.scenes);
  BatchUnions unions{keep, {}};
  for (const auto& scene : *keep) {
    unions.scenes.push_back(&scene->levels[static_cast<std::size_t>(level)].both);
  }
  return unions;
}

}  // namespace

DetectorModuleImpl::DetectorModuleImpl(const DetectorConfig& config) : config_(config) {
  if (config.choice != KernelChoice::kOff) {
    auto embedding = register_module("embedding", std::make_shared<torch::nn::Module>());
    for (int k = 0; k < static_cast<int>(config.sources.size()); ++k) {
      embeddings_.push_back(
          embedding->register_parameter(source_name(k), torch::randn({config.embedding_width})));
    }
  }
  make_backbone(config);
  make_neck(config);
  make_heads(config);
}

void DetectorModuleImpl::make_backbone(const DetectorConfig& config) {
  auto backbone = register_module("backbone", std::make_shared<torch::nn::Module>());
  auto stem = backbone->register_module("stem", std::make_shared<torch::nn::Module>());
  const int sources = static_cast<int>(config.sources.size());
  stem_ = stem->register_module(
      "conv",
      SelectedConvolution(SelectionSizes{kDetectorFeatures, config.stem_width, 3, sources}, config, 0));
  selecting_.push_back(stem_);
  names_.push_back("backbone.stem.conv");
  stem_norm_ = stem->register_module("norm", SourceNorm(config.stem_width, config));
  std::int64_t in = config.stem_width;
  for (std::size_t i = 0; i < kDetectorStages; ++i) {
    const std::string name = "stage" + std::to_string(i + 1);
    auto stage = backbone->register_module(name, std::make_shared<torch::nn::Module>());
    for (int b = 0; b < config.blocks[i]; ++b) {
      const bool has_shortcut = b == 0 && (config.strides[i] != 1 || in != config.widths[i]);
      const std::string block = "block" + std::to_string(b);
      stages_[i].blocks.push_back(stage->register_module(
          block, ResidualBlock(in, config.widths[i], has_shortcut, config, selecting_)));
      for (const char* convolution : {".conv1", ".conv2"}) {
        names_.push_back("backbone." + name + "." + block + convolution);
      }
      in = config.widths[i];
    }
  }
}

void DetectorModuleImpl::make_neck(const DetectorConfig& config) {
  auto neck = register_module("neck", std::make_shared<torch::nn::Module>());
  for (int i = kDetectorLevels - 1; i >= 0; --i) {
    const std::int64_t coarse = config.widths[static_cast<std::size_t>(i + 2)],
                       fine = config.widths[static_cast<std::size_t>(i + 1)];
    auto level = neck->register_module("level" + std::to_string(i), std::make_shared<torch::nn::Module>());
    Level& units = levels_[static_cast<std::size_t>(i)];
    units.up = level->register_module("up", NeckUnit(coarse, fine, 3, config));
    units.lateral = level->register_module("lateral", NeckUnit(fine, fine, 3, config));
    units.out = level->register_module("out", NeckUnit(fine, config.neck_width, config.neck_kernel, config));
  }
}

void DetectorModuleImpl::make_heads(const DetectorConfig& config) {
  auto heads = register_module("head", std::make_shared<torch::nn::Module>());
  const torch::NoGradGuard no_gradient;
  for (int k = 0; k < static_cast<int>(config.sources.size()); ++k) {
    const DetectorSource& source = config.sources[static_cast<std::size_t>(k)];
    auto head = heads->register_module(source_name(k), std::make_shared<torch::nn::Module>());
    const auto linear = [&](const char* name, std::size_t outputs) {
      auto made = head->register_module(
          name, torch::nn::Linear(config.neck_width, static_cast<std::int64_t>(outputs)));
      made->weight.copy_(torch::randn_like(made->weight) * kHeadDeviation);
      made->bias.zero_();
      return made;
    };
    class_heads_.push_back(linear("classes", source.classes.size()));
    class_heads_.back()->bias.fill_(-std::log((1.0 - kRareClass) / kRareClass));
    box_heads_.push_back(linear("boxes", box_outputs(source.form)));
  }
}

std::vector<BatchMaps> DetectorModuleImpl::selecting_maps(const DetectorBatch& batch) const {
  std::vector<BatchMaps> maps = {
      maps_of(batch, [](const SceneGeometry& g) -> const KernelMap& { return g.stem_map; })};
  for (std::size_t i = 0; i < kDetectorStages; ++i) {
    for (std::size_t b = 0; b < stages_[i].blocks.size(); ++b) {
      maps.push_back(maps_of(batch, [&](const SceneGeometry& g) -> const KernelMap& {
        return b == 0 ? g.stages[i].down : g.stages[i].inside;
      }));
      maps.push_back(
          maps_of(batch, [&](const SceneGeometry& g) -> const KernelMap& { return g.stages[i].inside; }));
    }
  }
  return maps;
}

/// Features of all stages.
std::vector<Tensor> DetectorModuleImpl::stage_features(const DetectorBatch& batch, const ForwardPass& pass) {
  Tensor x = convolved(batch.features, pass, stem_, stem_norm_,
                       maps_of(batch, [](const SceneGeometry& g) -> const KernelMap& { return g.stem_map; }));
  if (config_.pool > 1) {
    x = sparse_max_pool(
        x, maps_of(batch, [](const SceneGeometry& g) -> const KernelMap& { return g.pool_map; }));
  }
  std::vector<Tensor> features;
  for (std::size_t i = 0; i < kDetectorStages; ++i) {
    const BatchMaps down =
        maps_of(batch, [&](const SceneGeometry& g) -> const KernelMap& { return g.stages[i].down; });
    const BatchMaps shortcut =
        maps_of(batch, [&](const SceneGeometry& g) -> const KernelMap& { return g.stages[i].shortcut; });
    const BatchMaps inside =
        maps_of(batch, [&](const SceneGeometry& g) -> const KernelMap& { return g.stages[i].inside; });
    for (std::size_t b = 0; b < stages_[i].blocks.size(); ++b) {
      x = stages_[i].blocks[b]->forward(x, pass, b == 0 ? down : inside, shortcut, inside);
    }
    features.push_back(x);
  }
  return features;
}

/// Features of the head levels, from the finer.
std::vector<Tensor> DetectorModuleImpl::level_features(const DetectorBatch& batch, const ForwardPass& pass,
                                                       std::vector<Tensor> stages) {
  std::vector<Tensor> features(kDetectorLevels);
  Tensor x = stages.back();
  for (std::size_t i = kDetectorLevels; i-- > 0;) {
    Level& units = levels_[i];
    const BatchMaps up =
        maps_of(batch, [&](const SceneGeometry& g) -> const KernelMap& { return g.levels[i].up; });
    const BatchMaps inside =
        maps_of(batch, [&](const SceneGeometry& g) -> const KernelMap& { return g.levels[i].inside; });
    x = sparse_sum(stages[i + 1], units.up->forward(x, pass, &up), unions_of(batch, static_cast<int>(i)));
    x = units.lateral->forward(x, pass, &inside);
    features[i] = units.out->forward(x, pass, config_.neck_kernel > 1 ? &inside : nullptr);
  }
  return features;
}

HeadOutputs DetectorModuleImpl::forward(const DetectorBatch& batch, std::vector<SelectionValues>* values) {
  const auto source = static_cast<std::size_t>(batch.source);
  const bool folds = folds_ && values == nullptr && !is_training() && !torch::GradMode::is_enabled();
  const ForwardPass pass{batch.source, embeddings_.empty() ? Tensor() : embeddings_[source], values, folds};
  const Tensor x = torch::cat(level_features(batch, pass, stage_features(batch, pass)));
  return {class_heads_[source]->forward(x), box_heads_[source]->forward(x)};
}

}  // namespace alidade
