// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/data/procedural/shapes.h"

namespace alidade {

/// What the files of a frame need beyond Frame; one entry per instance.
struct FrameDetails {
  std::vector<ImageU8> full_masks;       ///< silhouette without occluders, 255 = object
  std::vector<std::int64_t> num_pixels;  ///< of the whole silhouette, also outside the image
  std::vector<bool> handle_hidden;       ///< the instance carries ShapeInstance::symmetry_when_hidden
};

/// What a procedural set is called and what its files are like.
struct ProceduralSet {
  std::string generator;  ///< "Tabletop"
  std::string name;       ///< "tabletop-train"
  std::string split;
  std::uint64_t seed = 1;
  int frames = 0;
  int sequence_frames = 0;  ///< 0 = stills
  int num_models = 1;       ///< object ids are 1..num_models
  int max_instances = 1;    ///< of one frame
  double depth_unit_mm = 0.1;
  int jpeg_quality = 92;
  std::string recipe_json;

  int num_sequences() const {
    return sequence_frames > 0 ? (frames + sequence_frames - 1) / sequence_frames : 0;
  }
};

/// Renders the frames of a recipe: frame i is a pure function of the recipe and i. All methods may be called
/// from several threads at once.
class ProceduralGenerator {
 public:
  virtual ~ProceduralGenerator() = default;

  virtual const ProceduralSet& set() const = 0;
  /// Names and numbers of a frame: stills are the images of one scene, a sequence is a scene of its own.
  virtual FrameInfo frame_info(std::size_t index) const = 0;
  /// Every object of the pool, ids from 1.
  virtual const std::vector<ObjectModel>& models() const = 0;
  /// The shape of a model; null for an unknown id.
  virtual std::shared_ptr<const ShapeInstance> shape(int object_id) const = 0;
  /// The mesh of a model; null for an unknown id.
  virtual std::shared_ptr<const Mesh> mesh(int object_id) const = 0;
  /// A complete frame: depth carries the rounding of its 16-bit file; instances without a visible pixel are
  /// left out. The other layers do not depend on those asked for.
  virtual Frame frame(std::size_t index, const FrameLayers& layers, FrameDetails* details) const = 0;
};

/// FrameInfo::name of an image.
std::string procedural_frame_name(int scene_id, int image_id);
/// FNV-1a.
std::uint64_t name_hash(const std::string& name);
/// The seed of one kind of random choice in a split.
std::uint64_t split_seed(std::uint64_t seed, const std::string& split, std::uint64_t stream);

/// A dataset that generates its frames when they are loaded; format "Tabletop (procedural)".
std::shared_ptr<const Dataset> make_procedural_dataset(std::shared_ptr<const ProceduralGenerator> generator);

}  // namespace alidade
