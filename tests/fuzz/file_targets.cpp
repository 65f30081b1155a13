// SPDX-License-Identifier: BSD-3-Clause
// Parsers of core/io, and of core/base.
#include <nlohmann/json.hpp>

#include "core/base/color_rows.h"
#include "core/io/image_header.h"
#include "core/io/json_file.h"
#include "core/io/npy.h"
#include "core/io/npz.h"
#include "core/io/obj.h"
#include "core/io/pickle.h"
#include "core/io/ply.h"
#include "core/io/safetensors.h"
#include "core/io/zip.h"
#include "core/quant/packed_file.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/json_check.h"

namespace alidade::fuzz {
namespace {

void check_array(const NpyArray& array) {
  require(array.data.size() == array.size() * array.item_size(), "an array has the bytes of its shape");
  require(array.as_doubles().size() == (array.dtype == DType::kText ? 0 : array.size()),
          "an array has its numbers");
  require(array.as_texts().size() == (array.dtype == DType::kText ? array.size() : 0),
          "an array has its texts");
}

void check_mesh(const Mesh& mesh) {
  for (const auto& face : mesh.faces) {
    for (const auto index : face) {
      require(index < mesh.vertices.size(), "a face names vertices that are there");
    }
  }
}

void check_pickle(const PickleValue& value, std::size_t& values) {
  require(++values <= 2000000, "the number of values is bounded");
  require(value.keys.empty() || value.keys.size() == value.items.size(), "a key has a value");
  require((value.array != nullptr) == (value.kind == PickleValue::Kind::kArray), "an array is there");
  for (const PickleValue& item : value.items) {
    check_pickle(item, values);
  }
}

}  // namespace

ALIDADE_FUZZ_TARGET(pickle) {
  const auto value = parse_pickle(bytes, "input.pkl");
  if (!judge(value, "input.pkl")) {
    return false;
  }
  std::size_t values = 0;
  check_pickle(*value, values);
  const std::string written = to_pickle_bytes(*value);
  if (written.size() < (std::size_t{1} << 20)) {
    const auto again = parse_pickle(written, "input.pkl");
    // Arrays become lists in each other, which may lie deeper than is read.
    require(again ? to_pickle_bytes(*again) == written
                  : again.error().message.find("levels") != std::string::npos,
            "values that are written and read stay the same");
  }
  return true;
}

ALIDADE_FUZZ_TARGET(npy) {
  const auto array = parse_npy(bytes, "input.npy");
  if (!judge(array, "input.npy")) {
    return false;
  }
  check_array(*array);
  const auto again = parse_npy(to_npy_bytes(*array), "input.npy");
  require(again && *again == *array, "an array that is written and read stays the same");
  return true;
}

ALIDADE_FUZZ_TARGET(npz) {
  const auto path = as_file("input.npz", bytes);
  const auto arrays = read_npz(path);
  if (!judge(arrays, "input.npz")) {
    return false;
  }
  for (const auto& [name, array] : *arrays) {
    check_array(array);
  }
  return true;
}

ALIDADE_FUZZ_TARGET(zip) {
  const auto entries = parse_zip(bytes, "input.zip", {1000, std::uint64_t{64} << 20, 200});
  if (!judge(entries, "input.zip")) {
    return false;
  }
  const auto packed = to_zip_bytes(*entries);
  require(static_cast<bool>(packed), "what was unpacked can be packed");
  const auto again = parse_zip(*packed, "input.zip", {1000, std::uint64_t{64} << 20, 200});
  require(again && *again == *entries, "entries that are packed and unpacked stay the same");
  return true;
}

ALIDADE_FUZZ_TARGET(ply) {
  const auto mesh = parse_ply(bytes, "input.ply", 0.001);
  if (!judge(mesh, "input.ply")) {
    return false;
  }
  check_mesh(*mesh);
  require(static_cast<bool>(parse_ply(to_ply_bytes(*mesh, 1000.0), "input.ply", 0.001)),
          "a mesh that is written can be read");
  return true;
}

ALIDADE_FUZZ_TARGET(obj) {
  const auto mesh = parse_obj(bytes, "input.obj", 0.001);
  if (judge(mesh, "input.obj")) {
    check_mesh(*mesh);
  }
  return static_cast<bool>(mesh);
}

ALIDADE_FUZZ_TARGET(safetensors) {
  const auto content = parse_safetensors(bytes, "input.safetensors", false);
  if (judge(content, "input.safetensors")) {
    for (const auto& [name, tensor] : content->tensors) {
      require(tensor.bytes.size() <= bytes.size(), "a tensor has bytes of the file");
    }
  }
  return static_cast<bool>(content);
}

ALIDADE_FUZZ_TARGET(checkpoint) {
  return judge(parse_safetensors(bytes, "input.safetensors", true), "input.safetensors");
}

ALIDADE_FUZZ_TARGET(packed) {
  const auto content = parse_safetensors(bytes, "input.safetensors", false);
  if (!judge(content, "input.safetensors")) {
    return false;
  }
  const auto packed = parse_packed(*content, "input.safetensors");
  if (!judge(packed, "input.safetensors")) {
    return false;
  }
  for (const auto& [name, tensor] : packed->packed) {
    require(tensor.weights.codes.size() <= 8 * bytes.size(), "a code has a bit of the file");
    require(dequantized(tensor.weights).size() == tensor.weights.codes.size(), "a code has a value");
  }
  const auto again = packed_content(*packed);
  require(static_cast<bool>(again), "what was read can be written");
  require(unpacked(*parse_packed(*again, "input.safetensors")) == unpacked(*packed),
          "what was written is read the same");
  return true;
}

ALIDADE_FUZZ_TARGET(color_rows) {
  const auto rows = parse_color_rows(bytes, "colors.csv");
  if (!judge(rows, "colors.csv")) {
    return false;
  }
  require(rows->size() >= kFewestColorRows && rows->size() <= kMostColorRows,
          "the number of colors is bounded");
  if (const auto turn = lightness_turn(*rows)) {
    require(*turn >= 0.0 && *turn <= 1.0, "lightness turns on the map");
  }
  static_cast<void>(diverges(*rows));
  return true;
}

ALIDADE_FUZZ_TARGET(json) {
  const auto value = parse_json(bytes, "input.json");
  if (!judge(value, "input.json")) {
    // What JSON allows and we do not: numbers beyond all bounds, and depth.
    const std::string& message = value.error().message;
    require(
        !is_json(bytes) || message.find("finite") != message.npos || message.find("nested") != message.npos,
        "JSON is read");
    return false;
  }
  require(is_json(bytes), "what is no JSON is refused");
  const auto again = parse_json(value->dump(), "input.json");
  require(again && *again == *value, "JSON that is printed and read stays the same");
  return true;
}

ALIDADE_FUZZ_TARGET(image_header) {
  const auto header = parse_image_header(bytes, "input.png");
  const bool whole = judge(check_png_chunks(bytes, "input.png"), "input.png");
  if (judge(header, "input.png")) {
    require(header->width > 0 && header->height > 0 && header->width * header->height <= kMaxImagePixels,
            "an image has a size within the limit");
  }
  return header && whole;
}

}  // namespace alidade::fuzz
