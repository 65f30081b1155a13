// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/bop/bop_annotations.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <optional>
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
/// thousand of them. Nothing when the file is missing or malformed (then reported; `required` says what is
/// lost with a missing file): what was taken does not count. Else how many entries there are.
std::optional<std::size_t> each_entry(const fs::path& file, std::optional<ProblemKind> required,
                                      Problems& problems,
                                      const std::function<void(const std::string& key, json&& item)>& take) {
  std::error_code failure;
  if (!fs::exists(fs::symlink_status(file, failure))) {
    if (required == ProblemKind::kGroundTruth) {
      problems.add_truth(file, "", "the file is missing, nothing says what its images show",
                         "add it, or go on without objects");
    } else if (required) {
      problems.add(file, "", "the file is missing", "add it, or go on without what it would tell");
    }
    return std::nullopt;
  }
  std::size_t entries = 0;
  const auto counted = [&](const std::string& key, json&& item) {
    ++entries;
    take(key, std::move(item));
  };
  const auto text = read_file(file, kMaxJsonBytes);
  const auto read = text ? parse_json_members(*text, file.string(), counted) : Expected<bool>(text.error());
  if (!read) {
    problems.add(file, read.error(), ProblemKind::kGroundTruth);
    return std::nullopt;
  }
  if (!*read) {
    problems.add_truth(file, "line 1", "expected an object with one entry per image",
                       "check that it is a BOP file");
    return std::nullopt;
  }
  return entries;
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

/// Where the entries of a list stand.
struct ListPlace {
  const fs::path& file;
  std::string prefix;        ///< "image 5, "
  std::optional<int> image;  ///< nothing when the file is about one image
};

/// A whole number from 0 to 1e9, or nothing.
std::optional<int> whole_number(const json& item, const char* key) {
  const auto value = number(item, key);
  return value && *value >= 0.0 && *value <= 1e9 && *value == std::floor(*value)
             ? std::optional(static_cast<int>(*value))
             : std::nullopt;
}

std::optional<Annotation> read_annotation(const json& item, const std::string& where, const ListPlace& place,
                                          Deviations& deviations, Problems& problems) {
  const auto id = whole_number(item, "obj_id");
  const auto R = numbers<9>(item, "cam_R_m2c");
  const auto t = numbers<3>(item, "cam_t_m2c");
  if (!id || !R || !t) {
    problems.add_truth(place.file, where, "expected obj_id, 9 numbers in cam_R_m2c and 3 in cam_t_m2c",
                       "correct it; this instance is left out", place.image);
    return std::nullopt;
  }
  Eigen::Matrix3d raw;
  raw << (*R)[0], (*R)[1], (*R)[2], (*R)[3], (*R)[4], (*R)[5], (*R)[6], (*R)[7], (*R)[8];
  const Eigen::Vector3d translation = Eigen::Vector3d(t->data()) * kMetresPerMillimetre;
  double deviation = kLargestDeviation * 2;
  Annotation annotation;
  annotation.object_id = *id;
  annotation.track_id = whole_number(item, "track_id").value_or(-1);
  if (annotation.track_id < 0 && item.contains("track_id") && number(item, "track_id") != -1.0) {
    problems.add_truth(place.file, where, "expected a whole number in track_id",
                       "correct it; this instance is tracked by nothing", place.image);
  }
  const bool plausible = raw.cwiseAbs().maxCoeff() < 10.0 && translation.cwiseAbs().maxCoeff() < 1e6;
  if (plausible) {
    annotation.cam_from_obj = {project_to_so3(raw, &deviation), translation};
  }
  if (!(deviation <= kLargestDeviation)) {
    problems.add_truth(place.file, where,
                       "cam_R_m2c is not a rotation or cam_t_m2c is out of range (deviation " +
                           (plausible ? scientific(deviation) : std::string("beyond all bounds")) + ")",
                       "correct it; this instance is left out", place.image);
    return std::nullopt;
  }
  deviations.note(deviation, where);
  return annotation;
}

/// Entries that are malformed are reported and left out; `index` is the position in the list.
std::vector<Annotation> read_list(const json& list, const ListPlace& place, Deviations& deviations,
                                  Problems& problems) {
  std::vector<Annotation> annotations;
  annotations.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (auto annotation = read_annotation(list[i], place.prefix + "instance " + std::to_string(i), place,
                                          deviations, problems)) {
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

/// What an entry of scene_gt_info.json says of its annotation; false when a value that it gives is none.
bool take_info(const json& info, Annotation& annotation) {
  if (!info.is_object()) {
    return false;
  }
  const double fraction = number(info, "visib_fract").value_or(-1.0);
  annotation.visible_fraction = fraction >= 0.0 && fraction <= 1.0 ? fraction : -1.0;
  // BOP's own sets have -1 where nothing of the object is seen.
  const bool fraction_good =
      !info.contains("visib_fract") || annotation.visible_fraction >= 0.0 || fraction == -1.0;
  const auto symmetric = info.find("symmetric");
  if (symmetric == info.end()) {
    return fraction_good;
  }
  if (symmetric->is_boolean()) {
    annotation.symmetric = symmetric->get<bool>();
  }
  return fraction_good && symmetric->is_boolean();
}

/// The annotations of an image and how many entries its list has.
struct AnnotatedImage {
  std::vector<Annotation> annotations;
  std::size_t listed = 0;
};

void add_info(const json& list, const std::string& key, AnnotatedImage& image, const ListPlace& place,
              Problems& problems) {
  if (!list.is_array() || list.size() != image.listed) {
    problems.add(place.file, "image " + key,
                 "expected " + std::to_string(image.listed) + " entries as in scene_gt.json",
                 "write the file again; its visibilities are not used for this image", place.image);
    return;
  }
  for (auto& annotation : image.annotations) {
    if (!take_info(list[annotation.index], annotation)) {
      problems.add(place.file, place.prefix + "instance " + std::to_string(annotation.index),
                   "expected visib_fract from 0 to 1 and symmetric as true or false",
                   "correct it; its visibility or symmetry is not used", place.image);
    }
  }
}

void pass_on(Problems& found, Problems& problems) {
  for (DatasetProblem& problem : found.take()) {
    problems.add(std::move(problem));
  }
}

/// Puts what scene_gt_info.json says to the annotations; nothing of it when the file is malformed.
void add_infos(const fs::path& file, std::map<int, AnnotatedImage>& images, Problems& problems) {
  Problems found;
  const auto whole = each_entry(file, std::nullopt, problems, [&](const std::string& key, json&& list) {
    const auto id = id_of(key);
    const auto image = id ? images.find(*id) : images.end();
    if (image != images.end()) {
      add_info(list, key, image->second, {file, "image " + key + ", ", id}, found);
    }
  });
  if (whole) {
    pass_on(found, problems);
    return;
  }
  for (auto& [id, image] : images) {
    for (Annotation& annotation : image.annotations) {
      annotation.visible_fraction = -1.0;
      annotation.symmetric.reset();
    }
  }
}

/// The camera model that an entry names in place of cam_K (HOT3D's cam_model), or empty.
std::string camera_model(const json& item) {
  if (!item.is_object() || item.contains("cam_K") || !item.contains("cam_model")) {
    return {};
  }
  const json& model = item["cam_model"];
  const auto type = model.is_object() ? model.find("projection_model_type") : model.end();
  const bool named = model.is_object() && type != model.end() && type->is_string();
  std::string name = named ? type->get<std::string>().substr(0, 60) : "cam_model";
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos ? name : name.substr(dot + 1);
}

}  // namespace

std::map<int, CameraEntry> read_cameras(const fs::path& file, Problems& problems) {
  std::map<int, CameraEntry> cameras;
  std::size_t malformed = 0;
  std::string first, model;
  const auto whole =
      each_entry(file, ProblemKind::kRemark, problems, [&](const std::string& key, json&& item) {
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
          entry.model = camera_model(item);
          model = model.empty() ? entry.model : model;
        }
      });
  if (!whole) {
    return {};
  }
  if (malformed > 0) {
    problems.add(file, "image " + first,
                 std::to_string(malformed) +
                     (model.empty() ? " entries have no usable cam_K (9 numbers, focal lengths above 0)"
                                    : " entries have the camera model " + model + " in place of cam_K"),
                 model.empty() ? "correct them; these images are shown without camera"
                               : "only pinhole cameras are read: undistort the images and write their cam_K");
  }
  return cameras;
}

std::map<int, std::vector<Annotation>> read_annotations(const fs::path& folder, Problems& problems) {
  const fs::path file = folder / "scene_gt.json";
  std::map<int, AnnotatedImage> images;
  Problems found;
  Deviations deviations;
  const auto take = [&](const std::string& key, json&& list) {
    const auto id = id_of(key);
    if (!id || !list.is_array() || list.size() > kMaxInstances) {
      found.add_truth(file, "image " + key.substr(0, 40),
                      "expected a whole number as key of a list of at most 10000 instances",
                      "correct the entry; it is left out", id);
    } else if (images.contains(*id)) {
      found.add_truth(file, "image " + key, "the image is listed twice, with other zeros before its number",
                      "list it once; the later entry is left out", id);
    } else {
      images[*id] = {read_list(list, {file, "image " + key + ", ", id}, deviations, found), list.size()};
    }
  };
  const auto entries = each_entry(file, ProblemKind::kGroundTruth, problems, take);
  if (!entries) {
    return {};
  }
  if (*entries == 0) {
    problems.add_truth(file, "line 1", "it has no entry, nothing says what the images show",
                       "add an entry per image, an empty list for one without objects");
  }
  pass_on(found, problems);
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
    problems.add(file, list.error(), ProblemKind::kGroundTruth);
    return {};
  }
  if (!list->is_array() || list->size() > kMaxInstances) {
    problems.add_truth(
        file, "line 1", "expected a list of at most 10000 instances as in one entry of scene_gt.json",
        "write it as [{\"obj_id\": ..., \"cam_R_m2c\": [...], \"cam_t_m2c\": [...]}]; it is not used");
    return {};
  }
  Deviations deviations;
  auto annotations = read_list(*list, {file, "", std::nullopt}, deviations, problems);
  report_deviations(deviations, file, problems);
  return annotations;
}

}  // namespace alidade::bop
