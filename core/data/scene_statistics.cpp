// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/scene_statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

namespace alidade {
namespace {

constexpr double kOtherUnit = 8.0;  ///< no two sets of rooms differ by more than this
constexpr double kOtherColors = 20.0;

double median_of(std::vector<double> values) {
  if (values.empty()) {
    return 0.0;
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double horizontal_extent(const PointScene& scene) {
  double longest = 0.0;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    float low = scene.points[axis], high = low;
    for (std::size_t i = axis; i < scene.points.size(); i += 3) {
      low = std::min(low, scene.points[i]);
      high = std::max(high, scene.points[i]);
    }
    longest = std::max(longest, static_cast<double>(high) - low);
  }
  return longest;
}

/// "bed, chair and 3 more".
std::string names_in(const std::vector<std::string>& some, const std::vector<std::string>& all) {
  const std::set<std::string> known(all.begin(), all.end());
  std::string words;
  std::size_t count = 0;
  for (const std::string& name : some) {
    if (!known.contains(name) && ++count <= 3) {
      words += (count == 1 ? "" : ", ") + shortened(name, 40);
    }
  }
  return count > 3 ? words + " and " + std::to_string(count - 3) + " more" : words;
}

void compare_classes(const SceneStatistics& trained, const SceneStatistics& given,
                     std::vector<std::string>& found) {
  const std::string unknown = names_in(given.categories, trained.categories);
  const std::string absent = names_in(trained.categories, given.categories);
  if (!unknown.empty()) {
    found.push_back("The checkpoint does not know the classes " + unknown +
                    " of the dataset; they cannot be found.");
  }
  if (!absent.empty()) {
    found.push_back("The dataset does not have the classes " + absent +
                    " of the checkpoint; what is found of them counts as wrong or makes the mean undefined.");
  }
  if (unknown.empty() && absent.empty() && trained.categories != given.categories) {
    found.emplace_back(
        "The checkpoint has the classes of the dataset in another order; compare them by name, not by "
        "number.");
  }
}

void compare_units(const SceneStatistics& trained, const SceneStatistics& given,
                   std::vector<std::string>& found) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < trained.categories.size() && i < trained.box_side.size(); ++i) {
    const auto same = std::find(given.categories.begin(), given.categories.end(), trained.categories[i]);
    const auto j = static_cast<std::size_t>(same - given.categories.begin());
    if (j < given.box_side.size() && trained.box_side[i] > 0.0 && given.box_side[j] > 0.0) {
      ratios.push_back(given.box_side[j] / trained.box_side[i]);
    }
  }
  const double boxes = median_of(ratios);
  const double rooms = trained.extent > 0.0 ? given.extent / trained.extent : 0.0;
  const auto other = [](double ratio) {
    return ratio > 0.0 && (ratio > kOtherUnit || ratio < 1.0 / kOtherUnit);
  };
  if (other(boxes) || other(rooms)) {
    char text[160];
    std::snprintf(text, sizeof text,
                  "The dataset seems to be in another unit: its %s are %.3g times as large as in training.",
                  other(rooms) ? "rooms" : "boxes", other(rooms) ? rooms : boxes);
    found.emplace_back(text);
  }
}

void compare_colors(const SceneStatistics& trained, const SceneStatistics& given,
                    std::vector<std::string>& found) {
  if ((trained.color < 0.0) != (given.color < 0.0)) {
    found.emplace_back(given.color < 0.0
                           ? "The checkpoint was trained with colors; the dataset has none."
                           : "The checkpoint was trained without colors; those of the dataset are not used.");
  } else if (given.color >= 0.0 && given.color * kOtherColors < trained.color) {
    found.emplace_back(
        "The dataset's colors are all but black beside those of the training; were they divided by 255 "
        "twice?");
  } else if (given.color > 0.98 && trained.color < 0.9) {
    found.emplace_back(
        "The dataset's colors are all but white; do its files have 0 to 255 where 0 to 1 is expected?");
  }
}

}  // namespace

Expected<SceneStatistics> scene_statistics(const PointSceneSet& set, std::size_t most_scenes,
                                           const JobContext& job) {
  SceneStatistics statistics{set.categories(), set.rotated_boxes(), 0.0, -1.0, {}};
  std::vector<double> extents;
  std::vector<std::vector<double>> sides(set.categories().size());
  double color_sum = 0.0, colors = 0.0;
  for (std::size_t i = 0; i < set.num_scenes() && extents.size() < most_scenes; ++i) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "reading scenes was stopped."};
    }
    const auto scene = set.load(i);
    if (!scene || scene->points.empty()) {
      continue;
    }
    extents.push_back(horizontal_extent(*scene));
    for (const float color : scene->colors) {
      color_sum += static_cast<double>(color);
    }
    colors += static_cast<double>(scene->colors.size());
    for (const SceneBox& box : scene->boxes) {
      if (box.category >= 0 && static_cast<std::size_t>(box.category) < sides.size() &&
          box.box.size.allFinite()) {
        sides[static_cast<std::size_t>(box.category)].push_back(box.box.size.mean());
      }
    }
  }
  statistics.extent = median_of(extents);
  statistics.color = colors > 0.0 ? color_sum / colors : -1.0;
  for (const auto& of_category : sides) {
    statistics.box_side.push_back(median_of(of_category));
  }
  return statistics;
}

std::vector<std::string> scene_misfits(const SceneStatistics& trained, const SceneStatistics& given) {
  std::vector<std::string> found;
  compare_classes(trained, given, found);
  if (trained.rotated_boxes != given.rotated_boxes) {
    found.emplace_back(
        given.rotated_boxes
            ? "The dataset's boxes are turned about z; the checkpoint answers boxes along the axes."
            : "The checkpoint answers turned boxes; those of the dataset lie along the axes.");
  }
  compare_units(trained, given, found);
  compare_colors(trained, given, found);
  return found;
}

}  // namespace alidade
