// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QRectF>

#include "views/base/figure.h"
#include "views/base/hover_card.h"

namespace alidade {

/// A figure that says what lies under the mouse.
class HoverFigure : public Figure {
 public:
  /// A place with something to say.
  struct Stop {
    QRectF spot;
    HoverCard card;
    int id = -1;        ///< what a click chooses; -1 = nothing
    bool round = true;  ///< a mark, near to which is enough; else an area
  };

  /// All of the figure painted into `area`, in the order in which arrow keys go through them.
  virtual std::vector<Stop> stops(const QRectF& area, const PlotTheme& theme) const = 0;
};

}  // namespace alidade
