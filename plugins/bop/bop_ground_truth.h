// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "plugins/bop/bop_layout.h"
#include "plugins/bop/bop_models.h"
#include "plugins/bop/bop_scene.h"

namespace alidade::bop {

/// What an evaluation takes from a dataset for one image; the image itself is not needed.
struct TruthImage {
  std::string scene;  ///< name of the scene's folder
  CameraEntry camera;
  std::vector<Annotation> annotations;
  LeanPath depth_path, color_path;  ///< empty when there is none
};

/// The annotations of one split by scene and image id.
struct GroundTruth {
  std::map<std::pair<int, int>, TruthImage> images;
  Models models;
  std::filesystem::path dataset;   ///< the folder with the models
  std::string split;               ///< "test", "test_primesense", or empty for a lone folder
  bool lone_scene = false;         ///< only this scene was opened
  std::vector<std::string> notes;  ///< what the dataset's problems mean for the scores
  std::string allowed;  ///< what is missing from it by --allow-problems, one sentence; empty when it is whole
};

/// Reads scene_gt, scene_gt_info, scene_camera and the models of `opened`. `split` and `type` choose between
/// several splits of a dataset, usually from the results' name; both may be empty. Annotations that are
/// missing, unreadable or left out are an Error, unless `allow_problems`; so is any other malformed file.
Expected<GroundTruth> read_ground_truth(const std::filesystem::path& opened, const std::string& split,
                                        const std::string& type, bool allow_problems, const JobContext& job);

}  // namespace alidade::bop
