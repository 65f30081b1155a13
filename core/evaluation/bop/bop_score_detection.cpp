// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <utility>

#include "core/evaluation/bop/bop_score_report.h"
#include "core/evaluation/bop/bop_score_run.h"
#include "core/evaluation/statistics/average_precision.h"

namespace alidade {
namespace {

using Weights = std::span<const std::uint32_t>;

/// What an estimate counts as under one threshold.
enum class Verdict : std::uint8_t { kFalse, kTrue, kIgnored };

/// Verdicts of all estimates of a group under one kind and threshold, in the group's order.
std::vector<Verdict> judge(const BopState& state, std::size_t group, BopErrorKind kind, double threshold) {
  std::vector<Verdict> verdicts(state.groups[group].estimates.size(), Verdict::kFalse);
  const auto matched = state.matches(group, kind, 0, threshold);
  for (std::size_t t = 0; t < matched.size(); ++t) {
    if (matched[t] >= 0) {
      verdicts[matched[t]] = state.ignored(group, t) ? Verdict::kIgnored : Verdict::kTrue;
    }
  }
  return verdicts;
}

/// An estimate's place: group and position in it.
struct Place {
  std::size_t group = 0;
  std::size_t estimate = 0;
  double score = 0.0;
};

/// Estimates of an object over all images in falling score; ties keep the order of images and file.
std::vector<Place> ranked_places(const BopState& state, std::uint32_t category) {
  std::vector<Place> places;
  for (std::size_t group = 0; group < state.groups.size(); ++group) {
    const ObjectGroup& g = state.groups[group];
    for (std::size_t e = 0; g.category == category && e < g.estimates.size(); ++e) {
      places.push_back({group, e, state.input->predictions.rows[g.estimates[e]].score});
    }
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const Place& a, const Place& b) { return a.score > b.score; });
  return places;
}

/// The average precision of one object under one kind of error, averaged over its thresholds.
struct AveragePrecision {
  std::vector<std::vector<RankedDetection>> lists;  ///< per threshold
  std::shared_ptr<const std::vector<std::uint32_t>> truths_per_image;

  std::optional<double> at(std::size_t threshold, Weights weights) const {
    return average_precision(lists[threshold], *truths_per_image, weights, ApRule::kCoco101);
  }
  std::optional<double> value(Weights weights) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < lists.size(); ++i) {
      const auto one = at(i, weights);
      if (!one) {
        return std::nullopt;
      }
      sum += *one;
    }
    return sum / static_cast<double>(lists.size());
  }
};

using SharedPrecision = std::shared_ptr<const AveragePrecision>;

/// Ground truths of an object that count, per image.
std::shared_ptr<const std::vector<std::uint32_t>> count_truths(const BopState& state,
                                                               std::uint32_t category) {
  auto counts = std::make_shared<std::vector<std::uint32_t>>(state.input->images.size(), 0U);
  for (std::size_t group = 0; group < state.groups.size(); ++group) {
    const ObjectGroup& g = state.groups[group];
    for (std::size_t t = 0; g.category == category && t < g.truths.size(); ++t) {
      (*counts)[g.image] += !state.ignored(group, t);
    }
  }
  return counts;
}

SharedPrecision precision_of(const BopState& state, BopErrorKind kind, const std::vector<Place>& places,
                             std::shared_ptr<const std::vector<std::uint32_t>> truths) {
  auto result = std::make_shared<AveragePrecision>();
  result->truths_per_image = std::move(truths);
  for (const double threshold : thresholds_of(kind)) {
    std::vector<std::vector<Verdict>> verdicts(state.groups.size());
    for (const Place& place : places) {
      if (verdicts[place.group].empty()) {
        verdicts[place.group] = judge(state, place.group, kind, threshold);
      }
    }
    auto& list = result->lists.emplace_back();
    for (const Place& place : places) {
      const Verdict verdict = verdicts[place.group][place.estimate];
      if (verdict != Verdict::kIgnored) {
        list.push_back({state.groups[place.group].image, verdict == Verdict::kTrue});
      }
    }
  }
  return result;
}

MetricCell precision_cell(std::vector<SharedPrecision> parts) {
  return mean_cell_of(std::move(parts),
                      "no instance of this object is visible by 10 % or more, so it has no precision");
}

std::vector<BopColumn> columns_of() {
  using enum BopErrorKind;
  const std::string matching =
      " Of the 100 best-scored estimates of an image, those of its annotated objects take ground truths in "
      "falling score, error strictly below the threshold; estimates matched to a ground truth visible by "
      "less "
      "than 10 % are ignored. Precision is interpolated at 101 recalls; the last row is the mean over "
      "objects.";
  std::vector<BopColumn> columns{
      {{"ap", "AP", "%", 100.0, true, 1, "Mean of AP_MSSD and AP_MSPD (BOP 2024)." + matching},
       {kMssd, kMspd}},
      {{"ap_mssd", "AP MSSD", "%", 100.0, true, 1,
        "Mean over MSSD thresholds of 0.05, 0.1, ... 0.5 of the diameter." + matching},
       {kMssd}},
      {{"ap_mspd", "AP MSPD", "%", 100.0, true, 1,
        "Mean over MSPD thresholds of 5, 10, ... 50 px of an image 640 wide." + matching},
       {kMspd}},
      {{"ap_mssd_mm", "AP MSSD mm", "%", 100.0, true, 1,
        "Mean over MSSD thresholds of 2, 4, ... 20 mm, as for BOP's industrial sets; not part of AP." +
            matching},
       {kMssdMetres}}};
  columns[1].column.thresholds["mssd_d"] = mssd_thresholds()[kMiddleThreshold];
  columns[2].column.thresholds["mspd_px"] = mspd_thresholds()[kMiddleThreshold];
  return columns;
}

/// AP at each threshold for one kind; the last line is the mean over objects that have one.
Curve make_curve(BopErrorKind kind, const std::vector<SharedPrecision>& objects) {
  Curve curve;
  const bool pixels = kind == BopErrorKind::kMspd;
  const bool metres = kind == BopErrorKind::kMssdMetres;
  curve.id = pixels ? "ap_over_mspd" : metres ? "ap_over_mssd_mm" : "ap_over_mssd";
  curve.title = pixels ? "AP over MSPD" : "AP over MSSD";
  curve.x_title = pixels   ? "MSPD threshold (px)"
                  : metres ? "MSSD threshold (mm)"
                           : "MSSD threshold (diameters)";
  curve.y_title = "AP (%)";
  for (const double threshold : thresholds_of(kind)) {
    curve.x.push_back(metres ? threshold * 1e3 : threshold);
  }
  std::vector<double> mean(curve.x.size(), 0.0);
  double counted = 0.0;
  for (const auto& object : objects) {
    std::vector<double> line(curve.x.size(), 0.0);
    for (std::size_t i = 0; i < line.size(); ++i) {
      const auto value = object->at(i, {});
      line[i] = value.value_or(0.0);
      mean[i] += line[i];
      counted += i == 0 && value ? 1.0 : 0.0;
    }
    curve.y.push_back(std::move(line));
  }
  for (double& value : mean) {
    value /= std::max(1.0, counted);
  }
  curve.y.push_back(std::move(mean));
  return curve;
}

void add_object_row(const BopState& state, std::uint32_t category,
                    std::array<std::vector<SharedPrecision>, 3>& kinds, EvaluationReport& report) {
  const auto places = ranked_places(state, category);
  const auto truths = count_truths(state, category);
  const auto mssd = precision_of(state, BopErrorKind::kMssd, places, truths);
  const auto mspd = precision_of(state, BopErrorKind::kMspd, places, truths);
  const auto metres = precision_of(state, BopErrorKind::kMssdMetres, places, truths);
  MetricRow row;
  row.name = state.input->categories[category];
  row.predictions = places.size();
  for (const std::uint32_t count : *truths) {
    row.truths += count;
  }
  row.cells = {precision_cell({mssd, mspd}), precision_cell({mssd}), precision_cell({mspd}),
               precision_cell({metres})};
  report.rows.push_back(std::move(row));
  kinds[0].push_back(mssd);
  kinds[1].push_back(mspd);
  kinds[2].push_back(metres);
}

}  // namespace

Expected<EvaluationReport> run_bop24(std::shared_ptr<const EvaluationInput> input, const JobContext& job) {
  auto state = std::make_shared<BopState>();
  auto chosen = detection_groups(*input);
  state->input = input;
  state->detection = true;
  state->groups = std::move(chosen.groups);
  auto errors = bop_errors_of(*input, state->groups, false, job);
  if (!errors) {
    return errors.error();
  }
  state->errors = std::move(*errors);
  EvaluationReport report;
  report.notes = std::move(chosen.notes);
  std::array<std::vector<SharedPrecision>, 3> kinds;
  for (std::uint32_t category = 0; category < input->categories.size(); ++category) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "The evaluation was stopped."};
    }
    add_object_row(*state, category, kinds, report);
  }
  const auto columns = columns_of();
  MetricRow mean = mean_row(report.rows);
  for (std::size_t column = 0; column < columns.size(); ++column) {
    mean.cells.push_back(mean_cell(report.rows, column, std::nullopt));
    report.columns.push_back(columns[column].column);
  }
  report.rows.push_back(std::move(mean));
  report.curves = {make_curve(BopErrorKind::kMssd, kinds[0]), make_curve(BopErrorKind::kMspd, kinds[1]),
                   make_curve(BopErrorKind::kMssdMetres, kinds[2])};
  add_bop_samples(state, columns, report);
  return report;
}

}  // namespace alidade
