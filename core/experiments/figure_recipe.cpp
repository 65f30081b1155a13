// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiments/figure_recipe.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/table.h"

namespace alidade {
namespace {

using FigureJson = nlohmann::ordered_json;

constexpr std::size_t kColumns = 2;
constexpr double kWidth_mm = 174.0;
constexpr double kRowHeight_mm = 78.0;

Table::Cell finite_cell(const std::vector<double>& values, std::size_t i) {
  return i < values.size() && std::isfinite(values[i]) ? Table::Cell(values[i]) : Table::Cell();
}

void append_rows(Table& table, const std::string& panel, const FigureSeries& series) {
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (std::isfinite(series.x[i]) && std::isfinite(series.y[i])) {
      table.rows.push_back({panel, series.name, series.x[i], series.y[i], finite_cell(series.low, i),
                            finite_cell(series.high, i)});
    }
  }
}

FigureJson axis_json(const std::string& label, bool logarithmic) {
  FigureJson axis{{"label", label}};
  if (logarithmic) {
    axis["scale"] = "logarithmic";
  }
  return axis;
}

FigureJson series_json(const FigureSeries& series) {
  FigureJson json{{"name", series.name}, {"color", series.color}};
  if (series.style != FigureSeries::Style::kLine) {
    json["style"] = series.style == FigureSeries::Style::kDashed ? "dashed" : "points";
  }
  return json;
}

FigureJson panel_json(const FigurePanel& panel) {
  FigureJson x = axis_json(panel.x_label, panel.logarithmic_x);
  if (panel.reversed_x) {
    x["reversed"] = true;
  }
  if (panel.logarithmic_x) {
    x["ticks"] = "values";
  }
  FigureJson json{{"title", panel.title}, {"x", x}, {"y", axis_json(panel.y_label, panel.logarithmic_y)}};
  if (panel.bare) {
    json["bare"] = true;
  } else if (!panel.logarithmic_y) {
    json["y"]["from_zero"] = true;
  }
  json["series"] = FigureJson::array();
  for (const FigureSeries& series : panel.series) {
    json["series"].push_back(series_json(series));
  }
  return json;
}

}  // namespace

std::vector<ReportFile> figure_files(const std::string& name, const std::vector<FigurePanel>& panels) {
  Table table;
  table.columns = {"panel", "series", "x", "y", "low", "high"};
  FigureJson shown = FigureJson::array();
  for (const FigurePanel& panel : panels) {
    shown.push_back(panel_json(panel));
    for (const FigureSeries& series : panel.series) {
      append_rows(table, panel.title, series);
    }
  }
  const std::size_t columns = std::clamp<std::size_t>(panels.size(), 1, kColumns);
  const std::size_t rows = std::max<std::size_t>(1, (panels.size() + columns - 1) / columns);
  const FigureJson recipe{{"schema", 1},
                          {"figure", "chart"},
                          {"view", {{"data", name + ".csv"}, {"columns", columns}, {"panels", shown}}},
                          {"width_mm", kWidth_mm},
                          {"height_mm", kRowHeight_mm * static_cast<double>(rows)}};
  return {{name + ".csv", to_csv(table)}, {name + ".json", json_text(recipe, 2) + "\n", true}};
}

}  // namespace alidade
