// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/h2a2/figures.h"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

#include <nlohmann/json.hpp>

#include "core/evaluation/statistics/statistics.h"
#include "core/experiments/figure_recipe.h"

namespace alidade::h2a2 {
namespace {

using Json = StudyNumbers::Json;

// Okabe and Ito's colors, which the colorblind tell apart.
constexpr const char* kColors[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#777777"};
constexpr const char* kMetricNames[] = {"mAP@0.25 (%)", "mAP@0.5 (%)"};

const char* color_at(std::size_t place) {
  return kColors[place % std::size(kColors)];
}

/// A point of the mean over seeds with the range of its values; nothing without any.
void add_point(FigureSeries& series, double x, const SeedValues& values, double factor) {
  const auto there = present(values);
  if (there.empty()) {
    return;
  }
  series.x.push_back(x);
  series.y.push_back(factor * over_seeds(there).mean);
  series.low.push_back(factor * *std::min_element(there.begin(), there.end()));
  series.high.push_back(factor * *std::max_element(there.begin(), there.end()));
}

bool has_points(const std::vector<FigurePanel>& panels) {
  return std::any_of(panels.begin(), panels.end(), [](const FigurePanel& panel) {
    return std::any_of(panel.series.begin(), panel.series.end(),
                       [](const FigureSeries& series) { return !series.x.empty(); });
  });
}

/// The main arms at places 1, 2, ... of the axis, which its label names.
std::vector<FigurePanel> ablation_panels(const StudyNumbers& n) {
  constexpr const char* kArms[] = {kAlone, kJoint, kSelection, kHarmony, kBoth, kProjection};
  std::vector<FigurePanel> panels;
  for (std::size_t metric = 0; metric < std::size(kMetrics); ++metric) {
    FigurePanel panel{std::string("by method, ") + kMetricNames[metric],
                      "1 alone, 2 joint, 3 SF-KS, 4 NGH, 5 both, 6 PCGrad",
                      kMetricNames[metric],
                      {}};
    std::size_t place = 0;
    for (const StudySource& source : main_sources()) {
      FigureSeries series{source.name, color_at(place++), {}, {}};
      for (std::size_t arm = 0; arm < std::size(kArms); ++arm) {
        add_point(series, arm + 1.0, n.accuracy(kArms[arm], source.name, kMetrics[metric]), kPoints);
      }
      panel.series.push_back(std::move(series));
    }
    panels.push_back(std::move(panel));
  }
  return panels;
}

/// A number of every point of an arm's training, seed 1.
FigureSeries log_series(const StudyNumbers& n, const std::string& arm, const std::string& name,
                        std::size_t place, const std::function<std::optional<double>(const Json&)>& read) {
  FigureSeries series{name, color_at(place), {}, {}};
  const Json* trained = n.result("train-" + arm + "-s1");
  for (const Json& point : trained ? trained->value("points", Json::array()) : Json::array()) {
    const auto step = json_number(point, {"step"}), value = read(point);
    if (step && value) {
      series.x.push_back(*step);
      series.y.push_back(*value);
    }
  }
  return series;
}

std::vector<FigurePanel> norm_panels(const StudyNumbers& n) {
  std::vector<FigurePanel> panels;
  for (const char* arm : {kJoint, kBoth}) {
    FigurePanel panel{std::string("gradient norms, ") + arm, "step", "norm on shared tensors", {}};
    panel.logarithmic_y = true;
    std::size_t place = 0;
    for (const StudySource& source : main_sources()) {
      panel.series.push_back(log_series(n, arm, source.name, place++, [&](const Json& point) {
        return json_number(point, {"norms", source.name});
      }));
    }
    panels.push_back(std::move(panel));
  }
  for (const auto& [key, words] :
       {std::pair{"psi", "mean Psi"}, std::pair{"triggered", "share of triggered tensors"}}) {
    FigurePanel panel{words, "step", words, {}};
    std::size_t place = 0;
    for (const char* arm : {kJoint, kHarmony, kBoth}) {
      panel.series.push_back(log_series(
          n, arm, arm, place++, [key = key](const Json& point) { return json_number(point, {key}); }));
    }
    panels.push_back(std::move(panel));
  }
  return panels;
}

FigurePanel sensitivity_panel(const StudyNumbers& n, const std::string& prefix, const std::string& title,
                              double Arm::*value, const std::vector<std::string>& sources) {
  FigurePanel panel{title, title, "mAP@0.25 (%), seed 1", {}};
  std::size_t place = 0;
  for (const std::string& source : sources) {
    std::map<double, SeedValues> points;
    for (const Arm& arm : n.arms()) {
      const bool same_start = arm.offset_start == kUsualStart;
      if ((arm.name.starts_with(prefix) && same_start) || arm.name == kBoth) {
        auto values = n.accuracy(arm.name, source, "map25");
        values.resize(std::min<std::size_t>(1, values.size()));
        points[arm.*value] = std::move(values);
      }
    }
    FigureSeries series{source, color_at(place++), {}, {}};
    for (const auto& [x, values] : points) {
      add_point(series, x, values, kPoints);
    }
    panel.series.push_back(std::move(series));
  }
  return panel;
}

/// Alpha of every offset by the pairs it has per site, layers together by source of the pairs.
std::vector<FigurePanel> support_panels(const StudyNumbers& n) {
  FigurePanel alpha{"alpha and support, both, seed 1", "pairs per site", "alpha", {}},
      gamma{"decisions and support, both, seed 1", "pairs per site", "share of scenes with gamma = 1", {}};
  const Json* measured = n.result(StudyStep{StudyStep::Kind::kSharing, kBoth, 1}.name());
  std::size_t place = 0;
  for (const StudySource& source : main_sources()) {
    FigureSeries of_alpha{source.name, color_at(place++), {}, {}};
    of_alpha.style = FigureSeries::Style::kPoints;
    FigureSeries of_gamma = of_alpha;
    for (const auto& layer : measured ? measured->value("layers", Json::object()) : Json::object()) {
      const auto& entry = layer.at("sources").at(source.name);
      const double sites = std::max(1.0, entry.at("outputs").get<double>());
      for (std::size_t j = 0; j < layer.at("alpha").size(); ++j) {
        const double support = entry.at("pairs")[j].get<double>() / sites;
        of_alpha.x.push_back(support);
        of_alpha.y.push_back(layer.at("alpha")[j].get<double>());
        of_gamma.x.push_back(support);
        of_gamma.y.push_back(entry.at("gamma")[j].get<double>());
      }
    }
    alpha.series.push_back(std::move(of_alpha));
    gamma.series.push_back(std::move(of_gamma));
  }
  return {alpha, gamma};
}

/// Norms by offset, relative to their mean, of the first and the last layer that all sources have.
std::vector<FigurePanel> response_panels(const StudyNumbers& n) {
  std::vector<FigurePanel> panels;
  const Json* first = n.result("responses-" + alone_arm(main_sources().front().name) + "-s1");
  const Json layers = first ? first->value("layers", Json::object()) : Json::object();
  std::vector<std::string> names;
  for (const auto& item : layers.items()) {
    names.push_back(item.key());
  }
  for (const std::string& layer :
       names.size() < 2 ? names : std::vector<std::string>{names.front(), names.back()}) {
    FigurePanel panel{layer, "offset, x fastest", "norm of the kernel over its mean", {}};
    std::size_t place = 0;
    for (const StudySource& source : main_sources()) {
      FigureSeries series{source.name + " alone", color_at(place++), {}, {}};
      const Json* measured = n.result("responses-" + alone_arm(source.name) + "-s1");
      const Json of = measured ? measured->value("layers", Json::object()) : Json::object();
      const auto norms =
          of.contains(layer) ? of.at(layer).at("trained").get<std::vector<double>>() : std::vector<double>();
      const double mean = norms.empty() ? 1.0 : over_seeds(norms).mean;
      for (std::size_t j = 0; j < norms.size() && mean > 0.0; ++j) {
        series.x.push_back(static_cast<double>(j));
        series.y.push_back(norms[j] / mean);
      }
      panel.series.push_back(std::move(series));
    }
    panels.push_back(std::move(panel));
  }
  return panels;
}

std::vector<FigurePanel> intervention_panels(const StudyNumbers& n) {
  constexpr const char* kOrbits[] = {"center", "faces", "edges", "corners"};
  std::vector<FigurePanel> panels;
  const Json* done = n.result(StudyStep{StudyStep::Kind::kInterventions, kBoth, 1}.name());
  for (const auto& [key, words, factor] : {std::tuple{"map25", "change of mAP@0.25 (points)", kPoints},
                                           std::tuple{"loss", "change of the loss", 1.0}}) {
    FigurePanel panel{words, "alpha x beta", words, {}};
    for (int orbit = 0; orbit < static_cast<int>(std::size(kOrbits)); ++orbit) {
      FigureSeries series{kOrbits[orbit], color_at(static_cast<std::size_t>(orbit)), {}, {}};
      series.style = FigureSeries::Style::kPoints;
      for (const Json& one : done ? done->value("all", Json::array()) : Json::array()) {
        const auto x = json_number(one, {"alpha_beta"}), y = json_number(one, {key});
        if (one.value("decision", std::string()) == "turned" && one.value("orbit", -1) == orbit && x && y) {
          series.x.push_back(*x);
          series.y.push_back(factor * *y);
        }
      }
      panel.series.push_back(std::move(series));
    }
    panels.push_back(std::move(panel));
  }
  return panels;
}

}  // namespace

std::vector<ReportFile> study_figures(const StudyNumbers& n) {
  std::vector<std::string> sources;
  for (const StudySource& source : main_sources()) {
    sources.push_back(source.name);
  }
  sources.push_back(kMean);
  const std::vector<std::pair<std::string, std::vector<FigurePanel>>> figures{
      {"figure-ablation", ablation_panels(n)},
      {"figure-norms", norm_panels(n)},
      {"figure-sensitivity",
       {sensitivity_panel(n, "ratio-", "tau / sigma(O) at the start", &Arm::ratio, sources),
        sensitivity_panel(n, "threshold-", "threshold of Psi", &Arm::threshold, sources)}},
      {"figure-support", support_panels(n)},
      {"figure-responses", response_panels(n)},
      {"figure-interventions", intervention_panels(n)}};
  std::vector<ReportFile> files;
  for (const auto& [name, panels] : figures) {
    if (has_points(panels)) {
      const auto more = figure_files(name, panels);
      files.insert(files.end(), more.begin(), more.end());
    }
  }
  return files;
}

}  // namespace alidade::h2a2
