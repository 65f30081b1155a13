// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/objects/tracking.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "core/base/constants.h"
#include "core/evaluation/instance_pairs.h"
#include "core/evaluation/objects/object_table.h"
#include "core/evaluation/protocol_list.h"
#include "core/geometry/box.h"

namespace alidade {
namespace {

using ObjectKind = ObjectColumn::Kind;

constexpr std::size_t kPerObject = 5, kLost = 5, kRate = 6;  // columns

std::vector<ObjectColumn> columns() {
  std::vector<ObjectColumn> made{
      {{"5deg5cm", "5°5cm", "%", 100.0, true, 1,
        "Share of all objects in all frames within 5° (under the symmetry) and 5 cm, both inclusive; objects "
        "without prediction count as wrong."},
       ObjectKind::kShare},
      {{"iou_25", "IoU25", "%", 100.0, true, 1,
        "Share of all objects in all frames whose exact box IoU, best over the symmetry, is above 0.25."},
       ObjectKind::kShare},
      {{"mean_iou", "mean IoU", "%", 100.0, true, 1, "Mean exact box IoU over the predicted objects."},
       ObjectKind::kMean},
      {{"mean_rotation", "R_err", "°", 1.0 / kRadiansPerDegree, false, 2,
        "Mean rotation error under the symmetry over the predicted objects."},
       ObjectKind::kMean},
      {{"mean_translation", "T_err", "cm", 1.0 / kMetresPerCentimetre, false, 2,
        "Mean distance of the box centers over the predicted objects."},
       ObjectKind::kMean}};
  made[0].column.thresholds = {{"rotation", 5.0 * kRadiansPerDegree},
                               {"translation", 5.0 * kMetresPerCentimetre}};
  made[1].column.thresholds = {{"iou", kLostOverlap}};
  return made;
}

std::vector<MetricColumn> track_columns() {
  return {
      {"lost_tracks", "lost tracks", "%", 100.0, false, 1,
       "Share of tracks that are lost at least once: a frame without prediction, or with an IoU not above "
       "0.25. Our own measure; frames of a track belong together, so it is not resampled."},
      {"frame_rate", "rate", "1/s", 1.0, true, 1,
       "Frames over the sum of the computing times that the predictions carry."}};
}

std::vector<Measure> tracking_measures() {
  return {{"rotation", "rotation error", "°", 1.0 / kRadiansPerDegree},
          {"translation", "translation error", "cm", 1.0 / kMetresPerCentimetre},
          {"iou", "IoU", "%", 100.0, true}};
}

OrientedBox tracked_box_of(const PoseRow& row) {
  return {{row.cam_from_obj.R, row.cam_from_obj * row.center_obj}, row.size};
}

MeasuredObject measure(const PoseRow& truth, const PoseRow& prediction) {
  constexpr int kTurns = 20;  // as NOCS has it
  const OrientedBox true_box = tracked_box_of(truth), box = tracked_box_of(prediction);
  const double angle =
      symmetric_rotation_distance(truth.cam_from_obj.R, prediction.cam_from_obj.R, truth.symmetry);
  const double distance = (true_box.frame_from_box.t - box.frame_from_box.t).norm();
  const double iou = symmetric_box_iou(true_box, box, truth.symmetry, kTurns);
  const bool inside = angle <= 5.0 * kRadiansPerDegree && distance <= 5.0 * kMetresPerCentimetre;
  return {-1,
          -1,
          {inside ? 1.0 : 0.0, iou > kLostOverlap ? 1.0 : 0.0, iou, angle, distance},
          {angle, distance, iou}};
}

/// Times of the images in which something was predicted, per image.
std::vector<double> image_times(const EvaluationInput& input) {
  std::vector<double> times(input.images.size(), -1.0);
  for (const PoseRow& row : input.predictions.rows) {
    times[row.image] = std::max(times[row.image], row.seconds);
  }
  return times;
}

MetricCell rate_cell(const EvaluationInput& input) {
  MetricCell cell;
  const std::vector<double> times = image_times(input);
  cell.estimator = [times](std::span<const std::uint32_t> weights) -> std::optional<double> {
    double frames = 0.0, seconds = 0.0;
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (times[i] >= 0.0) {
        frames += weights[i];
        seconds += weights[i] * times[i];
      }
    }
    return seconds > 0.0 ? std::optional(frames / seconds) : std::nullopt;
  };
  cell.value = cell.estimator(std::vector<std::uint32_t>(times.size(), 1));
  if (!cell.value) {
    cell.reason = "the predictions carry no computing times (array \"time\")";
    cell.estimator = {};
  }
  return cell;
}

/// Whether each ground truth is found with an overlap above the limit.
std::vector<bool> held(const EvaluationReport& report, std::size_t truths) {
  std::vector<bool> held(truths, false);
  for (const EvaluatedSample& sample : report.samples) {
    held[static_cast<std::size_t>(sample.truth)] = sample.outcomes[1] == Outcome::kCorrect;
  }
  return held;
}

/// Cells of the two columns that do not summarize single objects.
void add_track_cells(const EvaluationInput& input, EvaluationReport* report) {
  const auto all = tracks(input);
  const auto found = held(*report, input.truth.rows.size());
  const std::size_t categories = report->rows.size() - 1;
  std::vector<std::size_t> counts(categories, 0), lost(categories, 0);
  for (const Track& track : all) {
    ++counts[track.category];
    lost[track.category] +=
        std::all_of(track.truths.begin(), track.truths.end(), [&](std::size_t truth) { return found[truth]; })
            ? 0
            : 1;
  }
  for (std::size_t c = 0; c < categories; ++c) {
    MetricCell cell;
    if (counts[c] > 0) {
      cell.value = static_cast<double>(lost[c]) / static_cast<double>(counts[c]);
    } else {
      cell.reason = "the category has no ground truth and does not enter the mean";
    }
    MetricCell rate;
    rate.reason = "time is known of images, not of categories";
    report->rows[c].cells.insert(report->rows[c].cells.end(), {std::move(cell), std::move(rate)});
  }
  MetricRow& mean = report->rows.back();
  mean.cells.push_back(mean_cell(std::span(report->rows).first(categories), kLost, std::nullopt));
  mean.cells.push_back(rate_cell(input));
  report->notes.push_back(std::to_string(all.size()) + " tracks; " +
                          std::to_string(std::accumulate(lost.begin(), lost.end(), std::size_t{0})) +
                          " are lost at least once.");
}

/// The columns of tracks judge no single objects.
void widen(EvaluationReport* report) {
  for (MetricColumn& column : track_columns()) {
    report->columns.push_back(std::move(column));
  }
  for (EvaluatedSample& sample : report->samples) {
    sample.outcomes.resize(report->columns.size(), Outcome::kNone);
  }
  report->explain = [explain = report->explain, added = track_columns()](std::size_t sample,
                                                                         std::size_t column) {
    if (column < kPerObject) {
      return explain(sample, column);
    }
    return Explanation{added.at(column - kPerObject).rule,
                       {},
                       column == kRate ? "It is a number of the run, not of this object."
                                       : "It is a number of whole tracks, not of this object."};
  };
}

Expected<EvaluationReport> run_tracking(std::shared_ptr<const EvaluationInput> input, const JobContext& job) {
  auto report = paired_report(input, columns(), tracking_measures(), measure, job);
  if (report) {
    widen(&*report);
    add_track_cells(*input, &*report);
  }
  return report;
}

std::string tracking_obstacle(const EvaluationInput& input) {
  for (const PoseSet* set : {&input.truth, &input.predictions}) {
    for (std::size_t i = 0; i < set->rows.size(); ++i) {
      if (!(set->rows[i].size.minCoeff() > 0.0)) {
        return "row " + std::to_string(i) + " of " + set->source +
               " has no box size, which this protocol compares.";
      }
    }
  }
  return pairing_obstacle(input);
}

}  // namespace

std::vector<Track> tracks(const EvaluationInput& input) {
  std::vector<std::size_t> order(input.truth.rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const bool timed = std::all_of(input.images.begin(), input.images.end(),
                                 [](const ImageInfo& image) { return image.time >= 0.0; });
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const std::uint32_t x = input.truth.rows[a].image, y = input.truth.rows[b].image;
    return timed ? std::tuple(input.images[x].time, x) < std::tuple(input.images[y].time, y) : x < y;
  });
  using Key = std::tuple<int, std::string, std::uint32_t, int, int>;
  std::map<Key, std::size_t> index;
  std::vector<Track> found;
  for (const std::size_t i : order) {
    const PoseRow& row = input.truth.rows[i];
    const ImageInfo& image = input.images[row.image];
    const std::size_t slash = image.name.rfind('/');
    const std::string sequence = slash == std::string::npos ? std::string() : image.name.substr(0, slash);
    const int number = row.object_id != 0 ? 0 : row.instance;
    const auto [at, added] =
        index.emplace(Key{image.scene_id, sequence, row.category, row.object_id, number}, found.size());
    if (added) {
      found.push_back({row.category, {}});
    }
    found[at->second].truths.push_back(i);
  }
  return found;
}

std::vector<Protocol> tracking_protocols() {
  return {
      {"tracking", "tracking", "Category-level tracking over sequences",
       "What 6-PACK and its successors report over all frames: 5°5cm, overlaps above 0.25, mean IoU, mean "
       "rotation and translation error; in addition the share of lost tracks and the frame rate. Papers "
       "differ in whether frames without overlap enter the mean errors; here all predicted objects do.",
       tracking_obstacle, run_tracking}};
}

}  // namespace alidade
