// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstdio>

#include "core/base/constants.h"
#include "core/evaluation/nocs/nocs_result.h"

namespace alidade {
namespace {

constexpr std::size_t kMostSteps = 40;

std::string number(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

/// Tells how the matching of one group went, for one column.
class Explainer {
 public:
  Explainer(const NocsResult& result, const EvaluatedSample& sample, std::size_t column)
      : result_(result), all_(result.all), sample_(sample), column_(result.columns[column]) {
    const auto found = std::lower_bound(
        all_.groups.begin(), all_.groups.end(), std::pair(sample.image, sample.row),
        [](const NocsGroup& group, const auto& key) { return std::pair(group.image, group.category) < key; });
    group_ = *found;  // every sample comes from a group
    made_.rule = column_.column.rule;
    outcome_ = sample.outcomes[column];
  }

  Explanation explain() {
    const auto& input = *result_.input;
    made_.steps.push_back("Image " + input.images[group_.image].name + ", class " +
                          input.categories[group_.category] + ": " + counted(group_.truths, "ground truth") +
                          " and " + counted(group_.estimates, "prediction") + ".");
    add_symmetry();
    add_pair();
    if (!column_.pose) {
      trace_overlaps(column_.overlap, "");
    } else {
      if (all_.rule.survivors != NocsSurvivors::kAll) {
        trace_overlaps(kNocsFilter, "Filter: ");
      }
      trace_poses();
    }
    if (made_.steps.size() > kMostSteps) {
      const std::size_t more = made_.steps.size() - kMostSteps;
      made_.steps.resize(kMostSteps);
      made_.steps.push_back(std::to_string(more) + " further decisions are not listed.");
    }
    made_.verdict = verdict();
    return std::move(made_);
  }

 private:
  std::string truth_name(std::size_t j) const {
    return "ground truth row " + std::to_string(all_.truths[group_.first_truth + j]);
  }
  std::string estimate_name(std::size_t i) const {
    return "prediction row " + std::to_string(all_.estimates[group_.first_estimate + i]);
  }
  std::string scored_name(std::size_t i) const {
    return "Prediction row " + std::to_string(all_.estimates[group_.first_estimate + i]) + ", score " +
           number(all_.scores[group_.first_estimate + i], 4) + ": ";
  }
  std::string overlap_name() const {
    return all_.rule.by_image_boxes() ? "IoU of image boxes" : nocs_overlap_name(all_.rule.overlap);
  }

  void add_symmetry() {
    if (sample_.truth < 0) {
      return;
    }
    const PoseRow& truth = result_.input->truth.rows[static_cast<std::size_t>(sample_.truth)];
    const std::string& category = result_.input->categories[group_.category];
    std::string text = "Class " + category;
    if (!nocs_knows(all_.rule, category)) {
      text += ", not in the protocol's list, goes by its own symmetry (" + truth.symmetry->name + ")";
    } else if (category == "mug" && !all_.rule.housecat) {
      text += truth.handle_visible ? " with a visible handle" : " with a hidden handle";
    }
    switch (nocs_symmetry(all_.rule, category, truth)) {
      case NocsSymmetry::kNone:
        text += ": no symmetry; the rotation error is the whole angle.";
        break;
      case NocsSymmetry::kAxis:
        text += ": symmetric about its y axis; the overlap is the largest of " + std::to_string(kNocsTurns) +
                " turns, the rotation error the angle between the y axes.";
        break;
      case NocsSymmetry::kFlip:
        text += ": looks alike after half a turn about y; the rotation error is the smaller of both.";
        break;
    }
    made_.steps.push_back(text);
  }

  void add_pair() {
    if (sample_.truth < 0 || sample_.prediction < 0) {
      return;
    }
    const auto value = [&](std::size_t i) { return sample_.measures[i].value_or(0.0); };
    std::string text = "Its prediction is row " + std::to_string(sample_.prediction) + ": " + overlap_name() +
                       " " + number(value(2), 3);
    if (sample_.measures[3]) {
      text += ", exact IoU " + number(value(3), 3);
    }
    text += ", rotation error " + number(value(0) * kDegreesPerRadian, 2) + "° (" +
            number(value(4) * kDegreesPerRadian, 2) + "° without symmetry), translation error " +
            number(value(1) * 100.0, 2) + " cm.";
    made_.steps.push_back(text);
  }

  void trace_overlaps(double threshold, const std::string& prefix) {
    NocsMatches taken;
    taken.reset(group_);
    for (std::size_t i = 0; i < group_.estimates; ++i) {
      std::string text = prefix + scored_name(i);
      const auto order = overlap_order(all_, group_, i);
      for (const std::size_t j : order) {
        const double overlap = all_.pair(group_, i, j).stored_overlap();
        text += truth_name(j) + " (" + overlap_name() + " " + number(overlap, 3) + ") ";
        if (taken.estimate_of[j] >= 0) {
          text += "is taken by " + estimate_name(static_cast<std::size_t>(taken.estimate_of[j])) + "; ";
          continue;
        }
        if (!(overlap > threshold)) {
          text += "does not exceed " + number(threshold, 2) + ", and no later one can; ";
          break;
        }
        text += "exceeds " + number(threshold, 2) + " and is free: matched.";
        taken.join(i, j);
        break;
      }
      made_.steps.push_back(text + (taken.truth_of[i] < 0 ? "unmatched." : ""));
    }
    if (group_.estimates == 0) {
      made_.steps.push_back(prefix + "there is no prediction to match.");
    }
  }

  void trace_poses() {
    NocsMatches taken;
    NocsKept kept;
    keep_survivors(all_, group_, &taken, &kept);
    taken.reset(group_);
    for (const std::size_t i : kept.estimates) {
      std::string text = scored_name(i);
      for (const std::size_t j : pose_order(all_, group_, i, kept.truths)) {
        const NocsPair& pair = all_.pair(group_, i, j);
        text +=
            truth_name(j) + " (" + number(pair.degrees, 2) + "° + " + number(pair.centimetres, 2) + " cm) ";
        if (taken.estimate_of[j] >= 0) {
          text += "is taken by " + estimate_name(static_cast<std::size_t>(taken.estimate_of[j])) + "; ";
          continue;
        }
        if (pair.degrees > column_.degrees || pair.centimetres > column_.centimetres) {
          text += "is too far: " + too_far(pair) + "; ";
          continue;
        }
        text += "is within both thresholds and free: matched.";
        taken.join(i, j);
        break;
      }
      made_.steps.push_back(text + (taken.truth_of[i] < 0 ? "unmatched." : ""));
    }
    if (kept.estimates.empty()) {
      made_.steps.push_back("No prediction of the class enters the pose matching.");
    }
  }

  std::string too_far(const NocsPair& pair) const {
    std::string text;
    if (pair.degrees > column_.degrees) {
      text = number(pair.degrees, 2) + "° > " + number(column_.degrees, 0) + "°";
    }
    if (pair.centimetres > column_.centimetres) {
      text += (text.empty() ? "" : " and ") + number(pair.centimetres, 2) + " cm > " +
              number(column_.centimetres, 0) + " cm";
    }
    return text;
  }

  std::string verdict() const {
    const bool truth = sample_.truth >= 0;
    switch (outcome_) {
      case Outcome::kCorrect:
        return truth ? "Counts as correct: the ground truth was matched."
                     : "Counts as correct: the prediction was "
                       "matched.";
      case Outcome::kWrong:
        return truth ? "Counts as missed: no prediction was matched to the ground truth."
                     : "Counts as a false detection: no ground truth was left for it.";
      case Outcome::kIgnored:
        return std::string("Counts nowhere: ") + (truth ? "the ground truth" : "the prediction") +
               " was not matched at " + overlap_name() +
               " > 0.1, so it is missing from numerator and denominator.";
      case Outcome::kNone:
        break;
    }
    return "The column does not judge it.";
  }

  const NocsResult& result_;
  const NocsCandidates& all_;
  const EvaluatedSample& sample_;
  const NocsColumn& column_;
  NocsGroup group_;
  Outcome outcome_ = Outcome::kNone;
  Explanation made_;
};

}  // namespace

Explanation nocs_explanation(const NocsResult& result, const EvaluatedSample& sample, std::size_t column) {
  return Explainer(result, sample, column).explain();
}

}  // namespace alidade
