// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.h"
#include "core/io/npy.h"

namespace alidade {

/// What the header of a `.npy` file says.
struct NpyHeader {
  DType dtype = DType::kFloat64;
  std::size_t text_width = 0;  ///< characters per text
  bool byte_text = false;      ///< one byte per character instead of four
  bool fortran_order = false;
  std::vector<std::size_t> shape;
  std::size_t data_offset = 0;  ///< where the elements begin
};

/// Parses magic, version and the dictionary; only the exact form that NumPy writes is accepted.
Expected<NpyHeader> parse_npy_header(std::string_view bytes, const std::string& name);

/// NumPy's name of the element type, e.g. "<f8".
std::string npy_descriptor(const NpyArray& array);

}  // namespace alidade
