// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include "views/image/image_wipe.h"

namespace alidade {

/// What an image view wants to show: one figure, or two beside a border.
struct ImageWish {
  ImageFigureData left;
  std::optional<ImageFigureData> right;
  QString left_name, right_name;  ///< of the sides

  bool operator==(const ImageWish& other) const;
};

/// A wish made true.
struct ImageAnswer {
  std::shared_ptr<const ImageFigure> figure;
  std::optional<ImageWipe> wipe;
};

/// True when nothing that takes long has to be made: the error layers are off, or those of `before` fit.
bool quicklyMade(const ImageWish& wish, const ImageAnswer& before);

/// Makes the figures; pictures that are equal to those of `before` are taken from there. Touches no widget.
/// Without `errors` the error layers stay empty.
ImageAnswer makeFigures(const ImageWish& wish, const ImageAnswer& before, bool errors);

}  // namespace alidade
