// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/expected.h"
#include "core/base/random.h"
#include "core/data/dataset.h"
#include "core/data/image.h"
#include "core/nn/object_crop.h"

namespace alidade {

/// How crops are changed while an encoder is trained; each in its own draw per object and step.
struct CropAugmentation {
  double shift = 0.08;       ///< of the square, at most so much of its side
  double zoom = 0.15;        ///< its side times 1 - zoom to 1 + zoom
  double brightness = 0.15;  ///< added to the colors, at most so much of their range
  double contrast = 0.3;     ///< around the middle of the range, factor 1 - contrast to 1 + contrast
  double gain = 0.15;        ///< of each channel by itself, factor 1 - gain to 1 + gain
};

/// An object of a frame at the frame's own resolution, with its surroundings.
struct EncoderSample {
  ImageU8 color;             ///< RGB
  ImageU8 nocs;              ///< of the same size; 0, 0, 0 outside the object's visible mask
  PixelSquare square;        ///< around the object, within these images
  int category = 0;          ///< index in Dataset::categories()
  bool symmetric_y = false;  ///< turning it about y changes nothing
};

/// An object of a frame that has color, masks and NOCS; kInput for one that lacks them. As much of the
/// surroundings is kept as `augmentation` can reach.
Expected<EncoderSample> encoder_sample(const Frame& frame, std::size_t position, int category,
                                       const CropAugmentation& augmentation);

/// Crops of `objects` objects and what the patches of each shall tell, row by row.
struct EncoderBatch {
  int objects = 0, size_px = 0, patches = 0;
  std::vector<float> planes;  ///< [objects][3][size][size], normalized
  std::vector<float> target;  ///< [objects][patches][4]: mean NOCS x, y, z and mean distance from the y axis
  std::vector<float> weight;  ///< [objects][patches][4]: 1 where the loss looks, else 0
  std::vector<int> categories;  ///< [objects]
};

/// Least share of a patch that an object covers for the patch to tell of it.
inline constexpr double kLeastCoverage = 0.25;

/// Crops of size_px pixels (a multiple of `patch`), changed by draws of `random`, or unchanged without it. An
/// object that is symmetric about y has weights for height and distance from the axis alone, another one for
/// x, y and z.
EncoderBatch make_encoder_batch(const std::vector<const EncoderSample*>& samples, int size_px, int patch,
                                const CropAugmentation& augmentation, Random* random);

}  // namespace alidade
