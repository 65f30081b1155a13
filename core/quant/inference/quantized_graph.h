// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/quant/inference/layer_graph.h"
#include "core/quant/inference/layer_way.h"

namespace alidade {

/// A row of what a graph is made of: a convolution, an addition, an upsampling, or a conversion at its ends.
struct LayerReport {
  std::string name;
  std::string weights;  ///< "4 bit, 16 levels", "float32"; empty where there are none
  std::string engine;   ///< what computes it
  std::string note;     ///< why packed weights are computed in float32
  int weight_bits = 0, activation_bits = 0;
  std::int64_t multiply_adds = 0;
  std::size_t weight_bytes = 0;  ///< as they lie in memory

  /// multiply-adds * weight bits * activation bits; layers in float32 count 32 * 32.
  std::int64_t bit_operations() const { return multiply_adds * weight_bits * activation_bits; }
};

/// A network of one image size that computes from packed weights. Codes go from layer to layer; pyramid sums
/// are taken in float32, as in training, and rounded to codes in the same pass. One object is used by one
/// thread at a time.
class QuantizedGraph {
 public:
  /// `packed` holds weights [out, in * kernel * kernel]; the layers it does not name are computed in float32.
  /// Layers may share a name and so their weights.
  /// Errors of node_shapes() and choose_way(); kUsage for packed weights that no layer has, kFailed where
  /// oneDNN refuses a layer or there is no memory.
  static Expected<QuantizedGraph> build(const LayerGraph& graph, const PackedLayers& packed, int height,
                                        int width, const InferenceOptions& options = {});
  QuantizedGraph(QuantizedGraph&&) noexcept;
  QuantizedGraph& operator=(QuantizedGraph&&) noexcept;
  ~QuantizedGraph();

  const ImageShape& input() const;
  const std::vector<ImageShape>& outputs() const;
  const std::vector<LayerReport>& layers() const;
  /// Of all buffers between layers, with what layers need while they compute; weights apart.
  std::size_t working_bytes() const;

  /// `image` is [channels][height][width]; `outputs` becomes [output][channels * height * width].
  /// `seconds` (may be null) becomes what each row of layers() took. kUsage for an image of another size.
  Expected<void> run(std::span<const float> image, std::vector<std::vector<float>>& outputs,
                     std::vector<double>* seconds = nullptr) const;

 private:
  struct Body;
  explicit QuantizedGraph(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

/// The sum of bit_operations() of all rows: multiply-adds * weight bits * activation bits, 32 * 32 where a
/// layer is computed in float32.
std::int64_t bit_operations(const QuantizedGraph& graph);

}  // namespace alidade
