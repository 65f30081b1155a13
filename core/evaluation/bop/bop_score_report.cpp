// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/bop/bop_score_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <tuple>
#include <utility>

#include "core/base/constants.h"
#include "core/geometry/symmetry.h"

namespace alidade {
namespace {

/// Pairs for display: MSSD at the middle threshold, then greedily what is left.
std::vector<int> shown_pairs(const BopState& state, std::size_t group) {
  const auto& g = state.groups[group];
  auto pairs = state.matches(group, BopErrorKind::kMssd, 0, mssd_thresholds()[kMiddleThreshold]);
  const auto error = [&](std::size_t e, std::size_t t) {
    const bool used =
        pairs[t] >= 0 || std::find(pairs.begin(), pairs.end(), static_cast<int>(e)) != pairs.end();
    return used ? kInfinity : state.error(group, BopErrorKind::kMssd, 0, e, t);
  };
  const auto rest = match_greedily(g.estimates.size(), g.truths.size(), error, kInfinity);
  for (std::size_t t = 0; t < pairs.size(); ++t) {
    pairs[t] = pairs[t] >= 0 ? pairs[t] : rest[t];
  }
  return pairs;
}

/// What a kind decides at its middle threshold about a truth, or about an estimate that stands alone.
Outcome outcome_of(const BopState& state, const SamplePlace& place, const std::vector<int>& matched) {
  if (place.truth >= 0) {
    return state.ignored(place.group, place.truth) ? Outcome::kIgnored
           : matched[place.truth] >= 0             ? Outcome::kCorrect
                                                   : Outcome::kWrong;
  }
  if (!state.detection) {
    return Outcome::kIgnored;
  }
  const auto taken = std::find(matched.begin(), matched.end(), place.estimate);
  if (taken == matched.end()) {
    return Outcome::kWrong;
  }
  return state.ignored(place.group, taken - matched.begin()) ? Outcome::kIgnored : Outcome::kCorrect;
}

/// Several kinds together: wrong when one is wrong.
Outcome joined(Outcome a, Outcome b) {
  if (a == Outcome::kNone || b == Outcome::kNone) {
    return a == Outcome::kNone ? b : a;
  }
  if (a == Outcome::kWrong || b == Outcome::kWrong) {
    return Outcome::kWrong;
  }
  return a == Outcome::kIgnored || b == Outcome::kIgnored ? Outcome::kIgnored : Outcome::kCorrect;
}

std::vector<std::optional<double>> measures_of(const BopState& state, const SamplePlace& place) {
  std::vector<std::optional<double>> values(state.has_vsd ? 5 : 4);
  if (place.truth < 0 || place.estimate < 0) {
    return values;
  }
  const auto& g = state.groups[place.group];
  const PoseRow& truth = state.input->truth.rows[g.truths[place.truth]];
  const PoseRow& estimate = state.input->predictions.rows[g.estimates[place.estimate]];
  const auto error = [&](BopErrorKind kind) {
    return state.error(place.group, kind, kMiddleThreshold, place.estimate, place.truth);
  };
  values[0] = error(BopErrorKind::kMssd);
  values[1] = error(BopErrorKind::kMspd);
  values[2] = symmetric_rotation_distance(estimate.cam_from_obj.R, truth.cam_from_obj.R,
                                          state.input->objects.at(g.object_id).symmetry);
  values[3] = (estimate.cam_from_obj.t - truth.cam_from_obj.t).norm();
  if (state.has_vsd) {
    values[4] = error(BopErrorKind::kVsd);
  }
  for (auto& value : values) {
    value = value && std::isfinite(*value) ? value : std::nullopt;
  }
  return values;
}

EvaluatedSample make_sample(const BopState& state, const SamplePlace& place,
                            const std::vector<BopColumn>& columns,
                            const std::vector<std::vector<int>>& matched) {
  const auto& g = state.groups[place.group];
  EvaluatedSample sample;
  sample.image = g.image;
  sample.row = g.category;
  if (place.truth >= 0) {
    sample.truth = g.truths[place.truth];
    sample.instance = state.input->truth.rows[g.truths[place.truth]].instance;
  }
  if (place.estimate >= 0) {
    sample.prediction = g.estimates[place.estimate];
    sample.score = state.input->predictions.rows[g.estimates[place.estimate]].score;
  }
  sample.measures = measures_of(state, place);
  for (const auto& column : columns) {
    Outcome outcome = Outcome::kNone;
    for (const BopErrorKind kind : column.kinds) {
      if (kind != BopErrorKind::kVsd || state.has_vsd) {
        outcome = joined(outcome, outcome_of(state, place, matched[static_cast<std::size_t>(kind)]));
      }
    }
    const bool needs_vsd = std::count(column.kinds.begin(), column.kinds.end(), BopErrorKind::kVsd) > 0;
    sample.outcomes.push_back(needs_vsd && !state.has_vsd ? Outcome::kNone : outcome);
  }
  return sample;
}

/// The matches of every kind at its middle threshold.
std::vector<std::vector<int>> middle_matches(const BopState& state, std::size_t group) {
  std::vector<std::vector<int>> matched(4);
  for (const auto kind :
       {BopErrorKind::kVsd, BopErrorKind::kMssd, BopErrorKind::kMspd, BopErrorKind::kMssdMetres}) {
    if (kind != BopErrorKind::kVsd || state.has_vsd) {
      matched[static_cast<std::size_t>(kind)] =
          state.matches(group, kind, kMiddleThreshold, thresholds_of(kind)[kMiddleThreshold]);
    }
  }
  return matched;
}

}  // namespace

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

BopThresholds thresholds_of(BopErrorKind kind) {
  switch (kind) {
    case BopErrorKind::kVsd:
      return vsd_thresholds();
    case BopErrorKind::kMspd:
      return mspd_thresholds();
    case BopErrorKind::kMssdMetres:
      return mssd_metre_thresholds();
    case BopErrorKind::kMssd:
      break;
  }
  return mssd_thresholds();
}

double BopState::error(std::size_t group, BopErrorKind kind, std::size_t tau, std::size_t estimate,
                       std::size_t truth) const {
  const ObjectGroup& g = groups[group];
  const BopErrors& pair = errors[group][estimate * g.truths.size() + truth];
  switch (kind) {
    case BopErrorKind::kVsd:
      return pair.vsd[tau];
    case BopErrorKind::kMspd:
      return pair.mspd;
    case BopErrorKind::kMssdMetres:
      return pair.mssd;
    case BopErrorKind::kMssd:
      break;
  }
  return pair.mssd / input->objects.at(g.object_id).diameter;
}

std::vector<int> BopState::matches(std::size_t group, BopErrorKind kind, std::size_t tau,
                                   double threshold) const {
  const ObjectGroup& g = groups[group];
  return match_greedily(
      g.estimates.size(), g.truths.size(),
      [&](std::size_t e, std::size_t t) { return error(group, kind, tau, e, t); }, threshold);
}

bool BopState::ignored(std::size_t group, std::size_t truth) const {
  return detection && input->truth.rows[groups[group].truths[truth]].visible_fraction < kDetectionVisibility;
}

void add_bop_samples(std::shared_ptr<const BopState> state, const std::vector<BopColumn>& columns,
                     EvaluationReport& report) {
  report.measures = {{"mssd_d", "MSSD / diameter", "", 1.0, false},
                     {"mspd_px", "MSPD", "px", 1.0, false},
                     {"rotation_deg", "rotation error", "°", kDegreesPerRadian, false},
                     {"translation_cm", "translation error", "cm", 100.0, false}};
  if (state->has_vsd) {
    report.measures.push_back({"vsd", "VSD at tau 0.25", "", 1.0, false});
  }
  if (!state->input->judges_samples) {
    return;
  }
  std::vector<std::pair<EvaluatedSample, SamplePlace>> judged;
  for (std::size_t group = 0; group < state->groups.size(); ++group) {
    const auto pairs = shown_pairs(*state, group);
    const auto matched = middle_matches(*state, group);
    const auto add = [&](const SamplePlace& place) {
      judged.emplace_back(make_sample(*state, place, columns, matched), place);
    };
    for (std::size_t t = 0; t < pairs.size(); ++t) {
      add({group, static_cast<int>(t), pairs[t]});
    }
    for (int e = 0; e < static_cast<int>(state->groups[group].estimates.size()); ++e) {
      if (std::find(pairs.begin(), pairs.end(), e) == pairs.end()) {
        add({group, -1, e});
      }
    }
  }
  // By image, then truth (those without one last), then prediction.
  std::sort(judged.begin(), judged.end(), [](const auto& a, const auto& b) {
    const auto key = [](const EvaluatedSample& s) {
      return std::tuple(s.image, static_cast<std::uint64_t>(s.truth), s.prediction);
    };
    return key(a.first) < key(b.first);
  });
  std::vector<SamplePlace> places;
  std::vector<std::vector<Outcome>> outcomes;
  for (auto& [sample, place] : judged) {
    places.push_back(place);
    outcomes.push_back(sample.outcomes);
    report.samples.push_back(std::move(sample));
  }
  report.explain = [state, columns, places = std::move(places), outcomes = std::move(outcomes)](
                       std::size_t sample, std::size_t column) {
    return sample < places.size() && column < columns.size()
               ? explain_bop(*state, places[sample], columns[column], outcomes[sample][column])
               : Explanation{};
  };
}

}  // namespace alidade
