// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "plugins/bop/bop_layout.h"
#include "plugins/bop/bop_problems.h"

namespace alidade::bop {

/// One entry of scene_gt.json with its scene_gt_info.json.
struct Annotation {
  int index = 0;
  int object_id = 0;
  Rigid3 cam_from_obj;
  double visible_fraction = -1.0;
  int track_id = -1;              ///< Alidade's extension: the same object in all frames of the scene
  std::optional<bool> symmetric;  ///< Alidade's extension: does the continuous symmetry hold here?
};

/// K and the depth unit of one image.
struct CameraEntry {
  double fx = 0.0, fy = 0.0, cx = 0.0, cy = 0.0;
  double depth_scale = 0.0;   ///< millimetres per unit; 0 when unknown
  int width = 0, height = 0;  ///< of the images, as camera.json says; 0 when it does not
  double time = -1.0;         ///< Alidade's extension: seconds since the scene's first image; -1 = unknown
  std::string model{};        ///< what scene_camera.json names in place of cam_K; empty = nothing
};

/// A frame without its images.
struct FrameEntry {
  FrameInfo info;
  LeanPath folder;      ///< of the scene
  LeanPath depth_path;  ///< empty when there is none
  CameraEntry camera;
  std::vector<Annotation> annotations;
  std::vector<std::string> problems;
};

/// Image id -> camera, from camera*.json; used where scene_camera.json says nothing.
std::optional<CameraEntry> read_camera_file(const std::filesystem::path& file, Problems& problems);

/// Reads the three JSON files of a scene once and appends the frames that have an image. Frames without
/// images, counts that differ and malformed entries become problems.
void read_scene(const SceneFolder& scene, int scene_id, const std::optional<CameraEntry>& fallback,
                std::vector<FrameEntry>& frames, Problems& problems);

}  // namespace alidade::bop
