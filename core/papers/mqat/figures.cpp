// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/figures.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/evaluation/statistics/statistics.h"
#include "core/experiments/figure_recipe.h"

namespace alidade::mqat {
namespace {

using Json = StudyNumbers::Json;

// Okabe and Ito's colors, which the colorblind tell apart.
constexpr const char* kBlue = "#0072b2";
constexpr const char* kRed = "#d55e00";
constexpr const char* kGreen = "#009e73";
constexpr const char* kOrange = "#e69f00";
constexpr const char* kGray = "#777777";

/// A point with the range of its seeds; nothing without values.
void add_point(FigureSeries& series, double x, const SeedValues& values, double factor = 1.0) {
  auto there = present(values);
  if (there.empty()) {
    return;
  }
  for (double& value : there) {
    value *= factor;
  }
  series.x.push_back(x);
  series.y.push_back(over_seeds(there).mean);
  series.low.push_back(*std::min_element(there.begin(), there.end()));
  series.high.push_back(*std::max_element(there.begin(), there.end()));
}

FigureSeries points_series(const std::string& name, const char* color) {
  FigureSeries series{name, color, {}, {}};
  series.style = FigureSeries::Style::kPoints;
  return series;
}

/// Compression and accuracy of arms, from small to large.
FigureSeries arm_series(const StudyNumbers& n, const std::string& name, const char* color,
                        const std::vector<std::string>& arms, const ShareMetric& metric) {
  std::vector<std::pair<double, std::string>> placed;
  for (const std::string& arm : arms) {
    if (const auto compression = n.compression(arm)) {
      placed.emplace_back(*compression, arm);
    }
  }
  std::sort(placed.begin(), placed.end());
  FigureSeries series{name, color, {}, {}};
  for (const auto& [compression, arm] : placed) {
    add_point(series, compression, n.shares(arm, metric), kPoints);
  }
  return series;
}

FigurePanel method_panel(const StudyNumbers& n, const ShareMetric& metric) {
  FigurePanel panel{metric.title(), "compression", metric.title() + " (%)", {}};
  panel.logarithmic_x = true;
  const auto at = [](const std::string& name) {
    std::vector<std::string> arms;
    for (const char* budget : kBudgets) {
      arms.push_back(name + "-" + budget);
    }
    return arms;
  };
  panel.series.push_back(arm_series(n, "MQAT", kBlue, at("mqat"), metric));
  panel.series.push_back(arm_series(n, "uniform LSQ", kRed, at("uniform"), metric));
  panel.series.push_back(arm_series(n, "layer-wise HAWQ", kGreen, at("layers"), metric));
  FigureSeries full = arm_series(n, "full precision", kGray, {"float-total"}, metric);
  full.style = FigureSeries::Style::kPoints;
  panel.series.push_back(std::move(full));
  return panel;
}

/// Fig. 4: combinations at places 1, 2, ... that the names of the series explain.
FigurePanel combination_panel(const StudyNumbers& n, const ShareMetric& metric) {
  FigurePanel panel{
      metric.title() + ", modules at two bits, norms frozen", "place", metric.title() + " (%)", {}};
  constexpr std::array<std::pair<const char*, const char*>, 8> kCombinations{
      {{"float", "none"},
       {"backbone2", "backbone"},
       {"pyramid2", "pyramid"},
       {"head2", "head"},
       {"backbone2-pyramid2", "backbone, pyramid"},
       {"backbone2-head2", "backbone, head"},
       {"pyramid2-head2", "pyramid, head"},
       {"backbone2-pyramid2-head2", "all"}}};
  constexpr const char* kColors[] = {kGray, kRed, kBlue, kOrange, kGreen, "#cc79a7", "#56b4e9", "#000000"};
  for (std::size_t i = 0; i < kCombinations.size(); ++i) {
    FigureSeries series = points_series(kCombinations[i].second, kColors[i]);
    add_point(series, static_cast<double>(i + 1),
              n.shares(std::string(kCombinations[i].first) + "-frozen", metric), kPoints);
    panel.series.push_back(std::move(series));
  }
  return panel;
}

/// Fig. 5: bits of the pyramid, log2 of the number of levels; float32 as 32.
FigurePanel width_panel(const StudyNumbers& n, const ShareMetric& metric) {
  FigurePanel panel{
      metric.title() + " over bits of the pyramid", "bits (log2 of the levels)", metric.title() + " (%)", {}};
  panel.logarithmic_x = true;
  constexpr double kTernaryBits = 1.585;
  for (const auto& [prefix, name, color] :
       {std::tuple{"", "bundled network", kBlue}, std::tuple{"second-", "second backbone", kRed}}) {
    FigureSeries series{name, color, {}, {}};
    for (const auto& [bits, arm] :
         {std::pair{1.0, "pyramid-binary"}, std::pair{kTernaryBits, "pyramid-ternary"},
          std::pair{2.0, "pyramid2-frozen"}, std::pair{3.0, "pyramid-3"}, std::pair{4.0, "pyramid-4"},
          std::pair{8.0, "pyramid-8"}, std::pair{32.0, "float-frozen"}}) {
      add_point(series, bits, n.shares(std::string(prefix) + arm, metric), kPoints);
    }
    panel.series.push_back(std::move(series));
  }
  return panel;
}

/// Fig. 2: throughput and what it costs.
std::vector<FigurePanel> latency_panels(const StudyNumbers& n) {
  FigurePanel time{"latency over compression", "compression", "median (ms)", {}};
  time.logarithmic_x = true;
  FigureSeries measured{"one image, one thread", kBlue, {}, {}};
  FigureSeries proportional{"in proportion to compression", kGray, {}, {}};
  proportional.style = FigureSeries::Style::kDashed;
  const Json* plain = n.result(std::string("latency-") + kTimed[0]);
  const double full = plain ? plain->value("bytes", 0.0) : 0.0;
  const auto start = present(n.latency(kTimed[0]));
  for (const char* widths : kTimed) {
    const Json* json = n.result(std::string("latency-") + widths);
    const double bytes = json ? json->value("bytes", 0.0) : 0.0;
    if (full > 0.0 && bytes > 0.0 && !start.empty()) {
      add_point(measured, full / bytes, n.latency(widths));
      proportional.x.push_back(full / bytes);
      proportional.y.push_back(over_seeds(start).mean * bytes / full);
    }
  }
  time.series = {measured, proportional};
  FigurePanel accuracy{"accuracy over images per second", "images per second", "ADI-0.1d (%)", {}};
  constexpr const char* kRetrained[][2] = {{"32-32-32", "float-total"},
                                           {"8-8-8", "uniform-8"},
                                           {"8-2-8", "table-2-lsq"},
                                           {"4-4-4", "uniform-4"},
                                           {"3-3-3", "uniform-3"}};
  constexpr const char* kColors[] = {kGray, kGreen, kBlue, kOrange, kRed};
  for (std::size_t i = 0; i < std::size(kRetrained); ++i) {
    const auto median = present(n.latency(kRetrained[i][0]));
    FigureSeries series = points_series(std::string("W") + kRetrained[i][0], kColors[i]);
    if (!median.empty() && over_seeds(median).mean > 0.0) {
      constexpr double kMillisecondsPerSecond = 1000.0;
      add_point(series, kMillisecondsPerSecond / over_seeds(median).mean, n.shares(kRetrained[i][1], kUsual),
                kPoints);
    }
    accuracy.series.push_back(std::move(series));
  }
  return {time, accuracy};
}

/// Fig. 7: votes of an image, and their spread over images.
std::vector<FigurePanel> vote_panels(const StudyNumbers& n) {
  std::vector<FigurePanel> panels;
  FigurePanel spread{"spread of votes, images in rising order", "image", "spread (px)", {}};
  constexpr const char* kColors[] = {kGray, kBlue, kRed};
  for (std::size_t i = 0; i < std::size(kLookedAt); ++i) {
    const Json* votes = n.result(std::string("votes-") + kLookedAt[i] + "-s1");
    if (!votes) {
      continue;
    }
    std::vector<double> values;
    for (const auto& value : votes->value("spread_px", Json::array())) {
      if (value.is_number()) {
        values.push_back(value.get<double>());
      }
    }
    std::sort(values.begin(), values.end());
    FigureSeries series{kLookedAt[i], kColors[i], {}, values};
    for (std::size_t k = 0; k < values.size(); ++k) {
      series.x.push_back(static_cast<double>(k + 1));
    }
    spread.series.push_back(std::move(series));
    FigurePanel image{std::string("votes for the corners, ") + kLookedAt[i], "x (px)", "y (px)", {}};
    image.bare = true;
    FigureSeries cells = points_series("cells", kColors[i]);
    for (const auto& vote : votes->value("example", Json::array())) {
      cells.x.push_back(vote.at(0).get<double>());
      cells.y.push_back(-vote.at(1).get<double>());
    }
    image.series.push_back(std::move(cells));
    panels.push_back(std::move(image));
  }
  panels.insert(panels.begin(), std::move(spread));
  return panels;
}

/// What the paper prints of Fig. 6's kind: Table 4.
FigurePanel published_panel(const std::vector<PublishedTable>& published) {
  FigurePanel panel{"published on SwissCube (Table 4)", "compression", "ADI-0.1d (%)", {}};
  panel.logarithmic_x = true;
  const PublishedTable* table = find_published(published, "mqat-table-4");
  FigureSeries mqat = points_series("MQAT", kBlue), lsq = points_series("LSQ", kRed),
               full = points_series("full precision", kGray);
  for (const PublishedRow& row : table ? table->rows : std::vector<PublishedRow>()) {
    const auto x = row.values.find("compression"), y = row.values.find("adi_0.1d");
    if (x == row.values.end() || y == row.values.end()) {
      continue;
    }
    FigureSeries& series = row.method.ends_with("MQAT")                  ? mqat
                           : row.method.find("LSQ") != std::string::npos ? lsq
                                                                         : full;
    series.x.push_back(x->second);
    series.y.push_back(y->second);
  }
  panel.series = {mqat, lsq, full};
  return panel;
}

}  // namespace

std::vector<ReportFile> study_figures(const StudyNumbers& n, const std::vector<PublishedTable>& published) {
  std::vector<ReportFile> files;
  const auto add = [&files](const std::string& name, const std::vector<FigurePanel>& panels) {
    const auto more = figure_files(name, panels);
    files.insert(files.end(), more.begin(), more.end());
  };
  add("figure-2", latency_panels(n));
  add("figure-4", {combination_panel(n, kUsual), combination_panel(n, kStrict)});
  add("figure-5", {width_panel(n, kUsual), width_panel(n, kStrict)});
  add("figure-6", {method_panel(n, kUsual), method_panel(n, kStrict), published_panel(published)});
  add("figure-7", vote_panels(n));
  return files;
}

}  // namespace alidade::mqat
