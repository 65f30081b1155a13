// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/pose_estimator.h"

#include <utility>

#include "core/nn/registry/open_model.h"
#include "core/studies/infer_result.h"
#include "core/studies/sampling_estimator.h"

namespace alidade {

Expected<std::unique_ptr<PoseEstimator>> make_estimator(std::shared_ptr<ScoreModel> model,
                                                        InferOptions options) {
  if (auto checked = check_infer_options(options, *model); !checked) {
    return checked.error();
  }
  return std::unique_ptr<PoseEstimator>(
      std::make_unique<SamplingEstimator>(std::move(model), std::move(options)));
}

Expected<std::unique_ptr<PoseEstimator>> open_estimator(const std::filesystem::path& checkpoint,
                                                        InferOptions options) {
  auto model = open_score_model(checkpoint);
  if (!model) {
    return model.error();
  }
  return make_estimator(std::move(*model), std::move(options));
}

}  // namespace alidade
