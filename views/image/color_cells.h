// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include <QColor>
#include <QRectF>

class QPainter;

namespace alidade {

/// Paints a horizontal color bar into `bar`: vector cells of the colors from 0 at the left to 1 at the right,
/// without seams.
void paintColorCells(QPainter& painter, const QRectF& bar, const std::function<QColor(double)>& color);

}  // namespace alidade
