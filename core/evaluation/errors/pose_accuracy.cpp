// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/pose_accuracy.h"

#include <algorithm>
#include <functional>

#include "core/base/constants.h"
#include "core/geometry/box.h"
#include "core/geometry/rotation.h"
#include "core/geometry/symmetry.h"

namespace alidade {
namespace {

constexpr int kSymmetricIouSteps = 20;  // as NOCS has it

double median(std::vector<double> values) {
  if (values.empty()) {
    return 0.0;
  }
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

using Estimates = std::vector<const PoseEstimate*>;

double share(const Estimates& estimates, const std::function<bool(const PoseError&)>& inside) {
  const auto count = std::count_if(estimates.begin(), estimates.end(),
                                   [&](const PoseEstimate* estimate) { return inside(estimate->error); });
  return static_cast<double>(count) / static_cast<double>(estimates.size());
}

double share_within(const Estimates& estimates, double degrees, double centimetres) {
  return share(estimates, [=](const PoseError& error) {
    return error.rotation_reduced <= degrees * kRadiansPerDegree &&
           error.translation <= centimetres * kMetresPerCentimetre;
  });
}

void set_medians(const Estimates& estimates, AccuracyRow* row) {
  std::vector<double> rotations;
  std::vector<double> translations;
  for (const PoseEstimate* estimate : estimates) {
    rotations.push_back(estimate->error.rotation_reduced);
    translations.push_back(estimate->error.translation);
  }
  row->median_rotation = median(std::move(rotations));
  row->median_translation = median(std::move(translations));
}

AccuracyRow category_row(const std::string& category, const Estimates& estimates) {
  AccuracyRow row;
  row.category = category;
  row.count = estimates.size();
  row.acc_5deg_2cm = share_within(estimates, 5.0, 2.0);
  row.acc_5deg_5cm = share_within(estimates, 5.0, 5.0);
  row.acc_10deg_2cm = share_within(estimates, 10.0, 2.0);
  row.acc_10deg_5cm = share_within(estimates, 10.0, 5.0);
  row.iou_50 = share(estimates, [](const PoseError& error) { return error.iou >= 0.5; });
  row.iou_75 = share(estimates, [](const PoseError& error) { return error.iou >= 0.75; });
  set_medians(estimates, &row);
  return row;
}

constexpr double AccuracyRow::*kAccuracyShares[] = {&AccuracyRow::acc_5deg_2cm,  &AccuracyRow::acc_5deg_5cm,
                                                    &AccuracyRow::acc_10deg_2cm, &AccuracyRow::acc_10deg_5cm,
                                                    &AccuracyRow::iou_50,        &AccuracyRow::iou_75};

}  // namespace

PoseError pose_error(const Rigid3& estimate_cam_from_obj, const Eigen::Vector3d& estimate_size,
                     const Instance& truth) {
  const Rigid3& estimate = estimate_cam_from_obj;
  const OrientedBox true_box = truth.box_cam();
  const OrientedBox estimated_box{{estimate.R, estimate * truth.center_obj}, estimate_size};
  PoseError error;
  error.rotation_raw = geodesic_distance(truth.cam_from_obj.R, estimate.R);
  error.rotation_reduced = symmetric_rotation_distance(truth.cam_from_obj.R, estimate.R, truth.symmetry);
  error.translation = (estimated_box.frame_from_box.t - true_box.frame_from_box.t).norm();
  error.iou = symmetric_box_iou(true_box, estimated_box, truth.symmetry, kSymmetricIouSteps);
  const Rigid3 nearest = nearest_equivalent(truth.cam_from_obj, estimate, truth.symmetry);
  error.snapped = geodesic_distance(nearest.R, estimate.R) > kRadiansPerDegree;
  return error;
}

std::vector<AccuracyRow> accuracy_table(const PoseResult& result) {
  std::vector<std::string> categories;
  std::vector<Estimates> groups;
  Estimates all;
  for (const PoseEstimate& estimate : result.estimates) {
    const auto found = std::find(categories.begin(), categories.end(), estimate.category);
    const auto index = static_cast<std::size_t>(found - categories.begin());
    if (found == categories.end()) {
      categories.push_back(estimate.category);
      groups.emplace_back();
    }
    groups[index].push_back(&estimate);
    all.push_back(&estimate);
  }
  std::vector<AccuracyRow> rows;
  if (all.empty()) {
    return rows;
  }
  AccuracyRow mean;
  mean.category = "all";
  mean.count = all.size();
  set_medians(all, &mean);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    rows.push_back(category_row(categories[i], groups[i]));
    for (const auto column : kAccuracyShares) {
      mean.*column += rows.back().*column / static_cast<double>(groups.size());
    }
  }
  rows.push_back(mean);
  return rows;
}

Table to_table(const std::vector<AccuracyRow>& rows) {
  Table table;
  table.columns = {"category",   "instances", "5°2cm (%)", "5°5cm (%)",           "10°2cm (%)",
                   "10°5cm (%)", "IoU50 (%)", "IoU75 (%)", "median rotation (°)", "median translation (cm)"};
  for (const AccuracyRow& row : rows) {
    std::vector<Table::Cell> cells = {row.category, static_cast<double>(row.count)};
    for (const auto column : kAccuracyShares) {
      cells.emplace_back(100.0 * (row.*column));
    }
    cells.emplace_back(row.median_rotation / kRadiansPerDegree);
    cells.emplace_back(row.median_translation / kMetresPerCentimetre);
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace alidade
