// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "core/quant/inference/graph_plan.h"
#include "core/quant/inference/layer_way.h"

namespace alidade {

/// A value of the graph: a node's result, or the image under -1, and the forms in which others read it.
struct GraphValue {
  ImageShape shape;
  std::vector<TensorForm> wanted;
  std::vector<std::pair<TensorForm, int>> buffers;  ///< forms that are there

  void want(const TensorForm& form) {
    if (std::find(wanted.begin(), wanted.end(), form) == wanted.end()) {
      wanted.push_back(form);
    }
  }
  bool wants_float() const {
    return std::any_of(wanted.begin(), wanted.end(),
                       [](const TensorForm& form) { return form.kind == TensorForm::Kind::kFloat; });
  }
  /// Whether it is read as codes of several grids.
  bool wants_grids() const {
    return std::any_of(wanted.begin(), wanted.end(),
                       [this](const TensorForm& form) { return !(form.grid == wanted.front().grid); });
  }
  int buffer(const TensorForm& form) const {
    const auto found = std::find_if(buffers.begin(), buffers.end(),
                                    [&form](const auto& entry) { return entry.first == form; });
    return found == buffers.end() ? -1 : found->second;
  }
};

/// Turns a graph into steps (plan_graph()): which forms are read decides what each layer writes.
class GraphPlanner {
 public:
  GraphPlanner(const LayerGraph& graph, std::vector<LayerChoice> choices,
               const std::vector<ImageShape>& shapes, const ImageShape& image)
      : graph_(graph), choices_(std::move(choices)) {
    values_.push_back({image, {}, {}});
    for (const ImageShape& shape : shapes) {
      values_.push_back({shape, {}, {}});
    }
  }

  Expected<GraphPlan> plan();

 private:
  GraphValue& value(int index) { return values_[static_cast<std::size_t>(index + 1)]; }
  const LayerChoice& choice(std::size_t node) const { return choices_[node]; }
  ConvolutionGeometry geometry(std::size_t node) {
    return convolution_geometry(graph_.nodes[node], value(graph_.nodes[node].inputs[0]).shape);
  }

  void find_wanted();
  void find_folded();
  int new_buffer(GraphValue& of, const TensorForm& form);
  int scratch_buffer(std::size_t bytes);
  /// A step that reads and writes buffers, which live from their writing to their last reading.
  void add_step(int row, const std::vector<int>& buffers, std::function<void(const StepMemory&)> run);
  /// The buffer of a form, converted from the others when it is not there.
  int need(int index, const TensorForm& form, int row);
  void plan_image();
  Expected<void> plan_convolution(std::size_t node);
  void plan_sum(std::size_t node);
  void plan_upsampling(std::size_t node);
  void plan_outputs();
  TensorForm convolution_output(std::size_t node);
  int add_row(LayerReport row);

  const LayerGraph& graph_;
  std::vector<LayerChoice> choices_;
  std::vector<GraphValue> values_;
  std::vector<bool> folded_;  ///< upsamplings that an addition does on the way
  GraphPlan plan_;
};

}  // namespace alidade
