// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "core/base/expected.h"
#include "core/quant/inference/image_kernels.h"
#include "core/quant/inference/quantized_graph.h"
#include "core/quant/inference/working_memory.h"

namespace alidade {

/// What a step works on while a graph runs.
struct StepMemory {
  const float* image = nullptr;
  std::vector<std::vector<float>>* outputs = nullptr;
  std::byte* block = nullptr;
  const MemoryLayout* layout = nullptr;

  template <class T>
  T* at(int buffer) const {
    return reinterpret_cast<T*>(block + layout->offsets[static_cast<std::size_t>(buffer)]);
  }
};

/// Part of a row of the report.
struct GraphStep {
  int row = 0;
  std::function<void(const StepMemory&)> run;
};

/// The steps of a graph and the buffers between them.
struct GraphPlan {
  std::vector<ImageShape> outputs;
  std::vector<LayerReport> rows;
  std::vector<GraphStep> steps;
  std::vector<WorkingBuffer> buffers;
};

/// Errors of QuantizedGraph::build.
Expected<GraphPlan> plan_graph(const LayerGraph& graph, const PackedLayers& packed, int height, int width,
                               const InferenceOptions& options);

}  // namespace alidade
