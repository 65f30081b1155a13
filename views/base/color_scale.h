// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QColor>
#include <QRectF>
#include <QString>

#include "views/base/chosen_color_map.h"

class QPainter;

namespace alidade {

struct PlotTheme;

/// How amounts become colors from `low` to `high`. Cividis, unless somebody chose another map: it is
/// perceptually uniform and holds neither the green of ground truth nor the orange of predictions.
struct ColorScale {
  QString label;  ///< with unit: "error (°)"
  double low = 0.0;
  double high = 1.0;
  int decimals = 0;
  bool open = false;  ///< what is above `high` has its color
  ColorMap map = SequentialMap::kCividis;

  /// 0 at low, 1 at high, clamped; 0 for what is not finite.
  double amount(double value) const;
  QColor color(double value, bool dark_surface) const;
};

/// Height of paintColorBar for that many scales.
double colorBarHeight(const PlotTheme& theme, std::size_t scales);

/// Paints the scales below each other from the top of `area`: label, bar, numbers at both ends.
void paintColorBars(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                    const std::vector<ColorScale>& scales);

}  // namespace alidade
