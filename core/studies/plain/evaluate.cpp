// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/evaluate.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/exchange/pose_set_file.h"

namespace alidade {
namespace {

/// Names and digests of both files: what has to be kept to repeat the numbers.
Expected<Provenance> provenance_of(const std::filesystem::path& ground_truth,
                                   const std::filesystem::path& predictions) {
  nlohmann::ordered_json recipe;
  const std::pair<const char*, const std::filesystem::path*> files[] = {{"ground_truth", &ground_truth},
                                                                        {"predictions", &predictions}};
  for (const auto& [key, path] : files) {
    const auto digest = sha256_file(*path);
    if (!digest) {
      return digest.error();
    }
    recipe[key] = path->filename().string();
    recipe[std::string(key) + "_sha256"] = *digest;
  }
  Provenance provenance = current_provenance();
  provenance.recipe = json_text(recipe);
  return provenance;
}

}  // namespace

Expected<std::shared_ptr<const EvaluationInput>> read_exchange(const std::filesystem::path& ground_truth,
                                                               const std::filesystem::path& predictions,
                                                               const std::vector<std::string>& categories) {
  auto truth = read_pose_table(ground_truth, PoseRole::kTruth);
  if (!truth) {
    return truth.error();
  }
  auto found = read_pose_table(predictions, PoseRole::kPredictions);
  if (!found) {
    return found.error();
  }
  auto input = join_tables(std::move(*truth), std::move(*found), categories);
  if (!input) {
    return input.error();
  }
  auto provenance = provenance_of(ground_truth, predictions);
  if (!provenance) {
    return provenance.error();
  }
  (*input)->provenance = std::move(*provenance);
  return std::shared_ptr<const EvaluationInput>(std::move(*input));
}

bool needs_models(const Protocol& protocol) {
  return protocol.family == "bop" || protocol.family == "add" || protocol.family == "swisscube";
}

Expected<std::shared_ptr<const EvaluationReport>> evaluate_with_intervals(
    const Protocol& protocol, std::shared_ptr<const EvaluationInput> input, const BootstrapOptions& bootstrap,
    const JobContext& job) {
  auto report = evaluate(protocol, std::move(input), job);
  if (!report || bootstrap.replicates == 0) {
    return report;
  }
  auto with = with_intervals(**report, bootstrap, job);
  if (!with) {
    return with.error();
  }
  return std::shared_ptr<const EvaluationReport>(std::make_shared<EvaluationReport>(std::move(*with)));
}

BootstrapOptions default_bootstrap() {
  return {};
}

}  // namespace alidade
