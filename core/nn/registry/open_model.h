// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/expected.h"
#include "core/nn/model.h"
#include "core/nn/ranking_model.h"
#include "core/nn/score_model.h"

namespace alidade {

/// Opens a checkpoint of any architecture. The file is read once and its digest is checked before a weight is
/// used. An Error (kInput) names the file: a cut or altered one, an unknown architecture, tensors that are
/// missing, too many or of another shape.
Expected<std::unique_ptr<Model>> open_model(const std::filesystem::path& path);

/// The same where any model that estimates poses will do: a ScoreModel or a DirectModel.
Expected<std::unique_ptr<Model>> open_pose_model(const std::filesystem::path& path);

/// The same where only a model that samples poses will do, or one that ranks them.
Expected<std::unique_ptr<ScoreModel>> open_score_model(const std::filesystem::path& path);
Expected<std::unique_ptr<RankingModel>> open_ranking_model(const std::filesystem::path& path);

}  // namespace alidade
