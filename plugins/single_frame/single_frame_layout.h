// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <vector>

namespace alidade::single_frame {

/// The files of a loose frame; those that are not there are empty.
struct Layout {
  std::filesystem::path folder;
  std::filesystem::path color;  ///< rgb, color or image .png, .jpg, .tif; else the only JPEG of the folder
  std::filesystem::path depth;  ///< depth.png or depth.tif
  std::filesystem::path mask;   ///< mask.png
  std::filesystem::path ground_truth;          ///< ground_truth.json
  std::vector<std::filesystem::path> cameras;  ///< camera.json here and up to two levels up, nearest first
  std::vector<std::filesystem::path> meshes;   ///< obj_*.ply when there are any, else every .ply and .obj

  bool found() const { return !color.empty(); }
};

/// What lies in the opened folder (or in the folder of the opened file). When no frame lies there but in
/// exactly one of its sub-folders, that one is taken. Never throws; `found()` is false when there is no color
/// image.
Layout find_layout(const std::filesystem::path& opened);

}  // namespace alidade::single_frame
