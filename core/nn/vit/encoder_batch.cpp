// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/vit/encoder_batch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "core/nn/vit/image_encoder.h"

namespace alidade {
namespace {

constexpr double kCropMargin = 0.1;  // as ObjectCropOptions has it
constexpr int kSampleEvery = 2;      // pixels of the crop between those that a patch's target is the mean of

bool turns_about_y(const SymmetryGroup& group) {
  return group.any || std::any_of(group.axes.begin(), group.axes.end(),
                                  [](const auto& a) { return std::abs(a.axis.y()) > 0.999; });
}

/// The square as the augmentation may move it.
PixelSquare moved_square(PixelSquare square, const CropAugmentation& a, Random* random) {
  if (random == nullptr) {
    return square;
  }
  const double x = square.left + square.side * (0.5 + random->uniform(-a.shift, a.shift));
  const double y = square.top + square.side * (0.5 + random->uniform(-a.shift, a.shift));
  square.side *= random->uniform(1.0 - a.zoom, 1.0 + a.zoom);
  return {x - 0.5 * square.side, y - 0.5 * square.side, square.side};
}

/// Brightness, contrast and gains, one table per channel.
void recolor(ImageU8& image, const CropAugmentation& a, Random& random) {
  const double contrast = random.uniform(1.0 - a.contrast, 1.0 + a.contrast);
  const double brightness = 255.0 * random.uniform(-a.brightness, a.brightness);
  std::array<std::array<std::uint8_t, 256>, 3> table;
  for (auto& channel : table) {
    const double gain = random.uniform(1.0 - a.gain, 1.0 + a.gain);
    for (int i = 0; i < 256; ++i) {
      const double value = gain * (127.5 + contrast * (i - 127.5) + brightness);
      channel[i] = static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
    }
  }
  for (std::size_t i = 0; i < image.data.size(); ++i) {
    image.data[i] = table[i % 3][image.data[i]];
  }
}

/// What one patch of a crop tells: mean over those of its pixels that lie on the object.
struct PatchTarget {
  std::array<double, 4> mean{};
  double coverage = 0.0;
};

PatchTarget patch_target(const ImageU8& nocs, const PixelSquare& square, double scale, int left, int top,
                         int patch) {
  PatchTarget target;
  int seen = 0, all = 0;
  for (int y = top; y < top + patch; y += kSampleEvery) {
    for (int x = left; x < left + patch; x += kSampleEvery) {
      ++all;
      const int u = static_cast<int>(std::floor(square.left + (x + 0.5) / scale));
      const int v = static_cast<int>(std::floor(square.top + (y + 0.5) / scale));
      if (u < 0 || v < 0 || u >= nocs.width || v >= nocs.height) {
        continue;
      }
      const std::uint8_t* at = nocs.pixel(u, v);
      if ((at[0] | at[1] | at[2]) == 0) {
        continue;
      }
      ++seen;
      const double p[] = {at[0] / 255.0, at[1] / 255.0, at[2] / 255.0};
      for (int k = 0; k < 3; ++k) {
        target.mean[k] += p[k];
      }
      target.mean[3] += std::hypot(p[0] - 0.5, p[2] - 0.5);
    }
  }
  for (double& value : target.mean) {
    value /= std::max(seen, 1);
  }
  target.coverage = static_cast<double>(seen) / all;
  return target;
}

void add_targets(EncoderBatch& batch, const EncoderSample& sample, const PixelSquare& square, int patch) {
  const int cells = batch.size_px / patch;
  const double scale = batch.size_px / square.side;
  for (int row = 0; row < cells; ++row) {
    for (int col = 0; col < cells; ++col) {
      const PatchTarget target = patch_target(sample.nocs, square, scale, col * patch, row * patch, patch);
      for (int k = 0; k < 4; ++k) {
        const bool looked_at = k == 1 || (k == 3) == sample.symmetric_y;
        batch.target.push_back(static_cast<float>(target.mean[k]));
        batch.weight.push_back(looked_at && target.coverage >= kLeastCoverage ? 1.0f : 0.0f);
      }
    }
  }
}

/// Part of an image; `keep` (may be null) says which pixels are not black.
ImageU8 cut_out(const ImageU8& image, int left, int top, int width, int height, const ImageU8* keep) {
  ImageU8 out(width, height, image.channels);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (keep == nullptr || *keep->pixel(left + x, top + y) != 0) {
        std::copy_n(image.pixel(left + x, top + y), image.channels, out.pixel(x, y));
      }
    }
  }
  return out;
}

}  // namespace

Expected<EncoderSample> encoder_sample(const Frame& frame, std::size_t position, int category,
                                       const CropAugmentation& a) {
  const auto square = object_square(frame, position, kCropMargin);
  if (!square) {
    return square.error();
  }
  const ImageU8& nocs = frame.nocs;
  if (nocs.width != frame.color.width || nocs.height != frame.color.height || nocs.channels != 3) {
    return Error{ErrorCode::kInput,
                 frame.info.name + ": the frame has no NOCS image of the color image's size."};
  }
  const double reach = (0.5 * a.zoom + a.shift) * square->side + 1.0;
  const auto edge = [](double value, int most) {
    return std::clamp(static_cast<int>(std::floor(value)), 0, most);
  };
  const int left = edge(square->left - reach, nocs.width - 1),
            top = edge(square->top - reach, nocs.height - 1);
  const int right = edge(square->left + square->side + reach + 1.0, nocs.width);
  const int bottom = edge(square->top + square->side + reach + 1.0, nocs.height);
  EncoderSample sample;
  sample.color = cut_out(frame.color, left, top, right - left, bottom - top, nullptr);
  sample.nocs = cut_out(nocs, left, top, right - left, bottom - top, &frame.visible_masks[position]);
  sample.square = {square->left - left, square->top - top, square->side};
  sample.category = category;
  sample.symmetric_y = turns_about_y(frame.instances[position].symmetry);
  return sample;
}

EncoderBatch make_encoder_batch(const std::vector<const EncoderSample*>& samples, int size_px, int patch,
                                const CropAugmentation& augmentation, Random* random) {
  EncoderBatch batch;
  batch.objects = static_cast<int>(samples.size());
  batch.size_px = size_px;
  batch.patches = (size_px / patch) * (size_px / patch);
  for (const EncoderSample* sample : samples) {
    const PixelSquare square = moved_square(sample->square, augmentation, random);
    ImageU8 crop = resized_square(sample->color, square, size_px);
    if (random != nullptr) {
      recolor(crop, augmentation, *random);
    }
    const auto planes = normalized_planes(crop);
    batch.planes.insert(batch.planes.end(), planes.begin(), planes.end());
    add_targets(batch, *sample, square, patch);
    batch.categories.push_back(sample->category);
  }
  return batch;
}

}  // namespace alidade
