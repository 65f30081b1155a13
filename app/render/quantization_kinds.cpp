// SPDX-License-Identifier: BSD-3-Clause
// Figures of quantization sweeps: trade-off, bits, combinations, widths.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "app/cli/command.h"
#include "app/render/figure_kinds.h"
#include "core/exchange/quantization_sweep_file.h"
#include "core/sweep/budget_solver.h"
#include "core/sweep/prediction.h"
#include "core/sweep/sweep_numbers.h"
#include "views/quantization/bit_strip.h"
#include "views/quantization/study_sheets.h"
#include "views/quantization/tradeoff_figure.h"

namespace alidade {
namespace {

constexpr double kMostBudget = 1e15;
constexpr std::size_t kMostPrintedTables = 64;

using SharedSweep = std::shared_ptr<const QuantizationSweep>;
using MadeFigure = Expected<std::unique_ptr<Figure>>;

/// What recipes of all these kinds say.
struct SweepSettings {
  std::string sweep, other, metric;
  bool title = true;
};

SweepSettings sweepKeys(StrictObject& view, bool other, bool metric) {
  SweepSettings settings;
  settings.sweep = view.text("sweep");
  settings.other = other ? view.text("other", std::string()) : std::string();
  settings.metric = metric ? view.text("metric", std::string()) : std::string();
  settings.title = view.flag("title", true);
  return settings;
}

Expected<SharedSweep> readSweep(const std::string& named, const FigureInput& input) {
  auto sweep =
      read_quantization_sweep(std::filesystem::path(input.recipe_file).parent_path() / named, input.job.stop);
  return sweep ? Expected<SharedSweep>(std::make_shared<const QuantizationSweep>(std::move(*sweep)))
               : Expected<SharedSweep>(sweep.error());
}

std::string namesListed(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) {
    all += (all.empty() ? "" : ", ") + name;
  }
  return all;
}

/// The metric of a recipe, or the first one that the sweep has.
Expected<std::string> metricOf(const QuantizationSweep& sweep, const std::string& wanted,
                               const FigureInput& input) {
  const auto metrics = metrics_of(sweep);
  if (wanted.empty()) {
    return metrics.empty() ? std::string() : metrics.front();
  }
  if (std::find(metrics.begin(), metrics.end(), wanted) == metrics.end()) {
    return input_error(input.recipe_file, "view.metric", "the sweep has no metric \"" + wanted + "\"",
                       "choose among " + namesListed(metrics));
  }
  return wanted;
}

Error shownProblem(const QString& problem, const FigureInput& input) {
  return input_error(input.recipe_file, "view", problem.toStdString(), "name another sweep or another axis");
}

/// What a trade-off is of beside its sweep.
struct TradeoffSettings {
  SweepSettings sweep;
  SweepCost cost = SweepCost::kSize;
  double budget = std::numeric_limits<double>::quiet_NaN();
  bool calibration = true;
  std::vector<std::string> published;
};

Expected<void> readPrinted(const std::vector<std::string>& ids, TradeoffQuestion& question) {
  for (const std::string& id : ids) {
    auto table = read_published_table(share_path("resources/published/" + id + ".csv"));
    if (!table) {
      return table.error();
    }
    question.published.push_back(std::move(*table));
  }
  return {};
}

MadeFigure makeTradeoffFigure(const TradeoffSettings& settings, const FigureInput& input) {
  TradeoffQuestion question;
  auto a = readSweep(settings.sweep.sweep, input);
  auto b = settings.sweep.other.empty() ? Expected<SharedSweep>(SharedSweep())
                                        : readSweep(settings.sweep.other, input);
  if (!a || !b) {
    return a ? b.error() : a.error();
  }
  auto metric = metricOf(**a, settings.sweep.metric, input);
  if (!metric) {
    return metric.error();
  }
  question.a = *a;
  question.b = *b;
  question.name_a = QString::fromStdString(question.a->name);
  question.name_b = question.b ? QString::fromStdString(question.b->name) : QString();
  question.titled = settings.sweep.title;
  question.cost = settings.cost;
  question.metric = *metric;
  question.calibration = settings.calibration;
  question.prediction = predict_metric(*question.a, *metric, settings.cost);
  if (auto read = readPrinted(settings.published, question); !read) {
    return read.error();
  }
  // Without a budget nothing is solved: what was measured needs no options.
  const auto solver = BudgetSolver::create(*question.a, settings.cost);
  if (solver) {
    question.solver = &*solver;
  }
  if (std::isfinite(settings.budget)) {
    const auto solved = solver ? solver->solve(settings.budget) : Expected<SolvedLevels>(solver.error());
    if (!solved) {
      return input_error(input.recipe_file, "view.budget", solved.error().message,
                         "allow more, or leave it out");
    }
    question.budget = settings.budget;
    question.solved = *solved;
  }
  const QString problem = tradeoffProblem(question);
  const QString unprinted = settings.published.empty()
                                ? QString()
                                : publishedProblem(question.published, question.cost, question.metric);
  if (!problem.isEmpty() || !unprinted.isEmpty()) {
    return shownProblem(problem.isEmpty() ? unprinted : problem, input);
  }
  return std::unique_ptr<Figure>(std::make_unique<TradeoffFigure>(makeTradeoff(question)));
}

ParsedView parseTradeoff(StrictObject& view) {
  TradeoffSettings settings;
  settings.sweep = sweepKeys(view, true, true);
  settings.cost =
      static_cast<SweepCost>(view.choice("cost", {"size", "compression", "bit_operations", "latency"}));
  settings.calibration = view.flag("selection", true);
  if (view.has("budget")) {
    settings.budget = view.number("budget", 0.0, 1e-9, kMostBudget);
  }
  const nlohmann::json printed = view.value("published");
  const bool texts = printed.is_array() && printed.size() <= kMostPrintedTables &&
                     std::all_of(printed.begin(), printed.end(), [](const auto& id) {
                       return id.is_string() && id.template get<std::string>().find('/') == std::string::npos;
                     });
  if (!printed.is_null() && !texts) {
    view.fail("published", "names of printed tables were expected", "write [\"mqat-table-4\"]");
  } else if (!printed.is_null()) {
    settings.published = printed.get<std::vector<std::string>>();
  }
  return {[settings](const FigureInput& input) { return makeTradeoffFigure(settings, input); }};
}

struct StripSettings {
  SweepSettings sweep;
  std::string network, score, other_score;
  bool layers = false;
};

MadeFigure makeStripFigure(const StripSettings& settings, const FigureInput& input) {
  auto sweep = readSweep(settings.sweep.sweep, input);
  if (!sweep) {
    return sweep.error();
  }
  BitStripQuestion question;
  question.sweep = *sweep;
  question.score = settings.score;
  question.other_score = settings.other_score;
  question.layers = settings.layers;
  const auto& points = question.sweep->points;
  const auto found = std::find_if(points.begin(), points.end(),
                                  [&](const SweepPoint& point) { return point.name == settings.network; });
  if (found == points.end()) {
    return input_error(input.recipe_file, "view.network",
                       "the sweep has no network \"" + settings.network + "\"", "name one of its points");
  }
  question.point = static_cast<std::size_t>(found - points.begin());
  const auto scores = scores_of(*question.sweep, settings.layers);
  for (const auto& [key, score] :
       {std::pair("view.score", settings.score), std::pair("view.other_score", settings.other_score)}) {
    if (!score.empty() && std::find(scores.begin(), scores.end(), score) == scores.end()) {
      return input_error(input.recipe_file, key, "the sweep has no score \"" + score + "\"",
                         "choose among " + namesListed(scores));
    }
  }
  return std::unique_ptr<Figure>(std::make_unique<BitStripFigure>(makeBitStrip(question)));
}

ParsedView parseStrip(StrictObject& view) {
  StripSettings settings;
  settings.sweep.sweep = view.text("sweep");
  settings.network = view.text("network");
  settings.score = view.text("score", std::string());
  settings.other_score = view.text("other_score", std::string());
  settings.layers = view.choice("parts", {"modules", "layers"}) == 1;
  return {[settings](const FigureInput& input) { return makeStripFigure(settings, input); }};
}

/// `make` and `problem` are those of the study.
template <class Make, class Problem>
MadeFigure makeStudy(const SweepSettings& settings, const std::string& module, const FigureInput& input,
                     const Make& make, const Problem& problem) {
  auto a = readSweep(settings.sweep, input);
  auto b = settings.other.empty() ? Expected<SharedSweep>(SharedSweep()) : readSweep(settings.other, input);
  if (!a || !b) {
    return a ? b.error() : a.error();
  }
  auto metric = metricOf(**a, settings.metric, input);
  if (!metric) {
    return metric.error();
  }
  const StudyQuestion question{*a,
                               *b,
                               QString::fromStdString((*a)->name),
                               *b ? QString::fromStdString((*b)->name) : QString(),
                               *metric,
                               module,
                               settings.title};
  if (const QString sentence = problem(question); !sentence.isEmpty()) {
    return shownProblem(sentence, input);
  }
  return std::unique_ptr<Figure>(std::make_unique<StudyFigure>(make(question)));
}

ParsedView parseOrderStudy(StrictObject& view) {
  const SweepSettings settings = sweepKeys(view, false, true);
  return {[settings](const FigureInput& input) {
    return makeStudy(settings, {}, input, makeOrderStudy, orderProblem);
  }};
}

ParsedView parseWidths(StrictObject& view) {
  const SweepSettings settings = sweepKeys(view, true, true);
  const std::string module = view.text("module", std::string());
  return {[settings, module](const FigureInput& input) {
    return makeStudy(settings, module, input, makeWidths, widthsProblem);
  }};
}

}  // namespace

FigureKind tradeoffKind() {
  return {"tradeoff", {.dataset = false}, 174.0, 110.0, parseTradeoff};
}

FigureKind bitStripKind() {
  return {"bit_strip", {.dataset = false}, 174.0, 50.0, parseStrip};
}

FigureKind orderStudyKind() {
  return {"order_study", {.dataset = false}, 120.0, 78.0, parseOrderStudy};
}

FigureKind bitWidthsKind() {
  return {"bit_widths", {.dataset = false}, 120.0, 70.0, parseWidths};
}

}  // namespace alidade
