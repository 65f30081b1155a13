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

/// Colors of an amount. All are perceptually uniform and go from dark to light.
enum class SequentialMap { kViridis, kCividis, kMagma, kInferno, kPlasma, kGray };

/// Colors of a signed amount, light at 0.
enum class DivergingMap { kBlueBrown, kGreenPurple };

/// Color of `turn` in turns; wraps, so 0 and 1 are the same.
QColor cyclicColor(CyclicMap map, double turn);
/// Color of `amount`, clamped to [0, 1].
QColor sequentialColor(SequentialMap map, double amount);

/// The part of `map` that stands out on a dark or a light surface, from 0 to 1: lines and dots of the same
/// amount have the color that a color bar painted with it shows.
QColor surfaceColor(SequentialMap map, double amount, bool dark_surface);

/// Color of a signed amount, clamped to [-1, 1]: light gray at 0, the first hue below, the second above. Both
/// arms lose the same lightness and gain the same chroma with every step (OKLCH), so that they look equally
/// strong.
QColor divergingColor(double amount, DivergingMap map = DivergingMap::kBlueBrown);

/// Three colors that are told apart with every kind of color vision, and by lightness from photographs: two of
/// Okabe and Ito's (2008) and a neutral one.
enum class SafeColor { kSkyBlue, kOrange, kNeutral };
QColor safeColor(SafeColor color);

/// "uniform", "hsv".
QString cyclicMapName(CyclicMap map);

}  // namespace alidade
