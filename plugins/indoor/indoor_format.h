// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace alidade {

/// What tells the indoor sets apart that mmdetection3d prepares, and Rooms, which is written in the same
/// layout.
struct IndoorFormat {
  const char* name;                     ///< "ScanNet v2 (mmdetection3d)"
  const char* prefix;                   ///< of the info files, and part of what they call the set: "scannet"
  std::vector<std::string> categories;  ///< in the order of the labels; empty = the info file must name them
  bool rotated_boxes;
  double color_range;  ///< what white is in the point files: 255 or 1
  bool from_corner;    ///< the points' lowest corner is the origin
};

const std::vector<IndoorFormat>& indoor_formats();

/// By the name that an info file gives its set, or by its own ("scannet_infos_train.pkl"); nullptr when
/// neither tells.
const IndoorFormat* indoor_format_of(const std::string& dataset, const std::filesystem::path& infos);

/// The split of an info file: "train", "val", "test"; S3DIS's Area 5 is its test split, the other areas its
/// training. Empty when the name does not say.
std::string indoor_split_of(const std::filesystem::path& infos);

/// The info files that a path names: itself, or those that lie in the folder, by name.
std::vector<std::filesystem::path> indoor_info_files(const std::filesystem::path& path);

}  // namespace alidade
