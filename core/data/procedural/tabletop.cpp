// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/tabletop.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "core/base/random.h"
#include "core/data/procedural/depth_noise.h"
#include "core/data/procedural/silhouette.h"
#include "core/data/procedural/tabletop_scene.h"
#include "core/data/procedural/tabletop_shading.h"
#include "core/data/rasterizer.h"

namespace alidade {
namespace {

constexpr double kPrintStep = 1.0 / 16.0;  // of an object, between the colored vertices of printed meshes
constexpr double kHandleShare = 0.012;     // 12 of 1024 points, as in the prototype
constexpr std::uint64_t kModelStream = 0x6d6f64656c73, kFrameStream = 0x6672616d6573,
                        kPrintStream = 0x7072696e74;

/// The seed of a model's shape. With chosen categories it does not depend on which others there are: a part
/// of the categories has the same shapes.
std::uint64_t shape_seed(const TabletopRecipe& recipe, std::uint64_t model_seed, int id) {
  if (recipe.categories == shape_categories()) {
    return mix_seed(model_seed, static_cast<std::uint64_t>(id));
  }
  const std::string& category = recipe.categories[(id - 1) / recipe.models_per_category];
  return mix_seed(mix_seed(model_seed, name_hash(category)),
                  static_cast<std::uint64_t>((id - 1) % recipe.models_per_category));
}

std::vector<RasterItem> raster_items(const TabletopScene& scene) {
  std::vector<RasterItem> items{{&tabletop_table_mesh(), scene.cam_from_world},
                                {&tabletop_room_mesh(), scene.cam_from_world}};
  for (const auto& thing : scene.things) {
    items.push_back({&thing.shape->mesh, scene.cam_from_world * thing.world_from_obj});
  }
  return items;
}

/// What is visible of each thing.
struct Visibility {
  std::vector<std::int64_t> pixels, handle_pixels;
};

Visibility count_visible(const Rasterizer& drawn, const TabletopScene& scene) {
  Visibility seen{std::vector<std::int64_t>(scene.things.size()),
                  std::vector<std::int64_t>(scene.things.size())};
  for (int y = 0; y < drawn.camera().height; ++y) {
    for (int x = 0; x < drawn.camera().width; ++x) {
      const Fragment fragment = drawn.fragment(x, y);
      const int thing = fragment.item - kFirstThing;
      if (thing >= 0) {
        ++seen.pixels[thing];
        seen.handle_pixels[thing] +=
            fragment.face >= static_cast<int>(scene.things[thing].shape->first_handle_face);
      }
    }
  }
  return seen;
}

ImageU8 nocs_map(const Rasterizer& drawn, const TabletopScene& scene) {
  ImageU8 map(drawn.camera().width, drawn.camera().height, 3);
  for (int y = 0; y < map.height; ++y) {
    for (int x = 0; x < map.width; ++x) {
      const int thing = drawn.fragment(x, y).item - kFirstThing;
      if (thing < 0 || scene.things[thing].object_id == 0) {
        continue;
      }
      const auto color = nocs_color(drawn.point_mesh(x, y), scene.things[thing].shape->size);
      std::copy(color.begin(), color.end(), map.pixel(x, y));
    }
  }
  return map;
}

/// Largest distance between two vertices. With the box centered, both ends lie far from the origin.
double diameter_of(const Mesh& mesh) {
  float farthest = 0.0F, found = 0.0F;
  for (const auto& v : mesh.vertices) {
    farthest = std::max(farthest, v.norm());
  }
  for (const auto& v : mesh.vertices) {
    found = std::max(found, (v - mesh.vertices.front()).norm());
  }
  // |a - b| = D needs |a| >= D - |b|: with a lower bound of D most vertices drop out.
  const auto widest = [&](float bound) {
    std::vector<Eigen::Vector3f> ends;
    for (const auto& v : mesh.vertices) {
      if (v.norm() >= bound - farthest) {
        ends.push_back(v);
      }
    }
    for (std::size_t i = 0; i < ends.size(); ++i) {
      for (std::size_t j = i + 1; j < ends.size(); ++j) {
        bound = std::max(bound, (ends[i] - ends[j]).norm());
      }
    }
    return bound;
  };
  for (const auto& v : mesh.vertices) {  // the farthest vertex and its opposite give a good bound
    if (v.norm() == farthest) {
      for (const auto& other : mesh.vertices) {
        found = std::max(found, (v - other).norm());
      }
      break;
    }
  }
  return static_cast<double>(widest(found));
}

}  // namespace

ProceduralSet procedural_set(const TabletopRecipe& recipe) {
  ProceduralSet set;
  set.generator = "Tabletop";
  set.name = "tabletop-" + recipe.split;
  set.split = recipe.split;
  set.seed = recipe.seed;
  set.frames = recipe.frames;
  set.sequence_frames = recipe.sequence_frames;
  set.num_models = recipe.num_models();
  set.max_instances = recipe.max_objects;
  set.depth_unit_mm = recipe.depth_unit_mm;
  set.jpeg_quality = recipe.jpeg_quality;
  set.recipe_json = to_json(recipe);
  return set;
}

struct TabletopGenerator::Impl {
  TabletopRecipe recipe;
  ProceduralSet set;
  std::uint64_t model_seed = 0, frame_seed = 0;
  std::vector<ObjectModel> models;
  mutable std::mutex mutex;
  mutable std::map<int, std::shared_ptr<const ShapeInstance>> shapes;

  ShapeInstance build(int id) const {
    const int category = (id - 1) / recipe.models_per_category;
    const std::uint64_t seed = shape_seed(recipe, model_seed, id);
    ShapeInstance shape = make_shape(recipe.categories[category], seed);
    if (recipe.printed) {
      print_surface(shape, mix_seed(seed, kPrintStream));
    }
    return shape;
  }
  void add_instances(Frame& frame, const TabletopScene& scene, const Rasterizer& drawn, bool masks,
                     FrameDetails* details) const;
};

TabletopGenerator::TabletopGenerator(const TabletopRecipe& recipe) : impl_(std::make_unique<Impl>()) {
  impl_->recipe = recipe;
  impl_->set = procedural_set(recipe);
  impl_->model_seed = split_seed(recipe.seed, recipe.split, kModelStream);
  impl_->frame_seed = split_seed(recipe.seed, recipe.split, kFrameStream);
  const int per_category = recipe.models_per_category;
  const int count = recipe.num_models();
  for (int id = 1; id <= count; ++id) {
    const ShapeInstance shape = impl_->build(id);
    ObjectModel model;
    model.id = id;
    model.category = shape.category;
    model.name = shape.category + " " + std::to_string((id - 1) % per_category + 1);
    model.size = shape.size;
    model.diameter = diameter_of(shape.mesh);
    model.symmetry = shape.symmetry;
    impl_->models.push_back(std::move(model));
  }
}

TabletopGenerator::~TabletopGenerator() = default;

const TabletopRecipe& TabletopGenerator::recipe() const {
  return impl_->recipe;
}
const ProceduralSet& TabletopGenerator::set() const {
  return impl_->set;
}
const std::vector<ObjectModel>& TabletopGenerator::models() const {
  return impl_->models;
}

FrameInfo TabletopGenerator::frame_info(std::size_t index) const {
  const TabletopRecipe& recipe = impl_->recipe;
  FrameInfo info;
  info.scene_id = 1;
  info.image_id = static_cast<int>(index);
  if (recipe.sequence_frames > 0) {
    info.sequence = info.scene_id = 1 + info.image_id / recipe.sequence_frames;
    info.image_id %= recipe.sequence_frames;
    info.time = info.image_id / recipe.frame_rate_hz;
  }
  info.name = procedural_frame_name(info.scene_id, info.image_id);
  return info;
}

std::shared_ptr<const ShapeInstance> TabletopGenerator::shape(int object_id) const {
  if (object_id < 1 || object_id > static_cast<int>(impl_->models.size())) {
    return nullptr;
  }
  {
    const std::lock_guard lock(impl_->mutex);
    const auto found = impl_->shapes.find(object_id);
    if (found != impl_->shapes.end()) {
      return found->second;
    }
  }
  auto built = std::make_shared<const ShapeInstance>(impl_->build(object_id));
  const std::lock_guard lock(impl_->mutex);
  return impl_->shapes.emplace(object_id, std::move(built)).first->second;
}

std::shared_ptr<const Mesh> TabletopGenerator::mesh(int object_id) const {
  const auto owner = shape(object_id);
  if (owner == nullptr || owner->print.empty()) {
    return owner == nullptr ? nullptr : std::shared_ptr<const Mesh>(owner, &owner->mesh);
  }
  return std::make_shared<const Mesh>(
      printed_mesh(owner->mesh, owner->print, kPrintStep * owner->size.maxCoeff()));
}

void TabletopGenerator::Impl::add_instances(Frame& frame, const TabletopScene& scene, const Rasterizer& drawn,
                                            bool masks, FrameDetails* details) const {
  const Visibility seen = count_visible(drawn, scene);
  for (std::size_t i = 0; i < scene.things.size(); ++i) {
    const PlacedShape& thing = scene.things[i];
    if (thing.object_id == 0 || seen.pixels[i] == 0) {
      continue;
    }
    const RasterItem item{&thing.shape->mesh, scene.cam_from_world * thing.world_from_obj};
    Silhouette whole = silhouette(scene.camera, item, thing.shape->size, details != nullptr);
    const bool has_handle = thing.shape->first_handle_face < thing.shape->mesh.faces.size();
    const bool hidden = has_handle && seen.handle_pixels[i] < kHandleShare * seen.pixels[i];
    Instance instance;
    instance.index = static_cast<int>(frame.instances.size());
    instance.object_id = thing.object_id;
    instance.category = thing.shape->category;
    instance.cam_from_obj = item.cam_from_mesh;
    instance.size = thing.shape->size;
    instance.symmetry = hidden ? thing.shape->symmetry_when_hidden : thing.shape->symmetry;
    instance.track_id = recipe.sequence_frames > 0 ? static_cast<int>(i) : -1;
    instance.visible_fraction = static_cast<double>(seen.pixels[i]) / std::max(whole.pixels, seen.pixels[i]);
    frame.info.categories.push_back(instance.category);
    frame.instances.push_back(std::move(instance));
    frame.visible_masks.push_back(masks ? mask_of(drawn, static_cast<int>(i) + kFirstThing) : ImageU8());
    if (details != nullptr) {
      details->full_masks.push_back(std::move(whole.mask));
      details->num_pixels.push_back(std::max(whole.pixels, seen.pixels[i]));
      details->handle_hidden.push_back(hidden);
    }
  }
}

Frame TabletopGenerator::frame(std::size_t index, const FrameLayers& layers, FrameDetails* details) const {
  const TabletopRecipe& recipe = impl_->recipe;
  const FrameInfo info = frame_info(index);
  const std::uint64_t scene_seed =
      mix_seed(impl_->frame_seed, info.sequence < 0 ? index : static_cast<std::uint64_t>(info.sequence));
  TabletopScene scene = draw_tabletop_scene(recipe, scene_seed, static_cast<int>(impl_->models.size()),
                                            [this](int id) { return shape(id); });
  if (info.sequence >= 0) {
    move_tabletop_camera(scene, recipe, scene_seed, info.image_id);
  }
  const auto items = raster_items(scene);
  Rasterizer drawn(scene.camera);
  drawn.draw(items);
  Frame frame;
  frame.info = info;
  frame.index = index;
  frame.camera = scene.camera;
  if (details != nullptr) {
    *details = {};
  }
  impl_->add_instances(frame, scene, drawn, layers.masks, details);
  if (layers.depth) {
    const ImageF sensed = sense_depth(drawn, recipe.depth_noise, scene.noise_seed);
    frame.depth = depth_from_units(quantize_depth(sensed, recipe.depth_unit_mm), recipe.depth_unit_mm);
  }
  if (layers.nocs) {
    frame.nocs = nocs_map(drawn, scene);
  }
  if (layers.color) {
    frame.color = shade_tabletop(scene);
  }
  return frame;
}

std::shared_ptr<const Dataset> make_procedural_dataset(const TabletopRecipe& recipe) {
  return make_procedural_dataset(std::make_shared<const TabletopGenerator>(recipe));
}

}  // namespace alidade
