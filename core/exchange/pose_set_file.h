// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/expected.h"
#include "core/exchange/pose_table.h"

namespace alidade {

/// Reads ground truth or predictions (docs/formats.md, "Ground truth and predictions"). Pose results of
/// `alidade infer` are predictions. Poses within pose_check.h's tolerance of a rotation are projected and
/// noted; everything else that is wrong is an Error that names file, key and row.
Expected<PoseTable> read_pose_table(const std::filesystem::path& path, PoseRole role);

/// The same of arrays that are read; rows are counted by "pose".
Expected<PoseTable> pose_table_of(ColumnReader& columns, const std::filesystem::path& path, PoseRole role);

/// Writes ground truth so that `read_pose_table` gives it back.
Expected<void> write_ground_truth(const PoseTable& truth, const std::filesystem::path& path);

/// The group of a name, in Omni6DPose's convention ("y-cone") or as Alidade shows it ("C∞ y").
Expected<SymmetryGroup> symmetry_of_text(const std::string& text);

/// The group about another center than the origin of the object frame.
SymmetryGroup centered_symmetry(SymmetryGroup group, const Eigen::Vector3d& center);

/// The name under which `symmetry_of_text` finds the same rotations, wherever their center is; nothing when
/// they have no name.
std::optional<std::string> text_of_symmetry(const SymmetryGroup& group);

}  // namespace alidade
