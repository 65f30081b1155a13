// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "core/evaluation/bop/bop_score_report.h"

namespace alidade {
namespace {

const char* name_of(BopErrorKind kind) {
  switch (kind) {
    case BopErrorKind::kVsd:
      return "VSD";
    case BopErrorKind::kMspd:
      return "MSPD";
    default:
      return "MSSD";
  }
}

std::string with_unit(BopErrorKind kind, double value) {
  switch (kind) {
    case BopErrorKind::kMssd:
      return short_number(value) + " of the diameter";
    case BopErrorKind::kMspd:
      return short_number(value) + " px";
    case BopErrorKind::kMssdMetres:
      return short_number(value * 1e3) + " mm";
    case BopErrorKind::kVsd:
      break;
  }
  return short_number(value);
}

std::string instance_name(const BopState& state, const ObjectGroup& g, std::size_t truth) {
  const int index = state.input->truth.rows[g.truths[truth]].instance;
  return "instance " + std::to_string(index >= 0 ? index : static_cast<int>(truth));
}

/// One line per estimate: its errors and what it takes.
void tell_matching(const BopState& state, std::size_t group, BopErrorKind kind,
                   std::vector<std::string>& steps) {
  const auto& g = state.groups[group];
  const double threshold = thresholds_of(kind)[kMiddleThreshold];
  const auto matched = state.matches(group, kind, kMiddleThreshold, threshold);
  for (std::size_t e = 0; e < g.estimates.size(); ++e) {
    const PoseRow& row = state.input->predictions.rows[g.estimates[e]];
    std::string text = std::string(name_of(kind)) + " of estimate " + std::to_string(e + 1) + " (score " +
                       short_number(row.score) + "):";
    for (std::size_t t = 0; t < g.truths.size(); ++t) {
      text += (t ? ", " : " ") + with_unit(kind, state.error(group, kind, kMiddleThreshold, e, t)) + " to " +
              instance_name(state, g, t);
    }
    const auto taken = std::find(matched.begin(), matched.end(), static_cast<int>(e));
    text += taken == matched.end()
                ? "; no free instance is strictly below " + with_unit(kind, threshold) + "."
                : "; it takes " + instance_name(state, g, taken - matched.begin()) + " (below " +
                      with_unit(kind, threshold) + ").";
    steps.push_back(text);
  }
}

/// "MSSD finds it at 7 of 10 thresholds, from 0.2 of the diameter on."
std::string found_at(const BopState& state, const SamplePlace& place, BopErrorKind kind) {
  const auto thresholds = thresholds_of(kind);
  int found = 0;
  double from = 0.0;
  for (const double threshold : thresholds) {
    if (state.matches(place.group, kind, kMiddleThreshold, threshold)[place.truth] >= 0) {
      from = found++ == 0 ? threshold : from;
    }
  }
  return std::string(name_of(kind)) + (kind == BopErrorKind::kVsd ? " at tau 0.25" : "") + " finds " +
         instance_name(state, state.groups[place.group], place.truth) + " at " + std::to_string(found) +
         " of 10 thresholds" + (found > 0 ? ", from " + with_unit(kind, from) + " on." : ".");
}

std::string introduction(const BopState& state, const ObjectGroup& g) {
  std::string text = state.input->images[g.image].name + ", " + state.input->categories[g.category] + ": " +
                     std::to_string(g.annotated) + " annotated, " + std::to_string(g.offered) +
                     " estimated; ";
  return text + (state.detection
                     ? "all of them are compared."
                     : "the " + std::to_string(g.truths.size()) + " most visible are to be found, the " +
                           std::to_string(g.estimates.size()) + " best-scored estimates are looked at.");
}

}  // namespace

Explanation explain_bop(const BopState& state, const SamplePlace& place, const BopColumn& column,
                        Outcome outcome) {
  Explanation told;
  told.rule = column.column.rule;
  told.steps.push_back(introduction(state, state.groups[place.group]));
  for (const BopErrorKind kind : column.kinds) {
    if (kind == BopErrorKind::kVsd && !state.has_vsd) {
      told.steps.push_back("VSD was not computed: " + state.no_vsd + ".");
      continue;
    }
    tell_matching(state, place.group, kind, told.steps);
    if (place.truth >= 0) {
      told.steps.push_back(found_at(state, place, kind));
    }
  }
  switch (outcome) {
    case Outcome::kCorrect:
      told.verdict = "It counts as found at the middle threshold; the score averages over all ten.";
      break;
    case Outcome::kWrong:
      told.verdict = place.truth >= 0
                         ? "It counts as missed at the middle threshold; the score averages over all ten."
                         : "It counts as a false detection at the middle threshold.";
      break;
    case Outcome::kIgnored:
      told.verdict = state.detection
                         ? "It is ignored: the ground truth is visible by less than 10 %."
                         : "It is not counted: estimates without a target neither help nor harm the recall.";
      break;
    case Outcome::kNone:
      told.verdict = "This column does not judge single samples.";
      break;
  }
  return told;
}

}  // namespace alidade
