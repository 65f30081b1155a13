// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/slices/slice_facts.h"

namespace alidade {
namespace {

std::optional<double>& number_of(SliceFacts& facts, SliceField field) {
  return facts.numbers[static_cast<std::size_t>(field)];
}

/// What ground truths and predictions have alike.
SliceFacts common_facts(const EvaluationInput& input, const PoseRow& row) {
  SliceFacts facts;
  const Eigen::Vector3d center = slice_center(row);
  number_of(facts, SliceField::kX) = center.x();
  number_of(facts, SliceField::kY) = center.y();
  number_of(facts, SliceField::kZ) = center.z();
  number_of(facts, SliceField::kDistance) = center.norm();
  if (row.size.maxCoeff() > 0.0) {
    number_of(facts, SliceField::kSize) = row.size.maxCoeff();
  }
  if (row.instance >= 0) {
    number_of(facts, SliceField::kInstance) = row.instance;
  }
  number_of(facts, SliceField::kObject) = row.object_id;
  number_of(facts, SliceField::kScene) = input.images[row.image].scene_id;
  facts.category = input.categories[row.category];
  facts.image = input.images[row.image].name;
  return facts;
}

}  // namespace

Eigen::Vector3d slice_center(const PoseRow& row) {
  return row.cam_from_obj * row.center_obj;
}

SliceFacts facts_of_truth(const EvaluationInput& input, const PoseRow& truth, const PoseRow* answer) {
  SliceFacts facts = common_facts(input, truth);
  if (truth.visibility_known) {
    number_of(facts, SliceField::kVisible) = truth.visible_fraction;
    number_of(facts, SliceField::kOccluded) = 1.0 - truth.visible_fraction;
  }
  if (answer != nullptr) {
    number_of(facts, SliceField::kScore) = answer->score;
  }
  return facts;
}

SliceFacts facts_of_prediction(const EvaluationInput& input, const PoseRow& prediction) {
  SliceFacts facts = common_facts(input, prediction);
  number_of(facts, SliceField::kScore) = prediction.score;
  return facts;
}

std::string missing_fact(SliceField field) {
  switch (field) {
    case SliceField::kVisible:
    case SliceField::kOccluded:
      return "their visibility is not known";
    case SliceField::kScore:
      return "no prediction answers to them, so they have no score";
    case SliceField::kSize:
      return "their size is not known";
    case SliceField::kInstance:
      return "they have no instance number";
    default:
      return "their " + std::string(slice_field_name(field)) + " is not known";
  }
}

}  // namespace alidade
