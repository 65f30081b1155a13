// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/slices/slice_evaluation.h"

#include <utility>

namespace alidade {
namespace {

std::string nothing_inside(const SliceCounts& counts) {
  if (counts.undecided_truths > 0 && counts.undecided_truths == counts.all_truths) {
    return "the condition cannot be decided for any ground truth, because " + counts.undecided;
  }
  return "no ground truth is in the slice";
}

std::string without_stop(std::string sentence) {
  if (sentence.ends_with('.')) {
    sentence.pop_back();
  }
  return sentence;
}

}  // namespace

Expected<SliceReport> evaluate_slice(const Protocol& protocol, const EvaluationInput& input,
                                     const SliceAssignment& assignment, const Slice& slice,
                                     const BootstrapOptions& bootstrap, const JobContext& job) {
  if (job.stopped()) {
    return Error{ErrorCode::kCancelled, "The evaluation was stopped."};
  }
  SlicedInput part = sliced_input(protocol, input, assignment, slice.condition);
  SliceReport made;
  made.name = slice.name;
  made.expression = slice.expression;
  made.counts = part.counts;
  made.truth_rows = std::move(part.truth_rows);
  made.prediction_rows = std::move(part.prediction_rows);
  made.by_score = slice.condition.asks(SliceField::kScore);
  if (!part.input) {
    made.reason = nothing_inside(part.counts);
    return made;
  }
  auto report = evaluate(protocol, part.input, job);
  if (report && bootstrap.replicates > 0) {
    auto with = with_intervals(**report, bootstrap, job);
    report = with ? Expected<std::shared_ptr<const EvaluationReport>>(
                        std::make_shared<const EvaluationReport>(*std::move(with)))
                  : Expected<std::shared_ptr<const EvaluationReport>>(with.error());
  }
  if (!report && report.error().code == ErrorCode::kCancelled) {
    return report.error();
  }
  if (report) {
    made.report = *std::move(report);
  } else {
    made.reason = without_stop(report.error().message);
  }
  return made;
}

Expected<void> test_slice(ComparedSlice* slice, const BootstrapOptions& bootstrap, const JobContext& job) {
  if (!slice->b || bootstrap.replicates == 0) {
    return {};
  }
  if (!slice->a.report || !slice->b->report) {
    slice->no_test = slice->a.report ? "B: " + slice->b->reason : "A: " + slice->a.reason;
    return {};
  }
  if (slice->a.by_score) {
    slice->no_test = "the slice goes by scores, so A and B hold other objects in it";
    return {};
  }
  auto test = paired_test(*slice->a.report, *slice->b->report, bootstrap, job);
  if (!test && test.error().code == ErrorCode::kCancelled) {
    return test.error();
  }
  if (test) {
    slice->test = *std::move(test);
  } else {
    slice->no_test = without_stop(test.error().message);
  }
  return {};
}

Expected<std::vector<ComparedSlice>> compare_slices(const Protocol& protocol, const SlicedRun& a,
                                                    const SlicedRun* b, std::span<const Slice> slices,
                                                    const BootstrapOptions& bootstrap, const JobContext& job,
                                                    std::span<const SlicedRun> others) {
  std::vector<ComparedSlice> compared;
  if (slices.empty()) {
    return compared;
  }
  const SliceAssignment of_a = assign_predictions(protocol, *a.input, *a.report);
  const SliceAssignment of_b =
      b != nullptr ? assign_predictions(protocol, *b->input, *b->report) : SliceAssignment();
  std::vector<SliceAssignment> of_others;
  for (const SlicedRun& other : others) {
    of_others.push_back(assign_predictions(protocol, *other.input, *other.report));
  }
  for (const Slice& slice : slices) {
    job.report("evaluating slices", static_cast<std::int64_t>(compared.size()),
               static_cast<std::int64_t>(slices.size()));
    auto first = evaluate_slice(protocol, *a.input, of_a, slice, bootstrap, job);
    if (!first) {
      return first.error();
    }
    ComparedSlice& made = compared.emplace_back();
    made.a = *std::move(first);
    for (std::size_t i = 0; i < others.size(); ++i) {
      auto further = evaluate_slice(protocol, *others[i].input, of_others[i], slice, bootstrap, job);
      if (!further) {
        return further.error();
      }
      made.others.push_back(*std::move(further));
    }
    if (b == nullptr) {
      continue;
    }
    auto second = evaluate_slice(protocol, *b->input, of_b, slice, bootstrap, job);
    if (!second) {
      return second.error();
    }
    made.b = *std::move(second);
    if (auto tested = test_slice(&made, bootstrap, job); !tested) {
      return tested.error();
    }
  }
  return compared;
}

}  // namespace alidade
