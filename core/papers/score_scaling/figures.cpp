// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/score_scaling/figures.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "core/base/constants.h"
#include "core/evaluation/statistics/statistics.h"
#include "core/experiments/figure_recipe.h"

namespace alidade::score_scaling {
namespace {

using Json = ReproduceNumbers::Json;

// Okabe and Ito's colors, which the colorblind tell apart.
constexpr const char* kBlue = "#0072b2";
constexpr const char* kRed = "#d55e00";
constexpr const char* kOrange = "#e69f00";
constexpr const char* kGreen = "#009e73";
constexpr const char* kPink = "#cc79a7";
constexpr const char* kSky = "#56b4e9";
constexpr const char* kGray = "#777777";
constexpr const char* kCategoryColors[] = {kBlue, kRed, kGreen, kOrange, kPink, kSky, kGray, "#000000"};

/// Values over the seeds at each x.
using Samples = std::map<double, std::vector<double>>;

FigureSeries series_of(const std::string& name, const std::string& color, const Samples& samples) {
  FigureSeries series{name, color, {}, {}};
  for (const auto& [x, values] : samples) {
    series.x.push_back(x);
    series.y.push_back(over_seeds(values).mean);
    series.low.push_back(*std::min_element(values.begin(), values.end()));
    series.high.push_back(*std::max_element(values.begin(), values.end()));
  }
  return series;
}

/// Accuracy in percent while training.
Samples curve_samples(const ReproduceNumbers& n, const std::string& arm, const char* head) {
  Samples samples;
  for (int seed = 1; seed <= n.plan().sizes.seeds; ++seed) {
    const Json* train = n.result("train-" + arm + "-s" + std::to_string(seed));
    for (const Json& point : train ? train->value("curve", Json::array()) : Json::array()) {
      if (point.contains(head) && point.at(head).contains("10deg5cm")) {
        samples[point.at("step").get<double>()].push_back(100.0 *
                                                          point.at(head).at("10deg5cm").get<double>());
      }
    }
  }
  return samples;
}

FigurePanel curve_panel(const std::string& title) {
  return {title, "step", "10°5cm (%)", {}};
}

FigurePanel pretraining_panel(const ReproduceNumbers& n) {
  FigurePanel panel = curve_panel("(a) pre-training objectives, guided K = 1");
  panel.series = {series_of("regression", kBlue, curve_samples(n, kReproduceArms[0], "guided")),
                  series_of("classification", kGreen, curve_samples(n, kPretrainingArms[0], "guided")),
                  series_of("reconstruction", kPink, curve_samples(n, kPretrainingArms[1], "guided")),
                  series_of("from scratch", kRed, curve_samples(n, kReproduceArms[2], "guided"))};
  return panel;
}

FigurePanel convergence_panel(const ReproduceNumbers& n) {
  FigurePanel panel = curve_panel("(b) joint learning and from scratch, guided K = 1");
  const FigureSeries scratch = series_of("from scratch", kRed, curve_samples(n, kReproduceArms[2], "guided"));
  panel.series = {series_of("joint", kBlue, curve_samples(n, kReproduceArms[0], "guided")),
                  series_of("joint, no pre-training", kOrange, curve_samples(n, kReproduceArms[1], "guided")),
                  scratch};
  if (!scratch.y.empty()) {
    const double best = *std::max_element(scratch.y.begin(), scratch.y.end());
    panel.series.push_back({"best from scratch",
                            kGreen,
                            {scratch.x.front(), scratch.x.back()},
                            {best, best},
                            {},
                            {},
                            FigureSeries::Style::kDashed});
  }
  return panel;
}

FigurePanel head_panel(const ReproduceNumbers& n) {
  FigurePanel panel = curve_panel("(c) regression head");
  const Json* train = n.result(std::string("train-") + kReproduceArms[0] + "-s1");
  const double end = train ? train->value("pretrain_steps", 0.0) : 0.0;
  Samples before, after;
  for (const auto& [step, values] : curve_samples(n, kReproduceArms[0], "regression")) {
    (step <= end ? before : after)[step] = values;
  }
  if (!before.empty()) {
    after.insert(*before.rbegin());  // the lines meet
  }
  panel.series = {
      series_of("pre-training", kBlue, before), series_of("joint learning", kOrange, after),
      series_of("joint from the start", kGray, curve_samples(n, kReproduceArms[1], "regression"))};
  return panel;
}

FigurePanel steps_panel(const ReproduceNumbers& n) {
  FigurePanel panel{"(d) sampling steps, K = 1", "DDIM steps", "5°2cm (%)", {}, false, true};
  const std::pair<const char*, std::pair<const char*, const char*>> kModes[] = {
      {"guided", {"guided", kBlue}},
      {"guided-naive", {"guided, step as published", kSky}},
      {"unguided", {"unguided", kRed}}};
  for (const auto& [mode, shown] : kModes) {
    Samples samples;
    for (const int steps : {5, 10, 20, 50}) {
      std::vector<double> values = present(n.sweep(mode, steps, "5deg2cm"));
      for (double& value : values) {
        value *= 100.0;
      }
      if (!values.empty()) {
        samples[steps] = std::move(values);
      }
    }
    panel.series.push_back(series_of(shown.first, shown.second, samples));
  }
  return panel;
}

/// An error along t; the paper draws three shapes.
FigurePanel error_panel(const ReproduceNumbers& n, const std::string& title, const std::string& y_label,
                        const char* error, double factor) {
  FigurePanel panel{title, "t", y_label, {}, true};
  const std::pair<const char*, std::pair<const char*, const char*>> kShown[] = {
      {"none", {"none", kGray}},
      {"linear:1:15", {"linear 1–15", kOrange}},
      {"constant:3", {"constant 3", kRed}},
      {"exponential:1:15", {"exponential 1–15", kBlue}}};
  for (const auto& [guidance, shown] : kShown) {
    Samples samples;
    for (int seed = 1; seed <= n.plan().sizes.seeds; ++seed) {
      const Json* drawn =
          n.result(std::string("schedules-") + kReproduceArms[0] + "-s" + std::to_string(seed));
      for (const Json& entry : drawn ? drawn->value("schedules", Json::array()) : Json::array()) {
        for (const Json& point :
             entry.value("guidance", "") == guidance ? entry.value("curve", Json::array()) : Json::array()) {
          samples[point.at("t").get<double>()].push_back(factor * point.at(error).get<double>());
        }
      }
    }
    panel.series.push_back(series_of(shown.first, shown.second, samples));
  }
  return panel;
}

/// One network's features of the test objects in two dimensions.
FigurePanel feature_panel(const Json& entry, const Json& categories) {
  FigurePanel panel;
  panel.title = entry.value("name", std::string());
  panel.bare = true;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < categories.size() && i < entry.at("tsne").size(); ++i) {
    const auto name = categories[i].get<std::string>();
    const auto known = std::find(names.begin(), names.end(), name);
    const auto index = static_cast<std::size_t>(known - names.begin());
    if (known == names.end()) {
      names.push_back(name);
      panel.series.push_back({name, kCategoryColors[index % std::size(kCategoryColors)], {}, {}});
      panel.series.back().style = FigureSeries::Style::kPoints;
    }
    panel.series[index].x.push_back(entry.at("tsne")[i].at(0).get<double>());
    panel.series[index].y.push_back(entry.at("tsne")[i].at(1).get<double>());
  }
  std::sort(panel.series.begin(), panel.series.end(),
            [](const FigureSeries& a, const FigureSeries& b) { return a.name < b.name; });
  return panel;
}

}  // namespace

std::vector<ReportFile> reproduce_figures(const ReproduceNumbers& n) {
  std::vector<FigurePanel> four{convergence_panel(n), head_panel(n), steps_panel(n)};
  if (has_pretraining_study(n.plan())) {
    four.insert(four.begin(), pretraining_panel(n));
  }
  auto translation = error_panel(n, "translation", "mean error (cm)", "translation_mean", 100.0);
  translation.logarithmic_y = true;  // at t = 1 the samples are metres away
  std::vector<ReportFile> files = figure_files("figure-4", four);
  const auto add = [&files](const std::string& name, const std::vector<FigurePanel>& panels) {
    const auto more = figure_files(name, panels);
    files.insert(files.end(), more.begin(), more.end());
  };
  add("figure-8",
      {error_panel(n, "rotation", "mean error (°)", "rotation_mean", kDegreesPerRadian), translation});
  std::vector<FigurePanel> seven;
  for (const std::string network : {"pre-training", "joint", "joint-no-pretraining", "from-scratch"}) {
    const Json* entry = n.feature_entry(network, 1);
    if (entry != nullptr && entry->contains("tsne")) {
      seven.push_back(feature_panel(*entry, n.result("features-s1")->at("categories")));
    }
  }
  if (!seven.empty()) {
    add("figure-7", seven);
  }
  return files;
}

}  // namespace alidade::score_scaling
