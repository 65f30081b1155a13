// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include <QString>

#include "core/base/table.h"
#include "core/results/quantization_sweep.h"
#include "core/sweep/sweep_numbers.h"
#include "views/base/chart/chart_axis.h"
#include "views/base/plot.h"

namespace alidade {

// How quantized networks are spoken of.

inline constexpr double kPercent = 100.0;  ///< of a share

/// A text of this room, translated.
QString worded(const char* text);
/// The names with something between them.
QString joined(const std::vector<std::string>& names, const QString& between);
/// Empty for what is not finite.
Table::Cell numberCell(double value);

/// "ADI-0.1d" of "adi_0.1d"; underscores of other names become spaces.
QString metricText(const std::string& metric);
/// "78.3 %", "–".
QString shareText(double share);
/// "78.3 % (76.1 … 80.2)"; without an interval the value alone.
QString shareText(const IntervalNumber& share);
/// "+1.2 (−0.3 … 2.7) points", and whether that is inside the noise.
QString gainText(const IntervalNumber& gain);
/// "412 kB", "7.8×", "1.2 G", "3.4 ms"; "–" when unknown. Costs as cost_of gives them.
QString costText(SweepCost cost, double value);
/// "412 kB" of bytes.
QString bytesText(double bytes);
/// The axis without its range: label, scale, ticks of compressions at powers of two.
ChartAxis costAxis(SweepCost cost, const QuantizationSweep& sweep);
/// What the axis counts: megabytes, times, 10^9 operations, milliseconds of what cost_of gives.
double onAxis(SweepCost cost, double value);
double fromAxis(SweepCost cost, double value);

/// "INQ", "post-training".
QString methodText(SweepMethod method);
/// The mark of a method, the same in every chart.
LegendEntry::Mark markOf(SweepMethod method);
/// "batch norm frozen"; empty where there was none.
QString normText(NormMode norm);
/// "8", "ternary", "float32": short, for a cell.
QString levelsText(const std::string& levels);
/// "Hessian trace × error"; a name that nobody knows as it is.
QString scoreText(const std::string& score);

/// A sensitivity in its unit: "31.0", "−2.1 percentage points".
QString scoreValueText(double value, const std::string& unit);

}  // namespace alidade
