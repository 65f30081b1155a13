// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/exchange/pose_table.h"
#include "core/studies/spacecraft_accuracy.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr const char* kSpacecraftFormat = "alidade-spacecraft-errors";

ordered_json record_json(const SpacecraftRecord& record) {
  ordered_json row = {record.image, record.instance, record.depth};
  if (record.error) {
    const SpacecraftPoseError& e = *record.error;
    row.insert(row.end(), {e.add, e.adi_bop, e.adi_mqat, e.rotation, e.translation});
  }
  return row;
}

SpacecraftRecord record_of(const ordered_json& row) {
  SpacecraftRecord record{row.at(0).get<std::uint32_t>(), row.at(1).get<int>(), row.at(2).get<double>(), {}};
  if (row.size() > 3) {
    record.error = {row.at(3).get<double>(), row.at(4).get<double>(), row.at(5).get<double>(),
                    row.at(6).get<double>(), row.at(7).get<double>()};
  }
  return record;
}

/// Non-negative errors of an image that there is.
bool makes_sense(const SpacecraftRecord& record, std::size_t images) {
  const auto is_error = [](double value) { return std::isfinite(value) && value >= 0.0; };
  if (record.image >= images || !std::isfinite(record.depth)) {
    return false;
  }
  return !record.error || (is_error(record.error->add) && is_error(record.error->adi_bop) &&
                           is_error(record.error->adi_mqat) && is_error(record.error->rotation) &&
                           is_error(record.error->translation));
}

}  // namespace

ordered_json to_json(const SpacecraftRecords& run) {
  ordered_json rows = ordered_json::array();
  for (const SpacecraftRecord& record : run.records) {
    rows.push_back(record_json(record));
  }
  return {
      {"format", kSpacecraftFormat},
      {"name", run.name},
      {"images", run.images},
      {"columns",
       {"image", "instance", "depth_m", "add_d", "adi_bop_d", "adi_mqat_d", "rotation_rad", "translation_m"}},
      {"records", std::move(rows)},
      {"provenance", embedded_json(to_json(run.provenance))}};
}

Expected<SpacecraftRecords> spacecraft_records_from_json(const ordered_json& json, const std::string& name) {
  SpacecraftRecords run;
  try {
    if (json.at("format") != kSpacecraftFormat) {
      return input_error(name, "format", "it holds no errors of spacecraft", "do the step again");
    }
    json.at("name").get_to(run.name);
    json.at("images").get_to(run.images);
    for (const ordered_json& row : json.at("records")) {
      run.records.push_back(record_of(row));
      if ((row.size() != 3 && row.size() != 8) || !makes_sense(run.records.back(), run.images.size())) {
        return input_error(name, "records[" + std::to_string(run.records.size() - 1) + "]",
                           "its numbers cannot be meant", "do the step again");
      }
    }
    run.provenance = parse_provenance(json_text(json.at("provenance")));
  } catch (const nlohmann::json::exception&) {
    return input_error(name, "", "it holds no errors of spacecraft", "do the step again");
  }
  return run;
}

}  // namespace alidade
