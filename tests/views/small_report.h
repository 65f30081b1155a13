// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include "core/base/constants.h"
#include "core/data/dataset.h"
#include "core/evaluation/report/report.h"

namespace alidade::test {

/// A report over all objects of a dataset, by arithmetic: the rotation error of instance k in frame i is
/// (i + k) * `step` degrees; every seventh object has no prediction; right means within 5 or 10 degrees.
/// Rows are mug, bowl and the mean; one curve; intervals of 5 points to both sides.
inline std::shared_ptr<EvaluationReport> smallReport(const Dataset& dataset, const std::string& name,
                                                     double step) {
  auto report = std::make_shared<EvaluationReport>();
  report->protocol = "nocs-exact";
  report->title = "NOCS mAP, exact overlap";
  report->name = name;
  report->provenance.version = "1.2.3";
  report->provenance.dataset = dataset.name();
  for (const double limit : {5.0, 10.0}) {
    MetricColumn column;
    column.id = std::to_string(static_cast<int>(limit)) + "deg";
    column.title = std::to_string(static_cast<int>(limit)) + "°";
    column.unit = "%";
    column.factor = 100.0;
    column.rule = "Share of objects whose rotation error is below " + column.title + ".";
    column.thresholds["rotation"] = limit * kRadiansPerDegree;
    report->columns.push_back(column);
  }
  report->measures.push_back({"rotation", "rotation error", "°", 1.0 / kRadiansPerDegree, false});
  report->measures.push_back({"iou", "3D IoU", "", 1.0, true});
  for (const char* row : {"mug", "bowl", "mean"}) {
    MetricRow made;
    made.name = row;
    made.is_mean = made.name == "mean";
    made.cells.resize(2);
    report->rows.push_back(made);
  }
  std::int64_t truth = 0;
  for (std::size_t i = 0; i < dataset.num_frames(); ++i) {
    report->images.push_back(dataset.frame_info(i).name);
    for (std::size_t k = 0; k < dataset.frame_info(i).categories.size(); ++k, ++truth) {
      EvaluatedSample sample;
      sample.image = static_cast<std::uint32_t>(i);
      sample.row = dataset.frame_info(i).categories[k] == "mug" ? 0 : 1;
      sample.instance = static_cast<int>(k);
      sample.truth = truth;
      const bool found = truth % 7 != 6;
      const double error = static_cast<double>(i + k) * step;
      sample.prediction = found ? truth : -1;
      sample.score = 0.5;
      sample.measures = {found ? std::optional(error * kRadiansPerDegree) : std::nullopt,
                         found ? std::optional(1.0 / (1.0 + error)) : std::nullopt};
      for (const double limit : {5.0, 10.0}) {
        sample.outcomes.push_back(found && error < limit ? Outcome::kCorrect : Outcome::kWrong);
      }
      report->samples.push_back(sample);
      for (MetricRow* row : {&report->rows[sample.row], &report->rows[2]}) {
        ++row->truths;
        row->predictions += found ? 1 : 0;
      }
    }
  }
  Curve curve{"recall", "Recall over rotation error", "rotation threshold (°)", "recall (%)", {}, {}};
  curve.y.resize(3);
  for (double limit = 0.0; limit <= 30.0; limit += 1.0) {
    curve.x.push_back(limit);
  }
  for (std::size_t r = 0; r < 3; ++r) {
    const auto share = [&](double limit) {
      double right = 0.0, all = 0.0;
      for (const EvaluatedSample& sample : report->samples) {
        if (r == 2 || sample.row == r) {
          all += 1.0;
          right += sample.measures[0] && *sample.measures[0] < limit * kRadiansPerDegree ? 1.0 : 0.0;
        }
      }
      return right / all;
    };
    for (const double limit : curve.x) {
      curve.y[r].push_back(share(limit));
    }
    for (std::size_t c = 0; c < 2; ++c) {
      const double value = share(c == 0 ? 5.0 : 10.0);
      report->rows[r].cells[c].value = value;
      report->rows[r].cells[c].interval = Interval{value - 0.05, value + 0.05, 0.95};
    }
  }
  report->curves.push_back(curve);
  report->explain = [judged = report->samples, columns = report->columns](std::size_t sample,
                                                                          std::size_t column) {
    const bool right = judged[sample].outcomes[column] == Outcome::kCorrect;
    return Explanation{columns[column].rule,
                       {"The prediction of this object was compared with its ground truth.",
                        "Its rotation error was held against " + columns[column].title + "."},
                       right ? "Counted as correct." : "Counted as wrong."};
  };
  return report;
}

}  // namespace alidade::test
