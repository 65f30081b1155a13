// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/indoor/indoor_format.h"

#include <algorithm>
#include <cctype>
#include <system_error>

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostInfoFiles = 64;
constexpr std::size_t kMostEntriesOfFolder = 20000;

/// Letters and digits alone, in small letters.
std::string plain(const std::string& text) {
  std::string kept;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      kept += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return kept;
}

bool is_info_file(const fs::path& path) {
  const std::string name = path.filename().string();
  return path.extension() == ".pkl" && name.find("infos") != std::string::npos &&
         std::any_of(indoor_formats().begin(), indoor_formats().end(),
                     [&name](const IndoorFormat& format) { return name.starts_with(format.prefix); });
}

}  // namespace

const std::vector<IndoorFormat>& indoor_formats() {
  static const std::vector<IndoorFormat> formats{
      {"ScanNet v2 (mmdetection3d)",
       "scannet",
       {"cabinet", "bed", "chair", "sofa", "table", "door", "window", "bookshelf", "picture", "counter",
        "desk", "curtain", "refrigerator", "showercurtrain", "toilet", "sink", "bathtub", "garbagebin"},
       false,
       255.0,
       false},
      {"SUN RGB-D (mmdetection3d)",
       "sunrgbd",
       {"bed", "table", "sofa", "chair", "toilet", "desk", "dresser", "night_stand", "bookshelf", "bathtub"},
       true,
       1.0,
       false},
      {"S3DIS (mmdetection3d)", "s3dis", {"table", "chair", "sofa", "bookcase", "board"}, false, 255.0, true},
      {"Rooms (mmdetection3d layout)", "rooms", {}, false, 1.0, false}};
  return formats;
}

const IndoorFormat* indoor_format_of(const std::string& dataset, const fs::path& infos) {
  for (const std::string& text : {plain(dataset), plain(infos.filename().string())}) {
    for (const IndoorFormat& format : indoor_formats()) {
      if (text.starts_with(format.prefix)) {
        return &format;
      }
    }
  }
  return nullptr;
}

std::string indoor_split_of(const fs::path& infos) {
  const std::string name = infos.stem().string();
  const std::size_t at = name.find("_infos_");
  if (at == std::string::npos) {
    return {};
  }
  const std::string rest = name.substr(at + 7);
  return !rest.starts_with("Area_") ? rest : rest == "Area_5" ? "test" : "train";
}

std::vector<fs::path> indoor_info_files(const fs::path& path) {
  std::error_code failure;
  if (fs::is_regular_file(path, failure)) {
    return path.extension() == ".pkl" ? std::vector{path} : std::vector<fs::path>{};
  }
  std::vector<fs::path> found;
  std::size_t seen = 0;
  for (fs::directory_iterator at(path, failure); !failure && at != fs::directory_iterator();
       at.increment(failure)) {
    if (++seen > kMostEntriesOfFolder || found.size() == kMostInfoFiles) {
      break;
    }
    if (is_info_file(at->path())) {
      found.push_back(at->path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace alidade
