// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/bop/bop_targets.h"

#include <cmath>
#include <set>
#include <string>
#include <tuple>

#include "core/io/json_file.h"
#include "plugins/bop/bop_json.h"

namespace alidade::bop {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxTargets = 10'000'000;
constexpr double kMaxId = 1e9;

/// A whole number of at least `lowest`, or nothing.
std::optional<int> whole(const json& item, const char* key, int lowest) {
  const auto value = number(item, key);
  if (!value || !(*value >= lowest) || *value > kMaxId || *value != std::floor(*value)) {
    return std::nullopt;
  }
  return static_cast<int>(*value);
}

}  // namespace

Expected<std::vector<TargetEntry>> read_targets(const std::filesystem::path& file) {
  const auto content = read_json(file, kMaxJsonBytes);
  if (!content) {
    return content.error();
  }
  if (!content->is_array() || content->size() > kMaxTargets) {
    return input_error(file.string(), "line 1", "expected a list of targets",
                       "write one object per target with scene_id, im_id, obj_id and inst_count");
  }
  std::vector<TargetEntry> targets;
  std::set<std::tuple<int, int, int>> seen;
  for (std::size_t i = 0; i < content->size(); ++i) {
    const json& item = (*content)[i];
    const bool whole_image = item.is_object() && !item.contains("obj_id");
    const auto scene = whole(item, "scene_id", 0), image = whole(item, "im_id", 0);
    const auto object = whole_image ? std::optional(-1) : whole(item, "obj_id", 0);
    const auto count = whole_image ? std::optional(0) : whole(item, "inst_count", 1);
    const std::string where = "entry " + std::to_string(i + 1);
    if (!scene || !image || !object || !count) {
      return input_error(file.string(), where,
                         "expected whole numbers in scene_id, im_id, obj_id and inst_count (at least 1)",
                         "correct it; only obj_id and inst_count may be absent, together");
    }
    if (!seen.emplace(*scene, *image, *object).second) {
      return input_error(file.string(), where, "the same image and object were listed before", "remove it");
    }
    targets.push_back({*scene, *image, *object, *count});
  }
  return targets;
}

}  // namespace alidade::bop
