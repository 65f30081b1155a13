// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QString>

namespace alidade {

enum class ChartScale { kLinear, kLogarithmic };

/// One axis of a chart: the values at its ends, and how those between are spaced.
struct ChartAxis {
  double low = 0.0;  ///< below `high`; both positive on a logarithmic axis
  double high = 1.0;
  QString label{};  ///< with unit: "error (°)"
  ChartScale scale = ChartScale::kLinear;
  bool reversed = false;        ///< `high` comes first, as noise does where diffusion time runs
  bool holds = false;           ///< values beyond an end lie on it
  bool counts = false;          ///< of whole numbers, thousands as "10k"
  std::vector<double> ticks{};  ///< where to put numbers; empty = at round values

  bool logarithmic() const { return scale == ChartScale::kLogarithmic; }
  /// Whether the value can be shown: finite, of a size to calculate with, positive where it must be (an axis
  /// that holds puts what is not at its end).
  bool draws(double value) const;
  /// Place of a drawable value: 0 at the axis' beginning, 1 at its end, beyond unless the axis holds.
  double share(double value) const;
  /// Inverse of share.
  double valueAt(double share) const;
};

/// An axis of this range with some air, for values from `low` to `high`; any numbers give an axis.
ChartAxis fittedAxis(double low, double high, ChartScale scale);

/// Round values that cover [low, high], about `count` of them; steps are 1, 2 or 5 times a power of ten.
std::vector<double> niceTicks(double low, double high, int count);
/// Where the numbers of an axis stand, about `count` of them: its own ticks, else round values, on a
/// logarithmic axis 1, 2 and 5 times powers of ten.
std::vector<double> axisTicks(const ChartAxis& axis, int count);
/// The numbers at the ticks; round ones of a linear axis have decimals alike.
std::vector<QString> tickTexts(const ChartAxis& axis, const std::vector<double>& ticks);

/// "0.005", in four digits and with a true minus sign.
QString valueText(double value);

}  // namespace alidade
