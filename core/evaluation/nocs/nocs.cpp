// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "core/evaluation/nocs/nocs_result.h"
#include "core/evaluation/protocol_list.h"

namespace alidade {
namespace {

constexpr const char* kLegacySummary =
    "The overlap of the published scripts (NOCS, SPD, AG-Pose): it reduces over the wrong axis and compares "
    "eight intervals, so that even disjoint boxes can score near 1. Needed to compare with published "
    "tables. ";
constexpr const char* kHullSummary =
    "IoU of the axis-aligned hulls of both boxes in the camera frame, as CATRE's evaluation has it. ";
constexpr const char* kExactSummary =
    "True IoU of the oriented boxes. Numbers are lower than published ones, which use the legacy overlap. ";
constexpr const char* kMatchedSummary =
    "The pose columns count only what was matched at an overlap above 0.1: missed objects and unmatched "
    "predictions vanish from recall and precision, as in the published scripts.";
constexpr const char* kAllSummary = "The pose columns count every prediction and every ground truth.";

NocsVariant variant(bool housecat, NocsOverlap form, bool all) {
  static const char* const forms[] = {"legacy", "hull", "exact"};
  static const char* const summaries[] = {kLegacySummary, kHullSummary, kExactSummary};
  const auto index = static_cast<std::size_t>(form);
  NocsVariant made;
  made.rule.overlap = form;
  made.rule.housecat = housecat;
  made.rule.survivors = all ? NocsSurvivors::kAll : NocsSurvivors::kMatched;
  made.id = std::string(housecat ? "housecat-" : "nocs-") + forms[index] + (all ? "-all" : "");
  made.title = std::string(housecat ? "HouseCat6D" : "NOCS") + " mAP, " + nocs_overlap_name(form) +
               (all ? ", all detections" : "");
  made.summary = std::string(summaries[index]) + (all ? kAllSummary : kMatchedSummary);
  if (housecat) {
    made.summary += " Bottle, can, bowl and glass are symmetric about y; handles are ignored.";
  }
  return made;
}

NocsVariant catre() {
  NocsVariant made = variant(false, NocsOverlap::kHull, false);
  made.rule.handle_in_overlap = false;
  made.pose_columns = false;
  made.id = "nocs-catre";
  made.title = "NOCS IoU mAP as CATRE's script prints it";
  made.summary =
      std::string(kHullSummary) +
      "As published: the visibility of a mug's handle is ignored, so mugs without visible handle are "
      "not turned. nocs-hull is the form that honors it.";
  return made;
}

NocsVariant accuracy() {
  NocsVariant made = variant(false, NocsOverlap::kLegacy, false);
  made.measure = NocsMeasure::kAccuracy;
  made.id = "nocs-accuracy";
  made.title = "NOCS accuracy as SPD's script prints it";
  made.summary = std::string(kLegacySummary) +
                 "The share of a class's predictions that are correct, without regard to scores. " +
                 kMatchedSummary;
  return made;
}

NocsVariant genpose(bool corrected) {
  NocsVariant made;
  made.rule.survivors = corrected ? NocsSurvivors::kBoxes : NocsSurvivors::kFileBoxes;
  made.overlap_columns = false;
  made.id = corrected ? "genpose-corrected" : "genpose";
  made.title = corrected ? "GenPose mAP, corrected 2D matching" : "GenPose mAP, 2D matching as published";
  made.summary =
      "Predictions and ground truths of a class are matched by the IoU of their image boxes above 0.1; only "
      "these "
      "enter the pose columns, so the numbers are not strictly comparable with NOCS tables. ";
  made.summary += corrected
                      ? "Each prediction is matched by its own box."
                      : "As published: boxes stay in file order while poses and scores are sorted, which "
                        "mixes up predictions unless the file is sorted by score.";
  return made;
}

std::string row_name(const PoseSet& set, std::size_t row) {
  return "row " + std::to_string(row) + " of " + set.source;
}

std::string row_obstacle(const EvaluationInput& input, const NocsRule& rule, const PoseRow& row) {
  if (row.image >= input.images.size() || row.category >= input.categories.size()) {
    return "names an image or a category that the input does not have";
  }
  if (!row.cam_from_obj.R.allFinite() || !row.cam_from_obj.t.allFinite() || !std::isfinite(row.score)) {
    return "has a pose or score that is not finite";
  }
  if (rule.by_image_boxes()) {
    return row.bbox ? "" : "has no image box, by which this protocol matches";
  }
  return row.size.allFinite() && row.size.minCoeff() > 0.0
             ? ""
             : "has no box size, which this protocol compares; give three positive side lengths";
}

std::string nocs_obstacle(const EvaluationInput& input, const NocsRule& rule) {
  if (input.categories.empty()) {
    return "The input names no categories, over which this protocol averages.";
  }
  for (const PoseSet* set : {&input.truth, &input.predictions}) {
    for (std::size_t i = 0; i < set->rows.size(); ++i) {
      if (const std::string found = row_obstacle(input, rule, set->rows[i]); !found.empty()) {
        return row_name(*set, i) + " " + found + ".";
      }
    }
  }
  return {};
}

Protocol protocol(const NocsVariant& variant) {
  Protocol made{variant.id, "nocs", variant.title, variant.summary, {}, {}};
  made.classes = nocs_classes(variant.rule);
  made.obstacle = [rule = variant.rule](const EvaluationInput& input) { return nocs_obstacle(input, rule); };
  made.run = [variant](std::shared_ptr<const EvaluationInput> input, const JobContext& job) {
    return nocs_report(std::move(input), variant, job);
  };
  return made;
}

}  // namespace

std::vector<Protocol> nocs_protocols() {
  std::vector<Protocol> made;
  for (const bool housecat : {false, true}) {
    for (const NocsOverlap form : {NocsOverlap::kLegacy, NocsOverlap::kHull, NocsOverlap::kExact}) {
      for (const bool all : {false, true}) {
        made.push_back(protocol(variant(housecat, form, all)));
      }
    }
    if (!housecat) {
      made.push_back(protocol(catre()));
      made.push_back(protocol(accuracy()));
    }
  }
  made.push_back(protocol(genpose(false)));
  made.push_back(protocol(genpose(true)));
  return made;
}

}  // namespace alidade
