// SPDX-License-Identifier: BSD-3-Clause
#include "views/quantization/tradeoff_sheet.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/sweep/dominance.h"
#include "views/quantization/quantization_text.h"

namespace alidade {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostPredicted = 60;
constexpr const char* kCompressionColumn = "compression";

double predictedShare(const SweepPrediction& prediction, double loss) {
  return prediction.fit && std::isfinite(loss) ? prediction.fit->at(loss) : kNothing;
}

/// What two networks have in common when they are the same assignment: full precision is none.
bool sameAssignment(const SweepPoint& point, const std::vector<std::string>& levels) {
  return point.levels == levels && point.layer_levels.empty();
}

class TradeoffMaker {
 public:
  explicit TradeoffMaker(const TradeoffQuestion& question) : question_(question) {}

  std::shared_ptr<const TradeoffSheet> make() {
    sheet_->sweep = question_.a;
    sheet_->name = question_.name_a;
    sheet_->titled = question_.titled;
    sheet_->cost = question_.cost;
    sheet_->metric = question_.metric;
    sheet_->calibration = question_.calibration;
    sheet_->budget = question_.budget;
    sheet_->prediction = question_.prediction;
    addMarks();
    findFrontier();
    addPredicted();
    sheet_->solution = solution(question_.solved);
    sheet_->previous = solution(question_.previous);
    if (const auto full = full_precision_point(*question_.a)) {
      if (const SweepAccuracy* accuracy = accuracy_of(question_.a->points[*full], question_.metric)) {
        sheet_->baseline = judged(*accuracy);
      }
    }
    addPrinted();
    addOther();
    return sheet_;
  }

 private:
  void addMarks() {
    const QuantizationSweep& sweep = *question_.a;
    for (std::size_t i = 0; i < sweep.points.size(); ++i) {
      const SweepPoint& point = sweep.points[i];
      const SweepAccuracy* accuracy = accuracy_of(point, question_.metric);
      const double x = cost_of(sweep, point, question_.cost);
      if (accuracy == nullptr || !std::isfinite(x) || !(x > 0.0) || !std::isfinite(judged(*accuracy).value)) {
        continue;
      }
      TradeoffMark mark;
      mark.point = i;
      mark.family = familyOf(QString::fromStdString(point.family));
      mark.x = x;
      mark.y = judged(*accuracy);
      mark.calibration = std::isfinite(accuracy->held_out.value) ? accuracy->selection.value : kNothing;
      mark.memory = static_cast<double>(point.peak_bytes);
      mark.predicted = point.method == SweepMethod::kPostTraining
                           ? kNothing
                           : predictedShare(question_.prediction, point.predicted_loss);
      if (!is_allowed(sweep, point, question_.allowed)) {
        mark.state = TradeoffMark::State::kAgainstPin;
      } else if (question_.budget && !keeps_budget(sweep, point, question_.cost, *question_.budget)) {
        mark.state = TradeoffMark::State::kOverBudget;
      }
      sheet_->marks.push_back(mark);
    }
  }

  std::size_t familyOf(const QString& name) {
    const auto at = sheet_->families.indexOf(name);
    if (at >= 0) {
      return static_cast<std::size_t>(at);
    }
    sheet_->families << name;
    return static_cast<std::size_t>(sheet_->families.size()) - 1;
  }

  /// Among those that keep budget and limits: the others dominate nothing.
  void findFrontier() {
    std::vector<double> costs, values;
    for (const TradeoffMark& mark : sheet_->marks) {
      const bool counts = mark.state == TradeoffMark::State::kDominated;
      costs.push_back(counts ? burden_of(question_.a->points[mark.point], question_.cost) : kNothing);
      values.push_back(mark.y.value);
    }
    sheet_->frontier = frontier(costs, values);
    const std::vector<bool> passes = undominated(costs, values);
    for (std::size_t i = 0; i < passes.size(); ++i) {
      if (passes[i]) {
        sheet_->marks[i].state = TradeoffMark::State::kFrontier;
      }
    }
  }

  void addPredicted() {
    if (question_.solver == nullptr || !question_.prediction.fit) {
      return;
    }
    const auto& steps = question_.solver->steps();
    const std::size_t every = steps.size() / kMostPredicted + 1;
    for (std::size_t i = 0; i < steps.size(); i += every) {
      sheet_->predicted.emplace_back(steps[i].cost, predictedShare(question_.prediction, steps[i].loss));
    }
  }

  std::optional<TradeoffSheet::Solution> solution(const std::optional<SolvedLevels>& levels) const {
    if (!levels) {
      return std::nullopt;
    }
    TradeoffSheet::Solution solution{*levels, predictedShare(question_.prediction, levels->loss), {}};
    for (std::size_t i = 0; i < sheet_->marks.size(); ++i) {
      const TradeoffMark& mark = sheet_->marks[i];
      const bool better = !solution.mark || mark.y.value > sheet_->marks[*solution.mark].y.value;
      if (better && sameAssignment(question_.a->points[mark.point], levels->levels)) {
        solution.mark = i;
      }
    }
    return solution;
  }

  void addPrinted() {
    if (!publishedProblem(question_.published, question_.cost, question_.metric).isEmpty()) {
      return;
    }
    for (const PublishedTable& table : question_.published) {
      const auto unit = table.units.find(question_.metric);
      const double scale = unit != table.units.end() && unit->second == "%" ? 0.01 : 1.0;
      for (const PublishedRow& row : table.rows) {
        const auto x = row.values.find(kCompressionColumn), y = row.values.find(question_.metric);
        if (x == row.values.end() || y == row.values.end() || !(x->second > 0.0)) {
          continue;
        }
        QString name = QString::fromStdString(row.method);
        for (const auto& [key, value] : row.settings) {
          name += QLatin1Char(' ') + QString::fromStdString(value);
        }
        sheet_->printed.push_back(
            {x->second, scale * y->second, name,
             QString::fromStdString(table.paper + ", " + table.source + ": " + table.dataset)});
      }
    }
  }

  void addOther() {
    if (!question_.b) {
      return;
    }
    sheet_->other_name = question_.name_b;
    std::vector<double> costs, values;
    for (const SweepPoint& point : question_.b->points) {
      costs.push_back(burden_of(point, question_.cost));
      values.push_back(value_of(point, question_.metric));
    }
    for (const std::size_t i : frontier(costs, values)) {
      sheet_->other_frontier.emplace_back(cost_of(*question_.b, question_.b->points[i], question_.cost),
                                          values[i]);
    }
  }

  const TradeoffQuestion& question_;
  std::shared_ptr<TradeoffSheet> sheet_ = std::make_shared<TradeoffSheet>();
};

}  // namespace

QString publishedProblem(const std::vector<PublishedTable>& published, SweepCost cost,
                         const std::string& metric) {
  if (cost != SweepCost::kCompression) {
    return worded("Papers print compressions: choose that axis.");
  }
  const bool any = std::any_of(published.begin(), published.end(), [&](const PublishedTable& table) {
    return table.units.count(kCompressionColumn) != 0 && table.units.count(metric) != 0;
  });
  return any ? QString() : worded("No paper prints %1 beside a compression.").arg(metricText(metric));
}

QString tradeoffProblem(const TradeoffQuestion& question) {
  if (!question.a) {
    return worded("No quantization sweep is open.");
  }
  const QuantizationSweep& sweep = *question.a;
  bool measured = false, drawn = false;
  for (const SweepPoint& point : sweep.points) {
    const bool valued = std::isfinite(value_of(point, question.metric));
    measured = measured || valued;
    drawn = drawn || (valued && cost_of(sweep, point, question.cost) > 0.0);
  }
  if (!measured) {
    return worded("No network of this sweep was measured.");
  }
  return drawn ? QString()
         : question.cost == SweepCost::kLatency
             ? worded("No network of this sweep was timed; choose another axis.")
             : worded("No network of this sweep says what it costs; choose another axis.");
}

std::shared_ptr<const TradeoffSheet> makeTradeoff(const TradeoffQuestion& question) {
  return tradeoffProblem(question).isEmpty() ? TradeoffMaker(question).make() : nullptr;
}

}  // namespace alidade
