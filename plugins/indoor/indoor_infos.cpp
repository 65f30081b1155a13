// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/indoor/indoor_infos.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace alidade {
namespace {

namespace fs = std::filesystem;
using Kind = PickleValue::Kind;

constexpr double kFarthest = 1000.0;  ///< metres: no room is that large
constexpr std::size_t kMostCategories = 1000;
constexpr const char* kInfoRemedy = "prepare the set with mmdetection3d 1.1 or later";

/// The text of the first of these keys that has one.
std::string text_of(const PickleValue* dict, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    const PickleValue* found = dict == nullptr ? nullptr : dict->find(key);
    if (found != nullptr && found->kind == Kind::kText) {
      return found->text;
    }
  }
  return {};
}

/// The categories by label: a dict of names and numbers, or a list. Empty when the numbers are not 0, 1, 2
/// and so on.
std::vector<std::string> categories_of(const PickleValue& value) {
  std::vector<std::string> names(std::min(value.items.size(), kMostCategories));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const PickleValue& item = value.items[i];
    const bool is_dict = value.kind == Kind::kDict;
    const auto label = is_dict ? item.whole() : std::optional(static_cast<std::int64_t>(i));
    if (!label || *label < 0 || *label >= static_cast<std::int64_t>(names.size()) ||
        (!is_dict && item.kind != Kind::kText)) {
      return {};
    }
    names[static_cast<std::size_t>(*label)] = is_dict ? value.keys[i] : item.text;
  }
  const bool whole = std::none_of(names.begin(), names.end(), [](const auto& name) { return name.empty(); });
  return whole && names.size() == value.items.size() ? names : std::vector<std::string>{};
}

/// Reads the scenes of one file.
class IndoorInfoParser {
 public:
  IndoorInfoParser(const fs::path& file, IndoorInfos& infos) : file_(file), infos_(infos) {}

  void add_entry(const PickleValue& value) {
    place_ = "data_list[" + std::to_string(number_++) + "]";
    IndoorEntry entry;
    const PickleValue* points = value.find("lidar_points");
    entry.points = text_of(points, {"lidar_path"});
    const bool inside = entry.points.is_relative() &&
                        std::find(entry.points.begin(), entry.points.end(), "..") == entry.points.end();
    if (entry.points.empty() || !inside) {
      leave_out(
          "it names no file of points below the folder, as lidar_points.lidar_path; the scene is left out");
      return;
    }
    const PickleValue* count = points->find("num_pts_feats");
    const auto values = count == nullptr ? std::optional<std::int64_t>(6) : count->whole();
    if (!values || *values < 3 || *values > 64) {
      leave_out("num_pts_feats is not 3 to 64; the scene is left out");
      return;
    }
    entry.values_per_point = static_cast<int>(*values);
    entry.info = {entry.points.stem().string(), indoor_split_of(file_), value.find("instances") != nullptr};
    if (!read_alignment(value, entry)) {
      leave_out("axis_align_matrix is no rigid 4 x 4 matrix; the scene is left out");
      return;
    }
    read_boxes(value, entry);
    infos_.entries.push_back(std::move(entry));
  }

 private:
  void leave_out(const std::string& what) {
    infos_.problems.push_back(
        {file_.string(), place_ + ": " + what + ".", std::nullopt, true, ProblemKind::kGroundTruth});
  }

  static bool read_alignment(const PickleValue& value, IndoorEntry& entry) {
    const PickleValue* matrix = value.find("axis_align_matrix");
    if (matrix == nullptr || matrix->kind == Kind::kNone) {
      return true;
    }
    const auto numbers = matrix->numbers(16);
    if (!numbers || numbers->size() != 16) {
      return false;
    }
    const Eigen::Matrix4d read =
        Eigen::Map<const Eigen::Matrix<double, 4, 4, Eigen::RowMajor>>(numbers->data());
    const Eigen::Matrix3d R = read.topLeftCorner<3, 3>();
    if (!read.allFinite() || read.row(3) != Eigen::RowVector4d(0, 0, 0, 1) ||
        (R * R.transpose() - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff() > 1e-3) {
      return false;
    }
    entry.alignment = read;
    return true;
  }

  void read_boxes(const PickleValue& value, IndoorEntry& entry) {
    const PickleValue* instances = value.find("instances");
    const std::string scene = place_;
    for (std::size_t i = 0; instances != nullptr && i < instances->items.size(); ++i) {
      place_ = scene + ".instances[" + std::to_string(i) + "]";
      read_box(instances->items[i], entry);
    }
    place_ = scene;
  }

  void read_box(const PickleValue& instance, IndoorEntry& entry) {
    const PickleValue* label_value = instance.find("bbox_label_3d");
    const PickleValue* box_value = instance.find("bbox_3d");
    const auto label = label_value == nullptr ? std::nullopt : label_value->whole();
    if (label && *label == -1) {
      return;  // mmdetection3d's sign for what is to be ignored
    }
    if (!label || *label < 0 || *label >= static_cast<std::int64_t>(infos_.categories.size())) {
      leave_out("bbox_label_3d " + (label ? std::to_string(*label) : std::string("is missing")) +
                " is none of the " + std::to_string(infos_.categories.size()) +
                " classes, which count from 0; the box is left out");
      return;
    }
    const auto numbers = box_value == nullptr ? std::nullopt : box_value->numbers(16);
    const bool whole = numbers && (numbers->size() == 6 || numbers->size() == 7) &&
                       std::all_of(numbers->begin(), numbers->end(),
                                   [](double number) { return std::abs(number) <= kFarthest; });
    if (!whole || *std::min_element(numbers->begin() + 3, numbers->begin() + 6) <= 0.0) {
      leave_out(
          "bbox_3d is not a center, three positive sides and at most a yaw, in metres; the box is left out");
      return;
    }
    const std::vector<double>& n = *numbers;
    const double yaw = n.size() == 7 ? n[6] : 0.0;
    entry.boxes.push_back({static_cast<int>(*label), {{n[0], n[1], n[2]}, {n[3], n[4], n[5]}, yaw}});
    infos_.rotated_boxes = infos_.rotated_boxes || yaw != 0.0;
  }

  const fs::path& file_;
  IndoorInfos& infos_;
  std::size_t number_ = 0;
  std::string place_;
};

}  // namespace

Expected<IndoorInfos> parse_indoor_infos(const PickleValue& content, const fs::path& file) {
  const PickleValue* metainfo = content.find("metainfo");
  const PickleValue* list = content.find("data_list");
  if (metainfo == nullptr || list == nullptr || list->kind != Kind::kList) {
    return input_error(file.string(), "",
                       content.kind == Kind::kList ? "it is an info file of an older version, a mere list"
                                                   : "it has no \"metainfo\" and \"data_list\"",
                       kInfoRemedy);
  }
  IndoorInfos infos;
  infos.format = indoor_format_of(text_of(metainfo, {"dataset", "DATASET"}), file);
  if (infos.format == nullptr) {
    return input_error(file.string(), "metainfo", "its set is none of ScanNet, SUN RGB-D, S3DIS and Rooms",
                       "name the file as mmdetection3d does, for example scannet_infos_train.pkl");
  }
  infos.categories = infos.format->categories;
  for (const char* key : {"categories", "classes", "CLASSES"}) {
    if (const PickleValue* named = metainfo->find(key); named != nullptr && named->kind != Kind::kNone) {
      infos.categories = categories_of(*named);
      break;
    }
  }
  if (infos.categories.empty()) {
    return input_error(file.string(), "metainfo",
                       "its categories are no names with the numbers 0, 1, 2 and so on", kInfoRemedy);
  }
  const PickleValue* rotated = metainfo->find("rotated_boxes");
  infos.rotated_boxes =
      infos.format->rotated_boxes || (rotated != nullptr && rotated->whole().value_or(0) != 0);
  IndoorInfoParser parser(file, infos);
  for (const PickleValue& entry : list->items) {
    parser.add_entry(entry);
  }
  return infos;
}

}  // namespace alidade
