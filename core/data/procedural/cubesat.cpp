// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/cubesat.h"

#include <algorithm>
#include <utility>

#include "core/base/random.h"
#include "core/data/mesh_extent.h"
#include "core/data/procedural/cubesat_scene.h"
#include "core/data/procedural/cubesat_shading.h"
#include "core/data/procedural/depth_noise.h"
#include "core/data/procedural/silhouette.h"

namespace alidade {
namespace {

constexpr std::uint64_t kCubesatStream = 0x63756265736174;

ImageF exact_depth(const Rasterizer& drawn) {
  ImageF depth(drawn.camera().width, drawn.camera().height, 1);
  for (int y = 0; y < depth.height; ++y) {
    for (int x = 0; x < depth.width; ++x) {
      *depth.pixel(x, y) = drawn.depth(x, y);
    }
  }
  return depth;
}

ImageU8 satellite_nocs(const Rasterizer& drawn, const Eigen::Vector3d& size) {
  ImageU8 map(drawn.camera().width, drawn.camera().height, 3);
  for (int y = 0; y < map.height; ++y) {
    for (int x = 0; x < map.width; ++x) {
      if (drawn.fragment(x, y).item == 0) {
        const auto color = nocs_color(drawn.point_mesh(x, y), size);
        std::copy(color.begin(), color.end(), map.pixel(x, y));
      }
    }
  }
  return map;
}

}  // namespace

ProceduralSet procedural_set(const CubesatRecipe& recipe) {
  ProceduralSet set;
  set.generator = "Cubesat";
  set.name = satellite_name(recipe.satellite) + "-" + recipe.split +
             (recipe.lighting == CubesatRecipe::Lighting::kUnseen ? "-unseen-light" : "") +
             (recipe.occlusion > 0.0 ? "-occluded" : "");
  set.split = recipe.split;
  set.seed = recipe.seed;
  set.frames = recipe.frames;
  set.depth_unit_mm = recipe.depth_unit_mm;
  set.jpeg_quality = recipe.jpeg_quality;
  set.recipe_json = to_json(recipe);
  return set;
}

struct CubesatGenerator::Impl {
  CubesatRecipe recipe;
  ProceduralSet set;
  std::uint64_t frame_seed = 0;
  std::shared_ptr<const Spacecraft> satellite;
  std::vector<ObjectModel> models;

  void add_instance(Frame& frame, const CubesatScene& scene, const Rasterizer& drawn, bool masks,
                    FrameDetails* details) const;
};

CubesatGenerator::CubesatGenerator(const CubesatRecipe& recipe) : impl_(std::make_unique<Impl>()) {
  impl_->recipe = recipe;
  impl_->set = procedural_set(recipe);
  impl_->frame_seed = split_seed(recipe.seed, recipe.split, kCubesatStream);
  impl_->satellite = std::make_shared<const Spacecraft>(make_satellite(recipe.satellite));
  const ShapeInstance& shape = impl_->satellite->shape;
  ObjectModel model;
  model.id = 1;
  model.name = model.category = shape.category;
  model.size = shape.size;
  model.diameter = mesh_extent(shape.mesh).diameter;
  impl_->models.push_back(std::move(model));
}

CubesatGenerator::~CubesatGenerator() = default;

const CubesatRecipe& CubesatGenerator::recipe() const {
  return impl_->recipe;
}
const ProceduralSet& CubesatGenerator::set() const {
  return impl_->set;
}
const std::vector<ObjectModel>& CubesatGenerator::models() const {
  return impl_->models;
}

FrameInfo CubesatGenerator::frame_info(std::size_t index) const {
  FrameInfo info;
  info.scene_id = 1;
  info.image_id = static_cast<int>(index);
  info.name = procedural_frame_name(info.scene_id, info.image_id);
  info.categories = {impl_->satellite->shape.category};
  return info;
}

std::shared_ptr<const ShapeInstance> CubesatGenerator::shape(int object_id) const {
  return object_id == 1 ? std::shared_ptr<const ShapeInstance>(impl_->satellite, &impl_->satellite->shape)
                        : nullptr;
}

std::shared_ptr<const Mesh> CubesatGenerator::mesh(int object_id) const {
  const auto owner = shape(object_id);
  return owner == nullptr ? nullptr : std::shared_ptr<const Mesh>(owner, &owner->mesh);
}

void CubesatGenerator::Impl::add_instance(Frame& frame, const CubesatScene& scene, const Rasterizer& drawn,
                                          bool masks, FrameDetails* details) const {
  const ShapeInstance& shape = satellite->shape;
  const RasterItem item = scene.raster_items().front();
  Silhouette whole = silhouette(scene.camera, item, shape.size, details != nullptr);
  ImageU8 mask = mask_of(drawn, 0);
  const auto visible = std::count(mask.data.begin(), mask.data.end(), std::uint8_t{255});
  Instance instance;
  instance.object_id = 1;
  instance.category = shape.category;
  instance.cam_from_obj = item.cam_from_mesh;
  instance.size = shape.size;
  instance.visible_fraction =
      static_cast<double>(visible) / static_cast<double>(std::max<std::int64_t>(1, whole.pixels));
  frame.instances.push_back(std::move(instance));
  frame.visible_masks.push_back(masks ? std::move(mask) : ImageU8());
  if (details != nullptr) {
    *details = {{std::move(whole.mask)}, {whole.pixels}, {false}};
  }
}

Frame CubesatGenerator::frame(std::size_t index, const FrameLayers& layers, FrameDetails* details) const {
  const CubesatRecipe& recipe = impl_->recipe;
  const double diameter = impl_->models.front().diameter;
  const CubesatScene scene =
      draw_cubesat_scene(recipe, mix_seed(impl_->frame_seed, index), impl_->satellite, diameter);
  const auto items = scene.raster_items();
  Rasterizer drawn(scene.camera);
  drawn.draw(items);
  Frame frame;
  frame.info = frame_info(index);
  frame.index = index;
  frame.camera = scene.camera;
  impl_->add_instance(frame, scene, drawn, layers.masks, details);
  if (layers.depth) {
    frame.depth =
        depth_from_units(quantize_depth(exact_depth(drawn), recipe.depth_unit_mm), recipe.depth_unit_mm);
  }
  if (layers.nocs) {
    frame.nocs = satellite_nocs(drawn, impl_->satellite->shape.size);
  }
  if (layers.color) {
    frame.color = shade_cubesat(scene, diameter, recipe.sensor_noise);
  }
  return frame;
}

std::shared_ptr<const Dataset> make_procedural_dataset(const CubesatRecipe& recipe) {
  return make_procedural_dataset(std::make_shared<const CubesatGenerator>(recipe));
}

}  // namespace alidade
