// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/figures.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/evaluation/statistics/statistics.h"
#include "core/experiments/figure_recipe.h"
#include "core/papers/decompose/gradient_summary.h"

namespace alidade::decompose {
namespace {

using Json = StudyNumbers::Json;

// Okabe and Ito's colors, which the colorblind tell apart.
constexpr const char* kBlue = "#0072b2";
constexpr const char* kRed = "#d55e00";
constexpr const char* kGreen = "#009e73";
constexpr const char* kGray = "#777777";

/// Values over the seeds at each x.
using SeedSamples = std::map<double, std::vector<double>>;

FigureSeries seed_series(const std::string& name, const std::string& color, const SeedSamples& samples) {
  FigureSeries series{name, color, {}, {}};
  for (const auto& [x, values] : samples) {
    series.x.push_back(x);
    series.y.push_back(over_seeds(values).mean);
    series.low.push_back(*std::min_element(values.begin(), values.end()));
    series.high.push_back(*std::max_element(values.begin(), values.end()));
  }
  return series;
}

/// A measure of a block along the trainings of an arm.
SeedSamples block_samples(const StudyNumbers& n, const std::string& set, const std::string& arm,
                          const std::string& block, const std::string& measure) {
  SeedSamples samples;
  for (int seed = 1; seed <= n.seeds(set, arm); ++seed) {
    const Json* measured = n.result("contention-" + set + "-" + arm + "-s" + std::to_string(seed));
    if (measured == nullptr || !measured->contains("blocks") || !measured->at("blocks").contains(block)) {
      continue;
    }
    for (const Json& point : measured->at("blocks").at(block)) {
      const auto value = json_number(point, {measure}), step = json_number(point, {"step"});
      if (value && step && !point.value("stationary", false)) {
        samples[*step].push_back(*value);
      }
    }
  }
  return samples;
}

struct Measured {
  const char* key;
  const char* title;
  const char* axis;
};
constexpr Measured kMeasures[] = {{"mean_cosine", "mean cosine between categories", "mean cosine"},
                                  {"variance", "variance of the cosines", "variance"},
                                  {"mean_negative_transfer", "negative transfer", "mean N"}};

/// Fig. 3a: a measure of the three blocks, without groups.
FigurePanel location_panel(const StudyNumbers& n, const std::string& set, const Measured& measure) {
  FigurePanel panel{std::string("(a) ") + measure.title, "step", measure.axis, {}};
  for (const auto& [block, color] :
       {std::pair{kBackbone, kBlue}, std::pair{kCorrespondence, kRed}, std::pair{kHead, kGreen}}) {
    panel.series.push_back(seed_series(block, color, block_samples(n, set, kNone, block, measure.key)));
  }
  return panel;
}

/// Fig. 3c and 4: the shared backbone of several arms.
FigurePanel backbone_panel(
    const StudyNumbers& n, const std::string& set, const std::string& title,
    const std::vector<std::pair<std::string, std::pair<std::string, std::string>>>& arms) {
  FigurePanel panel{title, "step", "mean cosine, backbone", {}};
  for (const auto& [arm, shown] : arms) {
    panel.series.push_back(
        seed_series(shown.first, shown.second, block_samples(n, set, arm, kBackbone, "mean_cosine")));
  }
  return panel;
}

std::vector<FigurePanel> contention_panels(const StudyNumbers& n, const std::string& set) {
  std::vector<FigurePanel> panels;
  for (const Measured& measure : kMeasures) {
    panels.push_back(location_panel(n, set, measure));
  }
  panels.push_back(backbone_panel(n, set, "(c) the shared backbone, with and without groups",
                                  {{kNone, {"no groups", kGray}},
                                   {"random", {"random groups", kGreen}},
                                   {grouped_arm(*find_set(set)), {"groups by difficulty", kBlue}}}));
  return panels;
}

/// Fig. 1a: categories from hard to easy by the accuracy of the training without groups, points at places 1,
/// 2,
/// ... that the names of the series explain.
FigurePanel difficulty_panel(const StudyNumbers& n, const StudySet& set) {
  FigurePanel panel{std::to_string(set.categories.size()) + " categories, from hard to easy" +
                        (set.name == "unlike" ? " (least alike)" : ""),
                    "place",
                    "5°2cm without groups (%)",
                    {}};
  const Json* measured = n.result("difficulty-" + set.name);
  std::vector<std::pair<double, std::string>> shares;
  for (const std::string& category : set.categories) {
    const auto difficulty =
        measured ? json_number(*measured, {"difficulty", category}) : std::optional<double>();
    if (difficulty) {
      shares.emplace_back(kPoints * (1.0 - *difficulty), category);
    }
  }
  std::stable_sort(shares.begin(), shares.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  constexpr const char* kColors[] = {kRed,  "#e69f00", "#cc79a7", kGreen,    "#56b4e9",
                                     kBlue, kGray,     "#000000", "#882255", "#117733"};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    FigureSeries point{shares[i].second, kColors[i % std::size(kColors)], {i + 1.0}, {shares[i].first}};
    point.style = FigureSeries::Style::kPoints;
    panel.series.push_back(std::move(point));
  }
  return panel;
}

}  // namespace

std::vector<ReportFile> study_figures(const StudyNumbers& n) {
  std::vector<ReportFile> files;
  const auto add = [&files](const std::string& name, const std::vector<FigurePanel>& panels) {
    const auto more = figure_files(name, panels);
    files.insert(files.end(), more.begin(), more.end());
  };
  std::vector<FigurePanel> one, four;
  for (const StudySet& set : study_sets()) {
    if (n.result("difficulty-" + set.name) != nullptr) {
      one.push_back(difficulty_panel(n, set));
    }
    const std::string high(static_cast<std::size_t>(set.groups), 'h');
    if (n.seeds(set.name, high) > 0) {
      four.push_back(backbone_panel(
          n, set.name, std::to_string(set.categories.size()) + " categories",
          {{high, {"equal high branches", kGray}}, {grouped_arm(set), {"asymmetric branches", kBlue}}}));
    }
  }
  add("figure-1", one);
  add("figure-3", contention_panels(n, "six"));
  add("figure-4", four);
  if (n.seeds("ten", kNone) > 0) {
    add("figure-6", contention_panels(n, "ten"));
  }
  return files;
}

ReportFile comparison_figure(const std::string& data) {
  const std::string set = "six";
  nlohmann::ordered_json recipe{{"schema", 1}, {"figure", "comparison"}, {"dataset", data}};
  recipe["width_mm"] = 174;
  recipe["height_mm"] = 108;
  auto& view = recipe["view"];
  view["frames"] = {0, 1, 2, 3};
  view["axes"] = view["letters"] = view["labels"] = view["frame_names"] = false;
  const std::pair<std::string, const char*> rows[] = {
      {kNone, "no groups"}, {"random", "random groups"}, {grouped_arm(*find_set(set)), "by difficulty"}};
  for (const auto& [arm, name] : rows) {
    nlohmann::ordered_json row;
    row["checkpoint"] = "runs/" + set + "-" + arm + "-s1/final.safetensors";
    row["name"] = name;
    view["rows"].push_back(std::move(row));
  }
  return {"figure-5.json", json_text(recipe, 2) + "\n", true};
}

}  // namespace alidade::decompose
