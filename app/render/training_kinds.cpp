// SPDX-License-Identifier: BSD-3-Clause
// Losses and accuracies of training runs.
#include <algorithm>
#include <filesystem>

#include "app/render/figure_kinds.h"
#include "core/training/training_history.h"
#include "views/training/gradient_norms_figure.h"
#include "views/training/training_figure.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr double kMostSmoothing = 0.9999;
constexpr std::size_t kMostListed = 256;

/// What a recipe says of the figure.
struct Settings {
  std::vector<std::string> runs;
  TrainingPlotOptions options;
  TrainingFigure::Window window;
};

std::vector<std::string> textList(StrictObject& view, const char* key, const char* remedy) {
  std::vector<std::string> all;
  const auto& list = view.value(key);
  if (list.is_null()) {
    return all;
  }
  const bool fine = list.is_array() && !list.empty() && list.size() <= kMostListed &&
                    std::all_of(list.begin(), list.end(), [](const auto& one) { return one.is_string(); });
  if (!fine) {
    view.fail(key, "a list of texts was expected", remedy);
    return all;
  }
  for (const auto& one : list) {
    all.push_back(one.template get<std::string>());
  }
  return all;
}

std::optional<std::pair<double, double>> stepsKey(StrictObject& view) {
  const auto& steps = view.value("steps");
  if (steps.is_null()) {
    return std::nullopt;
  }
  const bool fine = steps.is_array() && steps.size() == 2 && steps[0].is_number() && steps[1].is_number() &&
                    steps[0].get<double>() >= 0.0 && steps[0].get<double>() < steps[1].get<double>();
  if (!fine) {
    view.fail("steps", "two rising numbers were expected", "write [first, last]");
    return std::nullopt;
  }
  return std::pair(steps[0].get<double>(), steps[1].get<double>());
}

Expected<std::vector<ShownRun>> readRuns(const Settings& settings, const FigureInput& input) {
  const fs::path folder = fs::path(input.recipe_file).parent_path();
  std::vector<ShownRun> shown;
  for (const std::string& named : settings.runs) {
    const auto paths = find_training_runs(folder / named);
    if (!paths) {
      return paths.error();
    }
    for (const fs::path& path : *paths) {
      auto history = read_training_history(path, input.job);
      if (!history) {
        return history.error();
      }
      if (!history->problems.empty()) {
        return Error{ErrorCode::kInput, history->problems.front()};  // a figure shows all of a log, or none
      }
      const int style = static_cast<int>(shown.size());
      shown.push_back({std::make_shared<const TrainingHistory>(std::move(*history)), style});
    }
  }
  return shown;
}

/// The arms of grouped runs take the colors one after the other.
void styleArms(std::vector<ShownRun>& runs) {
  std::vector<std::shared_ptr<const TrainingHistory>> histories;
  for (const ShownRun& run : runs) {
    histories.push_back(run.history);
  }
  const std::vector<int> styles = armStyles(histories);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    runs[i].style = styles[i];
  }
}

/// That every quantity the recipe names is in a log.
Expected<void> checkQuantities(const Settings& settings, const std::vector<ShownRun>& runs,
                               const std::string& file) {
  std::vector<std::shared_ptr<const TrainingHistory>> histories;
  for (const ShownRun& run : runs) {
    histories.push_back(run.history);
  }
  QStringList known;
  for (const TrainingQuantity& quantity : quantitiesOf(histories)) {
    known << quantity.id;
  }
  for (const QString& wanted : settings.options.quantities) {
    if (!known.contains(wanted)) {
      return input_error(file, "view.quantities", "no run has a \"" + wanted.toStdString() + "\"",
                         known.isEmpty() ? "wait for the first record"
                                         : "choose among " + known.join(QStringLiteral(", ")).toStdString());
    }
  }
  return {};
}

ParsedView parseTraining(StrictObject& view) {
  Settings settings;
  settings.runs = textList(view, "runs", "name folders of training runs, or folders with such in them");
  if (settings.runs.empty()) {
    view.fail("runs", "there are no runs to show", "write \"runs\": [\"FOLDER\"]");
  }
  for (const std::string& id :
       textList(view, "quantities", "write names as in the log, \"train/score\" say")) {
    settings.options.quantities << QString::fromStdString(id);
  }
  settings.options.smoothing = view.number("smoothing", settings.options.smoothing, 0.0, kMostSmoothing);
  settings.options.by_arm = view.flag("group", false);
  settings.window.logarithmic = view.flag("logarithmic", false);
  settings.window.steps = stepsKey(view);
  return {[settings](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
    auto runs = readRuns(settings, input);
    if (!runs) {
      return runs.error();
    }
    if (settings.options.by_arm) {
      styleArms(*runs);
    }
    if (auto checked = checkQuantities(settings, *runs, input.recipe_file); !checked) {
      return checked.error();
    }
    return std::unique_ptr<Figure>(
        std::make_unique<TrainingFigure>(makeTrainingPlots(*runs, settings.options), settings.window));
  }};
}

ParsedView parseGradientNorms(StrictObject& view) {
  Settings settings;
  settings.runs = {view.text("run")};
  const std::string group = view.text("group", std::string());
  return {[settings, group](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
    const auto runs = readRuns(settings, input);
    if (!runs) {
      return runs.error();
    }
    const auto& run = runs->front().history;
    const GradientNorms norms = gradient_norms_of(*run);
    if (norms.empty()) {
      return input_error(input.recipe_file, "view.run", "its log has no gradient norms of several sources",
                         "name the run of a detector that was trained on several");
    }
    std::string all;
    bool there = group.empty();
    for (const GroupNorms& one : norms.groups) {
      there |= one.name == group;
      all += (all.empty() ? "" : ", ") + one.name;
    }
    if (!there) {
      return input_error(input.recipe_file, "view.group", "there is no \"" + group + "\"",
                         "choose among " + all);
    }
    return std::unique_ptr<Figure>(std::make_unique<GradientNormsFigure>(GradientNormsQuestion{run, group}));
  }};
}

}  // namespace

FigureKind gradientNormsKind() {
  return {"gradient_norms", {.dataset = false}, 174.0, 100.0, parseGradientNorms};
}

FigureKind trainingKind() {
  return {"training", {.dataset = false}, 174.0, 120.0, parseTraining};
}

}  // namespace alidade
