// SPDX-License-Identifier: BSD-3-Clause
#include <map>

#include "core/io/npy.h"
#include "core/io/safetensors.h"

namespace alidade {
namespace {

/// bfloat16 is the upper half of a float.
std::vector<char> widened_halves(const std::string& bytes) {
  std::vector<char> floats(2 * bytes.size(), '\0');
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    floats[2 * i + 2] = bytes[i];
    floats[2 * i + 3] = bytes[i + 1];
  }
  return floats;
}

}  // namespace

std::vector<double> tensor_values(const TensorEntry& tensor) {
  static const std::map<std::string, DType> kinds = {
      {"F64", DType::kFloat64}, {"F32", DType::kFloat32}, {"F16", DType::kFloat16}, {"I64", DType::kInt64},
      {"I32", DType::kInt32},   {"I16", DType::kInt16},   {"I8", DType::kInt8},     {"U64", DType::kUInt64},
      {"U32", DType::kUInt32},  {"U16", DType::kUInt16},  {"U8", DType::kUInt8},    {"BOOL", DType::kBool}};
  NpyArray array;
  array.shape.assign(tensor.shape.begin(), tensor.shape.end());
  if (tensor.dtype == "BF16") {
    array.dtype = DType::kFloat32;
    array.data = widened_halves(tensor.bytes);
  } else {
    array.dtype = kinds.at(tensor.dtype);
    array.data.assign(tensor.bytes.begin(), tensor.bytes.end());
  }
  return array.as_doubles();
}

}  // namespace alidade
