// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <map>
#include <utility>

#include "core/evaluation/slices/slice_facts.h"
#include "core/evaluation/slices/slice_input.h"

namespace alidade {
namespace {

/// Ground truths of a class in an image.
using TruthsByPlace = std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::size_t>>;

TruthsByPlace truths_by_place(const std::vector<PoseRow>& rows, const std::vector<bool>& looked_at) {
  TruthsByPlace found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (looked_at[i]) {
      found[{rows[i].image, rows[i].category}].push_back(i);
    }
  }
  return found;
}

std::int64_t nearest_truth(const PoseRow& prediction, const std::vector<std::size_t>& candidates,
                           const std::vector<PoseRow>& truths) {
  std::int64_t nearest = -1;
  double least = 0.0;
  for (const std::size_t i : candidates) {
    if (prediction.instance >= 0 && prediction.instance == truths[i].instance) {
      return static_cast<std::int64_t>(i);
    }
    const double distance = (slice_center(truths[i]) - slice_center(prediction)).norm();
    if (nearest < 0 || distance < least) {
      nearest = static_cast<std::int64_t>(i);
      least = distance;
    }
  }
  return nearest;
}

/// Whether the protocol really paired the two. BOP's protocols also show a missed object with whatever
/// estimate is left over.
bool is_pair(const EvaluatedSample& sample, const Protocol& protocol) {
  return !protocol.looked_at || std::find(sample.outcomes.begin(), sample.outcomes.end(),
                                          Outcome::kCorrect) != sample.outcomes.end();
}

/// Makes a prediction the answer to its ground truth unless there is one that the protocol paired or scores
/// higher.
void keep_best_answer(const std::vector<PoseRow>& predictions, std::size_t prediction, std::int64_t& answer) {
  if (answer < 0 || predictions[prediction].score > predictions[static_cast<std::size_t>(answer)].score) {
    answer = static_cast<std::int64_t>(prediction);
  }
}

}  // namespace

SliceAssignment assign_predictions(const Protocol& protocol, const EvaluationInput& input,
                                   const EvaluationReport& whole) {
  const std::vector<PoseRow>& truths = input.truth.rows;
  const std::vector<PoseRow>& predictions = input.predictions.rows;
  LookedAt seen = protocol.looked_at ? protocol.looked_at(input)
                                     : LookedAt{std::vector<bool>(truths.size(), true),
                                                std::vector<bool>(predictions.size(), true)};
  SliceAssignment made{std::vector<std::int64_t>(predictions.size(), -1),
                       std::vector<std::int64_t>(truths.size(), -1), std::move(seen.truths),
                       std::move(seen.predictions)};
  std::vector<bool> paired(truths.size());
  for (const EvaluatedSample& sample : whole.samples) {
    if (sample.truth >= 0 && sample.prediction >= 0 && is_pair(sample, protocol)) {
      made.truth_of[static_cast<std::size_t>(sample.prediction)] = sample.truth;
      made.answer_of[static_cast<std::size_t>(sample.truth)] = sample.prediction;
      paired[static_cast<std::size_t>(sample.truth)] = true;
    }
  }
  const TruthsByPlace places = truths_by_place(truths, made.truths);
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    const auto place = places.find({predictions[i].image, predictions[i].category});
    if (made.predictions[i] && made.truth_of[i] < 0 && place != places.end()) {
      made.truth_of[i] = nearest_truth(predictions[i], place->second, truths);
      const auto truth = static_cast<std::size_t>(made.truth_of[i]);
      if (!paired[truth]) {
        keep_best_answer(predictions, i, made.answer_of[truth]);
      }
    }
  }
  return made;
}

}  // namespace alidade
