// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QRectF>
#include <QString>

#include "core/base/provenance.h"
#include "core/base/table.h"
#include "core/session/figure_record.h"

class QPainter;

namespace alidade {

struct PlotTheme;

/// Something that can be painted: on screen and, with the print theme, into PNG, SVG and PDF by the very same
/// code. Figures are values: they own (or share) the data they show and need neither a window nor GL to
/// paint.
class Figure {
 public:
  virtual ~Figure() = default;
  /// Paints into `area` (logical units: pixels on screen, points in print); never outside of it.
  virtual void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const = 0;
  /// The plotted numbers.
  virtual Table data() const = 0;
  /// Where they come from; goes into every exported file.
  virtual Provenance provenance() const = 0;
  /// Which view shows it, of what; nothing for a figure that no view made. figureOf (figure_of_view.h) adds
  /// it.
  virtual FigureOrigin origin() const { return {}; }
};

}  // namespace alidade
