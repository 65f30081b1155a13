// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <string>
#include <utility>

#include "core/evaluation/instance_pairs.h"
#include "core/evaluation/objects/object_table.h"

namespace alidade {
namespace {

/// What pairing left over: missed ground truths, repeated and lone predictions.
std::vector<std::string> pairing_notes(const InstancePairs& pairs, bool counts_missed) {
  std::vector<std::string> notes;
  if (pairs.by_order) {
    notes.push_back(
        "The rows carry no instance numbers: the k-th prediction of an image and class answers to the k-th "
        "ground truth.");
  }
  if (pairs.missed > 0) {
    notes.push_back(std::to_string(pairs.missed) + " ground truths have no prediction; they " +
                    (counts_missed
                         ? "count as wrong in shares and are left out of means and medians of errors."
                         : "are left out."));
  }
  if (pairs.repeated + pairs.alone > 0) {
    notes.push_back(std::to_string(pairs.repeated) +
                    " predictions of an instance that has a better scored "
                    "one and " +
                    std::to_string(pairs.alone) + " without ground truth do not count.");
  }
  return notes;
}

}  // namespace

Expected<EvaluationReport> paired_report(std::shared_ptr<const EvaluationInput> input,
                                         std::vector<ObjectColumn> columns, std::vector<Measure> measures,
                                         const MeasurePair& measure, const JobContext& job,
                                         ObjectTableRules rules) {
  const InstancePairs pairs = pair_instances(*input);
  std::vector<MeasuredObject> objects;
  for (std::size_t i = 0; i < input->truth.rows.size(); ++i) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "The evaluation was stopped."};
    }
    MeasuredObject object{-1, -1, std::vector<std::optional<double>>(columns.size()),
                          std::vector<std::optional<double>>(measures.size())};
    if (const std::int64_t paired = pairs.prediction_of[i]; paired >= 0) {
      object = measure(input->truth.rows[i], input->predictions.rows[static_cast<std::size_t>(paired)]);
      object.prediction = paired;
    }
    object.truth = static_cast<std::int64_t>(i);
    objects.push_back(std::move(object));
  }
  const bool counts_missed = std::none_of(columns.begin(), columns.end(), [](const ObjectColumn& column) {
    return column.kind == ObjectColumn::Kind::kShareOfAsked;
  });
  EvaluationReport report = object_report(std::move(input), std::move(columns), std::move(measures),
                                          std::move(objects), std::move(rules));
  report.notes = pairing_notes(pairs, counts_missed);
  return report;
}

}  // namespace alidade
