// SPDX-License-Identifier: BSD-3-Clause
// Charts of numbers in a CSV file, as reproductions write them.
#include <algorithm>
#include <filesystem>
#include <set>

#include "app/render/chart_data.h"
#include "app/render/figure_kinds.h"

namespace alidade {
namespace {

constexpr std::size_t kMostPanels = 64;
constexpr std::size_t kMostLines = 256;
constexpr int kMostColumns = 8;

std::string nth(const char* key, std::size_t i) {
  return std::string(key) + "[" + std::to_string(i) + "]";
}

/// Calls `read` with every object of the list under `key`, which must have one at least.
template <class Read>
void eachObject(StrictObject& parent, const char* key, std::size_t most, Read read) {
  const nlohmann::json list = parent.value(key);
  if (!list.is_array() || list.empty() || list.size() > most) {
    parent.fail(key, "a list of up to " + std::to_string(most) + " objects was expected",
                "write it as docs/formats.md shows a chart");
    return;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    StrictObject object(parent.file(), parent.place(nth(key, i)), list[i]);
    read(object);
    parent.adopt(object.finish());
  }
}

void readAxis(StrictObject& object, ChartAxis& axis) {
  axis.label = QString::fromStdString(object.text("label", ""));
  axis.scale =
      object.choice("scale", {"linear", "logarithmic"}) == 1 ? ChartScale::kLogarithmic : ChartScale::kLinear;
  axis.reversed = object.flag("reversed", false);
}

QColor colorKey(StrictObject& line) {
  const std::string text = line.text("color", "");
  const QColor color =
      text.size() == 7 && text.front() == '#' ? QColor(QString::fromStdString(text)) : QColor();
  if (!text.empty() && !color.isValid()) {
    line.fail("color", "\"" + text + "\" is no color", "write \"#rrggbb\", or leave the key out");
  }
  return color;
}

ChartLine readLine(StrictObject& object) {
  ChartLine line;
  line.name = QString::fromStdString(object.text("name"));
  line.color = colorKey(object);
  const std::size_t style = object.choice("style", {"line", "dashed", "points", "steps", "bars"});
  constexpr ChartSeries::Style kStyles[] = {ChartSeries::Style::kLine, ChartSeries::Style::kLine,
                                            ChartSeries::Style::kPoints, ChartSeries::Style::kSteps,
                                            ChartSeries::Style::kBars};
  line.style = kStyles[style];
  line.dashed = style == 1;
  line.spread = object.choice("spread", {"band", "bars"}) == 1 ? ChartSeries::Spread::kErrorBars
                                                               : ChartSeries::Spread::kBand;
  return line;
}

ChartPanel readPanel(StrictObject& object) {
  ChartPanel panel;
  panel.title = QString::fromStdString(object.text("title"));
  panel.bare = object.flag("bare", false);
  StrictObject x = object.object("x"), y = object.object("y");
  panel.x_ticks_at_values = x.choice("ticks", {"round", "values"}) == 1;
  panel.y_from_zero = y.flag("from_zero", false);
  for (auto [axis, shown] : {std::pair{&x, &panel.x}, std::pair{&y, &panel.y}}) {
    readAxis(*axis, *shown);
  }
  if (panel.y_from_zero && panel.y.logarithmic()) {
    y.fail("from_zero", "a logarithmic axis has no zero", "leave the key out");
  }
  object.adopt(x.finish());
  object.adopt(y.finish());
  eachObject(object, "series", kMostLines,
             [&panel](StrictObject& line) { panel.lines.push_back(readLine(line)); });
  return panel;
}

/// The numbers find their series by the names of panel and series.
void checkNames(StrictObject& view, const std::vector<ChartPanel>& panels) {
  std::set<std::pair<QString, QString>> names;
  for (const ChartPanel& panel : panels) {
    for (const ChartLine& line : panel.lines) {
      if (!names.insert({panel.title, line.name}).second) {
        view.fail("panels", "there are two series \"" + line.name.toStdString() + "\" in panels \"" + panel.title.toStdString() + "\"",
                  "give panels titles, and series names, that differ");
      }
    }
  }
}

ParsedView parseChart(StrictObject& view) {
  ChartFigure::Content content;
  const std::string data = view.text("data");
  content.columns = static_cast<int>(view.integer("columns", 1, 1, kMostColumns));
  eachObject(view, "panels", kMostPanels,
             [&content](StrictObject& panel) { content.panels.push_back(readPanel(panel)); });
  checkNames(view, content.panels);
  return {[content, data](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
    ChartFigure::Content filled = content;
    filled.provenance = input.provenance;
    const auto read = readChartData(std::filesystem::path(input.recipe_file).parent_path() / data, filled);
    return read ? Expected<std::unique_ptr<Figure>>(std::make_unique<ChartFigure>(std::move(filled)))
                : Expected<std::unique_ptr<Figure>>(read.error());
  }};
}

}  // namespace

FigureKind chartKind() {
  return {"chart", {.dataset = false}, 174.0, 78.0, parseChart};
}

}  // namespace alidade
