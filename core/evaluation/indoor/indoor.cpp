// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <utility>

#include "core/evaluation/indoor/indoor_misfit.h"
#include "core/evaluation/indoor/indoor_report.h"
#include "core/evaluation/protocol_list.h"

namespace alidade {
namespace {

/// Boxes are upright when z stays z to this; files of single precision reach 1e-7.
constexpr double kUpright = 1e-4;

UprightBox upright_box_of(const PoseRow& row) {
  const Eigen::Matrix3d& R = row.cam_from_obj.R;
  return {row.cam_from_obj * row.center_obj, row.size, std::atan2(R(1, 0), R(0, 0))};
}

std::vector<IndoorObject> objects_of(const PoseSet& set) {
  std::vector<IndoorObject> objects;
  objects.reserve(set.rows.size());
  for (const PoseRow& row : set.rows) {
    objects.push_back({row.image, row.category, row.score, upright_box_of(row)});
  }
  return objects;
}

/// The first row that is turned other than the protocol allows, as a sentence.
std::string turned_row(const PoseSet& set, bool yaw_allowed) {
  for (std::size_t i = 0; i < set.rows.size(); ++i) {
    const Eigen::Matrix3d& R = set.rows[i].cam_from_obj.R;
    const std::string place = set.source + ": row " + std::to_string(i) + ": the box ";
    if (std::hypot(R(0, 2), R(1, 2)) > kUpright || R(2, 2) < 0.0) {
      return place +
             "does not stand upright (turned about more than z), which indoor detection does not know.";
    }
    if (!yaw_allowed && std::hypot(R(1, 0), R(0, 1)) > kUpright) {
      return place + "is turned about z; evaluate turned boxes with indoor-rotated.";
    }
    if (!yaw_allowed && R(0, 0) < 0.0) {
      return place + "is turned by 180 degrees about z; evaluate turned boxes with indoor-rotated.";
    }
  }
  return "";
}

std::string indoor_obstacle(const EvaluationInput& input, bool yaw_allowed) {
  if (input.truth.rows.empty()) {
    return "there is no ground truth.";
  }
  const std::string truth = turned_row(input.truth, yaw_allowed);
  return truth.empty() ? turned_row(input.predictions, yaw_allowed) : truth;
}

Expected<EvaluationReport> run_indoor_mean(std::shared_ptr<const EvaluationInput> input,
                                           const JobContext& job) {
  auto evaluation = std::make_shared<IndoorEvaluation>();
  evaluation->truths = objects_of(input->truth);
  evaluation->detections = objects_of(input->predictions);
  auto classes = indoor_classes(evaluation->truths, evaluation->detections, input->categories.size(),
                                input->images.size(), job);
  if (!classes) {
    return classes.error();
  }
  evaluation->classes = std::move(*classes);
  const auto misfits = indoor_misfits(evaluation->truths, evaluation->detections, input->categories,
                                      input->images.size(), job);
  if (!misfits) {
    return misfits.error();
  }
  evaluation->input = std::move(input);
  EvaluationReport report = indoor_report(std::move(evaluation));
  for (const IndoorMisfit& misfit : *misfits) {
    report.notes.push_back(misfit.sentence());
  }
  return report;
}

Protocol protocol(bool yaw_allowed, std::string id, std::string title, std::string summary) {
  Protocol made;
  made.id = std::move(id);
  made.family = "indoor";
  made.title = std::move(title);
  made.summary = std::move(summary);
  made.obstacle = [yaw_allowed](const EvaluationInput& input) { return indoor_obstacle(input, yaw_allowed); };
  made.run = run_indoor_mean;
  return made;
}

}  // namespace

std::vector<Protocol> indoor_protocols() {
  return {protocol(
              true, "indoor-rotated", "indoor 3D detection, turned boxes",
              "mAP and mAR at IoU 0.25 and 0.5 by mmdetection3d's indoor rule (SUN RGB-D): footprints turned "
              "about z, times height. Each detection may find only the ground truth of its class that it "
              "overlaps most; a class predicted without ground truth makes the reference's mean NaN."),
          protocol(false, "indoor-axis-aligned", "indoor 3D detection, axis-aligned boxes",
                   "mAP and mAR at IoU 0.25 and 0.5 by mmdetection3d's indoor rule for boxes along the axes "
                   "(ScanNet, S3DIS). Each detection may find only the ground truth of its class that it "
                   "overlaps most; a class predicted without ground truth makes the reference's mean NaN.")};
}

}  // namespace alidade
