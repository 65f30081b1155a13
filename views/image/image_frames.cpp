// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/image_frames.h"

#include <array>

#include "views/image/image_rasters.h"

namespace alidade {
namespace {

bool equalContents(const ImageFigureData& a, const ImageFigureData& b) {
  return a.frame == b.frame && a.result == b.result && a.layers == b.layers && a.selected == b.selected &&
         a.meshes == b.meshes;
}

/// Selecting and flipping results leave the pictures of the frame as they are.
bool equalRasters(const ImageFigureData& a, const ImageFigureData& b) {
  return a.frame == b.frame && a.layers.masks == b.layers.masks && a.layers.contours == b.layers.contours &&
         a.layers.nocs == b.layers.nocs && a.layers.depth == b.layers.depth &&
         a.layers.depth_map == b.layers.depth_map && a.layers.gray == b.layers.gray;
}

bool equalErrors(const ImageFigureData& a, const ImageFigureData& b) {
  ErrorLayers layers = a.layers.errors;
  layers.opacity = b.layers.errors.opacity;
  return a.frame == b.frame && a.result == b.result && a.meshes == b.meshes && layers == b.layers.errors;
}

/// The two sides of an answer; null where there is none.
std::array<const ImageFigure*, 2> sidesOf(const ImageAnswer& answer) {
  return {answer.figure.get(), answer.wipe ? answer.wipe->right.get() : nullptr};
}

bool errorsMade(const ImageFigureData& data, const ImageAnswer& before) {
  for (const ImageFigure* side : sidesOf(before)) {
    if (side && side->errors() && equalErrors(side->contents(), data) && side->errors()->complete) {
      return true;
    }
  }
  return !data.layers.errors.any();
}

std::shared_ptr<const ImageFigure> makeFigure(const ImageFigureData& data, const ImageAnswer& before,
                                              std::shared_ptr<const ImageRasters> rasters, bool with_errors) {
  std::shared_ptr<const ImageErrors> errors;
  for (const ImageFigure* side : sidesOf(before)) {
    if (side && equalRasters(side->contents(), data)) {
      rasters = side->rasters();
    }
    if (side && side->errors()->complete && equalErrors(side->contents(), data)) {
      errors = side->errors();
    }
  }
  if (!errors && !with_errors) {
    errors = std::make_shared<const ImageErrors>();
  }
  return std::make_shared<const ImageFigure>(data, std::move(rasters), std::move(errors));
}

}  // namespace

bool ImageWish::operator==(const ImageWish& other) const {
  return equalContents(left, other.left) && right.has_value() == other.right.has_value() &&
         (!right || equalContents(*right, *other.right)) && left_name == other.left_name &&
         right_name == other.right_name;
}

bool quicklyMade(const ImageWish& wish, const ImageAnswer& before) {
  return errorsMade(wish.left, before) && (!wish.right || errorsMade(*wish.right, before));
}

ImageAnswer makeFigures(const ImageWish& wish, const ImageAnswer& before, bool errors) {
  ImageAnswer answer;
  answer.figure = makeFigure(wish.left, before, nullptr, errors);
  if (wish.right) {
    answer.wipe = ImageWipe{makeFigure(*wish.right, before, answer.figure->rasters(), errors),
                            wish.left_name, wish.right_name};
  }
  return answer;
}

}  // namespace alidade
