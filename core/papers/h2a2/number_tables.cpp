// SPDX-License-Identifier: BSD-3-Clause
#include <nlohmann/json.hpp>

#include "core/papers/h2a2/numbers.h"

namespace alidade::h2a2 {
namespace {

using Json = StudyNumbers::Json;
using Kind = StudyStep::Kind;

Table::Cell optional_cell(const std::optional<double>& value, double factor = 1.0) {
  return value ? Table::Cell(*value * factor) : Table::Cell();
}

/// A row for all classes of a source, then one for each.
void add_accuracy_rows(Table& table, const StudyStep& step, const std::string& source,
                       const std::string& head, const Json& accuracy) {
  const auto row = [&](const std::string& name, const std::optional<double>& low,
                       const std::optional<double>& high) {
    table.rows.push_back({step.arm, static_cast<double>(step.seed), source, head, name,
                          optional_cell(low, kPoints), optional_cell(high, kPoints)});
  };
  row("all", json_number(accuracy, {"map25"}), json_number(accuracy, {"map50"}));
  for (const auto& item : object_at(accuracy, "ap25").items()) {
    row(item.key(), json_number(accuracy, {"ap25", item.key()}), json_number(accuracy, {"ap50", item.key()}));
  }
}

}  // namespace

Table StudyNumbers::accuracies() const {
  Table table{{"arm", "seed", "source", "head", "class", "map_25 (%)", "map_50 (%)"}, {}};
  for (const StudyStep& step : plan_.steps) {
    const Json* measured = step.kind == Kind::kEvaluate ? result(step.name()) : nullptr;
    if (!measured) {
      continue;
    }
    for (const auto& [source, accuracy] : object_at(*measured, "seen").items()) {
      add_accuracy_rows(table, step, source, source, accuracy);
    }
    for (const auto& [source, heads] : object_at(*measured, "unseen").items()) {
      for (const auto& [head, accuracy] : heads.items()) {
        add_accuracy_rows(table, step, source, head, accuracy);
      }
    }
  }
  return table;
}

Table StudyNumbers::sharing() const {
  Table table{{"arm", "seed", "layer", "x", "y", "z", "source", "alpha", "beta", "gamma", "pairs"}, {}};
  for (const StudyStep& step : plan_.steps) {
    const Json* measured = step.kind == Kind::kSharing ? result(step.name()) : nullptr;
    if (!measured) {
      continue;
    }
    for (const auto& [name, layer] : object_at(*measured, "layers").items()) {
      const auto& offsets = layer.at("offsets");
      for (const auto& [source, entry] : layer.at("sources").items()) {
        for (std::size_t j = 0; j < offsets.size(); ++j) {
          const auto at = [&](std::size_t axis) { return Table::Cell(offsets[j][axis].get<double>()); };
          const auto of = [&](const char* key) { return Table::Cell(entry.at(key)[j].get<double>()); };
          table.rows.push_back({step.arm, static_cast<double>(step.seed), name, at(0), at(1), at(2), source,
                                layer.at("alpha")[j].get<double>(), of("beta"), of("gamma"), of("pairs")});
        }
      }
    }
  }
  return table;
}

Table StudyNumbers::gradients() const {
  Table table{{"arm", "seed", "step", "source", "norm", "psi", "triggered"}, {}};
  for (const StudyStep& step : plan_.steps) {
    const Json* trained = step.kind == Kind::kTrain ? result(step.name()) : nullptr;
    for (const auto& point : trained ? trained->value("points", Json::array()) : Json::array()) {
      for (const auto& [source, norm] : point.at("norms").items()) {
        table.rows.push_back(
            {step.arm, static_cast<double>(step.seed), optional_cell(json_number(point, {"step"})), source,
             norm.is_number() ? Table::Cell(norm.get<double>()) : Table::Cell(),
             optional_cell(json_number(point, {"psi"})), optional_cell(json_number(point, {"triggered"}))});
      }
    }
  }
  return table;
}

}  // namespace alidade::h2a2
