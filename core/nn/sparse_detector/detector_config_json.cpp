// SPDX-License-Identifier: BSD-3-Clause
#include <set>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/nn/sparse_detector/detector_config.h"

namespace alidade {

NLOHMANN_JSON_SERIALIZE_ENUM(DetectorRules, {{DetectorRules::kReference, "reference"},
                                             {DetectorRules::kCorrected, "corrected"}})
NLOHMANN_JSON_SERIALIZE_ENUM(BoxForm, {{BoxForm::kAligned, "aligned"}, {BoxForm::kRotated, "rotated"}})
NLOHMANN_JSON_SERIALIZE_ENUM(OverlapRule,
                             {{OverlapRule::kFootprint, "footprint"}, {OverlapRule::kVolume, "volume"}})
NLOHMANN_JSON_SERIALIZE_ENUM(AssignmentRule, {{AssignmentRule::kNearestChoosing, "nearest_choosing"},
                                              {AssignmentRule::kNearestOfAll, "nearest_of_all"}})
NLOHMANN_JSON_SERIALIZE_ENUM(KernelChoice, {{KernelChoice::kOff, "off"},
                                            {KernelChoice::kSelected, "selected"},
                                            {KernelChoice::kShared, "shared"},
                                            {KernelChoice::kExclusive, "exclusive"},
                                            {KernelChoice::kAlpha, "alpha"},
                                            {KernelChoice::kBeta, "beta"},
                                            {KernelChoice::kRandom, "random"}})
NLOHMANN_JSON_SERIALIZE_ENUM(NormSharing, {{NormSharing::kShared, "shared"},
                                           {NormSharing::kStatistics, "statistics"},
                                           {NormSharing::kSeparate, "separate"}})

namespace {

using nlohmann::ordered_json;

// One list of keys serves writing, reading and the check for strangers.
template <class Source, class Visitor>
void visit_source_fields(Source& s, Visitor&& visit) {
  visit("name", s.name);
  visit("classes", s.classes);
  visit("class_levels", s.class_levels);
  visit("boxes", s.form);
}

template <class Scenes, class Visitor>
void visit_scene_fields(Scenes& s, Visitor&& visit) {
  visit("extent_m", s.extent_m);
  visit("color", s.color);
  visit("box_sides_m", s.box_sides_m);
}

template <class Config, class Visitor>
void visit_detector_fields(Config& c, Visitor&& visit) {
  visit("name", c.name);
  visit("rules", c.rules);
  visit("voxel_m", c.voxel_m);
  visit("stem_width", c.stem_width);
  visit("stem_stride", c.stem_stride);
  visit("pool", c.pool);
  visit("widths", c.widths);
  visit("blocks", c.blocks);
  visit("strides", c.strides);
  visit("neck_width", c.neck_width);
  visit("neck_kernel", c.neck_kernel);
  visit("choice", c.choice);
  visit("tau", c.tau);
  visit("offset_start", c.offset_start);
  visit("embedding_width", c.embedding_width);
  visit("hidden_width", c.hidden_width);
  visit("structure_width", c.structure_width);
  visit("random_share", c.random_share);
  visit("random_seed", c.random_seed);
  visit("norm", c.norm);
  visit("assignment", c.assignment);
  visit("least_score", c.suppression.least_score);
  visit("most_overlap", c.suppression.most_overlap);
  visit("most_candidates", c.suppression.most_candidates);
  visit("overlap", c.suppression.overlap);
}

/// The first key that does not hold what it should, or is a stranger; empty when all is right.
template <class Value, class Visit>
std::string fill_fields(const ordered_json& json, Value& value, Visit&& visit_fields,
                        std::set<std::string> known = {}) {
  std::string wrong;
  visit_fields(value, [&](const char* key, auto& field) {
    known.insert(key);
    try {
      json.at(key).get_to(field);
      // Names that are none become the first of an enumeration, fractions whole numbers: said, not taken.
      if (ordered_json(field) != json.at(key)) {
        wrong = key;
      }
    } catch (const nlohmann::json::exception&) {
      wrong = key;
    }
  });
  for (const auto& item : json.items()) {
    wrong = known.contains(item.key()) ? wrong : item.key();
  }
  return wrong;
}

constexpr const char* kScenes = "scenes";  ///< of a source; not there where they are not known

ordered_json source_json(const DetectorSource& source) {
  ordered_json entry = ordered_json::object();
  const auto put = [](ordered_json& to) {
    return [&to](const char* key, const auto& value) { to[key] = value; };
  };
  visit_source_fields(source, put(entry));
  if (source.scenes != SourceScenes()) {
    visit_scene_fields(source.scenes, put(entry[kScenes]));
  }
  return entry;
}

/// As fill_fields.
std::string fill_source(const ordered_json& entry, DetectorSource& source) {
  const std::string wrong = fill_fields(
      entry, source, [](auto& value, auto&& visit) { visit_source_fields(value, visit); }, {kScenes});
  const auto scenes = entry.find(kScenes);
  if (scenes == entry.end()) {
    return wrong;
  }
  const std::string inside =
      scenes->is_object() ? fill_fields(*scenes, source.scenes,
                                        [](auto& value, auto&& visit) { visit_scene_fields(value, visit); })
                          : kScenes;
  return inside.empty() ? wrong : inside;
}

Error other_detector_version(const std::string& problem) {
  return {ErrorCode::kInput, problem + "; the checkpoint belongs to another version."};
}

}  // namespace

std::string to_json(const DetectorConfig& config) {
  ordered_json json;
  visit_detector_fields(config, [&json](const char* key, const auto& value) { json[key] = value; });
  json["sources"] = ordered_json::array();
  for (const DetectorSource& source : config.sources) {
    json["sources"].push_back(source_json(source));
  }
  return json_text(json);
}

Expected<DetectorConfig> detector_config_from_json(const std::string& text) {
  const auto parsed = parse_ordered_json(text, "detector configuration");
  if (!parsed || !parsed->is_object() || !parsed->contains("sources") || !parsed->at("sources").is_array()) {
    return other_detector_version("expected a JSON object with \"sources\" and no key twice");
  }
  DetectorConfig config;
  std::string wrong = fill_fields(
      *parsed, config, [](auto& value, auto&& visit) { visit_detector_fields(value, visit); }, {"sources"});
  for (const ordered_json& entry : parsed->at("sources")) {
    if (!entry.is_object()) {
      return other_detector_version("an entry of \"sources\" is no object");
    }
    const std::string wrong_here = fill_source(entry, config.sources.emplace_back());
    wrong = wrong_here.empty() ? wrong : wrong_here;
  }
  if (!wrong.empty()) {
    return other_detector_version("key \"" + shortened(wrong, 80) +
                                  "\" is unknown, missing or holds nothing that is known");
  }
  if (auto checked = check_detector_config(config); !checked) {
    return checked.error();
  }
  return config;
}

}  // namespace alidade
