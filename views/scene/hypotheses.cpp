// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/hypotheses.h"

#include <algorithm>
#include <cmath>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"
#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kAxisShare = 0.35;       // of the box's longest side
constexpr double kAxisWithoutBox = 0.03;  // metres
constexpr double kScaleShare = 0.9;       // of the errors lie on the scale
constexpr const char* kEnergyColumn = "energy";
constexpr double kSmallestScale = 2.0;  // degrees

const Instance* truthOf(const Frame& frame, int instance) {
  const auto found = std::find_if(frame.instances.begin(), frame.instances.end(),
                                  [instance](const Instance& i) { return i.index == instance; });
  return found == frame.instances.end() ? nullptr : &*found;
}

HypothesisGroup groupOf(const PoseEstimate& estimate, const Frame& frame) {
  HypothesisGroup group;
  group.instance = estimate.instance;
  group.size = estimate.size;
  group.center_obj = estimate.center_obj;
  if (const Instance* truth = truthOf(frame, estimate.instance)) {
    group.symmetry = truth->symmetry;
    group.truth = truth->cam_from_obj;
  }
  group.poses = group.final_poses = &estimate.hypotheses;
  group.estimate = &estimate;
  return group;
}

HypothesisGroup groupOf(const ObjectSamples& samples, const SceneContents& contents) {
  HypothesisGroup group;
  group.instance = samples.instance;
  const Instance* instance = truthOf(*contents.frame, samples.instance);
  if (samples.size) {
    group.size = *samples.size;
    group.center_obj = samples.center_obj;
  } else if (instance) {
    group.size = instance->size;
    group.center_obj = instance->center_obj;
  }
  group.symmetry = samples.symmetry;
  group.truth = samples.truth;
  group.final_poses = &samples.samples;
  group.poses = group.final_poses;
  if (!samples.trajectory.empty() && samples.trajectory.size() == samples.times.size()) {
    group.path = &samples;
    group.state = stateNear(samples, contents.time);
    group.poses = &samples.trajectory[group.state];
  }
  return group;
}

std::vector<double> errorsOf(const HypothesisGroup& group, const std::vector<Rigid3>& poses) {
  std::vector<double> errors;
  errors.reserve(poses.size());
  for (const Rigid3& pose : poses) {
    errors.push_back(reducedErrorDegrees(pose, *group.truth, group.symmetry));
  }
  return errors;
}

/// 1, 2, 3 or 5 times a power of ten, at least `value`.
double roundedUp(double value) {
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  for (const double factor : {1.0, 2.0, 3.0, 5.0}) {
    if (factor * power >= value) {
      return factor * power;
    }
  }
  return 10.0 * power;
}

ColorScale errorScale(const std::vector<HypothesisGroup>& groups) {
  std::vector<double> errors;
  for (const HypothesisGroup& group : groups) {
    for (const double error : errorsOf(group, *group.final_poses)) {
      if (std::isfinite(error)) {
        errors.push_back(error);
      }
    }
  }
  double most = kSmallestScale;
  double largest = 0.0;
  if (!errors.empty()) {
    largest = *std::max_element(errors.begin(), errors.end());
    const auto place =
        errors.begin() + static_cast<std::ptrdiff_t>(kScaleShare * static_cast<double>(errors.size() - 1));
    std::nth_element(errors.begin(), place, errors.end());
    most = std::max(most, *place);
  }
  const double high = std::min(180.0, roundedUp(most));
  const bool moves = std::any_of(groups.begin(), groups.end(), [](const auto& group) { return group.path; });
  return {"rotation error (" + QString(QChar(0x00b0)) + ")",
          0.0,
          high,
          0,
          high < 180.0 && (moves || largest > high),
          SequentialMap::kCividis};
}

ColorScale energyScale(const std::vector<HypothesisGroup>& groups) {
  double low = 0.0, high = 0.0;
  bool first = true;
  for (const HypothesisGroup& group : groups) {
    for (const double energy : hypothesisValues(group, HypothesisColor::kEnergy)) {
      if (std::isfinite(energy)) {
        low = first ? energy : std::min(low, energy);
        high = first ? energy : std::max(high, energy);
        first = false;
      }
    }
  }
  const double range = high - low;
  const int decimals =
      range > 0.0 ? std::clamp(1 - static_cast<int>(std::floor(std::log10(range))), 0, 6) : 1;
  return {"energy, higher is better", low, range > 0.0 ? high : low + 1.0, decimals, false,
          SequentialMap::kCividis};
}

}  // namespace

double HypothesisGroup::axisLength() const {
  const double side = size.maxCoeff();
  return side > 0.0 ? kAxisShare * side : kAxisWithoutBox;
}

double reducedErrorDegrees(const Rigid3& pose, const Rigid3& truth, const SymmetryGroup& symmetry) {
  return kDegreesPerRadian * symmetric_rotation_distance(pose.R, truth.R, symmetry);
}

std::size_t stateNear(const ObjectSamples& samples, double t) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < samples.times.size(); ++i) {
    if (std::abs(samples.times[i] - t) < std::abs(samples.times[best] - t)) {
      best = i;
    }
  }
  return best;
}

bool showsColumn(const SceneContents& contents) {
  return contents.frame && contents.samples && contents.samples->frame == contents.frame->index &&
         contents.samples->frame_name == contents.frame->info.name &&
         (!contents.selected || contents.selected == contents.samples->instance);
}

std::vector<HypothesisGroup> hypothesisGroups(const SceneContents& contents) {
  std::vector<HypothesisGroup> groups;
  if (!contents.frame || !contents.layers.hypotheses) {
    return groups;
  }
  if (contents.layers.look.source == HypothesisSource::kColumn) {
    if (showsColumn(contents)) {
      groups.push_back(groupOf(*contents.samples, contents));
    }
    return groups;
  }
  if (contents.result) {
    for (const PoseEstimate& estimate : contents.result->estimates) {
      if (estimate.frame == contents.frame->index &&
          (!contents.selected || contents.selected == estimate.instance)) {
        groups.push_back(groupOf(estimate, *contents.frame));
      }
    }
  }
  return groups;
}

bool colorAvailable(const std::vector<HypothesisGroup>& groups, HypothesisColor color) {
  return std::all_of(groups.begin(), groups.end(), [color](const HypothesisGroup& group) {
    switch (color) {
      case HypothesisColor::kTime:
        return group.path != nullptr;
      case HypothesisColor::kError:
        return group.truth.has_value();
      case HypothesisColor::kEnergy:
        return group.estimate && !group.poses->empty() &&
               group.estimate->energies.size() == group.poses->size();
      case HypothesisColor::kPlain:
        break;
    }
    return true;
  });
}

HypothesisColor shownColor(const SceneContents& contents, const std::vector<HypothesisGroup>& groups) {
  const HypothesisColor color = contents.layers.look.color;
  return !groups.empty() && colorAvailable(groups, color) ? color : HypothesisColor::kPlain;
}

ColorScale timeScale(const ColorMap& map) {
  return {"diffusion time t", 0.0, 1.0, 0, false, map};
}

std::optional<ColorScale> hypothesisScale(const std::vector<HypothesisGroup>& groups, HypothesisColor color,
                                          const ColorMap& map) {
  std::optional<ColorScale> scale;
  switch (color) {
    case HypothesisColor::kTime:
      return timeScale(map);
    case HypothesisColor::kError:
      scale = errorScale(groups);
      break;
    case HypothesisColor::kEnergy:
      scale = energyScale(groups);
      break;
    case HypothesisColor::kPlain:
      return std::nullopt;
  }
  scale->map = map;
  return scale;
}

std::vector<double> hypothesisValues(const HypothesisGroup& group, HypothesisColor color) {
  switch (color) {
    case HypothesisColor::kTime:
      return std::vector<double>(group.poses->size(), group.path->times[group.state]);
    case HypothesisColor::kError:
      return errorsOf(group, *group.poses);
    case HypothesisColor::kEnergy: {
      std::vector<double> sums;
      sums.reserve(group.estimate->energies.size());
      for (const auto& [rotation, translation] : group.estimate->energies) {
        sums.push_back(rotation + translation);
      }
      return sums;
    }
    case HypothesisColor::kPlain:
      break;
  }
  return {};
}

std::vector<ColorScale> shownScales(const SceneContents& contents) {
  const auto groups = hypothesisGroups(contents);
  const HypothesisColor color = shownColor(contents, groups);
  std::vector<ColorScale> scales;
  if (const auto scale = hypothesisScale(groups, color, contents.layers.colors)) {
    scales.push_back(*scale);
  }
  const HypothesisLook& look = contents.layers.look;
  const bool has_path =
      std::any_of(groups.begin(), groups.end(), [](const auto& group) { return group.path; });
  if (has_path && color != HypothesisColor::kTime && (look.onion || look.trails != HypothesisTrails::kNone)) {
    scales.push_back(timeScale(contents.layers.colors));
  }
  return scales;
}

QString momentText(const SceneContents& contents) {
  const auto groups = hypothesisGroups(contents);
  if (groups.empty() || !groups.front().path) {
    return {};
  }
  const ObjectSamples& path = *groups.front().path;
  QStringList parts{"t " + numberText(path.times[groups.front().state], 3), QString::fromStdString(path.name),
                    "K = " + QString::number(groups.front().poses->size())};
  if (path.analytic) {
    parts << "analytic demo";
  }
  parts.removeAll(QString());
  return parts.join(" " + QString(QChar(0x00b7)) + " ");
}

void appendHypotheses(const SceneContents& contents, Table& table) {
  for (const HypothesisGroup& group : hypothesisGroups(contents)) {
    const Instance* truth = truthOf(*contents.frame, group.instance);
    const std::string category = group.estimate ? group.estimate->category : contents.samples->category;
    const QString moment = group.path ? ", t " + numberText(group.path->times[group.state], 4) : QString();
    const bool ranked = colorAvailable({group}, HypothesisColor::kEnergy);
    if (ranked && table.columns.back() != kEnergyColumn) {
      table.columns.push_back(kEnergyColumn);
    }
    const auto energies = ranked ? hypothesisValues(group, HypothesisColor::kEnergy) : std::vector<double>();
    for (std::size_t k = 0; k < group.poses->size(); ++k) {
      const Rigid3& pose = (*group.poses)[k];
      const Eigen::Vector3d center = pose * group.center_obj;
      const auto q = quat_wxyz_from_rotation(pose.R);
      std::vector<Table::Cell> row{contents.frame->info.name,
                                   static_cast<double>(group.instance),
                                   category,
                                   ("hypothesis " + QString::number(k) + moment).toStdString(),
                                   center.x(),
                                   center.y(),
                                   center.z(),
                                   q[0],
                                   q[1],
                                   q[2],
                                   q[3],
                                   group.size.x(),
                                   group.size.y(),
                                   group.size.z()};
      row.resize(table.columns.size());
      if (group.truth) {
        row[14] = kDegreesPerRadian * geodesic_distance(pose.R, group.truth->R);
        row[15] = reducedErrorDegrees(pose, *group.truth, group.symmetry);
        row[16] = 100.0 * (center - *group.truth * (truth ? truth->center_obj : group.center_obj)).norm();
      }
      if (ranked) {
        row.resize(table.columns.size());
        row.back() = energies[k];
      }
      table.rows.push_back(std::move(row));
    }
  }
}

}  // namespace alidade
