// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/single_frame/single_frame_layout.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <system_error>

#include "plugins/bop/bop_layout.h"

namespace alidade::single_frame {
namespace {

namespace fs = std::filesystem;

constexpr int kCameraLevelsUp = 2;

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool is_jpeg(const std::string& extension) {
  return extension == ".jpg" || extension == ".jpeg";
}

bool is_image(const std::string& extension) {
  return extension == ".png" || is_jpeg(extension) || extension == ".tif" || extension == ".tiff";
}

/// The first image in `files` with this stem.
fs::path image_named(const std::vector<fs::path>& files, const char* stem) {
  const auto found = std::find_if(files.begin(), files.end(), [&](const fs::path& file) {
    return lower_case(file.stem().string()) == stem && is_image(lower_case(file.extension().string()));
  });
  return found == files.end() ? fs::path() : *found;
}

fs::path color_among(const std::vector<fs::path>& files) {
  for (const char* stem : {"rgb", "color", "image"}) {
    if (auto file = image_named(files, stem); !file.empty()) {
      return file;
    }
  }
  const auto jpeg = [](const fs::path& file) { return is_jpeg(lower_case(file.extension().string())); };
  const auto only = std::find_if(files.begin(), files.end(), jpeg);
  return only != files.end() && std::none_of(only + 1, files.end(), jpeg) ? *only : fs::path();
}

std::vector<fs::path> meshes_among(const std::vector<fs::path>& files) {
  std::vector<fs::path> named, all;
  for (const auto& file : files) {
    const std::string extension = lower_case(file.extension().string());
    if (extension == ".ply" || extension == ".obj") {
      all.push_back(file);
      if (extension == ".ply" && file.filename().string().starts_with("obj_")) {
        named.push_back(file);
      }
    }
  }
  return named.empty() ? all : named;
}

std::vector<fs::path> cameras_near(fs::path folder) {
  std::vector<fs::path> cameras;
  for (int level = 0; level <= kCameraLevelsUp; ++level, folder = folder.parent_path()) {
    std::error_code failure;
    if (fs::is_regular_file(folder / "camera.json", failure)) {
      cameras.push_back(folder / "camera.json");
    }
    if (folder == folder.parent_path()) {
      break;
    }
  }
  return cameras;
}

Layout look_into(const fs::path& folder) {
  Layout layout;
  layout.folder = folder;
  const auto files = bop::entries_of(folder, false, nullptr);
  layout.color = color_among(files);
  if (!layout.found()) {
    return layout;
  }
  layout.depth = image_named(files, "depth");
  layout.mask = image_named(files, "mask");
  layout.meshes = meshes_among(files);
  layout.cameras = cameras_near(folder);
  std::error_code failure;
  if (fs::is_regular_file(folder / "ground_truth.json", failure)) {
    layout.ground_truth = folder / "ground_truth.json";
  }
  return layout;
}

}  // namespace

Layout find_layout(const fs::path& opened) {
  std::error_code failure;
  fs::path folder = fs::absolute(opened, failure).lexically_normal();
  if (!folder.has_filename() || fs::is_regular_file(folder, failure)) {
    folder = folder.parent_path();
  }
  Layout layout = look_into(folder);
  if (layout.found()) {
    return layout;
  }
  Layout only = layout;
  for (const auto& child : bop::entries_of(folder, true, nullptr)) {
    Layout candidate = look_into(child);
    // A color image alone says too little about a folder that was not itself chosen.
    if (candidate.found() && !candidate.depth.empty()) {
      if (only.found()) {
        return layout;
      }
      only = std::move(candidate);
    }
  }
  return only;
}

}  // namespace alidade::single_frame
