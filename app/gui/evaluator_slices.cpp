// SPDX-License-Identifier: BSD-3-Clause
// The part of the evaluator that follows slices.
#include <algorithm>
#include <span>

#include "app/gui/evaluator.h"
#include "core/evaluation/protocol.h"
#include "core/evaluation/slices/slice_evaluation.h"
#include "core/studies/plain/evaluate.h"
#include "views/base/job_runner.h"
#include "views/base/session_model.h"

namespace alidade {
namespace {

/// Under which a slice's numbers are found again.
std::string sliceKey(const std::string& name, const std::string& expression) {
  return name + '\n' + expression;
}

std::vector<std::string> sliceKeysOf(const std::vector<Slice>& slices) {
  std::vector<std::string> keys;
  for (const Slice& slice : slices) {
    keys.push_back(sliceKey(slice.name, slice.expression));
  }
  return keys;
}

using Compared = std::vector<ComparedSlice>;

std::vector<std::string> sliceKeysOf(const Compared& slices) {
  std::vector<std::string> keys;
  for (const ComparedSlice& slice : slices) {
    keys.push_back(sliceKey(slice.a.name, slice.a.expression));
  }
  return keys;
}

/// In the order that is asked for; nothing where one has not been evaluated yet.
std::optional<Compared> slicesInOrder(const std::vector<std::string>& keys, const Compared& known) {
  Compared ordered;
  for (const std::string& key : keys) {
    const auto found = std::find_if(known.begin(), known.end(), [&](const ComparedSlice& slice) {
      return sliceKey(slice.a.name, slice.a.expression) == key;
    });
    if (found == known.end()) {
      return std::nullopt;
    }
    ordered.push_back(*found);
  }
  return ordered;
}

}  // namespace

/// Evaluates what is asked for and not known yet; results of other reports are let go of.
void Evaluator::updateSlices() {
  const bool settled = model_.reportA() && !model_.evaluating();
  std::vector<Report> reports;
  if (settled) {
    reports = {model_.reportA(), model_.reportB()};
    for (const EvaluationModel::Other& other : model_.others()) {
      reports.push_back(other.side.report);
    }
  }
  const std::vector<std::string> keys = sliceKeysOf(model_.slices());
  const bool same = reports == sliced_;
  if (same && keys == slices_asked_ && (slice_job_ || !model_.sliceProblem().isEmpty())) {
    return;
  }
  if (slice_job_) {
    jobs_.cancel(*slice_job_);
    slice_job_.reset();
  }
  if (!same) {
    sliced_ = reports;
    model_.setComparedSlices(nullptr, {});
  }
  if (!settled || keys.empty() || !model_.slicesShown() || !model_.demand().wanted() || model_.held()) {
    return;
  }
  const auto known = model_.comparedSlices();
  const auto ordered = known ? slicesInOrder(keys, *known) : std::nullopt;
  slices_asked_ = keys;
  if (ordered) {
    if (sliceKeysOf(*known) != keys) {
      model_.setComparedSlices(std::make_shared<const Compared>(*ordered), {});
    }
    return;
  }
  startSlices();
}

/// A run whose slices are evaluated.
struct Evaluator::AskedSlices {
  Result result;
  std::shared_ptr<const EvaluationInput> input;  ///< null: to be made
  Report report;
};

/// The runs that have numbers under the protocol; `b` tells whether the second of them is B.
std::vector<Evaluator::AskedSlices> Evaluator::askedSlices(const Protocol& protocol, bool& b) {
  std::vector<RunId> runs{chosen(Run::kA), chosen(Run::kB)};
  for (const EvaluationModel::Other& other : model_.others()) {
    runs.push_back(other.run);
  }
  std::vector<AskedSlices> asked;
  for (std::size_t i = 0; i < std::min(runs.size(), sliced_.size()); ++i) {
    const Result result = resultOf(runs[i]);
    if (sliced_[i] && result && sliced_[i]->protocol == protocol.id) {
      const Known& facts = known(result);
      asked.push_back({result, needs_models(protocol) ? facts.with_models : facts.input, sliced_[i]});
      b = b || i == 1;
    }
  }
  return asked;
}

void Evaluator::startSlices() {
  const Protocol* protocol = find_protocol(sliced_.front()->protocol);
  if (protocol == nullptr || !resultOf(chosen(Run::kA))) {
    return;
  }
  bool has_b = false;
  const std::vector<AskedSlices> runs = askedSlices(*protocol, has_b);
  if (runs.empty()) {
    return;
  }
  const auto before = model_.comparedSlices();
  const auto made = std::make_shared<Compared>();
  const auto work = [protocol, has_b, runs, before, made, slices = model_.slices(),
                     dataset = session_.dataset()](const JobContext& job) mutable -> Expected<void> {
    std::vector<SlicedRun> sliced;
    for (const AskedSlices& run : runs) {
      auto input = run.input ? Expected<std::shared_ptr<const EvaluationInput>>(run.input)
                             : inputOf(*dataset, run.result, job, needs_models(*protocol));
      if (!input) {
        return input.error();
      }
      sliced.push_back({*input, run.report});
    }
    std::erase_if(slices, [&](const Slice& slice) {
      const auto found =
          before ? slicesInOrder({sliceKey(slice.name, slice.expression)}, *before) : std::nullopt;
      if (found) {
        made->push_back(found->front());
      }
      return found.has_value();
    });
    const std::size_t first_other = has_b ? 2 : 1;
    auto compared = compare_slices(*protocol, sliced.at(0), has_b ? &sliced.at(1) : nullptr, slices,
                                   default_bootstrap(), job, std::span(sliced).subspan(first_other));
    if (!compared) {
      return compared.error();
    }
    std::move(compared->begin(), compared->end(), std::back_inserter(*made));
    return {};
  };
  slice_job_ =
      jobs_.start(tr("Evaluate slices"), work,
                  [this, reports = sliced_, keys = slices_asked_, made](const Expected<void>& done) {
                    if (reports != sliced_ || keys != slices_asked_) {
                      return;  // asked for something else meanwhile
                    }
                    slice_job_.reset();
                    if (!done) {
                      model_.setComparedSlices(model_.comparedSlices(),
                                               done.error().code == ErrorCode::kCancelled
                                                   ? tr("The evaluation of the slices was cancelled.")
                                                   : QString::fromStdString(done.error().message));
                      return;
                    }
                    if (const auto ordered = slicesInOrder(keys, *made)) {
                      model_.setComparedSlices(std::make_shared<const Compared>(*ordered), {});
                    }
                  });
}

}  // namespace alidade
