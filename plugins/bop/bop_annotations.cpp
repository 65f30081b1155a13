// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/bop/bop_annotations.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <system_error>

#include "core/base/constants.h"
#include "core/base/file.h"
#include "core/geometry/rotation.h"
#include "core/io/json_file.h"
#include "plugins/bop/bop_json.h"

namespace alidade::bop {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr double kReportedDeviation = 1e-3;
constexpr double kLargestDeviation = 0.1;
constexpr std::size_t kMaxInstances = 10000;

std::string scientific(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", value);
  return text;
}

/// Gives each entry of the file's object of image ids to `take`, one at a time: a scene may have a hundred
/// thousand of them. False when the file is missing or malformed (then reported): nothing that was taken
/// counts.
bool each_entry(const fs::path& file, bool required, Problems& problems,
                const std::function<void(const std::string& key, json&& item)>& take) {
  std::error_code failure;
  if (!fs::exists(fs::symlink_status(file, failure))) {
    if (required) {
      problems.add(file, "", "the file is missing", "add it, or go on without what it would tell");
    }
    return false;
  }
  const auto text = read_file(file, kMaxJsonBytes);
  const auto read = text ? parse_json_members(*text, file.string(), take) : Expected<bool>(text.error());
  if (!read) {
    problems.add(file, read.error());
    return false;
  }
  if (!*read) {
    problems.add(file, "line 1", "expected an object with one entry per image",
                 "check that it is a BOP file");
  }
  return *read;
}

/// Counts rotations that are not quite rotations, to report them in one sentence.
struct Deviations {
  std::size_t count = 0;
  double worst = 0.0;
  std::string place;

  void note(double deviation, const std::string& where) {
    count += deviation > kReportedDeviation;
    if (deviation > worst) {
      worst = deviation;
      place = where;
    }
  }
};

std::optional<Annotation> read_annotation(const json& item, const std::string& where, const fs::path& file,
                                          Deviations& deviations, Problems& problems) {
  const auto id = number(item, "obj_id");
  const auto R = numbers<9>(item, "cam_R_m2c");
  const auto t = numbers<3>(item, "cam_t_m2c");
  if (!id || *id < 0.0 || *id > 1e9 || !R || !t) {
    problems.add(file, where, "expected obj_id, 9 numbers in cam_R_m2c and 3 in cam_t_m2c",
                 "correct it; this instance is left out");
    return std::nullopt;
  }
  Eigen::Matrix3d raw;
  raw << (*R)[0], (*R)[1], (*R)[2], (*R)[3], (*R)[4], (*R)[5], (*R)[6], (*R)[7], (*R)[8];
  const Eigen::Vector3d translation = Eigen::Vector3d(t->data()) * kMetresPerMillimetre;
  double deviation = kLargestDeviation * 2;
  Annotation annotation;
  annotation.object_id = static_cast<int>(*id);
  const double track = number(item, "track_id").value_or(-1.0);
  annotation.track_id = track >= 0.0 && track <= 1e9 ? static_cast<int>(track) : -1;
  const bool plausible = raw.cwiseAbs().maxCoeff() < 10.0 && translation.cwiseAbs().maxCoeff() < 1e6;
  if (plausible) {
    annotation.cam_from_obj = {project_to_so3(raw, &deviation), translation};
  }
  if (!(deviation <= kLargestDeviation)) {
    problems.add(file, where,
                 "cam_R_m2c is not a rotation or cam_t_m2c is out of range (deviation " +
                     (plausible ? scientific(deviation) : std::string("beyond all bounds")) + ")",
                 "correct it; this instance is left out");
    return std::nullopt;
  }
  deviations.note(deviation, where);
  return annotation;
}

/// Entries that are malformed are reported and left out; `index` is the position in the list.
std::vector<Annotation> read_list(const json& list, const std::string& where, const fs::path& file,
                                  Deviations& deviations, Problems& problems) {
  std::vector<Annotation> annotations;
  annotations.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (auto annotation =
            read_annotation(list[i], where + "instance " + std::to_string(i), file, deviations, problems)) {
      annotation->index = static_cast<int>(i);
      annotations.push_back(*annotation);
    }
  }
  return annotations;
}

void report_deviations(const Deviations& deviations, const fs::path& file, Problems& problems) {
  if (deviations.count > 0) {
    problems.add(file, deviations.place,
                 std::to_string(deviations.count) + " rotations deviate from SO(3), the worst by " +
                     scientific(deviations.worst),
                 "write them with more digits; the nearest rotations are used");
  }
}

/// The annotations of an image and how many entries its list has.
struct AnnotatedImage {
  std::vector<Annotation> annotations;
  std::size_t listed = 0;
};

void add_info(const json& list, const std::string& key, AnnotatedImage& image, const fs::path& file,
              Problems& problems) {
  if (!list.is_array() || list.size() != image.listed) {
    problems.add(file, "image " + key,
                 "expected " + std::to_string(image.listed) + " entries as in scene_gt.json",
                 "write the file again; its visibilities are not used for this image");
    return;
  }
  for (auto& annotation : image.annotations) {
    const json& info = list[annotation.index];
    const double fraction = number(info, "visib_fract").value_or(-1.0);
    annotation.visible_fraction = fraction >= 0.0 && fraction <= 1.0 ? fraction : -1.0;
    if (info.is_object() && info.contains("symmetric") && info["symmetric"].is_boolean()) {
      annotation.symmetric = info["symmetric"].get<bool>();
    }
  }
}

/// Puts what scene_gt_info.json says to the annotations; nothing of it when the file is malformed.
void add_infos(const fs::path& file, std::map<int, AnnotatedImage>& images, Problems& problems) {
  Problems found;
  const bool whole = each_entry(file, false, problems, [&](const std::string& key, json&& list) {
    const auto id = id_of(key);
    const auto image = id ? images.find(*id) : images.end();
    if (image != images.end()) {
      add_info(list, key, image->second, file, found);
    }
  });
  for (DatasetProblem& problem : found.take()) {
    if (whole) {
      problems.add(std::move(problem));
    }
  }
  for (auto& [id, image] : images) {
    for (Annotation& annotation : image.annotations) {
      if (!whole) {
        annotation.visible_fraction = -1.0;
        annotation.symmetric.reset();
      }
    }
  }
}

}  // namespace

std::map<int, CameraEntry> read_cameras(const fs::path& file, Problems& problems) {
  std::map<int, CameraEntry> cameras;
  std::size_t malformed = 0;
  std::string first;
  const bool whole = each_entry(file, true, problems, [&](const std::string& key, json&& item) {
    const auto id = id_of(key);
    const auto K = numbers<9>(item, "cam_K");
    const double scale = number(item, "depth_scale").value_or(0.0);
    if (!id || !K || !((*K)[0] > 0.0) || !((*K)[4] > 0.0)) {
      first = malformed++ == 0 ? key.substr(0, 40) : first;
    }
    if (id) {
      CameraEntry& entry = cameras[*id];
      entry.depth_scale = scale > 0.0 && scale < 1e6 ? scale : 0.0;
      if (K && (*K)[0] > 0.0 && (*K)[4] > 0.0) {
        entry = {(*K)[0], (*K)[4], (*K)[2], (*K)[5], entry.depth_scale};
      }
      const double time = number(item, "time").value_or(-1.0);
      entry.time = time >= 0.0 && time < 1e9 ? time : -1.0;
    }
  });
  if (!whole) {
    return {};
  }
  if (malformed > 0) {
    problems.add(
        file, "image " + first,
        std::to_string(malformed) + " entries have no usable cam_K (9 numbers, focal lengths above 0)",
        "correct them; these images are shown without camera");
  }
  return cameras;
}

std::map<int, std::vector<Annotation>> read_annotations(const fs::path& folder, Problems& problems) {
  const fs::path file = folder / "scene_gt.json";
  std::map<int, AnnotatedImage> images;
  Problems found;
  Deviations deviations;
  const bool whole = each_entry(file, true, problems, [&](const std::string& key, json&& list) {
    const auto id = id_of(key);
    if (!id || !list.is_array() || list.size() > kMaxInstances) {
      found.add(file, "image " + key.substr(0, 40),
                "expected a whole number as key of a list of at most 10000 instances",
                "correct the entry; it is left out");
      return;
    }
    images[*id] = {read_list(list, "image " + key + ", ", file, deviations, found), list.size()};
  });
  if (!whole) {
    return {};
  }
  for (DatasetProblem& problem : found.take()) {
    problems.add(std::move(problem));
  }
  add_infos(folder / "scene_gt_info.json", images, problems);
  report_deviations(deviations, file, problems);
  std::map<int, std::vector<Annotation>> all;
  while (!images.empty()) {
    auto image = images.extract(images.begin());
    all.emplace_hint(all.end(), image.key(), std::move(image.mapped().annotations));
  }
  return all;
}

std::vector<Annotation> read_frame_annotations(const fs::path& file, Problems& problems) {
  const auto list = read_json(file, kMaxJsonBytes);
  if (!list) {
    problems.add(file, list.error());
    return {};
  }
  if (!list->is_array() || list->size() > kMaxInstances) {
    problems.add(
        file, "line 1", "expected a list of at most 10000 instances as in one entry of scene_gt.json",
        "write it as [{\"obj_id\": ..., \"cam_R_m2c\": [...], \"cam_t_m2c\": [...]}]; it is not used");
    return {};
  }
  Deviations deviations;
  auto annotations = read_list(*list, "", file, deviations, problems);
  report_deviations(deviations, file, problems);
  return annotations;
}

}  // namespace alidade::bop
