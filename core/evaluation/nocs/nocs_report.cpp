// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstdio>
#include <mutex>
#include <utility>

#include "core/evaluation/nocs/nocs_result.h"

namespace alidade {
namespace {

std::string share_text(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", 100.0 * share);
  return text;
}

std::string absent_reason(const NocsList& list) {
  if (list.measure == NocsMeasure::kAccuracy) {
    return list.ranked.empty() ? "no detection: the reference divides 0 by 0 and prints NaN" : "";
  }
  if (list.truths == 0 && !list.ranked.empty()) {
    return "detections but no ground truth: the reference divides 0 by 0 and prints NaN";
  }
  if (list.ranked.empty()) {
    return list.truths > 0 ? "ground truth but no detection: the reference prints 0"
                           : "neither ground truth nor detection counts here: the reference prints 0";
  }
  return {};
}

void add_sentence(std::string* text, const std::string& more) {
  *text += (text->empty() ? "" : "; ") + more;
}

MetricCell class_cell(NocsList list, const NocsTies& ties) {
  MetricCell cell;
  cell.value = list.value();
  cell.reason = absent_reason(list);
  if (ties.tied > 0 && cell.value && ties.low < ties.high) {
    add_sentence(&cell.reason, std::to_string(ties.tied) + " detections have equal scores: between " +
                                   share_text(ties.low) + " and " + share_text(ties.high) +
                                   " over their orders");
  }
  std::vector<double>().swap(list.scores);  // the estimator does not need them
  const auto shared = std::make_shared<const NocsList>(std::move(list));
  cell.estimator = [shared](std::span<const std::uint32_t> weights) { return shared->value(weights); };
  return cell;
}

/// The plain mean over all classes: a class without a value leaves none for the mean either, as NaN does.
std::optional<double> plain_mean(const std::vector<std::optional<double>>& values) {
  double sum = 0.0;
  for (const auto& value : values) {
    if (!value) {
      return std::nullopt;
    }
    sum += *value;
  }
  return values.empty() ? std::nullopt : std::optional(sum / static_cast<double>(values.size()));
}

MetricCell mean_of_classes(const std::vector<MetricRow>& classes, std::size_t column) {
  MetricCell cell;
  std::vector<std::optional<double>> values;
  std::vector<Estimator> estimators;
  cell.mean_of = MeanOf{{}, std::nullopt, true};
  for (const MetricRow& row : classes) {
    cell.mean_of->rows.push_back(values.size());
    values.push_back(row.cells[column].value);
    estimators.push_back(row.cells[column].estimator);
  }
  cell.value = plain_mean(values);
  if (!cell.value) {
    cell.reason = "a class has no value: the reference prints NaN for the mean too";
  }
  cell.estimator = [estimators = std::move(estimators)](std::span<const std::uint32_t> weights) {
    std::vector<std::optional<double>> weighted;
    for (const Estimator& estimator : estimators) {
      weighted.push_back(estimator(weights));
    }
    return plain_mean(weighted);
  };
  return cell;
}

/// Bounds of the mean over the orders of equal scores.
struct MeanTies {
  std::size_t tied = 0;
  double low = 0.0;
  double high = 0.0;
};

class ReportMaker {
 public:
  explicit ReportMaker(std::shared_ptr<const NocsResult> result) : result_(std::move(result)) {}

  EvaluationReport make() {
    const auto& input = *result_->input;
    for (const NocsColumn& column : result_->columns) {
      report_.columns.push_back(column.column);
    }
    ties_.resize(result_->columns.size());
    for (std::size_t category = 0; category < input.categories.size(); ++category) {
      add_class(category);
    }
    add_mean();
    add_notes();
    report_.measures = nocs_measures(result_->variant);
    if (input.judges_samples) {
      report_.samples = nocs_samples(*result_);
    }
    return std::move(report_);
  }

 private:
  void add_class(std::size_t category) {
    MetricRow row;
    row.name = result_->input->categories[category];
    row.truths = result_->all.truth_counts[category];
    row.predictions = result_->all.ranking[category].size();
    auto lists = nocs_lists(*result_, category);
    for (std::size_t c = 0; c < lists.size(); ++c) {
      const NocsTies ties = nocs_ties(lists[c]);
      ties_[c].tied += ties.tied;
      ties_[c].low += ties.low;
      ties_[c].high += ties.high;
      row.cells.push_back(class_cell(std::move(lists[c]), ties));
    }
    report_.rows.push_back(std::move(row));
  }

  void add_mean() {
    MetricRow mean = mean_row(report_.rows);
    for (std::size_t c = 0; c < report_.columns.size(); ++c) {
      mean.cells.push_back(mean_of_classes(report_.rows, c));
    }
    report_.rows.push_back(std::move(mean));
  }

  void add_notes() {
    note_absent();
    note_ties();
    const auto& input = *result_->input;
    for (const std::string& category : input.categories) {
      if (!nocs_knows(result_->all.rule, category)) {
        report_.notes.push_back(
            "Class '" + category +
            "' is not in the protocol's list: its own symmetry decides, of which only a turn "
            "about y counts.");
      }
    }
  }

  void note_absent() {
    bool absent = false;
    for (const MetricRow& row : report_.rows) {
      if (!row.is_mean && (row.truths == 0 || row.predictions == 0)) {
        absent = true;
        report_.notes.push_back("Class '" + row.name + "' has " + absence(row));
      }
    }
    if (absent) {
      note_defined_mean();
    }
  }

  std::string absence(const MetricRow& row) const {
    const bool ap = result_->variant.measure == NocsMeasure::kAp;
    const std::string nan = "the reference divides 0 by 0 and prints NaN for it and for the mean";
    if (row.predictions == 0 && !ap) {
      return "no prediction: " + nan + ".";
    }
    if (row.truths > 0) {
      return "ground truth but no prediction: it counts as 0, as in the reference.";
    }
    if (row.predictions == 0) {
      return "neither ground truth nor predictions: it counts as 0 in the mean, as in the reference.";
    }
    return ap ? "predictions but no ground truth: " + nan +
                    "; where a filter removes its predictions first, it prints 0."
              : "predictions but no ground truth: none of them is correct.";
  }

  void note_defined_mean() {
    std::string text = "The mean over the classes with ground truth alone would be:";
    for (std::size_t c = 0; c < report_.columns.size(); ++c) {
      double sum = 0.0;
      std::size_t count = 0;
      for (const MetricRow& row : report_.rows) {
        if (!row.is_mean && row.truths > 0 && row.cells[c].value) {
          sum += *row.cells[c].value;
          ++count;
        }
      }
      text += std::string(c == 0 ? " " : ", ") + report_.columns[c].id + " " +
              (count > 0 ? share_text(sum / static_cast<double>(count)) : "none");
    }
    report_.notes.push_back(text + ".");
  }

  void note_ties() {
    const auto most = std::max_element(ties_.begin(), ties_.end(),
                                       [](const MeanTies& a, const MeanTies& b) { return a.tied < b.tied; });
    if (most == ties_.end() || most->tied == 0 || result_->variant.measure == NocsMeasure::kAccuracy) {
      return;
    }
    std::string text =
        std::to_string(most->tied) +
        " predictions share their score with another of their class. The reference leaves their "
        "order undefined; here they keep the order of images and rows. With these "
        "matches, over all orders the means lie between:";
    const auto classes = static_cast<double>(report_.rows.size() - 1);
    const char* separator = " ";
    for (std::size_t c = 0; c < ties_.size(); ++c) {
      if (!report_.rows.back().cells[c].value) {
        continue;
      }
      text += std::exchange(separator, ", ") + report_.columns[c].id + " " +
              share_text(ties_[c].low / classes) + " and " + share_text(ties_[c].high / classes);
    }
    report_.notes.push_back(text + ".");
  }

  std::shared_ptr<const NocsResult> result_;
  EvaluationReport report_;
  std::vector<MeanTies> ties_;
};

/// The report's samples for who explains, made again with the first question: a copy would take as much room
/// as the report.
class SamplesAgain {
 public:
  const std::vector<EvaluatedSample>& of(const NocsResult& result) {
    std::call_once(made_, [&] { samples_ = nocs_samples(result); });
    return samples_;
  }

 private:
  std::once_flag made_;
  std::vector<EvaluatedSample> samples_;
};

}  // namespace

Expected<EvaluationReport> nocs_report(std::shared_ptr<const EvaluationInput> input,
                                       const NocsVariant& variant, const JobContext& job) {
  auto made = nocs_result(std::move(input), variant, job);
  if (!made) {
    return made.error();
  }
  const auto sweep = nocs_curves(made->all, full_nocs_grid(), job);
  if (!sweep) {
    return sweep.error();
  }
  if (!made->input->judges_samples) {
    std::vector<NocsPair>().swap(made->all.pairs);  // what is left to do asks for matches only
    std::vector<NocsGroup>().swap(made->all.groups);
  }
  const auto result = std::make_shared<const NocsResult>(std::move(*made));
  EvaluationReport report = ReportMaker(result).make();
  report.curves = nocs_lines(variant, *sweep);
  if (result->input->judges_samples) {
    report.explain = [result, samples = std::make_shared<SamplesAgain>()](std::size_t sample,
                                                                          std::size_t column) {
      return nocs_explanation(*result, samples->of(*result)[sample], column);
    };
  }
  return report;
}

}  // namespace alidade
