// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QString>

#include "core/evaluation/errors/pose_summary.h"
#include "views/base/theme.h"
#include "views/scene/hypotheses.h"

namespace alidade {

struct Wires;

/// The summary of one object's samples at the shown moment.
struct GroupSummary {
  int instance = 0;  ///< Instance::index
  PoseSummary summary;
};

/// The summaries that the look asks for, of at most eight objects; those of fewer than three samples have
/// none.
std::vector<GroupSummary> hypothesisSummaries(const std::vector<HypothesisGroup>& groups,
                                              const HypothesisLook& look);

/// Adds the mean pose as a frame, the ellipsoid of the place as its three principal ellipses, and a cone per
/// axis, as long as the drawn axes.
void addSummary(const PoseSummary& summary, double axis_length, const Theme& theme, Wires& wires);

/// What stands on the badge: why summaries mislead, with the object's number where several are shown; empty
/// where none does.
QString summaryBadge(const std::vector<GroupSummary>& summaries);

}  // namespace alidade
