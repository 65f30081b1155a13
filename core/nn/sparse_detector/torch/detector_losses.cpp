// SPDX-License-Identifier: BSD-3-Clause
#include "core/detection/detection_loss.h"
#include "core/nn/sparse_detector/torch/detector_modules.h"

namespace alidade {
namespace {

using torch::Tensor;

/// Where the locations of a scene and level lie among the rows of a batch.
struct RowRange {
  std::int64_t first = 0, count = 0;
};

/// [scenes][levels]
std::vector<std::array<RowRange, kDetectorLevels>> location_rows(const DetectorBatch& batch) {
  std::vector<std::array<RowRange, kDetectorLevels>> ranges(batch.scenes.size());
  std::int64_t row = 0;
  for (std::size_t level = 0; level < kDetectorLevels; ++level) {
    for (std::size_t s = 0; s < batch.scenes.size(); ++s) {
      const auto count = static_cast<std::int64_t>(batch.scenes[s]->levels[level].both.voxels.rows.size());
      ranges[s][level] = {row, count};
      row += count;
    }
  }
  return ranges;
}

void append_rows(const Tensor& from, const RowRange& rows, std::vector<double>& to) {
  const std::int64_t columns = from.size(1);
  const float* values = from.data_ptr<float>() + rows.first * columns;
  to.insert(to.end(), values, values + rows.count * columns);
}

/// The inverse: scatters a scene's values; `at` moves on.
void take_rows(const std::vector<double>& from, std::size_t& at, const RowRange& rows, Tensor& to) {
  const std::int64_t columns = to.size(1);
  float* values = to.data_ptr<float>() + rows.first * columns;
  for (std::int64_t i = 0; i < rows.count * columns; ++i) {
    values[i] = static_cast<float>(from[at++]);
  }
}

LossScene loss_scene(const SceneGeometry& geometry, const std::array<RowRange, kDetectorLevels>& rows,
                     const Tensor& logits, const Tensor& raw, const DetectorSample& sample, double voxel_m) {
  LossScene scene;
  for (std::size_t level = 0; level < kDetectorLevels; ++level) {
    const auto positions = voxel_positions(geometry.levels[level].both.voxels, voxel_m);
    scene.locations.positions.insert(scene.locations.positions.end(), positions.begin(), positions.end());
    scene.locations.levels.insert(scene.locations.levels.end(), positions.size(), static_cast<int>(level));
    append_rows(logits, rows[level], scene.logits);
    append_rows(raw, rows[level], scene.raw);
  }
  scene.boxes = sample.boxes;
  scene.labels = sample.labels;
  return scene;
}

/// Losses whose gradients are known as soon as they are.
struct KnownGradients : torch::autograd::Function<KnownGradients> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor&, const Tensor&,
                        const Tensor& losses, const Tensor& by_logits, const Tensor& by_raw) {
    context->save_for_backward({by_logits, by_raw});
    return losses.clone();
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    return {saved[0] * gradients[0][0], saved[1] * gradients[0][1], Tensor(), Tensor(), Tensor()};
  }
};

}  // namespace

Expected<DetectorBatch> detector_batch(const std::vector<DetectorInput>& inputs, int source,
                                       const DetectorConfig& config) {
  DetectorBatch batch;
  batch.source = source;
  std::vector<float> features;
  for (const DetectorInput& input : inputs) {
    auto geometry = scene_geometry(input.voxels, config);
    if (!geometry) {
      return geometry.error();
    }
    batch.scenes.push_back(std::move(*geometry));
    features.insert(features.end(), input.features.begin(), input.features.end());
  }
  batch.features =
      torch::empty({static_cast<std::int64_t>(features.size()) / kDetectorFeatures, kDetectorFeatures});
  std::copy(features.begin(), features.end(), batch.features.data_ptr<float>());
  return batch;
}

Tensor detector_losses(const DetectorBatch& batch, const HeadOutputs& outputs,
                       const std::vector<const DetectorSample*>& samples, const DetectorConfig& config,
                       std::size_t* positives) {
  const DetectorSource& source = config.sources[static_cast<std::size_t>(batch.source)];
  const auto rows = location_rows(batch);
  const Tensor logits = outputs.logits.detach().contiguous(), raw = outputs.raw.detach().contiguous();
  std::vector<LossScene> scenes;
  for (std::size_t s = 0; s < batch.scenes.size(); ++s) {
    scenes.push_back(loss_scene(*batch.scenes[s], rows[s], logits, raw, *samples[s], config.voxel_m));
  }
  const DetectionLoss loss =
      detection_loss(scenes, {source.form, config.rules, config.assignment, source.class_levels});
  Tensor by_logits = torch::zeros_like(logits), by_raw = torch::zeros_like(raw);
  for (std::size_t s = 0; s < scenes.size(); ++s) {
    std::size_t logit = 0, number = 0;
    for (std::size_t level = 0; level < kDetectorLevels; ++level) {
      take_rows(loss.logit_gradients[s], logit, rows[s][level], by_logits);
      take_rows(loss.raw_gradients[s], number, rows[s][level], by_raw);
    }
  }
  if (positives != nullptr) {
    *positives = loss.positives;
  }
  const Tensor losses = torch::tensor({loss.classes, loss.boxes}, torch::kFloat64);
  return KnownGradients::apply(outputs.logits, outputs.raw, losses, by_logits, by_raw);
}

}  // namespace alidade
