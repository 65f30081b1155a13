// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/objects/object_table.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <tuple>

#include "core/base/text_table.h"

namespace alidade {
namespace {

using ObjectKind = ObjectColumn::Kind;

constexpr double kRight = 0.5;

/// The numbers of a category in a column with the images that they come from.
struct Contributions {
  ObjectKind kind = ObjectKind::kMean;
  std::vector<std::pair<double, std::uint32_t>> values;  ///< value, image

  std::optional<double> operator()(std::span<const std::uint32_t> weights) const {
    std::vector<std::pair<double, std::uint32_t>> weighted;
    weighted.reserve(values.size());
    for (const auto& [value, image] : values) {
      weighted.emplace_back(value, weights[image]);
    }
    return weighted_summary(kind, std::move(weighted));
  }
};

/// What `explain` needs, kept alive by it.
struct Shared {
  std::shared_ptr<const EvaluationInput> input;
  std::vector<ObjectColumn> columns;
  std::vector<Measure> measures;
  std::vector<MeasuredObject> objects;
  ObjectTableRules rules;
};

MetricCell cell_of(const Shared& shared, const std::vector<std::size_t>& members, std::size_t column) {
  const std::string& reason = shared.rules.empty_reason;
  MetricCell cell;
  if (members.empty()) {
    cell.reason = reason.empty() ? "the category has no ground truth and does not enter the mean" : reason;
    return cell;
  }
  Contributions all{shared.columns[column].kind, {}};
  for (const std::size_t index : members) {
    const MeasuredObject& object = shared.objects[index];
    std::optional<double> value = object.values[column];
    if (!value && all.kind == ObjectKind::kShare) {
      value = 0.0;
    }
    if (value) {
      all.values.emplace_back(*value, shared.input->truth.rows[static_cast<std::size_t>(object.truth)].image);
    }
  }
  if (all.values.empty()) {
    cell.reason = reason.empty() ? "no ground truth of the category has this number" : reason;
    return cell;
  }
  cell.value = all(std::vector<std::uint32_t>(shared.input->images.size(), 1));
  cell.estimator = std::move(all);
  return cell;
}

/// Predictions that a category's row counts.
std::size_t predictions_of(const Shared& shared, const std::vector<std::size_t>& members,
                           std::size_t category) {
  if (shared.rules.pooled) {
    return static_cast<std::size_t>(std::count_if(members.begin(), members.end(), [&](std::size_t index) {
      return shared.objects[index].prediction >= 0;
    }));
  }
  const auto& rows = shared.input->predictions.rows;
  return static_cast<std::size_t>(std::count_if(
      rows.begin(), rows.end(), [&](const PoseRow& prediction) { return prediction.category == category; }));
}

std::vector<MetricRow> rows_of(const Shared& shared) {
  const EvaluationInput& input = *shared.input;
  std::vector<std::vector<std::size_t>> members(input.categories.size());
  for (std::size_t i = 0; i < shared.objects.size(); ++i) {
    members[input.truth.rows[static_cast<std::size_t>(shared.objects[i].truth)].category].push_back(i);
  }
  std::vector<MetricRow> rows;
  for (std::size_t c = 0; c < input.categories.size(); ++c) {
    MetricRow& row = rows.emplace_back();
    row.name = input.categories[c];
    row.truths = members[c].size();
    row.predictions = predictions_of(shared, members[c], c);
    for (std::size_t column = 0; column < shared.columns.size(); ++column) {
      row.cells.push_back(cell_of(shared, members[c], column));
    }
  }
  MetricRow last = mean_row(rows);
  if (shared.rules.pooled) {
    last.name = "all";
  }
  std::vector<std::size_t> everyone(shared.objects.size());
  std::iota(everyone.begin(), everyone.end(), std::size_t{0});
  for (std::size_t column = 0; column < shared.columns.size(); ++column) {
    last.cells.push_back(shared.rules.pooled ? cell_of(shared, everyone, column)
                                             : mean_cell(rows, column, std::nullopt));
  }
  rows.push_back(std::move(last));
  return rows;
}

Outcome outcome_of(const ObjectColumn& column, const std::optional<double>& value) {
  const bool judges =
      column.kind == ObjectKind::kShare || (column.kind == ObjectKind::kShareOfAsked && value);
  if (!judges) {
    return Outcome::kNone;
  }
  return value && *value >= kRight ? Outcome::kCorrect : Outcome::kWrong;
}

EvaluatedSample sample_of(const Shared& shared, const MeasuredObject& object) {
  const PoseRow& truth = shared.input->truth.rows[static_cast<std::size_t>(object.truth)];
  EvaluatedSample sample;
  sample.image = truth.image;
  sample.row = truth.category;
  sample.instance = truth.instance;
  sample.truth = object.truth;
  sample.prediction = object.prediction;
  if (object.prediction >= 0) {
    sample.score = shared.input->predictions.rows[static_cast<std::size_t>(object.prediction)].score;
  }
  sample.measures = object.measures;
  for (std::size_t i = 0; i < shared.columns.size(); ++i) {
    sample.outcomes.push_back(outcome_of(shared.columns[i], object.values[i]));
  }
  return sample;
}

Explanation explain(const Shared& shared, std::size_t index, std::size_t column) {
  if (index >= shared.objects.size() || column >= shared.columns.size()) {
    return {};
  }
  const MeasuredObject& object = shared.objects[index];
  const ObjectColumn& asked = shared.columns[column];
  if (shared.rules.explain) {
    Explanation told = shared.rules.explain(object, column);
    told.rule = asked.column.rule;
    return told;
  }
  Explanation explanation;
  explanation.rule = asked.column.rule;
  if (object.prediction < 0) {
    explanation.steps.push_back("No prediction belongs to this ground truth.");
    explanation.verdict = outcome_of(asked, object.values[column]) == Outcome::kWrong
                              ? "It counts as wrong."
                              : "It does not enter the number.";
    return explanation;
  }
  explanation.steps.push_back("It is paired with prediction " + std::to_string(object.prediction) + ".");
  for (std::size_t i = 0; i < shared.measures.size(); ++i) {
    if (object.measures[i]) {
      explanation.steps.push_back(shared.measures[i].title + ": " +
                                  measure_text(shared.measures[i], *object.measures[i]));
    }
  }
  const std::optional<double>& value = object.values[column];
  if (!value) {
    explanation.verdict = "This number does not exist for the object.";
  } else {
    const Measure as_measure{"", "", asked.column.unit, asked.column.factor};
    explanation.verdict = "It contributes " + measure_text(as_measure, *value) + " to the " +
                          (asked.kind == ObjectKind::kMedian ? "median" : "mean") + " of its category.";
  }
  return explanation;
}

}  // namespace

std::optional<double> weighted_summary(ObjectColumn::Kind kind,
                                       std::vector<std::pair<double, std::uint32_t>> numbers) {
  std::uint64_t total = 0;
  double sum = 0.0;
  for (const auto& [value, weight] : numbers) {
    total += weight;
    sum += static_cast<double>(weight) * value;
  }
  if (total == 0) {
    return std::nullopt;
  }
  if (kind != ObjectKind::kMedian) {
    return sum / static_cast<double>(total);
  }
  std::sort(numbers.begin(), numbers.end());
  const auto at = [&](std::uint64_t position) {
    for (const auto& [value, weight] : numbers) {
      if (position < weight) {
        return value;
      }
      position -= weight;
    }
    return numbers.back().first;
  };
  return total % 2 == 1 ? at(total / 2) : 0.5 * (at(total / 2 - 1) + at(total / 2));
}

EvaluationReport object_report(std::shared_ptr<const EvaluationInput> input,
                               std::vector<ObjectColumn> columns, std::vector<Measure> measures,
                               std::vector<MeasuredObject> objects, ObjectTableRules rules) {
  const auto shared = std::make_shared<Shared>();
  shared->input = std::move(input);
  shared->columns = std::move(columns);
  shared->measures = std::move(measures);
  shared->objects = std::move(objects);
  shared->rules = std::move(rules);
  const auto& truths = shared->input->truth.rows;
  std::stable_sort(shared->objects.begin(), shared->objects.end(),
                   [&](const MeasuredObject& a, const MeasuredObject& b) {
                     return std::tuple(truths[static_cast<std::size_t>(a.truth)].image, a.truth) <
                            std::tuple(truths[static_cast<std::size_t>(b.truth)].image, b.truth);
                   });
  EvaluationReport report;
  for (const ObjectColumn& column : shared->columns) {
    report.columns.push_back(column.column);
  }
  report.measures = shared->measures;
  report.rows = rows_of(*shared);
  for (const MeasuredObject& object : shared->objects) {
    report.samples.push_back(sample_of(*shared, object));
  }
  report.explain = [shared](std::size_t sample, std::size_t column) {
    return explain(*shared, sample, column);
  };
  return report;
}

std::string measure_text(const Measure& measure, double natural) {
  return fixed_text(natural * measure.factor, 3) + (measure.unit.empty() ? "" : " " + measure.unit);
}

}  // namespace alidade
