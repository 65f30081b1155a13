// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QRectF>
#include <QString>

namespace alidade {

class Figure;
struct PlotTheme;

/// A text as it lies on the page, points.
struct PlacedText {
  QString text;
  QRectF ink;   ///< about what is seen of it
  QRectF clip;  ///< what is painted there is seen; the page where nothing is clipped
};

/// The texts of a figure painted onto a page of `size` points, in the order in which they are painted. A text
/// that is painted once more for its halo counts once.
std::vector<PlacedText> textsOf(const Figure& figure, const QSizeF& size, const PlotTheme& theme);

}  // namespace alidade
