// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/data/image.h"
#include "core/nn/checkpoint_file.h"
#include "core/nn/vit/patch_grid.h"
#include "core/nn/vit/vision_transformer_config.h"

namespace alidade {

/// What a file of weights does not say.
struct ImageEncoderOptions {
  int heads = 0;  ///< 0 = by the metadata of the file, else dim / 64
  /// Nothing = by the metadata, else by naming and registers of the file.
  std::optional<PositionResize> positions = std::nullopt;
  bool double_precision = false;  ///< arithmetic in float64; features of encode() stay float
};

/// All that a vision transformer gives for one image: class token, registers, patches row by row.
struct VisionTokens {
  int rows = 0, cols = 0;  ///< of the grid of patches
  int tokens = 0, dim = 0;
  std::vector<double> positions;    ///< [1 + rows * cols][dim] as added to class token and patches
  std::vector<double> before_norm;  ///< [tokens][dim]
  std::vector<double> normed;       ///< [tokens][dim], behind the last layer norm

  /// The first number of the patches in `before_norm`.
  const double* patches() const {
    return before_norm.data() + static_cast<std::size_t>(tokens - rows * cols) * dim;
  }
};

/// An image as the network takes it: values 0..255 to 0..1, ImageNet's mean and deviation taken out; planes
/// [3][height][width]. `image` has 3 channels.
std::vector<float> normalized_planes(const ImageU8& image);

/// A frozen vision transformer that gives images features: official DINOv2 weights, those of Hugging Face, or
/// our own. All methods may be called from several threads at once.
class ImageEncoder {
 public:
  /// Metadata "format" of our own files.
  static constexpr char kFormat[] = "alidade-image-encoder/1";

  /// Reads a .safetensors file: F32, F16, BF16 or F64 under the names of DINOv2 or of Hugging Face, behind
  /// any prefix. An Error (kInput) names the first three tensors that are missing or of another shape;
  /// tensors that belong to nothing are named in the log and not used. A pickle (.pth) is refused, nothing in
  /// it is run.
  static Expected<std::shared_ptr<ImageEncoder>> load(const std::filesystem::path& path,
                                                      const ImageEncoderOptions& options = {});
  /// Fresh weights from `seed`; the configuration must pass check().
  static std::shared_ptr<ImageEncoder> create(const VisionTransformerConfig& config, std::uint64_t seed,
                                              const ImageEncoderOptions& options = {});

  /// The encoder that put() wrote into a checkpoint.
  static Expected<std::shared_ptr<ImageEncoder>> in_checkpoint(const CheckpointFile& file,
                                                               const std::string& prefix);
  /// Adds its tensors, their names behind `prefix`, and the metadata that in_checkpoint() needs.
  void put(SafeTensors& file, const std::string& prefix) const;

  struct Impl;
  explicit ImageEncoder(std::unique_ptr<Impl> impl);
  ~ImageEncoder();

  const VisionTransformerConfig& config() const;
  int dim() const { return config().dim; }
  int patch() const { return config().patch; }  ///< pixels
  /// Of the file's bytes; of the weights where there is no file.
  const std::string& sha256() const;
  /// "175 of 175 tensors", with what was stripped and left out; empty without a file.
  const std::string& report() const;
  /// The file's metadata "training"; empty where there is none.
  const std::string& training() const;

  /// The features of an image's patches before the last layer norm (AG-Pose's choice). kInput unless it has 3
  /// channels and sides that are multiples of the patch, at most kMostSide.
  Expected<PatchGrid> encode(const ImageU8& crop) const;
  /// The same for images of one size, in batches of 16.
  Expected<std::vector<PatchGrid>> encode(std::span<const ImageU8* const> crops) const;
  static constexpr int kMostSide = 4096;  ///< pixels

  /// Every token for normalized planes [3][height][width].
  Expected<VisionTokens> tokens(std::span<const float> planes, int width, int height) const;

  /// Names and shapes, official order.
  std::vector<ParameterInfo> parameters() const;

  /// Writes it under official names with metadata that load() takes; `training_json` becomes its "training".
  Expected<void> save(const std::filesystem::path& path, const std::string& training_json) const;

  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace alidade
