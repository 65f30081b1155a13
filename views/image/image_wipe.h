// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QString>

#include "views/base/figure.h"
#include "views/image/image_figure.h"

namespace alidade {

/// What stands to the right of a border that wipes over an image.
struct ImageWipe {
  std::shared_ptr<const ImageFigure> right;  ///< of the same frame
  QString left_name, right_name;             ///< "A · demo", "Ground truth"
};

/// Paints the border at `x` from the top to the bottom of `area`, with the names beside it and, on screen, a
/// grip in the middle. Names that do not fit are cut with an ellipsis.
void paintWipeBorder(QPainter& painter, const PlotTheme& theme, const QRectF& area, double x,
                     const ImageWipe& wipe, bool grip);

/// Two figures of one image side by side, each on its side of a border.
class ImageWipeFigure : public Figure {
 public:
  /// `share` of the image's width lies left of the border, 0..1.
  ImageWipeFigure(std::shared_ptr<const ImageFigure> left, ImageWipe wipe, double share);

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// The numbers of both sides, a first column says of which.
  Table data() const override;
  Provenance provenance() const override;

 private:
  std::shared_ptr<const ImageFigure> left_;
  ImageWipe wipe_;
  double share_;
};

}  // namespace alidade
