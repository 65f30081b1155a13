// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/evaluate_scenes.h"

#include <numeric>
#include <utility>

#include "core/data/dataset_problems.h"
#include "core/exchange/pose_set_file.h"
#include "core/exchange/upright_row.h"

namespace alidade {
namespace {

std::vector<std::size_t> all_scenes(const PointSceneSet& set) {
  std::vector<std::size_t> scenes(set.num_scenes());
  std::iota(scenes.begin(), scenes.end(), std::size_t{0});
  return scenes;
}

}  // namespace

Expected<PoseTable> scene_truth(const PointSceneSet& set, const JobContext& job,
                                const std::vector<std::size_t>* scenes) {
  PoseTable table;
  table.source = "dataset " + set.name();
  table.categories = set.categories();
  const std::vector<std::size_t> chosen = scenes != nullptr ? *scenes : all_scenes(set);
  std::int64_t done = 0;
  for (const std::size_t i : chosen) {
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
    job.report("reading the ground truth", ++done, static_cast<std::int64_t>(chosen.size()));
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
