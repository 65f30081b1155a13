// SPDX-License-Identifier: BSD-3-Clause
// The figures of an evaluation: the table of categories, or with published rows; a metric over its threshold;
// how many objects have which error.
#include <algorithm>

#include "app/cli/command.h"
#include "app/render/figure_kinds.h"
#include "core/evaluation/objects/calibration.h"
#include "core/evaluation/protocol.h"
#include "core/studies/plain/evaluate.h"
#include "views/metrics/curve_figure.h"
#include "views/metrics/histogram_figure.h"
#include "views/metrics/metric_tables.h"

namespace alidade {
namespace {

using Report = std::shared_ptr<const EvaluationReport>;

/// The place of `wanted` among named things; an Error lists what there is.
template <class List, class Name>
Expected<std::size_t> placeOf(const List& list, const std::string& wanted, Name name, const std::string& file,
                              const std::string& key) {
  std::string names;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (name(list[i]) == wanted) {
      return i;
    }
    names += (i ? ", " : "") + name(list[i]);
  }
  return input_error(file, "view." + key, "the protocol has no \"" + wanted + "\"",
                     names.empty() ? "choose another protocol" : "choose one of " + names);
}

const auto kIdOf = [](const auto& item) { return item.id; };
const auto kNameOf = [](const auto& item) { return item.name; };

std::string protocolKey(StrictObject& view) {
  const std::string id = view.text("protocol", "nocs-exact");
  if (!find_protocol(id)) {
    std::string ids;
    for (const Protocol& protocol : protocols()) {
      ids += (ids.empty() ? "" : ", ") + protocol.id;
    }
    view.fail("protocol", "there is no protocol \"" + id + "\"", "choose one of " + ids);
  }
  return id;
}

Expected<Report> reportOf(const FigureInput& input, const std::string& protocol) {
  auto poses =
      evaluation_input(*input.dataset, *input.result, input.job, needs_models(*find_protocol(protocol)));
  if (!poses) {
    return poses.error();
  }
  return evaluate_with_intervals(*find_protocol(protocol), *poses, default_bootstrap(), input.job);
}

/// The last row, of means, unless the recipe names another.
Expected<std::size_t> rowOf(const EvaluationReport& report, const std::string& name,
                            const std::string& file) {
  if (name.empty()) {
    return report.rows.size() - 1;
  }
  return placeOf(report.rows, name, kNameOf, file, "row");
}

std::vector<std::string> publishedKey(StrictObject& view) {
  std::vector<std::string> tables;
  const auto& list = view.value("published");
  if (list.is_null()) {
    return tables;
  }
  const bool fine =
      list.is_array() && std::all_of(list.begin(), list.end(), [](const auto& id) { return id.is_string(); });
  if (!fine) {
    view.fail("published", "a list of names of published tables was expected",
              "write file names of resources/published without .csv");
    return tables;
  }
  for (const auto& id : list) {
    tables.push_back(id.template get<std::string>());
  }
  return tables;
}

Expected<std::vector<PublishedTable>> publishedTables(const std::vector<std::string>& ids) {
  std::vector<PublishedTable> tables;
  for (const std::string& id : ids) {
    auto table = read_published_table(share_path("resources/published/" + id + ".csv"));
    if (!table) {
      return table.error();
    }
    tables.push_back(std::move(*table));
  }
  return tables;
}

ParsedView parseMetrics(StrictObject& view) {
  const std::string protocol = protocolKey(view);
  const bool models = view.choice("rows", {"categories", "models"}) == 1;
  const auto published = publishedKey(view);
  for (const std::string& id : published) {
    if (id.find('/') != std::string::npos || id.find('\\') != std::string::npos) {
      view.fail("published", "\"" + id + "\" is not the name of a table", "name it without a folder");
    }
  }
  const auto make = [=](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
    const auto report = reportOf(input, protocol);
    if (!report) {
      return report.error();
    }
    const auto tables = publishedTables(published);
    if (!tables) {
      return tables.error();
    }
    std::vector<PublishedPick> chosen;
    for (const PublishedTable& table : *tables) {
      for (std::size_t row = 0; row < table.rows.size(); ++row) {
        chosen.push_back({table.id, row});
      }
    }
    const ShownTable shown = models || !chosen.empty() ? modelTable(comparedRuns({*report}), *tables, chosen)
                                                       : categoryTable(comparedRuns({*report}));
    return std::unique_ptr<Figure>(
        std::make_unique<TableFigure>(metricFigure(shown.table, input.provenance)));
  };
  return {make, true};
}

/// A curve of a protocol's report; `curve` empty: the first.
ParsedView curveView(StrictObject& view, const std::string& protocol, const std::string& curve,
                     const std::string& key) {
  const std::string row = view.text("row", "");
  const bool others = view.flag("other_rows", true);
  const auto make = [=](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
    const auto report = reportOf(input, protocol);
    if (!report) {
      return report.error();
    }
    const auto& curves = (*report)->curves;
    const auto place = curve.empty() && !curves.empty()
                           ? Expected<std::size_t>(std::size_t{0})
                           : placeOf(curves, curve, kIdOf, input.recipe_file, key);
    if (!place) {
      return place.error();
    }
    const auto strong = rowOf(**report, row, input.recipe_file);
    if (!strong) {
      return strong.error();
    }
    return std::unique_ptr<Figure>(std::make_unique<CurveFigure>(
        CurveData{comparedRuns({*report}), *place, *strong, others, input.provenance}));
  };
  return {make, true};
}

ParsedView parseMetricCurve(StrictObject& view) {
  const std::string protocol = protocolKey(view);
  return curveView(view, protocol, view.text("curve", ""), "curve");
}

ParsedView parseCalibration(StrictObject& view) {
  static const std::vector<std::string> kCovered{"pose", "rotation", "translation"};
  static const std::vector<std::string> kRegions{"calibration", "calibration-heaviest",
                                                 "calibration-density"};
  const std::string protocol = kRegions[view.choice("regions", {"modes", "heaviest", "density"})];
  const std::string part = kCovered[view.choice("of", kCovered)];
  return curveView(view, protocol, kCalibrationCurve + part, "of");
}

ParsedView parseMetricHistogram(StrictObject& view) {
  const std::string protocol = protocolKey(view);
  const std::string measure = view.text("measure", "");
  const std::string column = view.text("column", "");
  const std::string row = view.text("row", "");
  const auto make = [=](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
    const auto report = reportOf(input, protocol);
    if (!report) {
      return report.error();
    }
    const std::string& file = input.recipe_file;
    const auto first = [](const auto& list, const std::string& named) {
      return named.empty() && !list.empty() ? list.front().id : named;
    };
    const auto m = placeOf((*report)->measures, first((*report)->measures, measure), kIdOf, file, "measure");
    const auto c = placeOf((*report)->columns, first((*report)->columns, column), kIdOf, file, "column");
    const auto r = rowOf(**report, row, file);
    if (!m || !c || !r) {
      return !m ? m.error() : !c ? c.error() : r.error();
    }
    HistogramData data = histogramData(comparedRuns({*report}), *r, *c, *m);
    data.provenance = input.provenance;
    return std::unique_ptr<Figure>(std::make_unique<HistogramFigure>(std::move(data)));
  };
  return {make, true};
}

}  // namespace

FigureKind metricsKind() {
  return {"metrics", {.estimates = true, .checkpoint = CheckpointKey::kRequired}, 174.0, 60.0, parseMetrics};
}

FigureKind metricCurveKind() {
  return {"metric-curve",
          {.estimates = true, .checkpoint = CheckpointKey::kRequired},
          84.0,
          60.0,
          parseMetricCurve};
}

FigureKind calibrationKind() {
  return {"calibration",
          {.estimates = true, .checkpoint = CheckpointKey::kRequired},
          84.0,
          72.0,
          parseCalibration};
}

FigureKind metricHistogramKind() {
  return {"metric-histogram",
          {.estimates = true, .checkpoint = CheckpointKey::kRequired},
          84.0,
          60.0,
          parseMetricHistogram};
}

}  // namespace alidade
