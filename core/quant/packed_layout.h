// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/quant/level_set.h"

namespace alidade {

// Names and small tensors of a packed file, shared by writer and reader.

inline constexpr const char* kPackedSuffix = "_packed";  ///< I32 [rows, words]
inline constexpr const char* kScaleSuffix = "_scale";    ///< F32 [rows, 1], or [1]
inline constexpr const char* kShapeSuffix = "_shape";    ///< I64 [2]: rows, columns
inline constexpr const char* kFullShapeSuffix =
    "_full_shape";  ///< I64; only where the tensor has not two axes
inline constexpr const char* kLevelsPrefix = "alidade_levels.";  ///< F32 [levels]: one per set of our own
inline constexpr const char* kOriginalKey = "original_metadata";
inline constexpr const char* kConfigKey = "quantization_config";

/// Whether `compressed-tensors` has such levels (whole numbers of b bits from -2^(b-1) on).
bool is_standard(const LevelSet& levels);

/// Tensors that share levels and granularity.
struct PackedGroup {
  LevelSet levels;
  bool channel = true;
  std::vector<std::string> targets;  ///< rising
};

/// The text under kConfigKey: the form of `compressed-tensors`, with groups of the format "alidade-levels"
/// where it has no such levels.
std::string config_text(const std::vector<PackedGroup>& groups);

/// The groups of such a text. kInput for anything else.
Expected<std::vector<PackedGroup>> parse_config(const std::string& text, const std::string& name);

TensorEntry float_tensor(const std::vector<double>& values, std::vector<std::int64_t> shape);
TensorEntry shape_tensor(const std::vector<std::int64_t>& shape);
/// The extents of a tensor of type I64 with one axis.
Expected<std::vector<std::int64_t>> shape_of_tensor(const TensorEntry& tensor, const std::string& name,
                                                    const std::string& key);

Error bad_packed_file(const std::string& name, const std::string& where, const std::string& problem);

}  // namespace alidade
