// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/hypothesis_summary.h"

#include <cmath>
#include <numbers>

#include "views/scene/hypothesis_wires.h"

namespace alidade {
namespace {

constexpr std::size_t kMostSummaries = 8;  // each takes milliseconds
constexpr int kEllipseParts = 64;
constexpr std::size_t kRimPerSide = 6;  // of the rim's points has a line to the tip
constexpr double kRimOpacity = 0.95, kSideOpacity = 0.4;

void addSegment(Wires& wires, const Eigen::Vector3d& from, const Eigen::Vector3d& to, const QColor& color,
                double opacity) {
  const Ink ink = inkOf(color, opacity);
  const std::int32_t a = addPoint(wires, from, ink);
  const std::int32_t b = addPoint(wires, to, ink);
  wires.ends.insert(wires.ends.end(), {a, b});
}

void addEllipse(Wires& wires, const Eigen::Vector3d& center, const Eigen::Vector3d& u,
                const Eigen::Vector3d& v, const QColor& color) {
  const auto at = [&](int i) -> Eigen::Vector3d {
    const double angle = 2.0 * std::numbers::pi * (i % kEllipseParts) / kEllipseParts;
    return center + std::cos(angle) * u + std::sin(angle) * v;
  };
  for (int i = 0; i < kEllipseParts; ++i) {
    addSegment(wires, at(i), at(i + 1), color, kRimOpacity);
  }
}

void addCone(Wires& wires, const Eigen::Vector3d& tip, const AxisCone& cone, double length,
             const QColor& color) {
  for (std::size_t i = 0; i + 1 < cone.outline.size(); ++i) {
    const Eigen::Vector3d rim = tip + length * cone.outline[i];
    addSegment(wires, rim, tip + length * cone.outline[i + 1], color, kRimOpacity);
    if (i % kRimPerSide == 0) {
      addSegment(wires, tip, rim, color, kSideOpacity);
    }
  }
}

}  // namespace

std::vector<GroupSummary> hypothesisSummaries(const std::vector<HypothesisGroup>& groups,
                                              const HypothesisLook& look) {
  std::vector<GroupSummary> summaries;
  if (look.summary_level > 0.0 && groups.size() <= kMostSummaries) {
    for (const HypothesisGroup& group : groups) {
      if (auto summary = pose_summary(*group.poses, group.symmetry, group.center_obj, look.summary_level)) {
        summaries.push_back({group.instance, std::move(*summary)});
      }
    }
  }
  return summaries;
}

void addSummary(const PoseSummary& summary, double axis_length, const Theme& theme, Wires& wires) {
  for (const AxisCone& cone : summary.cones) {
    const QColor& color = theme.axes[static_cast<std::size_t>(cone.axis)];
    addSegment(wires, summary.center, summary.center + axis_length * cone.direction, color, 1.0);
    addCone(wires, summary.center, cone, axis_length, color);
  }
  for (int i = 0; i < 3; ++i) {
    addEllipse(wires, summary.center, summary.half_axes.col(i), summary.half_axes.col((i + 1) % 3),
               theme.prediction);
  }
}

QString summaryBadge(const std::vector<GroupSummary>& summaries) {
  QStringList texts;
  for (const GroupSummary& each : summaries) {
    if (!each.summary.warning.empty()) {
      const QString object =
          summaries.size() > 1 ? "object " + QString::number(each.instance) + ": " : QString();
      texts << object + QString::fromStdString(each.summary.warning);
    }
  }
  return texts.join(" " + QString(QChar(0x00b7)) + " ");
}

}  // namespace alidade
