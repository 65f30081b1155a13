// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/report/slice_report.h"

#include <algorithm>

namespace alidade {
namespace {

std::string slice_count(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

std::vector<std::size_t> samples_in_slice(const EvaluationReport& whole, const SliceReport& slice,
                                          const std::vector<std::size_t>& samples) {
  const auto inside = [&](const EvaluatedSample& sample) {
    const auto& rows = sample.truth >= 0 ? slice.truth_rows : slice.prediction_rows;
    return std::binary_search(rows.begin(), rows.end(), sample.truth >= 0 ? sample.truth : sample.prediction);
  };
  std::vector<std::size_t> found;
  for (const std::size_t i : samples) {
    if (inside(whole.samples[i])) {
      found.push_back(i);
    }
  }
  return found;
}

std::string slice_counts_text(const SliceCounts& counts) {
  std::string text = std::to_string(counts.truths) + " of " + slice_count(counts.all_truths, "ground truth") +
                     " and " + std::to_string(counts.predictions) + " of " +
                     slice_count(counts.all_predictions, "prediction");
  if (counts.undecided_truths + counts.undecided_predictions > 0) {
    text += "; set aside: " + slice_count(counts.undecided_truths, "ground truth") + " and " +
            slice_count(counts.undecided_predictions, "prediction") + ", because " + counts.undecided;
  }
  if (counts.without_class > 0) {
    text += "; set aside: " + slice_count(counts.without_class, "prediction") +
            " without ground truth of classes that have none in the slice";
  }
  return text;
}

}  // namespace alidade
