// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/evaluate_scenes.h"

#include <cmath>
#include <utility>

#include "core/data/dataset_problems.h"
#include "core/exchange/pose_set_file.h"

namespace alidade {

PoseRow row_of(const UprightBox& box) {
  PoseRow row;
  const double c = std::cos(box.yaw), s = std::sin(box.yaw);
  row.cam_from_obj.R << c, -s, 0, s, c, 0, 0, 0, 1;
  row.cam_from_obj.t = box.center;
  row.size = box.size;
  return row;
}

Expected<PoseTable> scene_truth(const PointSceneSet& set, const JobContext& job) {
  PoseTable table;
  table.source = "dataset " + set.name();
  table.categories = set.categories();
  for (std::size_t i = 0; i < set.num_scenes(); ++i) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "reading the ground truth was stopped."};
    }
    if (!set.scene_info(i).annotated) {
      continue;
    }
    const auto boxes = set.boxes(i);
    if (!boxes) {
      return boxes.error();
    }
    const std::string& name = set.scene_info(i).name;
    table.images.push_back(name);
    int instance = 0;
    for (const SceneBox& box : *boxes) {
      PoseRow row = row_of(box.box);
      row.instance = instance++;
      table.add(name, set.categories().at(static_cast<std::size_t>(box.category)), std::move(row));
    }
    job.report("reading the ground truth", static_cast<std::int64_t>(i + 1),
               static_cast<std::int64_t>(set.num_scenes()));
  }
  table.provenance = current_provenance();
  table.provenance.dataset = set.name();
  table.provenance.dataset_sha256 = set.digest();
  return table;
}

Expected<std::shared_ptr<const EvaluationInput>> read_scene_evaluation_input(
    const PointSceneSet& set, const std::filesystem::path& predictions, const JobContext& job) {
  auto found = read_pose_table(predictions, PoseRole::kPredictions);
  if (!found) {
    return found.error();
  }
  auto truth = scene_truth(set, job);
  if (!truth) {
    return truth.error();
  }
  Provenance provenance = found->provenance;
  if (provenance.dataset_sha256.empty()) {
    provenance.dataset = set.name();
    provenance.dataset_sha256 = set.digest();
  }
  auto input = join_tables(std::move(*truth), std::move(*found), {});
  if (!input) {
    return input.error();
  }
  (*input)->provenance = std::move(provenance);
  if (const auto lacking = problem_sentence(set.name(), set.problems(), ProblemKind::kGroundTruth)) {
    (*input)->allowed_problems = *lacking + ".";
  }
  return std::shared_ptr<const EvaluationInput>(std::move(*input));
}

Expected<SceneTruth> write_scene_truth(const PointSceneSet& set, const std::filesystem::path& path,
                                       const JobContext& job) {
  const auto truth = scene_truth(set, job);
  if (!truth) {
    return truth.error();
  }
  if (auto saved = write_ground_truth(*truth, path); !saved) {
    return saved.error();
  }
  return SceneTruth{truth->images.size(), truth->rows.size()};
}

Expected<void> require_scene_truth(const PointSceneSet& set, bool allow) {
  const auto lacking = problem_sentence(set.name(), set.problems(), ProblemKind::kGroundTruth);
  if (lacking && !allow) {
    return Error{ErrorCode::kInput,
                 *lacking + "; mend the set, or add --allow-problems to go on with what is left."};
  }
  bool annotated = set.num_scenes() == 0;
  for (std::size_t i = 0; i < set.num_scenes(); ++i) {
    annotated = annotated || set.scene_info(i).annotated;
  }
  return annotated ? Expected<void>()
                   : input_error(set.name(), "", "none of its scenes is annotated",
                                 "choose a split with annotations");
}

}  // namespace alidade
