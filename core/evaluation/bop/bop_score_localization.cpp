// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <map>
#include <utility>

#include "core/evaluation/bop/bop_score_report.h"
#include "core/evaluation/bop/bop_score_run.h"

namespace alidade {
namespace {

using Weights = std::span<const std::uint32_t>;

constexpr const char* kNoDepth =
    "VSD needs measured depth and meshes with triangles for every image, and they are missing";

/// How many targets of an object and image were found, summed over thresholds (and taus).
struct Entry {
  std::uint32_t image = 0;
  std::uint32_t targets = 0;
  std::uint32_t found = 0;
};

/// Recall averaged over thresholds, as a function of how often images count.
struct AverageRecall {
  std::vector<Entry> entries;
  double steps = 1.0;  ///< thresholds times taus

  std::optional<double> value(Weights weights) const {
    std::uint64_t targets = 0, found = 0;
    for (const Entry& entry : entries) {
      const std::uint64_t weight = weights.empty() ? 1 : weights[entry.image];
      targets += weight * entry.targets;
      found += weight * entry.found;
    }
    return targets == 0 ? std::nullopt
                        : std::optional(static_cast<double>(found) / (steps * static_cast<double>(targets)));
  }
};

/// Targets found at each threshold, [group][threshold]; VSD sums over its taus.
using Found = std::vector<std::array<std::uint32_t, 10>>;

Found count_found(const BopState& state, BopErrorKind kind) {
  Found found(state.groups.size());
  const auto thresholds = thresholds_of(kind);
  const std::size_t taus = kind == BopErrorKind::kVsd ? vsd_thresholds().size() : 1;
  for (std::size_t group = 0; group < found.size(); ++group) {
    for (std::size_t i = 0; i < thresholds.size(); ++i) {
      found[group][i] = 0;
      for (std::size_t tau = 0; tau < taus; ++tau) {
        const auto matched = state.matches(group, kind, tau, thresholds[i]);
        found[group][i] += static_cast<std::uint32_t>(
            std::count_if(matched.begin(), matched.end(), [](int estimate) { return estimate >= 0; }));
      }
    }
  }
  return found;
}

/// Everything about one of the three errors: per row (objects, then all).
struct KindScores {
  std::vector<std::shared_ptr<const AverageRecall>> rows;
  std::vector<std::vector<double>> curves;  ///< [row][threshold] recall
};

KindScores score_kind(const BopState& state, BopErrorKind kind, std::size_t objects) {
  const Found found = count_found(state, kind);
  const double taus = kind == BopErrorKind::kVsd ? 10.0 : 1.0;
  std::vector<AverageRecall> rows(objects + 1);
  std::vector<std::array<double, 10>> at(objects + 1);
  std::vector<double> targets(objects + 1, 0.0);
  for (std::size_t group = 0; group < found.size(); ++group) {
    const ObjectGroup& g = state.groups[group];
    Entry entry{g.image, static_cast<std::uint32_t>(g.truths.size()), 0};
    for (const std::size_t row : {static_cast<std::size_t>(g.category), objects}) {
      entry.found = 0;
      for (std::size_t i = 0; i < 10; ++i) {
        entry.found += found[group][i];
        at[row][i] += found[group][i];
      }
      targets[row] += entry.targets;
      rows[row].entries.push_back(entry);
    }
  }
  KindScores scores;
  for (std::size_t row = 0; row <= objects; ++row) {
    rows[row].steps = 10.0 * taus;
    scores.rows.push_back(std::make_shared<const AverageRecall>(std::move(rows[row])));
    std::vector<double> recall;
    for (const double count : at[row]) {
      recall.push_back(targets[row] > 0.0 ? count / (taus * targets[row]) : 0.0);
    }
    scores.curves.push_back(std::move(recall));
  }
  return scores;
}

/// A cell that is the mean of average recalls; missing when one is.
MetricCell mean_recall(std::vector<std::shared_ptr<const AverageRecall>> parts) {
  return mean_cell_of(std::move(parts), "no target of this object is annotated");
}

MetricCell missing(const std::string& reason) {
  MetricCell cell;
  cell.reason = reason;
  return cell;
}

/// Mean over the images that have estimates, of one category or of any (-1), of the time that the results
/// give for the whole image.
MetricCell time_cell(const EvaluationInput& input, std::int64_t category) {
  std::map<std::uint32_t, double> seconds;
  for (const PoseRow& row : input.predictions.rows) {
    if (category >= 0 && row.category != category) {
      continue;
    }
    if (row.seconds < 0.0) {
      return missing("the results do not give one time for every image");
    }
    seconds.emplace(row.image, row.seconds);
  }
  if (seconds.empty()) {
    return missing("there are no estimates");
  }
  MetricCell cell;
  cell.estimator = [times = std::vector<std::pair<std::uint32_t, double>>(seconds.begin(), seconds.end())](
                       Weights weights) -> std::optional<double> {
    double sum = 0.0, count = 0.0;
    for (const auto& [image, time] : times) {
      const double weight = weights.empty() ? 1.0 : weights[image];
      sum += weight * time;
      count += weight;
    }
    return count > 0.0 ? std::optional(sum / count) : std::nullopt;
  };
  cell.value = cell.estimator({});
  return cell;
}

std::vector<BopColumn> columns_of(bool has_vsd) {
  using enum BopErrorKind;
  const std::string matching =
      " Per target the best-scored estimates, as many as instances are to be found, take in falling score "
      "the "
      "most visible ground truths, error strictly below the threshold; recall pools all targets.";
  std::vector<BopColumn> columns{
      {{"ar", "AR", "%", 100.0, true, 1, "Mean of AR_VSD, AR_MSSD and AR_MSPD (BOP 2019)." + matching},
       {kVsd, kMssd, kMspd}},
      {{"ar_vsd", "AR VSD", "%", 100.0, true, 1,
        "Recall averaged over tau and threshold, both 0.05, 0.1, ... 0.5 (tau in diameters, delta 15 mm)." +
            matching},
       {kVsd}},
      {{"ar_mssd", "AR MSSD", "%", 100.0, true, 1,
        "Recall averaged over MSSD thresholds of 0.05, 0.1, ... 0.5 of the diameter." + matching},
       {kMssd}},
      {{"ar_mspd", "AR MSPD", "%", 100.0, true, 1,
        "Recall averaged over MSPD thresholds of 5, 10, ... 50 px of an image 640 wide." + matching},
       {kMspd}},
      {{"ar_mssd_mspd", "AR (MSSD, MSPD)", "%", 100.0, true, 1,
        "Mean of AR_MSSD and AR_MSPD: not BOP's AR, for results without depth." + matching},
       {kMssd, kMspd}},
      {{"time", "time per image", "s", 1.0, false, 3,
        "Time of a whole image as given in the results, mean over the images with estimates (of the "
        "object)."},
       {}}};
  if (has_vsd) {
    columns[1].column.thresholds["vsd"] = vsd_thresholds()[kMiddleThreshold];
  }
  columns[2].column.thresholds["mssd_d"] = mssd_thresholds()[kMiddleThreshold];
  columns[3].column.thresholds["mspd_px"] = mspd_thresholds()[kMiddleThreshold];
  return columns;
}

Curve make_curve(BopErrorKind kind, const KindScores& scores) {
  Curve curve;
  switch (kind) {
    case BopErrorKind::kVsd:
      curve = {"recall_over_vsd", "Recall over VSD, mean over tau", "VSD threshold", "recall (%)", {}, {}};
      break;
    case BopErrorKind::kMspd:
      curve = {"recall_over_mspd", "Recall over MSPD", "MSPD threshold (px)", "recall (%)", {}, {}};
      break;
    default:
      curve = {"recall_over_mssd", "Recall over MSSD", "MSSD threshold (diameters)", "recall (%)", {}, {}};
      break;
  }
  const auto thresholds = thresholds_of(kind);
  curve.x.assign(thresholds.begin(), thresholds.end());
  curve.y = scores.curves;
  return curve;
}

/// Rows with their counts but without cells.
std::vector<MetricRow> make_rows(const BopState& state) {
  const auto& names = state.input->categories;
  std::vector<MetricRow> rows(names.size() + 1);
  for (std::size_t i = 0; i < names.size(); ++i) {
    rows[i].name = names[i];
  }
  rows.back().name = "all";
  rows.back().is_mean = true;
  for (const ObjectGroup& g : state.groups) {
    for (MetricRow* row : {&rows[g.category], &rows.back()}) {
      row->truths += g.truths.size();
      row->predictions += g.estimates.size();
    }
  }
  return rows;
}

bool can_render(const EvaluationInput& input) {
  return input.depth && std::all_of(input.objects.begin(), input.objects.end(),
                                    [](const auto& entry) { return !entry.second.triangles.empty(); });
}

/// The cells of all rows; `vsd` is empty without depth.
void fill_cells(const BopState& state, const KindScores& vsd, const KindScores& mssd, const KindScores& mspd,
                EvaluationReport& report) {
  const std::size_t objects = state.input->categories.size();
  for (std::size_t row = 0; row <= objects; ++row) {
    auto& cells = report.rows[row].cells;
    cells.push_back(state.has_vsd ? mean_recall({vsd.rows[row], mssd.rows[row], mspd.rows[row]})
                                  : missing(state.no_vsd + "; BOP's AR needs all three"));
    cells.push_back(state.has_vsd ? mean_recall({vsd.rows[row]}) : missing(state.no_vsd));
    cells.push_back(mean_recall({mssd.rows[row]}));
    cells.push_back(mean_recall({mspd.rows[row]}));
    cells.push_back(mean_recall({mssd.rows[row], mspd.rows[row]}));
    cells.push_back(time_cell(*state.input, row == objects ? -1 : static_cast<std::int64_t>(row)));
  }
}

}  // namespace

Expected<EvaluationReport> run_bop19(std::shared_ptr<const EvaluationInput> input, const JobContext& job) {
  using enum BopErrorKind;
  auto state = std::make_shared<BopState>();
  auto chosen = localization_groups(*input);
  state->input = input;
  state->groups = std::move(chosen.groups);
  state->has_vsd = can_render(*input);
  std::string rejected;
  auto errors = bop_errors_of(*input, state->groups, state->has_vsd, job, &rejected);
  if (!errors) {
    return errors.error();
  }
  state->no_vsd = rejected.empty() ? kNoDepth : "VSD needs the depth of every image, and " + rejected;
  state->has_vsd = state->has_vsd && rejected.empty();
  state->errors = std::move(*errors);
  EvaluationReport report;
  report.notes = std::move(chosen.notes);
  report.notes.push_back(
      "The row \"all\" pools the targets of all objects, as BOP does; it is not the mean of the rows.");
  if (!rejected.empty()) {
    report.notes.push_back(state->no_vsd + ".");
  }
  report.rows = make_rows(*state);
  const std::size_t objects = input->categories.size();
  const KindScores mssd = score_kind(*state, kMssd, objects), mspd = score_kind(*state, kMspd, objects);
  const KindScores vsd = state->has_vsd ? score_kind(*state, kVsd, objects) : KindScores{};
  fill_cells(*state, vsd, mssd, mspd, report);
  if (state->has_vsd) {
    report.curves.push_back(make_curve(kVsd, vsd));
  }
  report.curves.push_back(make_curve(kMssd, mssd));
  report.curves.push_back(make_curve(kMspd, mspd));
  const auto columns = columns_of(state->has_vsd);
  for (const auto& column : columns) {
    report.columns.push_back(column.column);
  }
  add_bop_samples(state, columns, report);
  return report;
}

}  // namespace alidade
