// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/quant/packed_codes.h"
#include "core/quant/packed_file.h"
#include "core/quant/packed_layout.h"

namespace alidade {
namespace {

/// Takes the tensors of a content one after the other, and knows what is left.
class PackedParser {
 public:
  PackedParser(const SafeTensors& content, std::string name) : content_(content), name_(std::move(name)) {}

  Expected<PackedTensor> tensor(const std::string& target, const PackedGroup& group) {
    auto shapes = shapes_of(target);
    if (!shapes) {
      return shapes.error();
    }
    const auto rows = static_cast<std::size_t>((*shapes)[0][0]);
    const auto columns = static_cast<std::size_t>((*shapes)[0][1]);
    auto scales = scales_of(target, group, rows);
    if (!scales) {
      return scales.error();
    }
    const TensorEntry* packed = take(target + kPackedSuffix);
    const std::vector<std::int64_t> expected = {
        (*shapes)[0][0], static_cast<std::int64_t>(packed_words(columns, group.levels.bits))};
    if (packed == nullptr || packed->dtype != "I32" || packed->shape != expected) {
      return bad_packed_file(name_, target, "its codes are missing, or do not fit its shape");
    }
    auto codes = unpack_codes(packed->bytes, rows, columns, group.levels.bits, group.levels.values.size(),
                              name_ + ": " + target);
    if (!codes) {
      return codes.error();
    }
    return PackedTensor{std::move((*shapes)[1]),
                        {group.levels, rows, columns, std::move(*scales), std::move(*codes)}};
  }

  /// The table of a group of our own says what its name says.
  Expected<void> levels(const LevelSet& levels) {
    const std::string key = kLevelsPrefix + levels.name();
    const TensorEntry* table = take(key);
    if (table == nullptr ||
        *table != float_tensor(levels.values, {static_cast<std::int64_t>(levels.values.size())})) {
      return bad_packed_file(name_, key, "the table of levels is missing or is not the one of its name");
    }
    return {};
  }

  bool taken(const std::string& key) const { return taken_.contains(key); }

 private:
  const TensorEntry* take(const std::string& key) {
    const auto found = content_.tensors.find(key);
    if (found == content_.tensors.end()) {
      return nullptr;
    }
    taken_.insert(key);
    return &found->second;
  }

  /// [rows, columns] and the whole shape; their product is bounded by the bytes of the codes.
  Expected<std::vector<std::vector<std::int64_t>>> shapes_of(const std::string& target) {
    const TensorEntry* pair = take(target + kShapeSuffix);
    const TensorEntry* full = take(target + kFullShapeSuffix);
    if (pair == nullptr) {
      return bad_packed_file(name_, target, "its shape is missing");
    }
    auto matrix = shape_of_tensor(*pair, name_, target + kShapeSuffix);
    if (!matrix) {
      return matrix.error();
    }
    auto whole = full == nullptr ? matrix : shape_of_tensor(*full, name_, target + kFullShapeSuffix);
    if (!whole) {
      return whole.error();
    }
    // No file is larger than 16 GiB: more weights than its bits there cannot be.
    constexpr std::int64_t kMostWeights = std::int64_t{1} << 37;
    std::int64_t columns = 1;
    bool fits = matrix->size() == 2 && !whole->empty() && (*matrix)[0] > 0 && (*matrix)[1] > 0 &&
                (*matrix)[0] == (*whole)[0] && (*matrix)[0] <= kMostWeights / (*matrix)[1];
    for (std::size_t axis = 1; fits && axis < whole->size(); ++axis) {
      fits = (*whole)[axis] > 0 && columns <= kMostWeights / (*whole)[axis];
      columns *= fits ? (*whole)[axis] : 1;
    }
    if (!fits || columns != (*matrix)[1]) {
      return bad_packed_file(name_, target, "its shapes do not agree");
    }
    return std::vector<std::vector<std::int64_t>>{std::move(*matrix), std::move(*whole)};
  }

  Expected<Scales> scales_of(const std::string& target, const PackedGroup& group, std::size_t rows) {
    const TensorEntry* entry = take(target + kScaleSuffix);
    const auto count = static_cast<std::int64_t>(rows);
    const auto expected = group.channel ? std::vector<std::int64_t>{count, 1} : std::vector<std::int64_t>{1};
    if (entry == nullptr || entry->dtype != "F32" || entry->shape != expected) {
      return bad_packed_file(name_, target, "its scales are missing, or do not fit its shape");
    }
    Scales scales{tensor_values(*entry), {}};
    for (const double scale : scales.values) {
      if (!std::isfinite(scale) || scale < 0.0) {
        return bad_packed_file(name_, target, "a scale is negative or no finite number");
      }
    }
    return scales;
  }

  const SafeTensors& content_;
  std::string name_;
  std::set<std::string> taken_;
};

Expected<std::map<std::string, std::string>> original_metadata(const std::string& text,
                                                               const std::string& name) {
  const auto object = parse_json(text, name + ": " + kOriginalKey);
  if (!object) {
    return object.error();
  }
  std::map<std::string, std::string> metadata;
  for (const auto& [key, value] : object->items()) {
    if (!object->is_object() || !value.is_string()) {
      return bad_packed_file(name, kOriginalKey, "it is not an object of texts");
    }
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

/// Packed tensors group by group; what no group asks for is plain.
Expected<void> take_tensors(const SafeTensors& content, const std::vector<PackedGroup>& groups,
                            const std::string& name, PackedCheckpoint& checkpoint) {
  PackedParser parser(content, name);
  for (const PackedGroup& group : groups) {
    if (const auto table = is_standard(group.levels) ? Expected<void>() : parser.levels(group.levels);
        !table) {
      return table;
    }
    for (const std::string& target : group.targets) {
      auto tensor = parser.tensor(target, group);
      if (!tensor) {
        return tensor.error();
      }
      if (!checkpoint.packed.emplace(target, std::move(*tensor)).second) {
        return bad_packed_file(name, target, "the tensor is listed twice");
      }
    }
  }
  for (const auto& [key, tensor] : content.tensors) {
    if (parser.taken(key)) {
      continue;
    }
    if (key.starts_with(kLevelsPrefix) || checkpoint.packed.contains(key)) {
      return bad_packed_file(name, key, "no group of the configuration asks for this tensor");
    }
    checkpoint.plain.emplace(key, tensor);
  }
  return {};
}

}  // namespace

Expected<PackedCheckpoint> parse_packed(const SafeTensors& content, const std::string& name) {
  PackedCheckpoint checkpoint;
  checkpoint.provenance = content.metadata;
  const auto said = [&](const char* key) {
    const auto node = checkpoint.provenance.extract(key);
    return node.empty() ? std::string() : node.mapped();
  };
  if (const std::string format = said("format"); format != kPackedFormat) {
    return bad_packed_file(name, "__metadata__",
                           "the format is \"" + format + "\" where \"" + kPackedFormat + "\" was expected");
  }
  const auto groups = parse_config(said(kConfigKey), name);
  if (!groups) {
    return groups.error();
  }
  auto original = original_metadata(said(kOriginalKey), name);
  if (!original) {
    return original.error();
  }
  checkpoint.original = std::move(*original);
  if (const auto taken = take_tensors(content, *groups, name, checkpoint); !taken) {
    return taken.error();
  }
  return checkpoint;
}

}  // namespace alidade
