// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QString>

#include "core/data/dataset.h"
#include "core/results/pose_result.h"

namespace alidade {

/// One line of the inspector.
struct Property {
  QString name;   ///< "rotation (w, x, y, z)"; a line without a value is a heading
  QString value;  ///< for the eye: true minus sign, few digits, unit
  QString exact;  ///< for the clipboard: ASCII, full precision, SI units
};

/// The lines for one object of a frame; `estimate` may be null.
std::vector<Property> describeInstance(const Instance& instance, const QString& model_name,
                                       const PoseEstimate* estimate);

}  // namespace alidade
