// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/pose_estimator.h"

#include <utility>

#include "core/nn/registry/open_model.h"
#include "core/studies/direct_estimator.h"
#include "core/studies/infer_result.h"
#include "core/studies/sampling_estimator.h"

namespace alidade {

Expected<std::unique_ptr<PoseEstimator>> make_estimator(std::shared_ptr<Model> model, InferOptions options) {
  if (auto direct = std::dynamic_pointer_cast<DirectModel>(model)) {
    return std::unique_ptr<PoseEstimator>(
        std::make_unique<DirectEstimator>(std::move(direct), DirectOptions{options.seed, {}}));
  }
  auto sampling = std::dynamic_pointer_cast<ScoreModel>(model);
  if (sampling == nullptr) {
    return Error{ErrorCode::kUsage, model->architecture() + " estimates no poses."};
  }
  if (auto checked = check_infer_options(options, *sampling); !checked) {
    return checked.error();
  }
  return std::unique_ptr<PoseEstimator>(
      std::make_unique<SamplingEstimator>(std::move(sampling), std::move(options)));
}

Expected<std::unique_ptr<PoseEstimator>> open_estimator(const std::filesystem::path& checkpoint,
                                                        InferOptions options) {
  auto model = open_pose_model(checkpoint);
  if (!model) {
    return model.error();
  }
  return make_estimator(std::move(*model), std::move(options));
}

}  // namespace alidade
