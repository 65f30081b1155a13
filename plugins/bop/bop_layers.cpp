// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/bop/bop_layers.h"

#include <cstdio>
#include <system_error>

#include "core/base/constants.h"
#include "core/data/depth_check.h"
#include "core/data/depth_unit.h"
#include "core/io/image_file.h"
#include "core/io/image_header.h"

namespace alidade::bop {
namespace {

namespace fs = std::filesystem;

/// `stem` with the first image extension that exists; empty when none does.
fs::path with_extension(const fs::path& stem) {
  for (const char* extension : {".png", ".jpg", ".tif", ".jpeg", ".tiff"}) {
    fs::path path = stem;
    path += extension;
    std::error_code failure;
    if (fs::exists(fs::symlink_status(path, failure))) {
      return path;
    }
  }
  return {};
}

/// The first layer read gives the frame its size; a later one of another size is dropped, as it cannot be
/// overlaid.
template <class T>
bool fits(const Image<T>& image, const fs::path& path, Frame& frame) {
  if (frame.camera.width == 0) {
    frame.camera.width = image.width;
    frame.camera.height = image.height;
  }
  if (image.width == frame.camera.width && image.height == frame.camera.height) {
    return true;
  }
  frame.problems.push_back(path.string() + ": it has " + std::to_string(image.width) + " x " +
                           std::to_string(image.height) + " pixels, expected " +
                           std::to_string(frame.camera.width) + " x " + std::to_string(frame.camera.height) +
                           "; the layer is left out.");
  return false;
}

template <class T>
void take(Expected<Image<T>> image, const fs::path& path, Frame& frame, Image<T>& layer) {
  if (!image) {
    frame.problems.push_back(image.error().message);
  } else if (fits(*image, path, frame)) {
    layer = std::move(*image);
  }
}

void read_depth(const FrameEntry& entry, Frame& frame) {
  if (entry.depth_path.empty()) {
    return;
  }
  if (entry.camera.depth_scale == 0.0) {
    frame.problems.push_back(unknown_depth_unit(entry.depth_path, "add depth_scale to scene_camera.json"));
    return;
  }
  take(read_depth_raw(entry.depth_path), entry.depth_path, frame, frame.depth);
  const auto metres = static_cast<float>(entry.camera.depth_scale * kMetresPerMillimetre);
  for (float& value : frame.depth.data) {
    value = value > 0.0f ? value * metres : 0.0f;
  }
}

/// mask_visib is what is wanted; a full mask stands in for it, and the frame says so.
void read_masks(const FrameEntry& entry, Frame& frame) {
  int missing = 0, full = 0;
  frame.visible_masks.assign(frame.instances.size(), {});
  for (std::size_t i = 0; i < frame.instances.size(); ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "%06d_%06d", entry.info.image_id, frame.instances[i].index);
    fs::path path = with_extension(entry.folder / "mask_visib" / name);
    if (path.empty()) {
      path = with_extension(entry.folder / "mask" / name);
      ++(path.empty() ? missing : full);
    }
    if (path.empty()) {
      continue;
    }
    ImageU8& mask = frame.visible_masks[i];
    take(read_mask(path), path, frame, mask);
    for (auto& value : mask.data) {
      value = value ? 255 : 0;
    }
  }
  if (missing > 0) {
    frame.problems.push_back("mask_visib: " + std::to_string(missing) + " of " +
                             std::to_string(frame.instances.size()) +
                             " instances have no mask; add them, or go on without.");
  }
  if (full > 0) {
    frame.problems.push_back("mask_visib: " + std::to_string(full) +
                             " instances have only a full mask; hidden parts are included.");
  }
}

/// The frame's size from the header of a file, where it has one.
void read_size(const fs::path& path, Frame& frame) {
  if (const auto header = path.empty() ? Expected<ImageHeader>(Error{}) : read_image_header(path)) {
    frame.camera.width = static_cast<int>(header->width);
    frame.camera.height = static_cast<int>(header->height);
  }
}

}  // namespace

void read_layers(const FrameEntry& entry, const FrameLayers& layers, Frame& frame) {
  frame.camera = {0, 0, entry.camera.fx, entry.camera.fy, entry.camera.cx, entry.camera.cy};
  if (layers.color && !entry.info.color_path.empty()) {
    take(read_color(entry.info.color_path), entry.info.color_path, frame, frame.color);
  }
  if (layers.depth) {
    if (frame.camera.width == 0) {
      read_size(entry.info.color_path,
                frame);  // what does not fit the color image is rejected without it, too
    }
    read_depth(entry, frame);
  }
  char name[16];
  std::snprintf(name, sizeof name, "%06d", entry.info.image_id);
  const fs::path nocs = layers.nocs ? with_extension(entry.folder / "nocs" / name) : fs::path();
  if (!nocs.empty()) {
    take(read_color(nocs), nocs, frame, frame.nocs);
  }
  if (layers.masks) {
    read_masks(entry, frame);
  }
  if (frame.camera.width == 0) {
    read_size(entry.info.color_path.empty() ? entry.depth_path : entry.info.color_path, frame);
  }
  if (!frame.depth.empty()) {
    if (const auto contradiction = depth_contradiction(frame.depth, depth_subjects(frame))) {
      frame.remarks.push_back(entry.depth_path.string() + ": " + *contradiction);
    }
  }
}

}  // namespace alidade::bop
