// SPDX-License-Identifier: BSD-3-Clause
// What the handles of a curve stand for.
#include <algorithm>
#include <cmath>

#include "views/schedule_lab/curve_editor.h"

namespace alidade {
namespace {

constexpr double kRateHandleTime = 0.2;  ///< where the handle of an exponential's rate lies
constexpr double kDrawnTimes[] = {0.0, 0.1, 0.25, 0.5, 1.0};

Guidance exponentialMoved(Guidance moved, std::size_t handle, double w) {
  if (handle == 0) {
    moved.w_max = w;
  } else if (handle == 1) {
    const double share = (w - moved.w_min) / (moved.w_max - moved.w_min);
    moved.rate = -std::log(share) / kRateHandleTime;  // not finite where no rate reaches w: refused
  } else {
    const double end = std::exp(-moved.rate);
    moved.w_min = (w - moved.w_max * end) / (1.0 - end);
  }
  return moved;
}

Guidance pointMoved(Guidance moved, std::size_t handle, double t, double w) {
  if (handle < moved.points.size()) {
    moved.points[handle] = {std::clamp(t, 0.0, 1.0), w};
  }
  return moved;
}

}  // namespace

std::vector<GuidancePoint> handlesOf(const Guidance& guidance) {
  switch (guidance.kind) {
    case GuidanceKind::kNone:
      return {};
    case GuidanceKind::kConstant:
      return {{0.5, guidance.w_max}};
    case GuidanceKind::kLinear:
      return {{0.0, guidance(0.0)}, {1.0, guidance(1.0)}};
    case GuidanceKind::kExponential:
      return {{0.0, guidance(0.0)}, {kRateHandleTime, guidance(kRateHandleTime)}, {1.0, guidance(1.0)}};
    case GuidanceKind::kSpline:
      return guidance.points;
  }
  return {};
}

Guidance withHandleMoved(const Guidance& guidance, std::size_t handle, double t, double w) {
  Guidance moved = guidance;
  switch (guidance.kind) {
    case GuidanceKind::kNone:
      break;
    case GuidanceKind::kConstant:
      moved.w_max = w;
      break;
    case GuidanceKind::kLinear:
      (handle == 0 ? moved.w_max : moved.w_min) = w;
      break;
    case GuidanceKind::kExponential:
      return exponentialMoved(moved, handle, w);
    case GuidanceKind::kSpline:
      return pointMoved(moved, handle, t, w);
  }
  return moved;
}

Guidance drawnFrom(const Guidance& guidance) {
  if (guidance.kind == GuidanceKind::kSpline) {
    return guidance;
  }
  Guidance drawn = guidance;
  drawn.kind = GuidanceKind::kSpline;
  drawn.points.clear();
  for (const double t : kDrawnTimes) {
    drawn.points.push_back({t, guidance(t)});
  }
  return drawn;
}

}  // namespace alidade
