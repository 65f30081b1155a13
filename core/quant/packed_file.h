// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/quant/quantizer.h"

namespace alidade {

/// Metadata "format" of a packed file.
inline constexpr const char* kPackedFormat = "alidade-packed";

/// A tensor as codes. Rows are the first extent of `shape`, columns the product of the others.
struct PackedTensor {
  std::vector<std::int64_t> shape;
  QuantizedWeights weights;  ///< symmetric; scales are numbers of float32
};

/// A checkpoint some of whose tensors are packed (docs/formats.md).
struct PackedCheckpoint {
  std::map<std::string, PackedTensor> packed;     ///< by the name that the tensor had
  std::map<std::string, TensorEntry> plain;       ///< all others, as they were
  std::map<std::string, std::string> original;    ///< metadata of the checkpoint that was packed
  std::map<std::string, std::string> provenance;  ///< further metadata of this file: "quantization"
};

/// The file's content. kUsage naming the tensor: a zero point, a scale that float32 does not hold, codes that
/// do not fit the shape, two tensors that would share a name.
Expected<SafeTensors> packed_content(const PackedCheckpoint& checkpoint);

/// Reads the content back. kInput naming file and tensor: another format, tensors that are missing or too
/// many, shapes and sizes that disagree (before anything is allocated), codes and scales out of range. `name`
/// stands in messages.
Expected<PackedCheckpoint> parse_packed(const SafeTensors& content, const std::string& name);

/// Writes atomically. Errors of packed_content and of the disk.
Expected<void> write_packed(const std::filesystem::path& path, const PackedCheckpoint& checkpoint);

/// Errors of read_safetensors (a file cut short, a wrong digest) and of parse_packed.
Expected<PackedCheckpoint> read_packed(const std::filesystem::path& path);

/// The checkpoint that the packed one stands for: its names, its metadata and the provenance, packed tensors
/// as F32 of the dequantized values.
SafeTensors unpacked(const PackedCheckpoint& checkpoint);

/// What the bytes of a packed file are spent on.
struct PackedBill {
  std::uint64_t codes = 0;  ///< rows padded to 32 bits
  std::uint64_t scales = 0;
  std::uint64_t levels = 0;  ///< tables of levels
  std::uint64_t shapes = 0;
  std::uint64_t plain = 0;   ///< biases, norms and whatever else was not packed
  std::uint64_t header = 0;  ///< length, names, metadata

  std::uint64_t total() const { return codes + scales + levels + shapes + plain + header; }
};

/// The bill of a content of packed_content whose file has `file_bytes`: it accounts for each of them.
PackedBill packed_bill(const SafeTensors& content, std::uint64_t file_bytes);

/// Bytes of one packed tensor: codes, scales and shapes.
std::uint64_t packed_bytes(const PackedTensor& tensor);

}  // namespace alidade
