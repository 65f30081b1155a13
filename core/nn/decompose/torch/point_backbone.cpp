// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/decompose/torch/point_backbone.h"

namespace alidade {
namespace {

torch::Tensor normalized_rows(torch::nn::BatchNorm1dImpl& norm, const torch::Tensor& x) {
  return norm.forward(x.reshape({-1, x.size(-1)})).view(x.sizes());
}

std::vector<int> with_input(int input, const std::vector<int>& widths) {
  std::vector<int> all{input};
  all.insert(all.end(), widths.begin(), widths.end());
  return all;
}

}  // namespace

LayersImpl::LayersImpl(const std::vector<int>& widths) {
  layers = register_module("layers", torch::nn::ModuleList());
  for (std::size_t i = 1; i < widths.size(); ++i) {
    layers->push_back(torch::nn::Linear(widths[i - 1], widths[i]));
  }
}

torch::Tensor LayersImpl::forward(torch::Tensor x) {
  for (std::size_t i = 0; i < layers->size(); ++i) {
    x = layers->at<torch::nn::LinearImpl>(i).forward(i == 0 ? x : torch::relu(x));
  }
  return x;
}

torch::Tensor gather_rows(const torch::Tensor& values, const torch::Tensor& index) {
  const auto batch = values.size(0), rows = values.size(1), width = values.size(2);
  const auto offset = torch::arange(batch, index.options()).unsqueeze(1) * rows;
  return values.reshape({-1, width}).index({(index + offset).reshape({-1})}).view({batch, -1, width});
}

SetScaleImpl::SetScaleImpl(int features, int k, const std::vector<int>& widths) : neighbors(k) {
  from_position = register_module("from_position", torch::nn::Linear(3, widths.front()));
  if (features > 0) {
    from_feature = register_module(
        "from_feature", torch::nn::Linear(torch::nn::LinearOptions(features, widths.front()).bias(false)));
  }
  rest = register_module("rest", Layers(widths));
  norm = register_module("norm", torch::nn::BatchNorm1d(widths.back()));
}

torch::Tensor SetScaleImpl::forward(const torch::Tensor& features, const torch::Tensor& relative,
                                    const torch::Tensor& index) {
  auto x = from_position(relative);
  if (!from_feature.is_empty()) {
    // The layer acts before the gather: a point is in several neighborhoods.
    x = x + gather_rows(from_feature(features), index);
  }
  x = rest(torch::relu(x));
  x = std::get<0>(x.view({x.size(0), -1, neighbors, x.size(2)}).max(2));
  return torch::relu(normalized_rows(*norm, x));
}

PointBackboneImpl::PointBackboneImpl(const DecomposeConfig& config) : feature_width_(config.feature_width) {
  scales = register_module("scales", torch::nn::ModuleList());
  propagations = register_module("propagations", torch::nn::ModuleList());
  norms = register_module("norms", torch::nn::ModuleList());
  std::vector<int> widths{0};  // of the features at the points of each level, the input's first
  for (const PointLevel& level : config.levels) {
    int total = 0;
    for (std::size_t s = 0; s < level.widths.size(); ++s) {
      scales->push_back(SetScale(widths.back(), level.neighbors[s], level.widths[s]));
      total += level.widths[s].back();
    }
    scales_of_level_.push_back(static_cast<int>(level.widths.size()));
    widths.push_back(total);
  }
  int above = widths.back();
  for (std::size_t l = config.levels.size(); l-- > 0;) {
    const auto& layers = config.levels[l].propagation;
    propagations->push_back(Layers(with_input(above + widths[l], layers)));
    norms->push_back(torch::nn::BatchNorm1d(layers.back()));
    above = layers.back();
  }
  point_output = register_module("point_output", torch::nn::Linear(above, feature_width_));
  if (config.color != ColorSource::kNone) {
    image_projection =
        register_module("image_projection", torch::nn::Linear(config.image_width, feature_width_));
  }
}

torch::Tensor PointBackboneImpl::point_features(const DecomposeInputs& inputs) {
  std::vector<torch::Tensor> features{torch::Tensor()};  // at the points of each level
  std::size_t scale = 0;
  for (std::size_t l = 0; l < inputs.levels.size(); ++l) {
    std::vector<torch::Tensor> parts;
    for (int s = 0; s < scales_of_level_[l]; ++s) {
      parts.push_back(scales->at<SetScaleImpl>(scale++).forward(features.back(), inputs.levels[l].relative[s],
                                                                inputs.levels[l].index[s]));
    }
    features.push_back(torch::cat(parts, 2));
  }
  auto x = features.back();
  for (std::size_t l = inputs.levels.size(), i = 0; l-- > 0; ++i) {
    const LevelGeometry& level = inputs.levels[l];
    const auto near = gather_rows(x, level.back_index).view({x.size(0), -1, 3, x.size(2)});
    x = (near * level.back_weight).sum(2);
    if (l > 0) {
      x = torch::cat({x, features[l]}, 2);
    }
    x = propagations->at<LayersImpl>(i).forward(x);
    x = torch::relu(normalized_rows(norms->at<torch::nn::BatchNorm1dImpl>(i), x));
  }
  return point_output(x);
}

torch::Tensor PointBackboneImpl::image_features(const DecomposeInputs& inputs) {
  if (image_projection.is_empty()) {
    return torch::zeros({inputs.size(), inputs.points.size(1), feature_width_});
  }
  // Projection and interpolation are linear: projecting the few patches first gives the same.
  const auto projected = image_projection(inputs.patches);
  const auto near = gather_rows(projected, inputs.patch_index)
                        .view({inputs.size(), inputs.points.size(1), 4, feature_width_});
  return (near * inputs.patch_weight).sum(2);
}

torch::Tensor PointBackboneImpl::forward(const DecomposeInputs& inputs) {
  return torch::cat({point_features(inputs), image_features(inputs)}, 2);
}

}  // namespace alidade
