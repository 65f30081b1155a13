// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/make_rooms.h"

#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "core/data/procedural/rooms/rooms.h"
#include "core/io/pickle.h"
#include "core/studies/plain/parallel_work.h"
#include "core/studies/plain/set_description.h"
#include "core/studies/plain/set_files.h"
#include "core/studies/plain/set_names.h"
#include "core/studies/plain/set_workshop.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

template <class T>
std::string raw_bytes(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// x, y, z, r, g, b per point.
std::string point_bytes(const PointScene& scene) {
  std::vector<float> rows;
  rows.reserve(scene.num_points() * 6);
  for (std::size_t i = 0; i < scene.num_points(); ++i) {
    rows.insert(rows.end(), &scene.points[3 * i], &scene.points[3 * i] + 3);
    rows.insert(rows.end(), &scene.colors[3 * i], &scene.colors[3 * i] + 3);
  }
  return raw_bytes(rows);
}

PickleValue entry_of(const PointScene& scene, const std::string& file, bool rotated) {
  std::vector<PickleValue> instances;
  for (const SceneBox& box : scene.boxes) {
    std::vector<PickleValue> numbers;
    for (const Eigen::Vector3d& part : {box.box.center, box.box.size}) {
      for (int axis = 0; axis < 3; ++axis) {
        numbers.push_back(PickleValue::of(part[axis]));
      }
    }
    if (rotated) {
      numbers.push_back(PickleValue::of(box.box.yaw));
    }
    instances.push_back(PickleValue::dict({{"bbox_3d", PickleValue::list(std::move(numbers))},
                                           {"bbox_label_3d", PickleValue::of(std::int64_t{box.category})}}));
  }
  return PickleValue::dict(
      {{"lidar_points", PickleValue::dict({{"num_pts_feats", PickleValue::of(std::int64_t{6})},
                                           {"lidar_path", PickleValue::of(file)}})},
       {"pts_instance_mask_path", PickleValue::of(file)},
       {"pts_semantic_mask_path", PickleValue::of(file)},
       {"instances", PickleValue::list(std::move(instances))}});
}

PickleValue infos_of(const RoomsRecipe& recipe, std::vector<PickleValue> entries) {
  std::vector<std::pair<std::string, PickleValue>> categories;
  for (const std::string& name : rooms_categories(recipe.source)) {
    const auto index = static_cast<std::int64_t>(categories.size());
    categories.emplace_back(name, PickleValue::of(index));
  }
  auto metainfo =
      PickleValue::dict({{"categories", PickleValue::dict(std::move(categories))},
                         {"dataset", PickleValue::of(rooms_set_name(recipe))},
                         {"info_version", PickleValue::of("1.1")},
                         {"rotated_boxes", PickleValue::of(recipe.source == RoomsRecipe::Source::kViews)}});
  return PickleValue::dict(
      {{"metainfo", std::move(metainfo)}, {"data_list", PickleValue::list(std::move(entries))}});
}

struct WrittenRoom {
  PickleValue entry;
  std::size_t boxes = 0, points = 0;
};

Expected<WrittenRoom> write_room(const RoomsRecipe& recipe, std::size_t index, const fs::path& folder) {
  const RoomsScene made = make_rooms_scene(recipe, index);
  const std::string file = made.scene.name + ".bin";
  for (const auto& written : {write_new_file(folder / "points" / file, point_bytes(made.scene)),
                              write_new_file(folder / "instance_mask" / file, raw_bytes(made.instance)),
                              write_new_file(folder / "semantic_mask" / file, raw_bytes(made.semantic))}) {
    if (!written) {
      return written.error();
    }
  }
  return WrittenRoom{entry_of(made.scene, file, recipe.source == RoomsRecipe::Source::kViews),
                     made.scene.boxes.size(), made.scene.num_points()};
}

ProceduralSet set_of(const RoomsRecipe& recipe) {
  ProceduralSet set;
  set.generator = "Rooms";
  set.name = rooms_set_name(recipe);
  set.split = recipe.split;
  set.seed = recipe.seed;
  set.frames = recipe.scenes;
  set.recipe_json = to_json(recipe);
  return set;
}

Expected<MakeRoomsReport> fill(const RoomsRecipe& recipe, const ProceduralSet& set, const fs::path& folder,
                               int threads, const JobContext& job) {
  std::error_code failure;
  for (const char* name : {"points", "instance_mask", "semantic_mask"}) {
    fs::create_directories(folder / name, failure);
    if (failure) {
      return Error{ErrorCode::kFailed, folder.string() + ": " + failure.message() + "; check permissions."};
    }
  }
  std::vector<WrittenRoom> rooms(static_cast<std::size_t>(recipe.scenes));
  const auto done = for_each_index(rooms.size(), threads, "Scenes", "Stopped; no dataset was written.", job,
                                   [&](std::size_t i) -> Expected<void> {
                                     auto room = write_room(recipe, i, folder);
                                     if (!room) {
                                       return room.error();
                                     }
                                     rooms[i] = std::move(*room);
                                     return {};
                                   });
  if (!done) {
    return done.error();
  }
  MakeRoomsReport report{rooms.size(), 0, 0};
  std::vector<PickleValue> entries;
  for (WrittenRoom& room : rooms) {
    report.boxes += room.boxes;
    report.points += room.points;
    entries.push_back(std::move(room.entry));
  }
  const fs::path infos = folder / ("rooms_infos_" + recipe.split + ".pkl");
  for (const auto& written : {write_new_file(infos, to_pickle_bytes(infos_of(recipe, std::move(entries)))),
                              write_new_file(folder / "dataset.json", set_description(set))}) {
    if (!written) {
      return written.error();
    }
  }
  return report;
}

}  // namespace

Expected<MakeRoomsReport> make_rooms(const RoomsRecipe& recipe, const MakeDatasetOptions& options,
                                     const JobContext& job) {
  if (auto checked = check_rooms_recipe(recipe, "the recipe"); !checked) {
    return checked.error();
  }
  const ProceduralSet set = set_of(recipe);
  if (auto ready = prepare_set(set, options); !ready) {
    return ready.error();
  }
  const auto output = set_output_folder(options.output);
  if (!output) {
    return output.error();
  }
  SetWorkshop workshop(*output);
  if (auto opened = workshop.open(); !opened) {
    return opened.error();
  }
  auto report = fill(recipe, set, workshop.folder(), options.threads, job);
  if (!report) {
    return report;
  }
  auto published = workshop.publish(set);
  return published ? report : Expected<MakeRoomsReport>(published.error());
}

}  // namespace alidade
