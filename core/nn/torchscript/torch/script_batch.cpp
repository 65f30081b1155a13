// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/torchscript/torch/script_batch.h"

#include <algorithm>

namespace alidade {
namespace {

/// A tensor [B, shape...] that `write` fills with the numbers of one sample after the other.
template <class Write>
torch::Tensor stacked(const std::vector<const ScriptSample*>& samples, std::vector<std::int64_t> shape,
                      Write write) {
  shape.insert(shape.begin(), static_cast<std::int64_t>(samples.size()));
  auto tensor = torch::empty(shape);
  float* out = tensor.data_ptr<float>();
  for (const ScriptSample* sample : samples) {
    out = write(*sample, out);
  }
  return tensor;
}

torch::Tensor stacked_vectors(const std::vector<const ScriptSample*>& samples,
                              Eigen::Vector3d ScriptSample::*member) {
  return stacked(samples, {3}, [member](const ScriptSample& sample, float* out) {
    const Eigen::Vector3f vector = (sample.*member).cast<float>();
    return std::copy(vector.data(), vector.data() + 3, out);
  });
}

float* put_sample_points(const ScriptSample& sample, float* out) {
  for (const Eigen::Vector3f& point : sample.points) {
    out = std::copy(point.data(), point.data() + 3, out);
  }
  return out;
}

float* put_sample_places(const ScriptSample& sample, float* out) {
  for (const Eigen::Vector2f& place : sample.places) {
    out = std::copy(place.data(), place.data() + 2, out);
  }
  return out;
}

float* put_sample_rotation(const ScriptSample& sample, float* out) {
  for (int i = 0; i < 9; ++i) {
    *out++ = static_cast<float>(sample.R(i / 3, i % 3));
  }
  return out;
}

/// Channel after channel, 0 to 1.
float* put_sample_crop(const ScriptSample& sample, float* out) {
  const std::size_t pixels = sample.crop.data.size() / 3;
  for (std::size_t channel = 0; channel < 3; ++channel) {
    for (std::size_t i = 0; i < pixels; ++i) {
      *out++ = static_cast<float>(sample.crop.data[3 * i + channel]) / 255.0f;
    }
  }
  return out;
}

}  // namespace

c10::Dict<std::string, torch::Tensor> script_batch(const std::vector<const ScriptSample*>& samples,
                                                   const ScriptInputs& inputs) {
  c10::Dict<std::string, torch::Tensor> batch;
  batch.insert("points", stacked(samples, {inputs.points, 3}, put_sample_points));
  batch.insert("rotation", stacked(samples, {3, 3}, put_sample_rotation));
  batch.insert("translation", stacked_vectors(samples, &ScriptSample::t));
  batch.insert("size", stacked_vectors(samples, &ScriptSample::size));
  batch.insert("symmetry_axis", stacked_vectors(samples, &ScriptSample::axis));
  if (!inputs.categories.empty()) {
    std::vector<std::int64_t> categories;
    for (const ScriptSample* sample : samples) {
      categories.push_back(sample->category);
    }
    batch.insert("category", torch::tensor(categories, torch::kInt64));
  }
  if (inputs.crop_px > 0) {
    batch.insert("color", stacked(samples, {3, inputs.crop_px, inputs.crop_px}, put_sample_crop));
    batch.insert("pixels", stacked(samples, {inputs.points, 2}, put_sample_places));
  }
  return batch;
}

}  // namespace alidade
