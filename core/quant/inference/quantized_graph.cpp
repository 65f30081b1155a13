// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/quantized_graph.h"

#include <chrono>
#include <exception>
#include <new>
#include <numeric>

#include "core/quant/inference/graph_plan.h"
#include "core/quant/inference/instruction_set.h"

namespace alidade {

namespace {

void run_steps(const GraphPlan& plan, const StepMemory& memory, std::vector<double>* seconds) {
  if (seconds == nullptr) {
    for (const GraphStep& step : plan.steps) {
      step.run(memory);
    }
    return;
  }
  seconds->assign(plan.rows.size(), 0.0);
  auto begin = std::chrono::steady_clock::now();
  for (const GraphStep& step : plan.steps) {
    step.run(memory);
    const auto end = std::chrono::steady_clock::now();
    (*seconds)[static_cast<std::size_t>(step.row)] += std::chrono::duration<double>(end - begin).count();
    begin = end;
  }
}

}  // namespace

struct QuantizedGraph::Body {
  ImageShape input;
  GraphPlan plan;
  MemoryLayout layout;
  AlignedBytes block;

  Body(const ImageShape& image, GraphPlan&& planned)
      : input(image), plan(std::move(planned)), layout(lay_out(plan.buffers)), block(layout.bytes) {}
};

QuantizedGraph::QuantizedGraph(std::unique_ptr<Body> body) : body_(std::move(body)) {}
QuantizedGraph::QuantizedGraph(QuantizedGraph&&) noexcept = default;
QuantizedGraph& QuantizedGraph::operator=(QuantizedGraph&&) noexcept = default;
QuantizedGraph::~QuantizedGraph() = default;

Expected<QuantizedGraph> QuantizedGraph::build(const LayerGraph& graph, const PackedLayers& packed,
                                               int height, int width, const InferenceOptions& options) {
  try {
    // Before anything dispatches: what our kernels may use is decided here.
    instruction_set();
    auto plan = plan_graph(graph, packed, height, width, options);
    if (!plan) {
      return plan.error();
    }
    return QuantizedGraph(
        std::make_unique<Body>(ImageShape{graph.input_channels, height, width}, std::move(*plan)));
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kFailed, "There is not enough memory for the buffers of the network."};
  }
}

const ImageShape& QuantizedGraph::input() const {
  return body_->input;
}

const std::vector<ImageShape>& QuantizedGraph::outputs() const {
  return body_->plan.outputs;
}

const std::vector<LayerReport>& QuantizedGraph::layers() const {
  return body_->plan.rows;
}

std::size_t QuantizedGraph::working_bytes() const {
  return body_->layout.bytes;
}

Expected<void> QuantizedGraph::run(std::span<const float> image, std::vector<std::vector<float>>& outputs,
                                   std::vector<double>* seconds) const {
  const GraphPlan& plan = body_->plan;
  if (image.size() != body_->input.count()) {
    return usage_error("The image has " + std::to_string(image.size()) + " values, the network takes " +
                       std::to_string(body_->input.count()) + ".");
  }
  outputs.resize(plan.outputs.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    outputs[i].resize(plan.outputs[i].count());
  }
  try {
    run_steps(plan, {image.data(), &outputs, body_->block.data(), &body_->layout}, seconds);
  } catch (const std::exception& problem) {
    return Error{ErrorCode::kFailed, "oneDNN stopped: " + std::string(problem.what()) + "."};
  }
  return {};
}

std::int64_t bit_operations(const QuantizedGraph& graph) {
  const auto& rows = graph.layers();
  return std::accumulate(rows.begin(), rows.end(), std::int64_t{0},
                         [](std::int64_t sum, const LayerReport& row) { return sum + row.bit_operations(); });
}

}  // namespace alidade
