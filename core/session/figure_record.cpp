// SPDX-License-Identifier: BSD-3-Clause
#include "core/session/figure_record.h"

#include <cstdint>
#include <limits>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"

namespace alidade {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestRecord = 1 << 20;
constexpr std::size_t kMostStates = 16;

/// Nobody else has the file there, and it is nobody's business where it lay.
bool is_path(const std::string& text) {
  const bool drive = text.size() > 2 && text[1] == ':' && (text[2] == '/' || text[2] == '\\');
  return text.starts_with('/') || text.starts_with("~/") || text.starts_with("\\\\") ||
         text.find("://") != std::string::npos || text.starts_with("file:") || drive;
}

Json without_paths(const Json& value) {
  if (value.is_object()) {
    Json kept = Json::object();
    for (const auto& [key, member] : value.items()) {
      if (!is_path(key) && !(member.is_string() && is_path(member.get<std::string>()))) {
        kept[key] = without_paths(member);
      }
    }
    return kept;
  }
  if (value.is_array()) {
    Json kept = Json::array();
    for (const Json& member : value) {
      if (!(member.is_string() && is_path(member.get<std::string>()))) {
        kept.push_back(without_paths(member));
      }
    }
    return kept;
  }
  return value;
}

/// Reads members that may be missing or of another type.
class Members {
 public:
  explicit Members(const Json& object) : object_(object) {}

  std::string text(const char* key) const {
    const Json* value = find(key);
    return value && value->is_string() ? value->get<std::string>() : std::string();
  }
  template <class Number>
  std::optional<Number> whole(const char* key) const {
    const Json* value = find(key);
    if (!value || !value->is_number_unsigned()) {
      return std::nullopt;
    }
    const auto number = value->get<std::uint64_t>();
    const auto most = static_cast<std::uint64_t>(std::numeric_limits<Number>::max());
    return number <= most ? std::optional(static_cast<Number>(number)) : std::nullopt;
  }
  const Json* find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }

 private:
  const Json& object_;
};

Provenance provenance_of(const Members& members) {
  Provenance made;
  made.version = members.text("alidade");
  if (const Json* recipe = members.find("recipe")) {
    made.recipe = recipe->is_string() ? recipe->get<std::string>() : json_text(*recipe);
  }
  made.seed = members.whole<std::uint64_t>("seed").value_or(0);
  made.checkpoint = members.text("checkpoint");
  made.checkpoint_sha256 = members.text("checkpoint_sha256");
  made.dataset = members.text("dataset");
  made.dataset_sha256 = members.text("dataset_sha256");
  return made;
}

FigureOrigin origin_of(const Members& members) {
  FigureOrigin made;
  made.view = members.text("view");
  made.frame = members.whole<std::size_t>("frame_index");
  made.frame_name = members.text("frame");
  made.object = members.whole<int>("object");
  made.category = members.text("category");
  made.run_a = members.text("run_a");
  made.run_b = members.text("run_b");
  if (const Json* states = members.find("states"); states && states->is_object()) {
    for (const auto& [view, state] : states->items()) {
      if (state.is_object() && made.states.size() < kMostStates) {
        made.states[view] = json_text(without_paths(state));
      }
    }
  }
  return made;
}

}  // namespace

std::string to_json(const FigureRecord& record) {
  Json json = embedded_json(to_json(record.provenance));
  const FigureOrigin& origin = record.origin;
  const auto put = [&json](const char* key, const std::string& value) {
    if (!value.empty()) {
      json[key] = value;
    }
  };
  put("view", origin.view);
  put("frame", origin.frame_name);
  if (origin.frame) {
    json["frame_index"] = *origin.frame;
  }
  if (origin.object) {
    json["object"] = *origin.object;
  }
  put("category", origin.category);
  put("run_a", origin.run_a);
  put("run_b", origin.run_b);
  for (const auto& [view, state] : origin.states) {
    json["states"][view] = without_paths(embedded_json(state));
  }
  return json_text(json, -1, true);
}

Expected<FigureRecord> figure_record_from_json(std::string_view text, const std::string& name) {
  if (text.size() > kLongestRecord) {
    return Error{ErrorCode::kInput,
                 name + ": what the figure says of its making is longer than 1 MiB; export it again."};
  }
  const auto json = parse_ordered_json(text, name);
  if (!json || !json->is_object() || !json->contains("alidade")) {
    return Error{ErrorCode::kInput,
                 name + " says nothing of its making; only figures that Alidade exported can be opened."};
  }
  const Members members(*json);
  return FigureRecord{provenance_of(members), origin_of(members)};
}

}  // namespace alidade
