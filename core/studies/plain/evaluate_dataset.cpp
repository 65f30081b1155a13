// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "core/data/dataset_problems.h"
#include "core/exchange/pose_set_file.h"
#include "core/geometry/box.h"
#include "core/studies/plain/evaluate.h"

namespace alidade {
namespace {

Eigen::Matrix4d matrix(const Rigid3& pose) {
  Eigen::Matrix4d m = Eigen::Matrix4d::Identity();
  m.topLeftCorner<3, 3>() = pose.R;
  m.topRightCorner<3, 1>() = pose.t;
  return m;
}

/// Hull of the projected corners of a box: y1, x1, y2, x2; nothing when a corner is behind the camera.
std::optional<std::array<double, 4>> projected_box(const OrientedBox& box, const PinholeCamera& camera) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  if (!camera.valid()) {
    return std::nullopt;
  }
  std::array<double, 4> hull{kLargest, kLargest, -kLargest, -kLargest};
  for (const Eigen::Vector3d& corner : box_corners(box)) {
    const auto pixel = camera.project(corner);
    if (!pixel) {
      return std::nullopt;
    }
    hull = {std::min(hull[0], pixel->y()), std::min(hull[1], pixel->x()), std::max(hull[2], pixel->y()),
            std::max(hull[3], pixel->x())};
  }
  return hull;
}

PoseRow truth_row(const Instance& instance, const Frame& frame) {
  PoseRow row;
  row.instance = instance.index;
  row.object_id = instance.object_id;
  row.cam_from_obj = instance.cam_from_obj;
  row.center_obj = instance.center_obj;
  row.size = instance.size;
  row.visible_fraction = instance.visible_fraction < 0.0 ? 1.0 : instance.visible_fraction;
  row.visibility_known = instance.visible_fraction >= 0.0;
  row.symmetry = instance.symmetry;
  // A mug that turns into itself about its axis is one whose handle cannot be seen.
  row.handle_visible = instance.category != "mug" || instance.symmetry.axes.empty();
  row.bbox = projected_box(instance.box_cam(), frame.camera);
  return row;
}

/// Annotations of some frames, and what else is known of their images.
struct Truth {
  PoseTable table;
  std::vector<ImageInfo> images;
};

/// The dataset's classes that occur, in its order; classes without a model come last.
std::vector<std::string> occurring(const Dataset& dataset, const PoseTable& table) {
  std::vector<std::string> names = dataset.categories();
  std::set<std::string> found;
  for (const ColumnLabel& label : table.row_labels) {
    found.insert(label.text);
  }
  std::erase_if(names, [&](const std::string& name) { return found.erase(name) == 0; });
  names.insert(names.end(), found.begin(), found.end());
  return names;
}

Expected<Truth> read_truth(const Dataset& dataset, const std::vector<std::size_t>& frames,
                           const JobContext& job) {
  Truth truth;
  truth.table.source = "dataset " + dataset.name();
  std::int64_t done = 0;
  for (const std::size_t index : frames) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "reading the ground truth was stopped."};
    }
    const auto frame = dataset.load(index, {false, false, false, false});
    if (!frame) {
      return frame.error();
    }
    ImageInfo& image = truth.images.emplace_back();
    image.name = frame->info.name;
    image.scene_id = frame->info.scene_id;
    image.image_id = frame->info.image_id;
    image.camera = frame->camera;
    truth.table.images.push_back(image.name);
    for (const Instance& instance : frame->instances) {
      truth.table.add(image.name, instance.category, truth_row(instance, *frame));
    }
    job.report("reading the ground truth", ++done, static_cast<std::int64_t>(frames.size()));
  }
  truth.table.categories = occurring(dataset, truth.table);
  truth.table.has_sizes = std::any_of(truth.table.rows.begin(), truth.table.rows.end(),
                                      [](const PoseRow& row) { return !row.size.isZero(); });
  truth.table.provenance = current_provenance();
  truth.table.provenance.dataset = dataset.name();
  truth.table.provenance.dataset_sha256 = dataset.digest();
  return truth;
}

Expected<PoseTable> predictions_of(const PoseResult& result) {
  PoseTable table;
  table.source = "result " + result.name;
  table.name = result.name;
  table.provenance = result.provenance;
  for (std::size_t i = 0; i < result.estimates.size(); ++i) {
    const PoseEstimate& estimate = result.estimates[i];
    PoseRow row;
    row.instance = estimate.instance;
    row.object_id = estimate.object_id;
    row.size = estimate.size;
    row.center_obj = estimate.center_obj;
    row.score = estimate.score;
    row.hypotheses = estimate.hypotheses;
    double deviation = 0.0;
    if (auto set = set_pose(matrix(estimate.cam_from_obj), &row, &deviation); !set) {
      return input_error(table.source, "estimate " + std::to_string(i), set.error().message,
                         "estimate the poses again");
    }
    table.add(estimate.frame_name, estimate.category, std::move(row));
  }
  return table;
}

/// Estimates answer to given instances, so the image box of an instance is the one they were made from.
void copy_image_boxes(EvaluationInput& input) {
  std::map<std::pair<std::uint32_t, int>, const PoseRow*> truths;
  for (const PoseRow& truth : input.truth.rows) {
    truths.emplace(std::pair(truth.image, truth.instance), &truth);
  }
  for (PoseRow& row : input.predictions.rows) {
    const auto found = truths.find({row.image, row.instance});
    if (!row.bbox && found != truths.end()) {
      row.bbox = found->second->bbox;
    }
  }
}

ObjectGeometry geometry_of(const Mesh& mesh, const ObjectModel* model) {
  ObjectGeometry geometry;
  for (const Eigen::Vector3f& vertex : mesh.vertices) {
    geometry.vertices.push_back(vertex.cast<double>());
  }
  for (const auto& face : mesh.faces) {
    geometry.triangles.emplace_back(static_cast<int>(face[0]), static_cast<int>(face[1]),
                                    static_cast<int>(face[2]));
  }
  if (model != nullptr) {
    geometry.name = model->name;
    geometry.diameter = model->diameter;
    geometry.symmetry = model->symmetry;
  }
  return geometry;
}

Expected<void> read_models(const Dataset& dataset, EvaluationInput& input, const JobContext& job) {
  std::set<int> ids;
  for (const PoseRow& row : input.truth.rows) {
    ids.insert(row.object_id);
  }
  std::int64_t done = 0;
  for (const int id : ids) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "reading the models was stopped."};
    }
    const ObjectModel* model = dataset.model(id);
    if (const auto mesh = dataset.mesh(id)) {
      input.objects.emplace(id, geometry_of(**mesh, model));
    } else if (model != nullptr && !model->mesh_path.empty()) {
      return mesh.error();  // who needs the mesh must hear which file is damaged and where
    }
    job.report("reading models", ++done, static_cast<std::int64_t>(ids.size()));
  }
  return {};
}

/// Takes away the frames whose content nobody knows, and what was predicted there: not known is not none.
std::vector<std::size_t> keep_annotated(const Dataset& dataset, std::vector<std::size_t> frames,
                                        PoseTable& predictions) {
  std::set<std::string> unknown;
  std::erase_if(frames, [&](std::size_t frame) {
    const FrameInfo& info = dataset.frame_info(frame);
    if (!info.annotated) {
      unknown.insert(info.name);
    }
    return !info.annotated;
  });
  if (!unknown.empty()) {
    const auto count = std::erase_if(predictions.rows, [&](const PoseRow& row) {
      return unknown.contains(predictions.image_of(row));
    });
    predictions.notes.push_back(std::to_string(count) + " predictions in " + std::to_string(unknown.size()) +
                                " images that nobody annotated are left out (first: " + *unknown.begin() +
                                ").");
  }
  return frames;
}

Expected<std::shared_ptr<const EvaluationInput>> join(const Dataset& dataset, std::vector<std::size_t> frames,
                                                      PoseTable predictions, const JobContext& job,
                                                      bool with_models) {
  frames = keep_annotated(dataset, std::move(frames), predictions);
  auto truth = read_truth(dataset, frames, job);
  if (!truth) {
    return truth.error();
  }
  Provenance provenance = predictions.provenance;
  if (provenance.dataset_sha256.empty()) {
    provenance.dataset = truth->table.provenance.dataset;
    provenance.dataset_sha256 = truth->table.provenance.dataset_sha256;
  }
  auto input = join_tables(std::move(truth->table), std::move(predictions), {});
  if (!input) {
    return input.error();
  }
  (*input)->images = std::move(truth->images);
  (*input)->provenance = std::move(provenance);
  if (const auto lacking = problem_sentence(dataset.name(), dataset.problems(), ProblemKind::kGroundTruth)) {
    (*input)->allowed_problems = *lacking + ".";
  }
  copy_image_boxes(**input);
  if (with_models) {
    if (auto models = read_models(dataset, **input, job); !models) {
      return models.error();
    }
  }
  return std::shared_ptr<const EvaluationInput>(std::move(*input));
}

/// Frames in the dataset's order, each once.
std::vector<std::size_t> sorted_frames(std::vector<std::size_t> frames) {
  std::sort(frames.begin(), frames.end());
  frames.erase(std::unique(frames.begin(), frames.end()), frames.end());
  return frames;
}

/// The frames that a file of predictions covers: its list of images, or those of its rows.
Expected<std::vector<std::size_t>> frames_of(const PoseTable& predictions, const Dataset& dataset) {
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < dataset.num_frames(); ++i) {
    index.emplace(dataset.frame_info(i).name, i);
  }
  std::vector<std::size_t> frames;
  const auto add = [&](const std::string& name, const std::string& place) -> Expected<void> {
    const auto found = index.find(name);
    if (found == index.end()) {
      return input_error(predictions.source, place,
                         "image \"" + name.substr(0, 200) + "\" is not in dataset " + dataset.name(),
                         "give the dataset that the poses were estimated on");
    }
    frames.push_back(found->second);
    return {};
  };
  for (std::size_t i = 0; i < predictions.images.size(); ++i) {
    if (auto added = add(predictions.images[i], "images[" + std::to_string(i) + "]"); !added) {
      return added.error();
    }
  }
  for (std::size_t i = 0; i < predictions.rows.size(); ++i) {
    if (auto added = add(predictions.image_of(predictions.rows[i]), "image[" + std::to_string(i) + "]");
        !added) {
      return added.error();
    }
  }
  return sorted_frames(std::move(frames));
}

}  // namespace

Expected<std::shared_ptr<const EvaluationInput>> evaluation_input(const Dataset& dataset,
                                                                  const PoseResult& result,
                                                                  const JobContext& job, bool with_models) {
  auto predictions = predictions_of(result);
  if (!predictions) {
    return predictions.error();
  }
  std::vector<std::size_t> frames = result.frames;
  for (const PoseEstimate& estimate : result.estimates) {
    frames.push_back(estimate.frame);
  }
  return join(dataset, sorted_frames(std::move(frames)), std::move(*predictions), job, with_models);
}

Expected<std::shared_ptr<const EvaluationInput>> read_evaluation_input(const Dataset& dataset,
                                                                       const std::filesystem::path& result,
                                                                       const JobContext& job,
                                                                       bool with_models) {
  auto predictions = read_pose_table(result, PoseRole::kPredictions);
  if (!predictions) {
    return predictions.error();
  }
  const auto frames = frames_of(*predictions, dataset);
  if (!frames) {
    return frames.error();
  }
  return join(dataset, *frames, std::move(*predictions), job, with_models);
}

Expected<DatasetTruth> write_dataset_truth(const Dataset& dataset, const std::filesystem::path& path,
                                           const JobContext& job) {
  std::vector<std::size_t> frames;
  for (std::size_t i = 0; i < dataset.num_frames(); ++i) {
    if (dataset.frame_info(i).annotated) {
      frames.push_back(i);
    }
  }
  auto truth = read_truth(dataset, frames, job);
  if (!truth) {
    return truth.error();
  }
  DatasetTruth written{truth->images.size(), truth->table.rows.size(), {}};
  std::set<std::string> nameless;
  for (const PoseRow& row : truth->table.rows) {
    if (!text_of_symmetry(row.symmetry)) {
      nameless.insert(truth->table.label_of(row).text);
    }
  }
  if (frames.size() < dataset.num_frames()) {
    written.notes.push_back(std::to_string(dataset.num_frames() - frames.size()) +
                            " images that nobody annotated are left out of the file.");
  }
  for (const std::string& category : nameless) {
    written.notes.push_back("The symmetry of " + category + " has no name; the file says \"none\".");
  }
  if (auto saved = write_ground_truth(truth->table, path); !saved) {
    return saved.error();
  }
  return written;
}

}  // namespace alidade
