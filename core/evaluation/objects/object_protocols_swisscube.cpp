// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <utility>

#include "core/evaluation/bop/bop_score.h"
#include "core/evaluation/bop/bop_score_prepared.h"
#include "core/evaluation/bop/bop_score_report.h"
#include "core/evaluation/objects/object_protocols.h"
#include "core/evaluation/objects/object_table.h"

namespace alidade {
namespace {

constexpr std::array kDiameterShares{0.05, 0.1, 0.2, 0.5};
constexpr std::array kPixels{2.0, 5.0, 10.0, 20.0};
constexpr std::array<const char*, 3> kBins{"near", "medium", "far"};
constexpr double kMissingShare = 1.0;
constexpr double kMissingPixels = 50.0;
constexpr double kDepthMargin = 1e-8;  // metres: WDR's 1e-5 in the millimetres of its files

/// Errors of the best-scored prediction of an instance.
struct Judged {
  std::int64_t prediction = -1;  ///< row
  std::optional<double> share;   ///< error over diameter
  std::optional<double> pixels;
};

/// What a column asks of an instance.
struct Question {
  bool in_pixels = false;
  double threshold = 0.0;
  int bin = -1;  ///< -1 = all

  bool asks(int of_bin) const { return bin < 0 || of_bin == bin; }
  bool holds(const Judged& judged) const {
    return in_pixels ? judged.pixels.value_or(kMissingPixels) < threshold
                     : judged.share.value_or(kMissingShare) < threshold;
  }
};

std::vector<Question> questions() {
  std::vector<Question> all;
  for (int bin = -1; bin < 3; ++bin) {
    for (const double share : kDiameterShares) {
      all.push_back({false, share, bin});
    }
  }
  for (const double pixels : kPixels) {
    all.push_back({true, pixels, -1});
  }
  return all;
}

MetricColumn column_of(const Question& question) {
  const std::string number = short_number(question.threshold);
  MetricColumn column;
  column.unit = "%";
  column.factor = 100.0;
  if (question.in_pixels) {
    column.id = "reproj_" + number + "px";
    column.title = "reprojection " + number + " px";
    column.rule = "Share of instances whose vertices are on average projected strictly closer than " +
                  number + " px; a missing prediction counts as 50 px.";
    column.thresholds["reprojection_px"] = question.threshold;
    return column;
  }
  column.id = "adi_" + number + "d" + (question.bin < 0 ? "" : std::string("_") + kBins[question.bin]);
  column.title = "ADI " + number + "d" + (question.bin < 0 ? "" : std::string(" ") + kBins[question.bin]);
  column.rule = "Share of instances whose vertices are on average off by strictly less than " + number +
                " diameters, equal vertices compared (that is ADD, though WDR and MQAT call it ADI); a "
                "missing prediction "
                "counts as 1 diameter. All vertices are used where the published code draws 1000.";
  if (question.bin >= 0) {
    column.rule += " Only the " + std::string(kBins[question.bin]) +
                   " third of the depths of the evaluated set (three bins of equal width).";
  }
  column.thresholds["error_d"] = question.threshold;
  return column;
}

/// Best-scored prediction of each image and object; the first in the file among equals.
std::map<std::pair<std::uint32_t, int>, std::uint32_t> best_predictions(const EvaluationInput& input) {
  std::map<std::pair<std::uint32_t, int>, std::uint32_t> best;
  const auto& rows = input.predictions.rows;
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const auto [known, added] = best.try_emplace({rows[i].image, rows[i].object_id}, i);
    if (!added && rows[i].score > rows[known->second].score) {
      known->second = i;
    }
  }
  return best;
}

/// One per ground truth.
Expected<std::vector<Judged>> judge_all(const EvaluationInput& input, const JobContext& job) {
  const auto prepared = prepare_objects(input);
  if (!prepared) {
    return prepared.error();
  }
  const auto best = best_predictions(input);
  std::vector<Judged> all(input.truth.rows.size());
  const auto judge = [&](std::size_t i) -> Expected<void> {
    const PoseRow& truth = input.truth.rows[i];
    const auto found = best.find({truth.image, truth.object_id});
    if (found == best.end()) {
      return {};
    }
    Judged& judged = all[i];
    judged.prediction = found->second;
    const Rigid3& estimate = input.predictions.rows[found->second].cam_from_obj;
    const PreparedObject& object = prepared->at(truth.object_id);
    judged.share = add_error(object, estimate, truth.cam_from_obj) / object.diameter();
    const double pixels =
        projection_error(object, estimate, truth.cam_from_obj, input.images[truth.image].camera);
    judged.pixels = std::isfinite(pixels) ? std::optional(pixels) : std::nullopt;
    return {};
  };
  if (auto done = for_each_parallel(all.size(), job, "measuring distances", judge); !done) {
    return done.error();
  }
  return all;
}

DepthBins bins_of(const EvaluationInput& input) {
  std::vector<double> depths;
  for (const PoseRow& row : input.truth.rows) {
    depths.push_back(row.cam_from_obj.t.z());
  }
  return depth_bins(depths, kDepthMargin);
}

std::vector<ObjectColumn> swisscube_columns() {
  std::vector<ObjectColumn> columns;
  for (const Question& question : questions()) {
    columns.push_back({column_of(question), ObjectColumn::Kind::kShareOfAsked});
  }
  return columns;
}

std::vector<Measure> swisscube_measures() {
  return {{"error_d", "mean vertex distance / diameter", "", 1.0, false},
          {"reprojection_px", "mean reprojection error", "px", 1.0, false},
          {"rotation_deg", "rotation error", "°", 180.0 / std::numbers::pi, false},
          {"translation_cm", "translation error", "cm", 100.0, false},
          {"depth_m", "depth", "m", 1.0, false}};
}

MeasuredObject measured(const EvaluationInput& input, std::size_t row, const Judged& judged, int bin) {
  const PoseRow& truth = input.truth.rows[row];
  MeasuredObject object;
  object.truth = static_cast<std::int64_t>(row);
  object.prediction = judged.prediction;
  for (const Question& question : questions()) {
    object.values.push_back(question.asks(bin) ? std::optional(question.holds(judged) ? 1.0 : 0.0)
                                               : std::nullopt);
  }
  object.measures = {judged.share, judged.pixels, std::nullopt, std::nullopt, truth.cam_from_obj.t.z()};
  if (judged.prediction >= 0) {
    const Rigid3& estimate = input.predictions.rows[static_cast<std::size_t>(judged.prediction)].cam_from_obj;
    object.measures[2] = symmetric_rotation_distance(estimate.R, truth.cam_from_obj.R,
                                                     input.objects.at(truth.object_id).symmetry);
    object.measures[3] = (estimate.t - truth.cam_from_obj.t).norm();
  }
  return object;
}

Explanation explain(const MeasuredObject& object, const Question& question, const DepthBins& bins) {
  const Judged judged{object.prediction, object.measures[0], object.measures[1]};
  const int bin = bins.bin[static_cast<std::size_t>(object.truth)];
  Explanation told;
  told.steps.push_back("The instance is " + short_number(*object.measures[4]) +
                       " m away; the set's depths are cut at " + short_number(bins.edges[1]) + " and " +
                       short_number(bins.edges[2]) + " m, so it is " + kBins[bin] + ".");
  if (judged.prediction < 0) {
    told.steps.push_back("There is no prediction; the error counts as 1 diameter and 50 px.");
  } else {
    told.steps.push_back("The best-scored prediction of its image is off by " +
                         short_number(judged.share.value_or(kMissingShare)) + " diameters" +
                         (judged.pixels ? " and " + short_number(*judged.pixels) + " px."
                                        : "; a vertex lies behind the camera, so the pixels count as 50."));
  }
  const std::string limit = short_number(question.threshold) + (question.in_pixels ? " px" : " diameters");
  told.verdict = !question.asks(bin)      ? "This column looks at another range of depths."
                 : question.holds(judged) ? "It counts as right: strictly below " + limit + "."
                                          : "It counts as wrong: not below " + limit + ".";
  return told;
}

/// Accuracy over 0..0.5 diameters in steps of a hundredth, per row.
Curve swisscube_curve(const EvaluationInput& input, const std::vector<Judged>& judged) {
  const std::size_t objects = input.categories.size();
  std::vector<std::vector<std::optional<double>>> errors(objects + 1);
  for (std::size_t i = 0; i < judged.size(); ++i) {
    errors[input.truth.rows[i].category].push_back(judged[i].share);
    errors[objects].push_back(judged[i].share);
  }
  Curve curve{"accuracy_over_error",
              "Accuracy over mean vertex distance",
              "threshold (diameters)",
              "accuracy (%)",
              {},
              std::vector<std::vector<double>>(objects + 1)};
  for (int i = 0; i <= 50; ++i) {
    curve.x.push_back(i / 100.0);
    for (std::size_t row = 0; row <= objects; ++row) {
      curve.y[row].push_back(accuracy_in_bin(errors[row], {}, -1, i / 100.0, kMissingShare).value_or(0.0));
    }
  }
  return curve;
}

}  // namespace

DepthBins depth_bins(std::span<const double> depths, double margin) {
  DepthBins bins;
  if (depths.empty()) {
    return bins;
  }
  const auto [low, high] = std::minmax_element(depths.begin(), depths.end());
  const double width = (*high + margin - *low) / 3.0;
  bins.edges = {*low, *low + width, *low + 2.0 * width, *high + margin};
  for (const double depth : depths) {
    bins.bin.push_back((depth >= bins.edges[1]) + (depth >= bins.edges[2]));
  }
  return bins;
}

std::optional<double> accuracy_in_bin(std::span<const std::optional<double>> errors,
                                      std::span<const int> bins, int bin, double threshold, double missing) {
  std::size_t count = 0, correct = 0;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const bool counts = bin < 0 || bins[i] == bin;
    count += counts;
    correct += counts && errors[i].value_or(missing) < threshold;
  }
  return count == 0 ? std::nullopt : std::optional(static_cast<double>(correct) / static_cast<double>(count));
}

std::string swisscube_obstacle(const EvaluationInput& input) {
  if (const std::string obstacle = bop_obstacle(input); !obstacle.empty()) {
    return obstacle;
  }
  std::set<std::pair<std::uint32_t, int>> seen;
  for (const PoseRow& row : input.truth.rows) {
    if (!seen.emplace(row.image, row.object_id).second) {
      return "image " + input.images[row.image].name + " holds object " + std::to_string(row.object_id) +
             " more than once; this evaluation knows one instance per object and image, use bop19 instead.";
    }
  }
  return {};
}

Expected<EvaluationReport> run_swisscube(std::shared_ptr<const EvaluationInput> input,
                                         const JobContext& job) {
  const auto judged = judge_all(*input, job);
  if (!judged) {
    return judged.error();
  }
  const DepthBins bins = bins_of(*input);
  std::vector<MeasuredObject> objects;
  for (std::size_t i = 0; i < judged->size(); ++i) {
    objects.push_back(measured(*input, i, (*judged)[i], bins.bin[i]));
  }
  ObjectTableRules rules;
  rules.pooled = true;
  rules.empty_reason = "no instance lies in this range of depths";
  rules.explain = [bins, asked = questions()](const MeasuredObject& object, std::size_t column) {
    return explain(object, asked[column], bins);
  };
  EvaluationReport report =
      object_report(input, swisscube_columns(), swisscube_measures(), std::move(objects), std::move(rules));
  report.notes.push_back("Depth ranges of this set: near below " + short_number(bins.edges[1]) +
                         " m, far from " + short_number(bins.edges[2]) + " m on.");
  report.curves.push_back(swisscube_curve(*input, *judged));
  return report;
}

}  // namespace alidade
