// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/color_cells.h"

#include <QPainter>

namespace alidade {
namespace {

constexpr int kCells = 48;

}  // namespace

void paintColorCells(QPainter& painter, const QRectF& bar, const std::function<QColor(double)>& color) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing, false);
  // Each cell is drawn a little wider than its step: no seams between them.
  for (int i = 0; i < kCells; ++i) {
    const double left = bar.left() + bar.width() * i / kCells;
    const double overlap = i + 1 < kCells ? 0.5 * bar.width() / kCells : 0.0;
    painter.fillRect(QRectF(left, bar.top(), bar.width() / kCells + overlap, bar.height()),
                     color((i + 0.5) / kCells));
  }
  painter.restore();
}

}  // namespace alidade
