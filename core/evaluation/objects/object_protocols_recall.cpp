// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numbers>
#include <tuple>
#include <utility>

#include "core/base/constants.h"
#include "core/evaluation/bop/bop_score.h"
#include "core/evaluation/bop/bop_score_prepared.h"
#include "core/evaluation/bop/bop_score_report.h"
#include "core/evaluation/objects/object_protocols.h"

namespace alidade {
namespace {

using Weights = std::span<const std::uint32_t>;

constexpr double kAreaTo = 0.1;  // metres
constexpr std::array kShares{0.1, 0.5};
constexpr std::size_t kColumns = 3;

/// Distances of all pairs, and what is needed to explain them.
struct RecallState {
  DistanceRule rule;
  std::shared_ptr<const EvaluationInput> input;
  std::vector<ObjectGroup> groups;
  std::vector<std::vector<double>> distances;  ///< [group][estimate * truths + truth], metres

  double diameter(std::size_t group) const { return input->objects.at(groups[group].object_id).diameter; }
  bool symmetric(std::size_t group) const {
    return !input->objects.at(groups[group].object_id).symmetry.trivial();
  }
  ModelDistance kind(std::size_t group) const { return symmetric(group) ? rule.symmetric : rule.plain; }
  double distance(std::size_t group, std::size_t e, std::size_t t) const {
    return distances[group][e * groups[group].truths.size() + t];
  }
  const PoseRow& truth(std::size_t group, std::size_t t) const {
    return input->truth.rows[groups[group].truths[t]];
  }
  const PoseRow& estimate(std::size_t group, std::size_t e) const {
    return input->predictions.rows[groups[group].estimates[e]];
  }
  /// What is compared with thresholds: BOP's scripts call an estimate hopeless whose center is farther away
  /// than the diameter, whatever its distance.
  double error(std::size_t group, std::size_t e, std::size_t t) const {
    const double apart = (estimate(group, e).cam_from_obj.t - truth(group, t).cam_from_obj.t).norm();
    return kind(group) != ModelDistance::kAdiMqat && apart > diameter(group) ? kInfinity
                                                                             : distance(group, e, t);
  }
  /// Matches under an absolute threshold in metres, or one relative to the diameter.
  std::vector<int> matches(std::size_t group, double threshold, bool relative) const {
    const double unit = relative ? diameter(group) : 1.0;
    return match_greedily(
        groups[group].estimates.size(), groups[group].truths.size(),
        [&](std::size_t e, std::size_t t) { return error(group, e, t) / unit; }, threshold);
  }
};

double model_distance(ModelDistance kind, const PreparedObject& object, const Rigid3& truth,
                      const Rigid3& estimate) {
  switch (kind) {
    case ModelDistance::kAdiBop:
      return adi_error(object, estimate, truth);
    case ModelDistance::kAdiMqat:
      return adi_error_estimate_to_truth(object, estimate, truth);
    case ModelDistance::kAdd:
      break;
  }
  return add_error(object, estimate, truth);
}

Expected<void> fill_distances(RecallState& state, const JobContext& job) {
  const auto prepared = prepare_objects(*state.input);
  if (!prepared) {
    return prepared.error();
  }
  state.distances.resize(state.groups.size());
  return for_each_parallel(
      state.groups.size(), job, "measuring distances", [&](std::size_t group) -> Expected<void> {
        const ObjectGroup& g = state.groups[group];
        for (std::size_t e = 0; e < g.estimates.size(); ++e) {
          for (std::size_t t = 0; t < g.truths.size(); ++t) {
            if (job.stopped()) {
              return Error{ErrorCode::kCancelled, "The evaluation was stopped."};
            }
            state.distances[group].push_back(model_distance(state.kind(group), prepared->at(g.object_id),
                                                            state.truth(group, t).cam_from_obj,
                                                            state.estimate(group, e).cam_from_obj));
          }
        }
        return {};
      });
}

/// Credit of an image's targets: found ones, or the area that their errors leave.
struct Credit {
  std::uint32_t image = 0;
  double targets = 0.0;
  double earned = 0.0;
};

MetricCell credit_cell(std::vector<Credit> credits) {
  MetricCell cell;
  cell.estimator = [credits = std::move(credits)](Weights weights) -> std::optional<double> {
    double targets = 0.0, earned = 0.0;
    for (const Credit& credit : credits) {
      const double weight = weights.empty() ? 1.0 : weights[credit.image];
      targets += weight * credit.targets;
      earned += weight * credit.earned;
    }
    return targets > 0.0 ? std::optional(earned / targets) : std::nullopt;
  };
  cell.value = cell.estimator({});
  if (!cell.value) {
    cell.reason = "no target of this object is annotated";
    cell.estimator = nullptr;
  }
  return cell;
}

/// Exact integral of the recall over thresholds 0..kAreaTo, divided by kAreaTo.
double area_credit(const RecallState& state, std::size_t group) {
  double earned = 0.0;
  const auto matched = state.matches(group, kAreaTo, false);
  for (std::size_t t = 0; t < matched.size(); ++t) {
    if (matched[t] >= 0) {
      earned += 1.0 - state.error(group, static_cast<std::size_t>(matched[t]), t) / kAreaTo;
    }
  }
  return earned;
}

double found_credit(const RecallState& state, std::size_t group, double share) {
  const auto matched = state.matches(group, share, true);
  return static_cast<double>(std::count_if(matched.begin(), matched.end(), [](int e) { return e >= 0; }));
}

MetricRow object_row(const RecallState& state, std::uint32_t category) {
  MetricRow row;
  row.name = state.input->categories[category];
  std::array<std::vector<Credit>, kColumns> credits;
  for (std::size_t group = 0; group < state.groups.size(); ++group) {
    const ObjectGroup& g = state.groups[group];
    if (g.category != category) {
      continue;
    }
    row.truths += g.truths.size();
    row.predictions += g.estimates.size();
    const auto targets = static_cast<double>(g.truths.size());
    for (std::size_t i = 0; i < kShares.size(); ++i) {
      credits[i].push_back({g.image, targets, found_credit(state, group, kShares[i])});
    }
    credits[kShares.size()].push_back({g.image, targets, area_credit(state, group)});
  }
  for (auto& column : credits) {
    row.cells.push_back(credit_cell(std::move(column)));
  }
  return row;
}

std::vector<MetricColumn> columns_of(const DistanceRule& rule) {
  const auto words = [](ModelDistance kind) -> std::string {
    return kind == ModelDistance::kAdd ? "mean distance of equal vertices"
           : kind == ModelDistance::kAdiBop
               ? "mean distance of the true vertices to the nearest estimated one"
               : "mean distance of the estimated vertices to the nearest true one";
  };
  std::string text = rule.name + ": " + words(rule.plain);
  if (rule.plain != rule.symmetric) {
    text += "; for symmetric objects, " + words(rule.symmetric);
  }
  text +=
      ". Best-scored estimates take the nearest free truth strictly below the threshold; missing estimates "
      "count as missed; the last row is the mean over objects.";
  std::vector<MetricColumn> columns{
      {rule.prefix + "_0.1d", rule.name + " 0.1d", "%", 100.0, true, 1,
       "Share of targets below 0.1 diameters. " + text},
      {rule.prefix + "_0.5d", rule.name + " 0.5d", "%", 100.0, true, 1,
       "Share of targets below 0.5 diameters. " + text},
      {rule.prefix + "_auc", rule.name + " AUC", "%", 100.0, true, 1,
       "Area under the recall over thresholds of 0 to 10 cm, integrated exactly. " + text}};
  columns[0].thresholds["error_d"] = kShares[0];
  columns[1].thresholds["error_d"] = kShares[1];
  columns[2].thresholds["error_cm"] = kAreaTo;
  return columns;
}

/// Recall over 0..0.5 diameters in steps of a hundredth; the last line is the mean of the others.
Curve recall_curve(const RecallState& state, std::size_t objects) {
  Curve curve{"recall_over_distance",
              "Recall over " + state.rule.name,
              "threshold (diameters)",
              "recall (%)",
              {},
              std::vector<std::vector<double>>(objects + 1)};
  std::vector<double> targets(objects, 0.0);
  for (const ObjectGroup& g : state.groups) {
    targets[g.category] += static_cast<double>(g.truths.size());
  }
  const auto counted = static_cast<double>(std::max<std::ptrdiff_t>(
      1, std::count_if(targets.begin(), targets.end(), [](double n) { return n > 0; })));
  for (int i = 0; i <= 50; ++i) {
    const double share = i / 100.0;
    curve.x.push_back(share);
    std::vector<double> found(objects, 0.0);
    for (std::size_t group = 0; group < state.groups.size(); ++group) {
      found[state.groups[group].category] += found_credit(state, group, share);
    }
    double mean = 0.0;
    for (std::size_t k = 0; k < objects; ++k) {
      curve.y[k].push_back(targets[k] > 0.0 ? found[k] / targets[k] : 0.0);
      mean += curve.y[k].back() / counted;
    }
    curve.y[objects].push_back(mean);
  }
  return curve;
}

struct RecallPlace {
  std::size_t group = 0;
  std::size_t truth = 0;
  int estimate = -1;
};

EvaluatedSample make_sample(const RecallState& state, const RecallPlace& place,
                            const std::array<std::vector<int>, kColumns>& matched) {
  const ObjectGroup& g = state.groups[place.group];
  const PoseRow& truth = state.truth(place.group, place.truth);
  EvaluatedSample sample;
  sample.image = g.image;
  sample.row = g.category;
  sample.instance = truth.instance;
  sample.truth = g.truths[place.truth];
  sample.measures.resize(4);
  if (place.estimate >= 0) {
    const auto e = static_cast<std::size_t>(place.estimate);
    const PoseRow& estimate = state.estimate(place.group, e);
    sample.prediction = g.estimates[e];
    sample.score = estimate.score;
    const double distance = state.distance(place.group, e, place.truth);
    sample.measures = {distance / state.diameter(place.group), distance,
                       symmetric_rotation_distance(estimate.cam_from_obj.R, truth.cam_from_obj.R,
                                                   state.input->objects.at(g.object_id).symmetry),
                       (estimate.cam_from_obj.t - truth.cam_from_obj.t).norm()};
  }
  for (const auto& column : matched) {
    sample.outcomes.push_back(column[place.truth] >= 0 ? Outcome::kCorrect : Outcome::kWrong);
  }
  return sample;
}

std::array<std::vector<int>, kColumns> column_matches(const RecallState& state, std::size_t group) {
  return {state.matches(group, kShares[0], true), state.matches(group, kShares[1], true),
          state.matches(group, kAreaTo, false)};
}

/// The estimate shown beside each truth: matched at 0.1d, else the nearest left without threshold.
std::vector<int> shown_pairs(const RecallState& state, std::size_t group, std::vector<int> pairs) {
  const auto rest = match_greedily(
      state.groups[group].estimates.size(), pairs.size(),
      [&](std::size_t e, std::size_t t) {
        const bool used =
            pairs[t] >= 0 || std::find(pairs.begin(), pairs.end(), static_cast<int>(e)) != pairs.end();
        return used ? kInfinity : state.distance(group, e, t);
      },
      kInfinity);
  for (std::size_t t = 0; t < pairs.size(); ++t) {
    pairs[t] = pairs[t] >= 0 ? pairs[t] : rest[t];
  }
  return pairs;
}

std::string threshold_words(const RecallState& state, std::size_t group, std::size_t column) {
  return column == 2 ? "10 cm"
                     : short_number(kShares[column]) + " diameters (" +
                           short_number(kShares[column] * state.diameter(group) * 100.0) + " cm)";
}

Explanation explain(const RecallState& state, const RecallPlace& place, std::size_t column,
                    const std::string& rule) {
  const ObjectGroup& g = state.groups[place.group];
  Explanation told;
  told.rule = rule;
  told.steps.push_back(state.input->images[g.image].name + ", " + state.input->categories[g.category] + ": " +
                       std::to_string(g.truths.size()) + " of " + std::to_string(g.annotated) +
                       " instances are to be found, " + std::to_string(g.estimates.size()) + " of " +
                       std::to_string(g.offered) + " estimates are looked at; the object is " +
                       (state.symmetric(place.group) ? "symmetric" : "not symmetric") + ".");
  const auto matched = column_matches(state, place.group)[column];
  for (std::size_t e = 0; e < g.estimates.size(); ++e) {
    std::string text = "Estimate " + std::to_string(e + 1) + " (score " +
                       short_number(state.estimate(place.group, e).score) + ") is off by";
    for (std::size_t t = 0; t < g.truths.size(); ++t) {
      text += (t ? ", " : " ") + short_number(state.distance(place.group, e, t) * 100.0) +
              " cm from instance " + std::to_string(state.truth(place.group, t).instance);
      if (!std::isfinite(state.error(place.group, e, t))) {
        text += " (its center is farther than the diameter: no match)";
      }
    }
    const auto taken = std::find(matched.begin(), matched.end(), static_cast<int>(e));
    text +=
        taken == matched.end()
            ? "; no free instance is below " + threshold_words(state, place.group, column) + "."
            : "; it takes instance " +
                  std::to_string(
                      state.truth(place.group, static_cast<std::size_t>(taken - matched.begin())).instance) +
                  ".";
    told.steps.push_back(text);
  }
  told.verdict = matched[place.truth] >= 0
                     ? "It counts as found below " + threshold_words(state, place.group, column) + "."
                     : "It counts as missed at " + threshold_words(state, place.group, column) + ".";
  return told;
}

void add_samples(std::shared_ptr<const RecallState> state, EvaluationReport& report) {
  report.measures = {{"error_d", state->rule.name + " / diameter", "", 1.0, false},
                     {"error_cm", state->rule.name, "cm", 100.0, false},
                     {"rotation_deg", "rotation error", "°", 180.0 / std::numbers::pi, false},
                     {"translation_cm", "translation error", "cm", 100.0, false}};
  std::vector<std::pair<EvaluatedSample, RecallPlace>> judged;
  for (std::size_t group = 0; group < state->groups.size(); ++group) {
    const auto matched = column_matches(*state, group);
    const auto pairs = shown_pairs(*state, group, matched[0]);
    for (std::size_t t = 0; t < pairs.size(); ++t) {
      const RecallPlace place{group, t, pairs[t]};
      judged.emplace_back(make_sample(*state, place, matched), place);
    }
  }
  std::sort(judged.begin(), judged.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.first.image, a.first.truth) < std::tuple(b.first.image, b.first.truth);
  });
  std::vector<RecallPlace> places;
  std::vector<std::string> rules;
  for (auto& [sample, place] : judged) {
    report.samples.push_back(std::move(sample));
    places.push_back(place);
  }
  for (const auto& column : report.columns) {
    rules.push_back(column.rule);
  }
  report.explain = [state, places = std::move(places), rules = std::move(rules)](std::size_t sample,
                                                                                 std::size_t column) {
    return sample < places.size() && column < rules.size()
               ? explain(*state, places[sample], column, rules[column])
               : Explanation{};
  };
}

}  // namespace

Expected<EvaluationReport> run_distance_rule(const DistanceRule& rule,
                                             std::shared_ptr<const EvaluationInput> input,
                                             const JobContext& job) {
  auto state = std::make_shared<RecallState>();
  auto chosen = localization_groups(*input);
  state->rule = rule;
  state->input = input;
  state->groups = std::move(chosen.groups);
  if (auto filled = fill_distances(*state, job); !filled) {
    return filled.error();
  }
  EvaluationReport report;
  report.notes = std::move(chosen.notes);
  report.columns = columns_of(rule);
  for (std::uint32_t category = 0; category < input->categories.size(); ++category) {
    report.rows.push_back(object_row(*state, category));
  }
  MetricRow mean = mean_row(report.rows);
  for (std::size_t column = 0; column < kColumns; ++column) {
    mean.cells.push_back(mean_cell(report.rows, column, std::nullopt));
  }
  report.rows.push_back(std::move(mean));
  report.curves.push_back(recall_curve(*state, input->categories.size()));
  add_samples(state, report);
  return report;
}

}  // namespace alidade
