// SPDX-License-Identifier: BSD-3-Clause
#include <iterator>
#include <string>

#include "core/base/constants.h"
#include "core/evaluation/omni6d/omni6d_metrics.h"

namespace alidade {
namespace {

using Omni6dKind = Omni6dColumn::Kind;

/// Joint thresholds of rotation and translation.
struct PoseLimit {
  int degrees;
  int centimetres;

  std::string id() const { return std::to_string(degrees) + "deg" + std::to_string(centimetres) + "cm"; }
  std::string title() const { return std::to_string(degrees) + "°" + std::to_string(centimetres) + "cm"; }
  bool holds(const Omni6dErrors& e) const { return e.degrees < degrees && e.centimetres < centimetres; }
  std::map<std::string, double> lines() const {
    return {{"rotation_deg", degrees * kRadiansPerDegree},
            {"translation_cm", centimetres * kMetresPerCentimetre}};
  }
};
constexpr PoseLimit kPoseLimits[] = {{5, 2}, {5, 5}, {10, 2}, {10, 5}};

/// An IoU threshold and the step of its area up to 1.
struct IouLimit {
  int percent;
  double step;

  double value() const { return percent / 100.0; }
  std::string text() const { return std::to_string(percent); }
  bool holds(const Omni6dErrors& e) const { return e.iou > value(); }
};
constexpr IouLimit kIouLimits[] = {{25, 0.075}, {50, 0.005}, {75, 0.0025}};

constexpr double kDegreeLimit = 5.0;
constexpr double kCentimetreLimit = 10.0;

MetricColumn share_column(const std::string& id, const std::string& title, const std::string& rule) {
  return {.id = id, .title = title, .unit = "%", .factor = 100.0, .rule = rule};
}

Omni6dColumn volume_column(const PoseLimit& limit) {
  const Omni6dGrid degrees(0.0, limit.degrees, limit.degrees / 100.0);
  const Omni6dGrid centimetres(0.0, limit.centimetres, limit.centimetres / 100.0);
  Omni6dColumn column;
  column.info = share_column("vus_" + limit.id(), "VUS@" + limit.title(),
                             "Volume under the surface: mean over 100 x 100 pairs of thresholds, the middles "
                             "of equal intervals below " +
                                 limit.title() +
                                 ", of the share of pairs whose rotation and translation errors are both "
                                 "below them (strictly).");
  column.info.thresholds = limit.lines();
  column.kind = Omni6dKind::kArea;
  column.score = [=](const Omni6dErrors& e) {
    return degrees.share_above(e.degrees) * centimetres.share_above(e.centimetres);
  };
  column.correct = [=](const Omni6dErrors& e) { return limit.holds(e); };
  return column;
}

Omni6dColumn accuracy_column(const PoseLimit& limit) {
  Omni6dColumn column;
  column.info = share_column("acc_" + limit.id(), "Acc@" + limit.title(),
                             "Share of pairs with a rotation error below " + std::to_string(limit.degrees) +
                                 "° and a translation error below " + std::to_string(limit.centimetres) +
                                 " cm (both strictly).");
  column.info.thresholds = limit.lines();
  column.kind = Omni6dKind::kAccuracy;
  column.correct = [=](const Omni6dErrors& e) { return limit.holds(e); };
  column.score = [=](const Omni6dErrors& e) { return limit.holds(e) ? 1.0 : 0.0; };
  return column;
}

Omni6dColumn iou_accuracy_column(const IouLimit& limit) {
  Omni6dColumn column;
  column.info = share_column("iou_acc_" + limit.text(), "IoU" + limit.text(),
                             "Share of pairs with an IoU above " + limit.text() + " % (strictly).");
  column.info.thresholds = {{"iou", limit.value()}};
  column.kind = Omni6dKind::kAccuracy;
  column.uses_iou = true;
  column.correct = [=](const Omni6dErrors& e) { return limit.holds(e); };
  column.score = [=](const Omni6dErrors& e) { return limit.holds(e) ? 1.0 : 0.0; };
  return column;
}

Omni6dColumn iou_area_column(const IouLimit& limit) {
  const Omni6dGrid grid(limit.value(), 1.0, limit.step);
  Omni6dColumn column;
  column.info = share_column("iou_auc_" + limit.text(), "AUC@IoU" + limit.text(),
                             "Mean over " + std::to_string(grid.samples().size()) +
                                 " thresholds, the middles of equal intervals from " + limit.text() +
                                 " to 100 %, of the share of pairs with an IoU above them (strictly).");
  column.info.thresholds = {{"iou", limit.value()}};
  column.kind = Omni6dKind::kArea;
  column.uses_iou = true;
  column.score = [=](const Omni6dErrors& e) { return grid.share_below(e.iou); };
  column.correct = [=](const Omni6dErrors& e) { return limit.holds(e); };
  return column;
}

/// The area under the accuracy of one of the two pose errors.
Omni6dColumn error_area_column(bool rotation) {
  const Omni6dGrid grid(0.0, rotation ? kDegreeLimit : kCentimetreLimit, 0.01);
  Omni6dColumn column;
  column.info = share_column(rotation ? "deg_auc" : "sht_auc", rotation ? "AUC@rotation" : "AUC@translation",
                             "Mean over " + std::to_string(grid.samples().size()) +
                                 " thresholds, the middles of equal intervals below " +
                                 (rotation ? "5°" : "10 cm") + ", of the share of pairs with a " +
                                 (rotation ? "rotation" : "translation") + " error below them (strictly).");
  column.kind = Omni6dKind::kArea;
  if (rotation) {
    column.info.thresholds = {{"rotation_deg", kDegreeLimit * kRadiansPerDegree}};
    column.score = [=](const Omni6dErrors& e) { return grid.share_above(e.degrees); };
    column.correct = [](const Omni6dErrors& e) { return e.degrees < kDegreeLimit; };
  } else {
    column.info.thresholds = {{"translation_cm", kCentimetreLimit * kMetresPerCentimetre}};
    column.score = [=](const Omni6dErrors& e) { return grid.share_above(e.centimetres); };
    column.correct = [](const Omni6dErrors& e) { return e.centimetres < kCentimetreLimit; };
  }
  return column;
}

void add_means(std::vector<Omni6dColumn>* columns) {
  Omni6dColumn degrees;
  degrees.info = {.id = "deg_mean",
                  .title = "mean rotation",
                  .unit = "°",
                  .factor = 1.0 / kRadiansPerDegree,
                  .higher_is_better = false,
                  .decimals = 2,
                  .rule = "Mean rotation error of the pairs."};
  degrees.score = [](const Omni6dErrors& e) { return e.degrees * kRadiansPerDegree; };
  Omni6dColumn shift;
  shift.info = {.id = "sht_mean",
                .title = "mean translation",
                .unit = "cm",
                .factor = 1.0 / kMetresPerCentimetre,
                .higher_is_better = false,
                .decimals = 2,
                .rule = "Mean distance between the boxes' centers of the pairs."};
  shift.score = [](const Omni6dErrors& e) { return e.centimetres * kMetresPerCentimetre; };
  Omni6dColumn iou;
  iou.info = share_column("iou_mean", "mean IoU", "Mean IoU of the pairs.");
  iou.uses_iou = true;
  iou.score = [](const Omni6dErrors& e) { return e.iou; };
  columns->insert(columns->end(), {std::move(degrees), std::move(shift), std::move(iou)});
}

/// Average precision of what an accuracy column counts as right.
Omni6dColumn precision_column(Omni6dColumn accuracy, const std::string& id, const std::string& title) {
  accuracy.info.id = id;
  accuracy.info.title = title;
  accuracy.info.rule =
      "Area under the raw precision-recall curve of the paired predictions in the order of their scores; "
      "among equal scores right ones come first, and recall counts every ground truth. Right: " +
      accuracy.info.rule;
  accuracy.kind = Omni6dKind::kPrecision;
  accuracy.score = {};
  return accuracy;
}

}  // namespace

std::vector<Omni6dColumn> omni6d_columns(bool with_scores) {
  std::vector<Omni6dColumn> columns;
  for (const PoseLimit& limit : kPoseLimits) {
    columns.push_back(volume_column(limit));
  }
  for (const PoseLimit& limit : kPoseLimits) {
    columns.push_back(accuracy_column(limit));
  }
  columns.push_back(error_area_column(true));
  columns.push_back(error_area_column(false));
  for (const IouLimit& limit : kIouLimits) {
    columns.push_back(iou_area_column(limit));
  }
  for (const IouLimit& limit : kIouLimits) {
    columns.push_back(iou_accuracy_column(limit));
  }
  add_means(&columns);
  for (std::size_t i = 0; with_scores && i < std::size(kIouLimits); ++i) {
    const std::string text = kIouLimits[i].text();
    columns.push_back(
        precision_column(iou_accuracy_column(kIouLimits[i]), "iou_ap_" + text, "AP@IoU" + text));
  }
  for (std::size_t i = 0; with_scores && i < std::size(kPoseLimits); ++i) {
    const PoseLimit& limit = kPoseLimits[i];
    columns.push_back(
        precision_column(accuracy_column(limit), "pose_ap_" + limit.id(), "AP@" + limit.title()));
  }
  return columns;
}

}  // namespace alidade
