// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/hypothesis_wires.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/geometry/box.h"

namespace alidade {
namespace {

constexpr double kUnmarked = 0.35;  // of its opacity keeps a sample that is not marked while others are

/// The more there are, the fainter each: a crowd stays readable and shows where it is dense.
double sharedOpacity(std::size_t count, double alone, double least) {
  return std::clamp(4.0 * alone / std::sqrt(static_cast<double>(count + 1)), least, alone);
}

/// Every how many things one is drawn, so that their lines stay within a bound.
std::size_t strideFor(std::size_t lines, std::size_t most) {
  return std::max<std::size_t>(1, (lines + most - 1) / std::max<std::size_t>(1, most));
}

bool drawable(const Rigid3& pose) {
  return pose.R.allFinite() && pose.t.allFinite() && pose.t.cwiseAbs().maxCoeff() < 1e6;
}

void addBox(Wires& wires, const Rigid3& pose, const HypothesisGroup& group, const Ink& ink) {
  const auto corners = box_corners({{pose.R, pose * group.center_obj}, group.size});
  const auto first = static_cast<std::int32_t>(wires.xyz.size() / 3);
  for (const Eigen::Vector3d& corner : corners) {
    addPoint(wires, corner, ink);
  }
  for (const auto& [a, b] : box_edges()) {
    wires.ends.push_back(first + a);
    wires.ends.push_back(first + b);
  }
}

void addFrame(Wires& wires, const Rigid3& pose, const HypothesisGroup& group,
              const std::array<Ink, 3>& inks) {
  const Eigen::Vector3d center = pose * group.center_obj;
  for (int axis = 0; axis < 3; ++axis) {
    const Ink& ink = inks[static_cast<std::size_t>(axis)];
    const std::int32_t from = addPoint(wires, center, ink);
    const std::int32_t to = addPoint(wires, center + group.axisLength() * pose.R.col(axis), ink);
    wires.ends.insert(wires.ends.end(), {from, to});
  }
}

bool drawnAsBox(const HypothesisGroup& group, HypothesisMark mark) {
  return mark == HypothesisMark::kBoxes && group.size.minCoeff() >= 0.0 && group.size.maxCoeff() > 0.0;
}

std::vector<char> marksOf(const SceneContents& contents, std::size_t count) {
  std::vector<char> marks(count, 0);
  // The lab's samples are numbered alike in all columns; those of a result began at other noise.
  if (contents.layers.look.source == HypothesisSource::kColumn) {
    for (const int number : contents.marked) {
      if (number >= 0 && static_cast<std::size_t>(number) < count) {
        marks[static_cast<std::size_t>(number)] = 1;
      }
    }
  }
  return marks;
}

/// Adds one pose in one color, or a frame in the colors of its axes.
void addPose(Wires& wires, const Rigid3& pose, const HypothesisGroup& group, HypothesisMark mark,
             const std::optional<QColor>& color, double opacity, const Theme& theme) {
  if (drawnAsBox(group, mark)) {
    addBox(wires, pose, group, inkOf(color.value_or(theme.prediction), opacity));
    return;
  }
  std::array<Ink, 3> inks;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    inks[axis] = inkOf(color.value_or(theme.axes[axis]), opacity);
  }
  addFrame(wires, pose, group, inks);
}

void addMoment(const SceneContents& contents, const HypothesisGroup& group, const Theme& theme,
               const std::optional<ColorScale>& scale, HypothesisColor color, HypothesisWires& wires) {
  const HypothesisMark mark = contents.layers.look.mark;
  const bool boxes = drawnAsBox(group, mark);
  const std::vector<Rigid3>& poses = *group.poses;
  const std::vector<double> values = hypothesisValues(group, color);
  const std::vector<char> marks = marksOf(contents, poses.size());
  const auto picked = static_cast<std::size_t>(std::count(marks.begin(), marks.end(), 1));
  const std::size_t each = boxes ? 12 : 3;
  const std::size_t stride = strideFor(poses.size() * each, wires.most_lines);
  const std::size_t marked_stride = strideFor(picked * each, wires.most_lines / 4);
  wires.plain_stride = std::max(wires.plain_stride, stride);
  const double opacity =
      sharedOpacity(poses.size() / stride, boxes ? 0.75 : 0.9, 0.12) * (picked > 0 ? kUnmarked : 1.0);
  std::size_t seen = 0;  // marked ones
  for (std::size_t k = 0; k < poses.size(); ++k) {
    const bool marked = marks[k] != 0;
    const bool kept = marked ? seen++ % marked_stride == 0 : k % stride == 0;
    if (!kept || !drawable(poses[k])) {
      continue;
    }
    std::optional<QColor> ink;
    if (scale && values.size() == poses.size()) {
      ink = scale->color(values[k], theme.dark);
    } else if (marked && boxes) {
      ink = theme.accent;
    }
    addPose(marked ? wires.marked : wires.plain, poses[k], group, mark, ink, marked ? 0.95 : opacity, theme);
  }
}

void addOnion(const SceneContents& contents, const HypothesisGroup& group, const Theme& theme,
              HypothesisWires& wires) {
  const ObjectSamples& path = *group.path;
  const std::size_t each = drawnAsBox(group, contents.layers.look.mark) ? 12 : 3;
  const std::size_t count = path.samples.size();
  const std::size_t states = path.trajectory.size();
  wires.onion_stride = strideFor(each * count * states, wires.most_lines);
  const double opacity = 0.7 * sharedOpacity(count * states / wires.onion_stride, 0.7, 0.1);
  const ColorScale scale = timeScale(contents.layers.colors);
  for (std::size_t i = 0; i < states; ++i) {
    const QColor color = scale.color(path.times[i], theme.dark);
    for (std::size_t k = 0; k < path.trajectory[i].size(); k += wires.onion_stride) {
      if (drawable(path.trajectory[i][k])) {
        addPose(wires.onion, path.trajectory[i][k], group, contents.layers.look.mark, color, opacity, theme);
      }
    }
  }
}

Eigen::Vector3d trailPoint(const HypothesisGroup& group, const Rigid3& pose, HypothesisTrails trails) {
  const Eigen::Vector3d center = pose * group.center_obj;
  if (trails == HypothesisTrails::kCenters) {
    return center;
  }
  const int axis = static_cast<int>(trails) - static_cast<int>(HypothesisTrails::kTipsX);
  return center + group.axisLength() * pose.R.col(axis);
}

/// Samples whose trail is drawn, in order.
std::vector<std::size_t> trailSamples(std::size_t count, std::size_t stride, const std::vector<char>& marks) {
  std::vector<std::size_t> kept;
  for (std::size_t k = 0; k < count; ++k) {
    if (k % stride == 0 || marks[k] != 0) {
      kept.push_back(k);
    }
  }
  return kept;
}

/// Smallest number of samples that every state has: paths that were cut short stay within bounds.
std::size_t sampleCount(const ObjectSamples& path) {
  std::size_t count = path.samples.size();
  for (const auto& state : path.trajectory) {
    count = std::min(count, state.size());
  }
  return count;
}

/// Points of all states, state by state; lines follow in setTrailLength.
void addTrails(const SceneContents& contents, const HypothesisGroup& group, const Theme& theme,
               HypothesisWires& wires) {
  const ObjectSamples& path = *group.path;
  wires.trail_stride = strideFor(sampleCount(path) * path.trajectory.size(), wires.most_lines / 2);
  const std::vector<char> marks = marksOf(contents, sampleCount(path));
  const bool any = std::find(marks.begin(), marks.end(), 1) != marks.end();
  const std::vector<std::size_t> kept = trailSamples(marks.size(), wires.trail_stride, marks);
  const double opacity = sharedOpacity(kept.size(), 0.8, 0.08);
  const ColorScale scale = timeScale(contents.layers.colors);
  for (std::size_t i = 0; i < path.trajectory.size(); ++i) {
    const double t = path.times[i];
    // The long ways through the noise tell little and would cover all.
    const double faded = opacity * (1.0 - 0.75 * std::clamp(t, 0.0, 1.0));
    const QColor color = scale.color(t, theme.dark);
    const Ink plain = inkOf(color, any ? kUnmarked * faded : faded);
    const Ink marked = inkOf(color, 0.95);
    for (const std::size_t k : kept) {
      const Rigid3& pose = path.trajectory[i][k];
      const Eigen::Vector3d at =
          drawable(pose) ? trailPoint(group, pose, contents.layers.look.trails) : Eigen::Vector3d::Zero();
      addPoint(wires.trails, at, marks[k] != 0 ? marked : plain);
    }
  }
}

/// Joins the points of the states up to the shown one.
void setTrailLength(const SceneContents& contents, const HypothesisGroup& group, HypothesisWires& wires) {
  const ObjectSamples& path = *group.path;
  const std::vector<char> marks = marksOf(contents, sampleCount(path));
  const std::vector<std::size_t> kept = trailSamples(marks.size(), wires.trail_stride, marks);
  wires.trails.ends.clear();
  for (std::size_t i = 0; i < std::min(group.state, path.trajectory.size() - 1); ++i) {
    for (std::size_t n = 0; n < kept.size(); ++n) {
      if (drawable(path.trajectory[i][kept[n]]) && drawable(path.trajectory[i + 1][kept[n]])) {
        wires.trails.ends.push_back(static_cast<std::int32_t>(i * kept.size() + n));
        wires.trails.ends.push_back(static_cast<std::int32_t>((i + 1) * kept.size() + n));
      }
    }
  }
}

}  // namespace

Ink inkOf(const QColor& color, double opacity) {
  return {static_cast<unsigned char>(color.red()), static_cast<unsigned char>(color.green()),
          static_cast<unsigned char>(color.blue()),
          static_cast<unsigned char>(std::lround(255.0 * std::clamp(opacity, 0.0, 1.0)))};
}

std::int32_t addPoint(Wires& wires, const Eigen::Vector3d& point, const Ink& ink) {
  wires.xyz.insert(wires.xyz.end(), {static_cast<float>(point.x()), static_cast<float>(point.y()),
                                     static_cast<float>(point.z())});
  wires.rgba.insert(wires.rgba.end(), ink.begin(), ink.end());
  return static_cast<std::int32_t>(wires.xyz.size() / 3 - 1);
}

void Wires::clear() {
  xyz.clear();
  rgba.clear();
  ends.clear();
}

std::size_t HypothesisWires::lines() const {
  return onion.lines() + trails.lines() + plain.lines() + marked.lines() + summary.lines();
}

void fillHypotheses(const SceneContents& contents, const Theme& theme, HypothesisWires& wires) {
  wires.onion.clear();
  wires.trails.clear();
  wires.onion_stride = wires.trail_stride = 1;
  const auto groups = hypothesisGroups(contents);
  const HypothesisLook& look = contents.layers.look;
  for (const HypothesisGroup& group : groups) {
    if (group.path && look.onion) {
      addOnion(contents, group, theme, wires);
    }
    if (group.path && look.trails != HypothesisTrails::kNone) {
      addTrails(contents, group, theme, wires);
    }
  }
  moveHypotheses(contents, theme,
                 hypothesisScale(groups, shownColor(contents, groups), contents.layers.colors), wires);
}

void moveHypotheses(const SceneContents& contents, const Theme& theme, const std::optional<ColorScale>& scale,
                    HypothesisWires& wires) {
  wires.plain.clear();
  wires.plain_stride = 1;
  wires.marked.clear();
  wires.summary.clear();
  const auto groups = hypothesisGroups(contents);
  const HypothesisColor color = shownColor(contents, groups);
  wires.summaries = hypothesisSummaries(groups, contents.layers.look);
  for (const GroupSummary& each : wires.summaries) {
    const auto group = std::find_if(groups.begin(), groups.end(), [&each](const HypothesisGroup& other) {
      return other.instance == each.instance;
    });
    addSummary(each.summary, group->axisLength(), theme, wires.summary);
  }
  for (const HypothesisGroup& group : groups) {
    addMoment(contents, group, theme, scale, color, wires);
    if (group.path && contents.layers.look.trails != HypothesisTrails::kNone) {
      setTrailLength(contents, group, wires);
    }
  }
}

}  // namespace alidade
