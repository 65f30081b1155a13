// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/provenance.h"

namespace alidade {

/// How the weights of one tensor are distributed, and the levels that they were rounded to.
struct LayerHistogram {
  std::string layer;   ///< dotted name of the tensor: "encoder.linear1a.weight"
  std::string module;  ///< that it belongs to
  std::string levels;  ///< what people read, "2 bit, 4 levels"; empty: it stays float32
  std::int64_t parameters = 0;
  /// Weights are counted in units of their own scale (one per channel or tensor), so that the levels of all
  /// channels coincide; of a float32 layer as they are.
  double low = 0.0, high = 0.0;              ///< ends of the bins, symmetric about 0
  std::vector<std::uint64_t> counts;         ///< of bins of equal width
  std::vector<double> level_values;          ///< ascending, in the same units; empty: float32
  std::vector<std::uint64_t> level_counts;   ///< weights at each level
  double energy = 0.0, squared_error = 0.0;  ///< |w|^2 and |Q(w) - w|^2, in the weights' own units
};

/// What few bits did to the estimate of one object. Errors are those of PoseError (symmetry-reduced).
struct WorsenedObject {
  std::size_t frame = 0;
  std::string frame_name;
  int instance = 0;  ///< Instance::index
  std::string category;
  bool lost = false;  ///< the quantized network estimated nothing; its errors are then 0
  double rotation_full = 0.0, rotation_quantized = 0.0;        ///< radians
  double translation_full = 0.0, translation_quantized = 0.0;  ///< metres
  /// A bound of how far a point of the box is off: translation + 2 sin(rotation / 2) half the diagonal.
  /// Metres.
  double shift_full = 0.0, shift_quantized = 0.0;

  double worsening() const { return shift_quantized - shift_full; }
};

/// A network of full precision beside itself with quantized weights, on the same frames. Immutable once made.
struct QuantizedLook {
  std::string name;                     ///< "demo.safetensors · W8-2-8"
  std::string label;                    ///< "W8-2-8"
  std::vector<LayerHistogram> layers;   ///< every weight, in the order of modules and their tensors
  std::vector<WorsenedObject> objects;  ///< lost ones first, then by worsening, the largest first
  Provenance provenance;                ///< of the quantized run
};

}  // namespace alidade
