// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/bop/bop_symmetry.h"

#include <algorithm>
#include <array>

#include <Eigen/Geometry>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"
#include "plugins/bop/bop_json.h"

namespace alidade::bop {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxElements = 1000;

std::string axis_name(const Eigen::Vector3d& axis) {
  for (int k = 0; k < 3; ++k) {
    if (std::abs(axis[k]) > 0.999) {
      return std::string(1, static_cast<char>('x' + k));
    }
  }
  return "oblique";
}

std::optional<Rigid3> read_element(const json& item) {
  if (!item.is_array() || item.size() != 16) {
    return std::nullopt;
  }
  std::array<double, 16> m{};
  for (std::size_t i = 0; i < 16; ++i) {
    if (!item[i].is_number()) {
      return std::nullopt;
    }
    m[i] = item[i].get<double>();
  }
  Eigen::Matrix3d raw;
  raw << m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10];
  double deviation = 0.0;
  Rigid3 element{project_to_so3(raw, &deviation), Eigen::Vector3d(m[3], m[7], m[11]) * kMetresPerMillimetre};
  return deviation > 0.1 ? std::nullopt : std::optional(element);
}

bool same(const Rigid3& a, const Rigid3& b) {
  return geodesic_distance(a.R, b.R) < 1e-4 && (a.t - b.t).norm() < 1e-6;
}

std::optional<SymmetryAxis> read_axis(const json& item) {
  const auto axis = numbers<3>(item, "axis");
  const auto offset = numbers<3>(item, "offset");
  const Eigen::Vector3d direction = axis ? Eigen::Vector3d(axis->data()) : Eigen::Vector3d::Zero();
  if (!axis || !(direction.norm() > 1e-6) || (item.contains("offset") && !offset)) {
    return std::nullopt;
  }
  const Eigen::Vector3d through = offset ? Eigen::Vector3d(offset->data()) : Eigen::Vector3d::Zero();
  return SymmetryAxis{direction.normalized(), through * kMetresPerMillimetre};
}

/// "C4 z" when all turns share one axis, else "12-fold".
std::string finite_name(const SymmetryGroup& group) {
  Eigen::Vector3d shared = Eigen::Vector3d::Zero();
  for (std::size_t i = 1; i < group.finite.size(); ++i) {
    const Eigen::Vector3d axis = Eigen::AngleAxisd(group.finite[i].R).axis();
    if (i > 1 && std::abs(axis.dot(shared)) < 0.999) {
      return std::to_string(group.finite.size()) + "-fold";
    }
    shared = axis;
  }
  return "C" + std::to_string(group.finite.size()) + " " + axis_name(shared);
}

}  // namespace

std::optional<SymmetryGroup> read_symmetry(const json& info, const char* continuous_key) {
  SymmetryGroup group;
  const json discrete = info.value("symmetries_discrete", json::array());
  const json continuous = info.value(continuous_key, json::array());
  if (!discrete.is_array() || !continuous.is_array() || discrete.size() + continuous.size() > kMaxElements) {
    return std::nullopt;
  }
  for (const auto& item : discrete) {
    const auto element = read_element(item);
    if (!element) {
      return std::nullopt;
    }
    if (std::none_of(group.finite.begin(), group.finite.end(),
                     [&](const Rigid3& known) { return same(known, *element); })) {
      group.finite.push_back(*element);
    }
  }
  for (const auto& item : continuous) {
    const auto axis = read_axis(item);
    if (!axis) {
      return std::nullopt;
    }
    group.axes.push_back(*axis);
  }
  group.name = symmetry_name(group);
  return group;
}

std::string symmetry_name(const SymmetryGroup& group) {
  std::string name;
  for (const auto& axis : group.axes) {
    name += (name.empty() ? "C∞ " : ", C∞ ") + axis_name(axis.axis);
  }
  if (group.finite.size() > 1) {
    name += name.empty() ? finite_name(group) : ", " + std::to_string(group.finite.size()) + "-fold";
  }
  return name.empty() ? "none" : name;
}

}  // namespace alidade::bop
