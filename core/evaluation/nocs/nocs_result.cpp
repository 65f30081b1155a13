// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/nocs/nocs_result.h"

#include <algorithm>
#include <numbers>

namespace alidade {
namespace {

std::string floor_text(double value) {
  return std::to_string(static_cast<int>(value));
}

std::string measure_rule(const NocsVariant& variant) {
  return variant.measure == NocsMeasure::kAp ? "AP where a prediction is correct"
                                             : "Share of the predictions that are correct; one is correct";
}

NocsColumn overlap_column(const NocsVariant& variant, double threshold) {
  NocsColumn made;
  made.overlap = threshold;
  const std::string percent = floor_text(threshold * 100.0 + 0.5);
  made.column = {"iou_" + percent, "IoU" + percent, "%", 100.0};
  made.column.rule = measure_rule(variant) + " when its " + nocs_overlap_name(variant.rule.overlap) +
                     " with a free ground truth of its class exceeds 0." + percent +
                     " (strict); predictions choose in score order, ground truths by falling overlap.";
  made.column.thresholds = {{"iou", threshold}};
  return made;
}

std::string survivors_rule(const NocsRule& rule) {
  switch (rule.survivors) {
    case NocsSurvivors::kMatched:
      return "Only predictions and ground truths matched at " + nocs_overlap_name(rule.overlap) +
             " > 0.1 enter; the rest counts nowhere.";
    case NocsSurvivors::kAll:
      return "Every prediction and every ground truth enters.";
    case NocsSurvivors::kBoxes:
      return "Only predictions and ground truths whose image boxes match at IoU > 0.1 enter.";
    case NocsSurvivors::kFileBoxes:
      return "Only predictions and ground truths matched by image boxes at IoU > 0.1 enter, the i-th "
             "prediction by score with the i-th box in file order, as the published script has it.";
  }
  return {};
}

NocsColumn pose_column(const NocsVariant& variant, double degrees, double centimetres) {
  NocsColumn made;
  made.pose = true;
  made.degrees = degrees;
  made.centimetres = centimetres;
  const std::string deg = floor_text(degrees);
  const std::string cm = floor_text(centimetres);
  made.column = {deg + "deg" + cm + "cm", deg + "°" + cm + "cm", "%", 100.0};
  made.column.rule = measure_rule(variant) + " when its rotation error is at most " + deg +
                     "° and its translation error at most " + cm + " cm (both inclusive). " +
                     survivors_rule(variant.rule);
  made.column.thresholds = {{"rotation_deg", degrees * std::numbers::pi / 180.0},
                            {"translation_cm", centimetres * 0.01}};
  return made;
}

NocsColumnMatches no_matches(const NocsCandidates& all, bool both_ways) {
  return {std::vector<std::int32_t>(all.estimates.size(), -1),
          std::vector<std::int32_t>(both_ways ? all.truths.size() : 0, -1)};
}

/// Copies the matches of a group to their places in the whole.
void store(const NocsGroup& group, const NocsMatches& matches, NocsColumnMatches* out) {
  for (std::size_t i = 0; i < group.estimates; ++i) {
    if (matches.truth_of[i] >= 0) {
      const std::size_t truth = group.first_truth + static_cast<std::size_t>(matches.truth_of[i]);
      out->truth_of[group.first_estimate + i] = static_cast<std::int32_t>(truth);
      if (!out->estimate_of.empty()) {
        out->estimate_of[truth] = static_cast<std::int32_t>(group.first_estimate + i);
      }
    }
  }
}

struct TruthCounts {
  std::shared_ptr<const std::vector<std::uint32_t>> per_image;
  std::size_t total = 0;
};

TruthCounts count_truths(const NocsResult& result, std::size_t category, bool survivors) {
  std::vector<std::uint32_t> per_image(result.input->images.size());
  std::size_t total = 0;
  for (std::size_t i = 0; i < result.all.truths.size(); ++i) {
    const PoseRow& truth = result.truth(i);
    if (truth.category == category && (!survivors || result.truth_survives[i] != 0)) {
      ++per_image[truth.image];
      ++total;
    }
  }
  return {std::make_shared<const std::vector<std::uint32_t>>(std::move(per_image)), total};
}

class Matcher {
 public:
  explicit Matcher(NocsResult* result) : result_(*result) {}

  void match(const NocsGroup& group) {
    const NocsCandidates& all = result_.all;
    match_by_overlap(all, group, kNocsFilter, &matches_);
    store(group, matches_, &result_.paired);
    keep_survivors(all, group, &matches_, &kept_);
    for (const std::size_t i : kept_.estimates) {
      result_.estimate_survives[group.first_estimate + i] = 1;
    }
    for (const std::size_t j : kept_.truths) {
      result_.truth_survives[group.first_truth + j] = 1;
    }
    for (std::size_t c = 0; c < result_.columns.size(); ++c) {
      const NocsColumn& column = result_.columns[c];
      if (column.pose) {
        match_by_pose(all, group, kept_, column.degrees, column.centimetres, &matches_);
      } else {
        match_by_overlap(all, group, column.overlap, &matches_);
      }
      store(group, matches_, &result_.matches[c]);
    }
  }

 private:
  NocsResult& result_;
  NocsMatches matches_;
  NocsKept kept_;
};

}  // namespace

std::vector<NocsColumn> nocs_columns(const NocsVariant& variant) {
  std::vector<NocsColumn> columns;
  if (variant.overlap_columns) {
    for (const double threshold : {0.25, 0.5, 0.75}) {
      columns.push_back(overlap_column(variant, threshold));
    }
  }
  if (variant.pose_columns) {
    for (const double degrees : {5.0, 10.0}) {
      for (const double centimetres : {2.0, 5.0}) {
        columns.push_back(pose_column(variant, degrees, centimetres));
      }
    }
    if (variant.rule.housecat) {
      columns.push_back(pose_column(variant, 10.0, 10.0));
    }
  }
  return columns;
}

Expected<NocsResult> nocs_result(std::shared_ptr<const EvaluationInput> input, const NocsVariant& variant,
                                 const JobContext& job) {
  auto all = nocs_candidates(*input, variant.rule, job);
  if (!all) {
    return all.error();
  }
  NocsResult result;
  result.input = std::move(input);
  result.variant = variant;
  result.all = std::move(*all);
  result.columns = nocs_columns(variant);
  result.matches.assign(result.columns.size(), no_matches(result.all, result.input->judges_samples));
  result.paired = no_matches(result.all, result.input->judges_samples);
  result.estimate_survives.assign(result.all.estimates.size(), 0);
  result.truth_survives.assign(result.all.truths.size(), 0);
  Matcher matcher(&result);
  for (std::size_t i = 0; i < result.all.groups.size(); ++i) {
    if (i % 256 == 0 && job.stopped()) {
      return Error{ErrorCode::kCancelled, "The evaluation was stopped."};
    }
    matcher.match(result.all.groups[i]);
  }
  return result;
}

std::optional<double> NocsList::value(std::span<const std::uint32_t> image_weights) const {
  std::uint64_t detections = 0;
  std::uint64_t correct = 0;
  for (const RankedDetection& detection : ranked) {
    const std::uint32_t weight = image_weights.empty() ? 1 : image_weights[detection.image];
    detections += weight;
    correct += detection.correct ? weight : 0;
  }
  if (measure == NocsMeasure::kAccuracy) {
    return detections == 0 ? std::nullopt
                           : std::optional(static_cast<double>(correct) / static_cast<double>(detections));
  }
  if (detections == 0) {
    return 0.0;
  }
  return average_precision(ranked, *truths_per_image, image_weights, ApRule::kNocs);
}

std::vector<NocsList> nocs_lists(const NocsResult& result, std::size_t category) {
  const NocsCandidates& all = result.all;
  const TruthCounts every = count_truths(result, category, false);
  const TruthCounts survivors = count_truths(result, category, true);
  std::vector<NocsList> lists(result.columns.size());
  for (std::size_t c = 0; c < lists.size(); ++c) {
    const bool pose = result.columns[c].pose;
    lists[c].measure = result.variant.measure;
    lists[c].truths_per_image = (pose ? survivors : every).per_image;
    lists[c].truths = (pose ? survivors : every).total;
    const auto enters = [&](std::uint32_t estimate) {
      return !pose || result.estimate_survives[estimate] != 0;
    };
    const auto count = std::count_if(all.ranking[category].begin(), all.ranking[category].end(), enters);
    lists[c].ranked.reserve(static_cast<std::size_t>(count));
    lists[c].scores.reserve(static_cast<std::size_t>(count));
    for (const std::uint32_t estimate : all.ranking[category]) {
      if (enters(estimate)) {
        lists[c].ranked.push_back({all.images[estimate], result.matches[c].truth_of[estimate] >= 0});
        lists[c].scores.push_back(all.scores[estimate]);
      }
    }
  }
  return lists;
}

NocsTies nocs_ties(const NocsList& list) {
  NocsTies ties;
  NocsList worst = list;
  NocsList best = list;
  for (std::size_t begin = 0; begin < list.scores.size();) {
    std::size_t end = begin;
    while (end < list.scores.size() && list.scores[end] == list.scores[begin]) {
      ++end;
    }
    ties.tied += end - begin > 1 ? end - begin : 0;
    const auto reorder = [&](NocsList* in, bool correct_first) {
      const auto first = in->ranked.begin() + static_cast<std::ptrdiff_t>(begin);
      std::stable_partition(first, first + static_cast<std::ptrdiff_t>(end - begin),
                            [&](const RankedDetection& one) { return one.correct == correct_first; });
    };
    reorder(&worst, false);
    reorder(&best, true);
    begin = end;
  }
  ties.low = worst.value().value_or(0.0);
  ties.high = best.value().value_or(0.0);
  return ties;
}

}  // namespace alidade
