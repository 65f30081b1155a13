// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/packed_file.h"

#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/quant/packed_codes.h"
#include "core/quant/packed_layout.h"

namespace alidade {
namespace {

/// Rows and columns of a tensor of at least one axis.
std::vector<std::int64_t> matrix_shape(const PackedTensor& tensor) {
  return {static_cast<std::int64_t>(tensor.weights.rows), static_cast<std::int64_t>(tensor.weights.columns)};
}

Expected<void> check_packed_tensor(const std::string& name, const PackedTensor& tensor) {
  const QuantizedWeights& weights = tensor.weights;
  std::int64_t columns = tensor.shape.empty() ? 0 : 1;
  for (std::size_t axis = 1; axis < tensor.shape.size(); ++axis) {
    columns *= tensor.shape[axis];
  }
  const std::size_t scales = weights.scales.values.size();
  if (tensor.shape.empty() || tensor.shape[0] != static_cast<std::int64_t>(weights.rows) ||
      columns != static_cast<std::int64_t>(weights.columns) ||
      weights.codes.size() != weights.rows * weights.columns || (scales != 1 && scales != weights.rows)) {
    return usage_error(name + ": codes, scales and shape do not agree; nothing was packed.");
  }
  if (!weights.scales.zeros.empty()) {
    return usage_error(name + ": weights are packed without a zero point; quantize them symmetrically.");
  }
  for (const double scale : weights.scales.values) {
    if (static_cast<double>(static_cast<float>(scale)) != scale) {
      return usage_error(name + ": a scale is no number of float32; find it with find_scales.");
    }
  }
  return {};
}

Expected<void> insert_entry(SafeTensors& content, const std::string& name, TensorEntry tensor) {
  if (!content.tensors.emplace(name, std::move(tensor)).second) {
    return usage_error(name + ": two tensors of the packed file would have this name.");
  }
  return {};
}

/// The tensors that stand for a packed one, by what follows its name.
std::map<std::string, TensorEntry> entries_of(const PackedTensor& tensor) {
  const QuantizedWeights& weights = tensor.weights;
  const auto rows = static_cast<std::int64_t>(weights.rows);
  const auto words = static_cast<std::int64_t>(packed_words(weights.columns, weights.levels.bits));
  const auto scales = static_cast<std::int64_t>(weights.scales.values.size());
  const bool channel = scales == rows;
  std::map<std::string, TensorEntry> entries;
  entries[kPackedSuffix] = {
      "I32", {rows, words}, pack_codes(weights.codes, weights.rows, weights.levels.bits)};
  entries[kScaleSuffix] = float_tensor(
      weights.scales.values, channel ? std::vector<std::int64_t>{rows, 1} : std::vector<std::int64_t>{1});
  entries[kShapeSuffix] = shape_tensor(matrix_shape(tensor));
  if (tensor.shape.size() != 2) {
    entries[kFullShapeSuffix] = shape_tensor(tensor.shape);
  }
  return entries;
}

std::vector<PackedGroup> groups_of(const PackedCheckpoint& checkpoint) {
  std::map<std::pair<std::string, bool>, PackedGroup> groups;
  for (const auto& [name, tensor] : checkpoint.packed) {
    const bool channel = tensor.weights.scales.values.size() == tensor.weights.rows;
    PackedGroup& group = groups[{tensor.weights.levels.name(), channel}];
    group.levels = tensor.weights.levels;
    group.channel = channel;
    group.targets.push_back(name);
  }
  std::vector<PackedGroup> list;
  for (auto& [key, group] : groups) {
    list.push_back(std::move(group));
  }
  return list;
}

}  // namespace

Expected<SafeTensors> packed_content(const PackedCheckpoint& checkpoint) {
  SafeTensors content;
  content.tensors = checkpoint.plain;
  for (const auto& [name, tensor] : checkpoint.packed) {
    if (const auto fine = check_packed_tensor(name, tensor); !fine) {
      return fine.error();
    }
    for (auto& [suffix, entry] : entries_of(tensor)) {
      if (const auto added = insert_entry(content, name + suffix, std::move(entry)); !added) {
        return added.error();
      }
    }
  }
  const auto groups = groups_of(checkpoint);
  for (const PackedGroup& group : groups) {
    const auto count = static_cast<std::int64_t>(group.levels.values.size());
    const std::string key = kLevelsPrefix + group.levels.name();
    // Per tensor and per channel are two groups with one table.
    if (!is_standard(group.levels) && !content.tensors.contains(key)) {
      content.tensors[key] = float_tensor(group.levels.values, {count});
    }
  }
  content.metadata = checkpoint.provenance;
  content.metadata["format"] = kPackedFormat;
  content.metadata[kConfigKey] = config_text(groups);
  content.metadata[kOriginalKey] = json_text(nlohmann::json(checkpoint.original));
  return content;
}

Expected<void> write_packed(const std::filesystem::path& path, const PackedCheckpoint& checkpoint) {
  const auto content = packed_content(checkpoint);
  return content ? write_safetensors(path, *content) : Expected<void>(content.error());
}

Expected<PackedCheckpoint> read_packed(const std::filesystem::path& path) {
  const auto content = read_safetensors(path);
  return content ? parse_packed(*content, path.string()) : Expected<PackedCheckpoint>(content.error());
}

SafeTensors unpacked(const PackedCheckpoint& checkpoint) {
  SafeTensors content{checkpoint.plain, checkpoint.original};
  for (const auto& [key, value] : checkpoint.provenance) {
    content.metadata.insert_or_assign(key, value);
  }
  for (const auto& [name, tensor] : checkpoint.packed) {
    content.tensors[name] = float_tensor(dequantized(tensor.weights), tensor.shape);
  }
  return content;
}

PackedBill packed_bill(const SafeTensors& content, std::uint64_t file_bytes) {
  PackedBill bill;
  std::uint64_t data = 0;
  for (const auto& [name, tensor] : content.tensors) {
    const std::uint64_t bytes = tensor.bytes.size();
    data += bytes;
    // What belongs to a packed tensor stands beside its codes.
    const auto belongs = [&](const std::string& suffix) {
      return name.ends_with(suffix) &&
             content.tensors.contains(name.substr(0, name.size() - suffix.size()) + kPackedSuffix);
    };
    if (name.starts_with(kLevelsPrefix)) {
      bill.levels += bytes;
    } else if (belongs(kPackedSuffix)) {
      bill.codes += bytes;
    } else if (belongs(kScaleSuffix)) {
      bill.scales += bytes;
    } else if (belongs(kFullShapeSuffix) || belongs(kShapeSuffix)) {
      bill.shapes += bytes;
    } else {
      bill.plain += bytes;
    }
  }
  bill.header = file_bytes - data;
  return bill;
}

std::uint64_t packed_bytes(const PackedTensor& tensor) {
  std::uint64_t bytes = 0;
  for (const auto& [suffix, entry] : entries_of(tensor)) {
    bytes += entry.bytes.size();
  }
  return bytes;
}

}  // namespace alidade
