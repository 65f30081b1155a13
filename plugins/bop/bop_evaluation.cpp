// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/bop/bop_evaluation.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <system_error>

#include <nlohmann/json.hpp>

#include "core/base/constants.h"
#include "core/base/json_text.h"
#include "core/data/depth_check.h"
#include "core/data/mesh_extent.h"
#include "core/io/image_file.h"
#include "core/io/image_header.h"
#include "core/io/mesh_file.h"
#include "plugins/bop/bop_ground_truth.h"
#include "plugins/bop/bop_results.h"
#include "plugins/bop/bop_targets.h"

namespace alidade::bop {
namespace {

namespace fs = std::filesystem;

using ImageKey = std::pair<int, int>;

std::string place(const ImageKey& key) {
  return "scene " + std::to_string(key.first) + ", image " + std::to_string(key.second);
}

/// The dataset's own targets file of the split, or an empty path. Scenes that lie in the dataset's root
/// itself have theirs beside them.
fs::path own_targets(const GroundTruth& truth, bool detection) {
  const std::string split = truth.split.substr(0, truth.split.find('_'));
  const std::string ending = detection ? "_targets_bop24.json" : "_targets_bop19.json";
  for (const fs::path& file :
       {truth.dataset / (split + ending), truth.dataset / truth.split / ("test" + ending)}) {
    std::error_code failure;
    if (fs::is_regular_file(file, failure)) {
      return file;
    }
  }
  return {};
}

/// Everything that becomes an EvaluationInput, and where each image and object went.
struct Builder {
  Builder(const EvaluationFiles& f, GroundTruth t, Results r)
      : files(f), truth(std::move(t)), results(std::move(r)) {}

  const EvaluationFiles& files;
  GroundTruth truth;
  Results results;
  std::shared_ptr<EvaluationInput> input = std::make_shared<EvaluationInput>();
  std::map<ImageKey, std::uint32_t> image_index;
  std::map<int, std::uint32_t> category_index;
  std::vector<TargetEntry> targets;
  fs::path targets_file;

  void note(const std::string& text) { input->notes.push_back(text); }
};

Expected<void> load_targets(Builder& b) {
  b.targets_file = b.files.targets.empty() ? own_targets(b.truth, b.files.detection) : b.files.targets;
  if (b.targets_file.empty() && !b.truth.unlisted.empty() && !b.files.allow_problems) {
    return Error{ErrorCode::kInput, b.truth.unlisted +
                                        "; add the entries, an empty list for an image without objects, or "
                                        "add --allow-problems to go on with the rest."};
  }
  if (b.targets_file.empty()) {
    if (b.truth.allowed.empty() && !b.truth.unlisted.empty()) {
      b.input->allowed_problems = b.truth.unlisted + ".";
    }
    b.note(b.truth.dataset.filename().string() +
           ": there is no targets file; every annotated object of every image is to be found.");
    return {};
  }
  auto read = read_targets(b.targets_file);
  if (!read) {
    return read.error();
  }
  std::size_t elsewhere = 0;
  for (const auto& target : *read) {
    const ImageKey key{target.scene_id, target.image_id};
    if (b.truth.images.contains(key)) {
      b.targets.push_back(target);
    } else if (b.truth.lone_scene && b.truth.images.begin()->first.first != target.scene_id) {
      ++elsewhere;
    } else {
      return input_error(b.targets_file.string(), place(key), "the dataset does not annotate this target",
                         "complete the dataset, or give a targets file for what is there");
    }
  }
  if (elsewhere > 0) {
    b.note(std::to_string(elsewhere) + " targets of other scenes are left out; only one scene was given.");
  }
  if (b.targets.empty()) {
    return input_error(b.targets_file.string(), "", "it names no target of this dataset",
                       "give the targets file that belongs to it");
  }
  return {};
}

/// The images that are scored, in the order of scene and image id.
Expected<void> add_images(Builder& b) {
  std::set<ImageKey> scored;
  for (const auto& target : b.targets) {
    scored.emplace(target.scene_id, target.image_id);
  }
  for (const auto& [key, image] : b.truth.images) {
    if (!b.targets.empty() && !scored.contains(key)) {
      continue;
    }
    char name[16];
    std::snprintf(name, sizeof name, "/%06d", key.second);
    ImageInfo info;
    info.name = image.scene + name;
    info.scene_id = key.first;
    info.image_id = key.second;
    const CameraEntry& camera = image.camera;
    if (!camera.model.empty() && camera.fx == 0.0) {
      return input_error(image.scene + "/scene_camera.json", "image " + std::to_string(key.second),
                         "it has the camera model " + camera.model + ", only pinhole cameras are read",
                         "undistort the images and write their cam_K");
    }
    info.camera = {camera.width, camera.height, camera.fx, camera.fy, camera.cx, camera.cy};
    b.image_index[key] = static_cast<std::uint32_t>(b.input->images.size());
    b.input->images.push_back(std::move(info));
  }
  const auto unknown = std::count_if(b.input->images.begin(), b.input->images.end(),
                                     [](const ImageInfo& image) { return image.camera.width == 0; });
  if (unknown > 0) {
    b.note(std::to_string(unknown) +
           " images have an unknown width; their MSPD is taken as that of images 640 wide.");
  }
  for (const auto& target : b.targets) {
    b.input->targets.push_back(
        {b.image_index.at({target.scene_id, target.image_id}), target.object_id, target.count});
  }
  return {};
}

/// Rows of the report: the objects that are annotated in these images or are targets.
void add_categories(Builder& b) {
  std::set<int> objects;
  for (const auto& [key, index] : b.image_index) {
    for (const auto& annotation : b.truth.images.at(key).annotations) {
      objects.insert(annotation.object_id);
    }
  }
  for (const auto& target : b.targets) {
    if (target.object_id >= 0) {
      objects.insert(target.object_id);
    }
  }
  std::set<std::string> names;
  for (const int id : objects) {
    const auto model = b.truth.models.by_id.find(id);
    std::string name =
        model == b.truth.models.by_id.end() ? "obj " + std::to_string(id) : model->second.object.name;
    if (!names.insert(name).second) {
      name += " (" + std::to_string(id) + ")";
      names.insert(name);
    }
    b.category_index[id] = static_cast<std::uint32_t>(b.input->categories.size());
    b.input->categories.push_back(name);
  }
}

/// Vertices in double precision, triangles, diameter and symmetry. An object without mesh keeps no vertices:
/// the protocol that needs them says so.
Expected<void> add_objects(Builder& b, const JobContext& job) {
  for (const auto& [id, category] : b.category_index) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "Reading the models was stopped."};
    }
    ObjectGeometry& object = b.input->objects[id];
    object.name = b.input->categories[category];
    const auto model = b.truth.models.by_id.find(id);
    if (model == b.truth.models.by_id.end()) {
      continue;
    }
    object.diameter = model->second.object.diameter;
    object.symmetry = model->second.object.symmetry;
    if (model->second.object.mesh_path.empty()) {
      continue;
    }
    // Read in the file's own unit: single-precision files then keep every digit.
    const auto mesh = read_mesh(model->second.object.mesh_path, 1.0);
    if (!mesh) {
      return mesh.error();
    }
    for (const auto& vertex : mesh->vertices) {
      object.vertices.push_back(vertex.cast<double>() * kMetresPerMillimetre);
    }
    for (const auto& face : mesh->faces) {
      object.triangles.emplace_back(static_cast<int>(face[0]), static_cast<int>(face[1]),
                                    static_cast<int>(face[2]));
    }
    if (!(object.diameter > 0.0)) {
      object.diameter = mesh_extent(*mesh).diameter * kMetresPerMillimetre;
      b.note(object.name + ": models_info.json gives no diameter; it was measured on the mesh.");
    }
  }
  return {};
}

void add_truth(Builder& b) {
  std::size_t unknown = 0;
  b.input->truth.source = "dataset " + b.truth.dataset.filename().string();
  for (const auto& [key, index] : b.image_index) {
    for (const auto& annotation : b.truth.images.at(key).annotations) {
      PoseRow row;
      row.image = index;
      row.category = b.category_index.at(annotation.object_id);
      row.instance = annotation.index;
      row.object_id = annotation.object_id;
      row.cam_from_obj = annotation.cam_from_obj;
      const auto& object = b.truth.models.by_id.at(annotation.object_id).object;
      row.center_obj = object.center_obj;
      row.size = object.size;
      row.symmetry = object.symmetry;
      unknown += annotation.visible_fraction < 0.0;
      row.visible_fraction = annotation.visible_fraction < 0.0 ? 1.0 : annotation.visible_fraction;
      row.visibility_known = annotation.visible_fraction >= 0.0;
      b.input->truth.rows.push_back(std::move(row));
    }
  }
  if (unknown > 0) {
    b.note("scene_gt_info.json tells no visibility of " + std::to_string(unknown) +
           " annotated objects; they count as fully visible.");
  }
}

/// Estimates that are left out, counted by reason, with the first line of each.
struct Strangers {
  std::size_t count = 0;
  std::size_t first_line = 0;

  void add(const Estimate& estimate) { first_line = count++ == 0 ? estimate.line : first_line; }
  void tell(Builder& b, const std::string& what) const {
    if (count > 0) {
      b.note(b.results.file + ": " + std::to_string(count) + " estimates are left out because " + what +
             " (first line " + std::to_string(first_line) + ").");
    }
  }
};

Expected<void> add_predictions(Builder& b) {
  Strangers no_image, no_target, no_object;
  b.input->predictions.source = b.results.file;
  for (const auto& estimate : b.results.estimates) {
    const ImageKey key{estimate.scene_id, estimate.image_id};
    const auto image = b.image_index.find(key);
    const auto category = b.category_index.find(estimate.object_id);
    if (image == b.image_index.end()) {
      (b.truth.images.contains(key) ? no_target : no_image).add(estimate);
      continue;
    }
    if (category == b.category_index.end()) {
      no_object.add(estimate);
      continue;
    }
    PoseRow row;
    row.image = image->second;
    row.category = category->second;
    row.object_id = estimate.object_id;
    row.cam_from_obj = estimate.cam_from_obj;
    row.score = estimate.score;
    row.seconds = b.results.time_problem.empty() ? estimate.seconds : -1.0;
    b.input->predictions.rows.push_back(std::move(row));
  }
  if (!b.results.estimates.empty() && b.input->predictions.rows.empty()) {
    return input_error(b.results.file, "line " + std::to_string(b.results.estimates.front().line),
                       "no estimate belongs to an image and an object that the dataset annotates",
                       "check that the results and " + b.truth.dataset.filename().string() + "/" +
                           b.truth.split + " belong together");
  }
  std::vector<Estimate>().swap(b.results.estimates);
  no_image.tell(b, "the dataset does not annotate their image");
  no_target.tell(b, "their image is not among the targets");
  no_object.tell(b, "their object is annotated in none of the images");
  return {};
}

/// Where the measured depth of an image lies.
struct DepthSource {
  fs::path path, color;
  double metres = 0.0;        ///< per unit
  int width = 0, height = 0;  ///< of the scene's images; 0 when unknown
};

/// As the dataset's reader: depth of another size than its color image cannot be overlaid.
Expected<ImageF> read_source(const DepthSource& source) {
  auto depth = read_depth_raw(source.path);
  if (!depth) {
    return depth;
  }
  int width = source.width, height = source.height;
  if (!source.color.empty()) {
    if (const auto header = read_image_header(source.color)) {
      width = static_cast<int>(header->width), height = static_cast<int>(header->height);
    }
  }
  if (width > 0 && height > 0 && (depth->width != width || depth->height != height)) {
    return input_error(source.path.string(), "",
                       "it has " + std::to_string(depth->width) + " x " + std::to_string(depth->height) +
                           " pixels, expected " + std::to_string(width) + " x " + std::to_string(height),
                       "the layer is left out");
  }
  const auto metres = static_cast<float>(source.metres);
  for (float& value : depth->data) {
    value = value > 0.0F ? value * metres : 0.0F;
  }
  return depth;
}

/// Looks at a few images whether depth and poses can be in the units that they claim.
void note_contradictions(Builder& b, const std::vector<DepthSource>& sources) {
  constexpr std::size_t kLookedAt = 8;
  const std::size_t step = std::max<std::size_t>(1, sources.size() / kLookedAt);
  std::size_t at = 0, looked = 0, found = 0;
  std::string first;
  for (const auto& [key, index] : b.image_index) {
    if (at++ % step != 0) {
      continue;
    }
    const auto depth = read_source(sources[index]);
    if (!depth) {
      continue;
    }
    ++looked;
    Frame frame;
    frame.camera = b.input->images[index].camera;
    for (const auto& annotation : b.truth.images.at(key).annotations) {
      const auto& object = b.truth.models.by_id.at(annotation.object_id).object;
      Instance& instance = frame.instances.emplace_back();
      instance.cam_from_obj = annotation.cam_from_obj;
      instance.center_obj = object.center_obj;
      instance.size = object.size;
    }
    if (const auto sentence = depth_contradiction(*depth, depth_subjects(frame))) {
      first = found++ == 0 ? sources[index].path.string() + ": " + *sentence : first;
    }
  }
  if (found > 0) {
    b.note("units contradict each other in " + std::to_string(found) + " of " + std::to_string(looked) +
           " images looked at: " + first);
  }
}

/// Depth in metres, when every image has it.
void add_depth(Builder& b) {
  std::vector<DepthSource> sources(b.input->images.size());
  std::size_t missing = 0;
  for (const auto& [key, index] : b.image_index) {
    const TruthImage& image = b.truth.images.at(key);
    const CameraEntry& camera = image.camera;
    sources[index] = {image.depth_path, image.color_path, camera.depth_scale * kMetresPerMillimetre,
                      camera.width, camera.height};
    missing += sources[index].path.empty() || !(sources[index].metres > 0.0);
  }
  if (missing > 0) {
    if (missing < sources.size()) {
      b.note(std::to_string(missing) + " of " + std::to_string(sources.size()) +
             " images have no depth image or no depth_scale; errors that need depth are left out.");
    }
    return;
  }
  note_contradictions(b, sources);
  b.input->depth = [sources = std::move(sources)](std::uint32_t index) {
    return read_source(sources.at(index));
  };
}

void add_header(Builder& b) {
  const auto& named = b.results.named;
  b.input->name = named ? named->method : b.files.results.stem().string();
  if (named && named->dataset != b.truth.dataset.filename().string()) {
    b.note(b.results.file + ": its name speaks of the dataset " + named->dataset + ", it is scored on " +
           b.truth.dataset.filename().string() + ".");
  }
  b.input->provenance = current_provenance();
  b.input->provenance.dataset = b.truth.dataset.filename().string();
  nlohmann::ordered_json recipe{{"results", b.files.results.filename().string()}, {"split", b.truth.split}};
  if (!b.targets_file.empty()) {
    recipe["targets"] = b.targets_file.filename().string();
  }
  b.input->provenance.recipe = json_text(recipe, -1, true);
}

}  // namespace

Expected<std::shared_ptr<const EvaluationInput>> evaluation_input(const EvaluationFiles& files,
                                                                  const JobContext& job) {
  auto results = read_results(files.results, job);
  if (!results) {
    return results.error();
  }
  const auto named = results->named.value_or(ResultsName{});
  auto truth = read_ground_truth(files.dataset, named.split, named.type, files.allow_problems, job);
  if (!truth) {
    return truth.error();
  }
  if (truth->images.empty()) {
    return input_error(files.dataset.string(), "", "no image is annotated",
                       "give a dataset whose scenes have a scene_gt.json");
  }
  Builder b(files, std::move(*truth), std::move(*results));
  b.input->allowed_problems = b.truth.allowed;
  b.input->notes = b.results.notes;
  b.input->notes.insert(b.input->notes.end(), b.truth.notes.begin(), b.truth.notes.end());
  if (auto loaded = load_targets(b); !loaded) {
    return loaded.error();
  }
  if (auto added = add_images(b); !added) {
    return added.error();
  }
  add_categories(b);
  if (auto added = add_objects(b, job); !added) {
    return added.error();
  }
  add_truth(b);
  if (auto added = add_predictions(b); !added) {
    return added.error();
  }
  add_depth(b);
  add_header(b);
  return std::shared_ptr<const EvaluationInput>(b.input);
}

}  // namespace alidade::bop
