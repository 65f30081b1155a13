// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <utility>

#include "core/exchange/pose_set_file.h"
#include "core/geometry/rotation.h"

namespace alidade {
namespace {

/// How the window names a group about an axis, and Omni6DPose's word for it.
constexpr std::array<std::pair<const char*, const char*>, 5> kKinds{
    {{"C2", "flip"}, {"C4", "square-pyramid"}, {"D4", "square-tube"}, {"C∞", "cone"}, {"D∞", "cylinder"}}};

constexpr double kSame = 1e-9;

bool same_elements(const std::vector<Rigid3>& a, const std::vector<Rigid3>& b) {
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const Rigid3& x) {
           return std::any_of(b.begin(), b.end(),
                              [&](const Rigid3& y) { return (x.R - y.R).norm() < kSame; });
         });
}

bool same_axis(const SymmetryAxis& a, const SymmetryAxis& b) {
  return a.axis.cross(b.axis).norm() < kSame;
}

bool same_group(const SymmetryGroup& a, const SymmetryGroup& b) {
  if (a.any || b.any) {
    return a.any == b.any;
  }
  if (a.axes.size() != b.axes.size() || !same_elements(a.finite, b.finite)) {
    return false;
  }
  return std::all_of(a.axes.begin(), a.axes.end(), [&](const SymmetryAxis& x) {
    return std::any_of(b.axes.begin(), b.axes.end(), [&](const SymmetryAxis& y) { return same_axis(x, y); });
  });
}

std::vector<std::pair<std::string, SymmetryGroup>> named_groups() {
  std::vector<std::string> names{"none", "any", "cube", "box"};
  for (const auto& kind : kKinds) {
    for (const char* axis : {"x-", "y-", "z-"}) {
      names.push_back(std::string(axis) + kind.second);
    }
  }
  std::vector<std::pair<std::string, SymmetryGroup>> groups;
  for (const std::string& name : names) {
    if (auto group = named_symmetry(name)) {
      groups.emplace_back(name, std::move(*group));
    }
  }
  return groups;
}

/// The element about another center than the origin.
Rigid3 about(const Rigid3& element, const Eigen::Vector3d& center) {
  return {element.R, center - element.R * center};
}

}  // namespace

SymmetryGroup centered_symmetry(SymmetryGroup group, const Eigen::Vector3d& center) {
  for (Rigid3& element : group.finite) {
    element = about(element, center);
  }
  for (SymmetryAxis& axis : group.axes) {
    axis.offset = center;
  }
  return group;
}

Expected<SymmetryGroup> symmetry_of_text(const std::string& text) {
  for (const auto& [shown, kind] : kKinds) {
    for (const char* axis : {"x", "y", "z"}) {
      if (text == std::string(shown) + " " + axis) {
        return named_symmetry(std::string(axis) + "-" + kind);
      }
    }
  }
  return named_symmetry(text);
}

std::optional<std::string> text_of_symmetry(const SymmetryGroup& group) {
  static const auto known = named_groups();
  for (const auto& [name, named] : known) {
    if (same_group(named, group)) {
      return name;
    }
  }
  return std::nullopt;
}

}  // namespace alidade
