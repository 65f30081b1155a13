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

namespace alidade {
namespace {

using Weights = std::span<const std::uint32_t>;

constexpr std::array kDiameterShares{0.05, 0.1, 0.2, 0.5};
constexpr std::array kPixels{2.0, 5.0, 10.0, 20.0};
constexpr std::array<const char*, 3> kBins{"near", "medium", "far"};
constexpr double kMissingShare = 1.0;
constexpr double kMissingPixels = 50.0;
constexpr double kDepthMargin = 1e-8;  // metres: WDR's 1e-5 in the millimetres of its files

/// One instance with what was predicted for it.
struct Judged {
  std::uint32_t image = 0;
  std::uint32_t truth = 0;       ///< row
  std::int64_t prediction = -1;  ///< row
  std::optional<double> share;   ///< error over diameter
  std::optional<double> pixels;
  int bin = 0;
};

struct SwisscubeState {
  std::shared_ptr<const EvaluationInput> input;
  std::vector<Judged> judged;
  DepthBins bins;
};

/// What a column asks of a sample.
struct Question {
  bool in_pixels = false;
  double threshold = 0.0;
  int bin = -1;  ///< -1 = all

  bool asks(const Judged& sample) const { return bin < 0 || sample.bin == bin; }
  bool holds(const Judged& sample) const {
    return in_pixels ? sample.pixels.value_or(kMissingPixels) < threshold
                     : sample.share.value_or(kMissingShare) < threshold;
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

Expected<void> judge_all(SwisscubeState& state, const JobContext& job) {
  const EvaluationInput& input = *state.input;
  const auto prepared = prepare_objects(input);
  if (!prepared) {
    return prepared.error();
  }
  const auto best = best_predictions(input);
  state.judged.resize(input.truth.rows.size());
  return for_each_parallel(
      state.judged.size(), job, "measuring distances", [&](std::size_t i) -> Expected<void> {
        const PoseRow& truth = input.truth.rows[i];
        Judged& judged = state.judged[i];
        judged.image = truth.image;
        judged.truth = static_cast<std::uint32_t>(i);
        const auto found = best.find({truth.image, truth.object_id});
        if (found == best.end()) {
          return {};
        }
        judged.prediction = found->second;
        const Rigid3& estimate = input.predictions.rows[found->second].cam_from_obj;
        const PreparedObject& object = prepared->at(truth.object_id);
        judged.share = add_error(object, estimate, truth.cam_from_obj) / object.diameter();
        const double pixels =
            projection_error(object, estimate, truth.cam_from_obj, input.images[truth.image].camera);
        judged.pixels = std::isfinite(pixels) ? std::optional(pixels) : std::nullopt;
        return {};
      });
}

/// One bit per judged sample that the question asks about.
struct Answer {
  std::uint32_t image = 0;
  bool holds = false;
};

MetricCell cell_of(const SwisscubeState& state, const Question& question, std::int64_t category) {
  std::vector<Answer> answers;
  for (const Judged& sample : state.judged) {
    if (question.asks(sample) &&
        (category < 0 || state.input->truth.rows[sample.truth].category == category)) {
      answers.push_back({sample.image, question.holds(sample)});
    }
  }
  MetricCell cell;
  cell.estimator = [answers = std::move(answers)](Weights weights) -> std::optional<double> {
    std::uint64_t count = 0, correct = 0;
    for (const Answer& answer : answers) {
      const std::uint64_t weight = weights.empty() ? 1 : weights[answer.image];
      count += weight;
      correct += answer.holds ? weight : 0;
    }
    return count == 0 ? std::nullopt
                      : std::optional(static_cast<double>(correct) / static_cast<double>(count));
  };
  cell.value = cell.estimator({});
  if (!cell.value) {
    cell.reason = "no instance lies in this range of depths";
    cell.estimator = nullptr;
  }
  return cell;
}

MetricRow make_row(const SwisscubeState& state, const std::string& name, std::int64_t category) {
  MetricRow row;
  row.name = name;
  row.is_mean = category < 0;
  for (const Judged& sample : state.judged) {
    const bool counts = category < 0 || state.input->truth.rows[sample.truth].category == category;
    row.truths += counts;
    row.predictions += counts && sample.prediction >= 0;
  }
  for (const Question& question : questions()) {
    row.cells.push_back(cell_of(state, question, category));
  }
  return row;
}

EvaluatedSample make_sample(const SwisscubeState& state, const Judged& judged) {
  const PoseRow& truth = state.input->truth.rows[judged.truth];
  EvaluatedSample sample;
  sample.image = judged.image;
  sample.row = truth.category;
  sample.instance = truth.instance;
  sample.truth = judged.truth;
  sample.prediction = judged.prediction;
  sample.measures = {judged.share, judged.pixels, std::nullopt, std::nullopt, truth.cam_from_obj.t.z()};
  if (judged.prediction >= 0) {
    const PoseRow& estimate = state.input->predictions.rows[judged.prediction];
    sample.score = estimate.score;
    sample.measures[2] = symmetric_rotation_distance(estimate.cam_from_obj.R, truth.cam_from_obj.R,
                                                     state.input->objects.at(truth.object_id).symmetry);
    sample.measures[3] = (estimate.cam_from_obj.t - truth.cam_from_obj.t).norm();
  }
  for (const Question& question : questions()) {
    sample.outcomes.push_back(!question.asks(judged)   ? Outcome::kNone
                              : question.holds(judged) ? Outcome::kCorrect
                                                       : Outcome::kWrong);
  }
  return sample;
}

Explanation explain(const SwisscubeState& state, const Judged& judged, const Question& question) {
  Explanation told;
  told.rule = column_of(question).rule;
  const double z = state.input->truth.rows[judged.truth].cam_from_obj.t.z();
  told.steps.push_back("The instance is " + short_number(z) + " m away; the set's depths are cut at " +
                       short_number(state.bins.edges[1]) + " and " + short_number(state.bins.edges[2]) +
                       " m, so it is " + kBins[judged.bin] + ".");
  if (judged.prediction < 0) {
    told.steps.push_back("There is no prediction; the error counts as 1 diameter and 50 px.");
  } else {
    told.steps.push_back("The best-scored prediction of its image is off by " +
                         short_number(judged.share.value_or(kMissingShare)) + " diameters" +
                         (judged.pixels ? " and " + short_number(*judged.pixels) + " px."
                                        : "; a vertex lies behind the camera, so the pixels count as 50."));
  }
  const std::string limit = short_number(question.threshold) + (question.in_pixels ? " px" : " diameters");
  told.verdict = !question.asks(judged)   ? "This column looks at another range of depths."
                 : question.holds(judged) ? "It counts as right: strictly below " + limit + "."
                                          : "It counts as wrong: not below " + limit + ".";
  return told;
}

/// Accuracy over 0..0.5 diameters in steps of a hundredth, per row.
Curve swisscube_curve(const SwisscubeState& state, std::size_t objects) {
  Curve curve{"accuracy_over_error",
              "Accuracy over mean vertex distance",
              "threshold (diameters)",
              "accuracy (%)",
              {},
              std::vector<std::vector<double>>(objects + 1)};
  for (int i = 0; i <= 50; ++i) {
    curve.x.push_back(i / 100.0);
    for (std::size_t row = 0; row <= objects; ++row) {
      const auto category = row == objects ? -1 : static_cast<std::int64_t>(row);
      curve.y[row].push_back(cell_of(state, {false, i / 100.0, -1}, category).value.value_or(0.0));
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
  auto state = std::make_shared<SwisscubeState>();
  state->input = input;
  if (auto judged = judge_all(*state, job); !judged) {
    return judged.error();
  }
  std::vector<double> depths;
  for (const PoseRow& row : input->truth.rows) {
    depths.push_back(row.cam_from_obj.t.z());
  }
  state->bins = depth_bins(depths, kDepthMargin);
  for (std::size_t i = 0; i < depths.size(); ++i) {
    state->judged[i].bin = state->bins.bin[i];
  }
  EvaluationReport report;
  report.notes.push_back("Depth ranges of this set: near below " + short_number(state->bins.edges[1]) +
                         " m, far from " + short_number(state->bins.edges[2]) + " m on.");
  for (const Question& question : questions()) {
    report.columns.push_back(column_of(question));
  }
  for (std::size_t category = 0; category < input->categories.size(); ++category) {
    report.rows.push_back(make_row(*state, input->categories[category], static_cast<std::int64_t>(category)));
  }
  report.rows.push_back(make_row(*state, "all", -1));
  report.measures = {{"error_d", "mean vertex distance / diameter", "", 1.0, false},
                     {"reprojection_px", "mean reprojection error", "px", 1.0, false},
                     {"rotation_deg", "rotation error", "°", 180.0 / std::numbers::pi, false},
                     {"translation_cm", "translation error", "cm", 100.0, false},
                     {"depth_m", "depth", "m", 1.0, false}};
  std::stable_sort(state->judged.begin(), state->judged.end(),
                   [](const Judged& a, const Judged& b) { return a.image < b.image; });
  for (const Judged& judged : state->judged) {
    report.samples.push_back(make_sample(*state, judged));
  }
  report.curves.push_back(swisscube_curve(*state, input->categories.size()));
  report.explain = [state = std::shared_ptr<const SwisscubeState>(state)](std::size_t sample,
                                                                          std::size_t column) {
    const auto all = questions();
    return sample < state->judged.size() && column < all.size()
               ? explain(*state, state->judged[sample], all[column])
               : Explanation{};
  };
  return report;
}

}  // namespace alidade
