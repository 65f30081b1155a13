// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <utility>
#include <vector>

#include <QPointF>
#include <QRectF>
#include <QString>
#include <QStringList>

#include "views/base/plot_theme.h"

class QPainter;

namespace alidade {

/// What stands beside the mouse: a head, and names with values.
struct HoverCard {
  QString head;
  std::vector<std::pair<QString, QString>> lines;
  QString foot;  ///< a remark below; may be empty

  QStringList texts() const;
};

/// Paints the card beside the mouse, inside of `bounds`.
void paintHoverCard(QPainter& painter, const PlotTheme& theme, const HoverCard& card, const QPointF& mouse,
                    const QRectF& bounds);

}  // namespace alidade
