// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QColor>
#include <QString>

namespace alidade {

/// Colors of an angle.
enum class CyclicMap {
  kUniform,  ///< constant lightness and chroma in OKLCH: equal angles look equally far apart
  kHsv,      ///< as published (implicit-PDF, GenPose)
};

/// Colors of an amount.
enum class SequentialMap { kViridis, kCividis };

/// Color of `turn` in turns; wraps, so 0 and 1 are the same.
QColor cyclicColor(CyclicMap map, double turn);
/// Color of `amount`, clamped to [0, 1].
QColor sequentialColor(SequentialMap map, double amount);

/// The part of `map` that stands out on a dark or a light surface, from 0 to 1: lines and dots of the same
/// amount have the color that a color bar painted with it shows.
QColor surfaceColor(SequentialMap map, double amount, bool dark_surface);

/// "uniform", "hsv".
QString cyclicMapName(CyclicMap map);

}  // namespace alidade
