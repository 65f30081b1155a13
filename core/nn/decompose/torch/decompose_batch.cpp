// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/decompose/torch/decompose_batch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/geometry/canonical_rotation.h"
#include "core/geometry/rotation.h"
#include "core/ops/point_ops.h"

namespace alidade {
namespace {

Eigen::Vector3f mean_point(const ObjectPoints& points) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const auto& p : points) {
    sum += p.cast<double>();
  }
  return (sum / static_cast<double>(points.size())).cast<float>();
}

/// The three nearest of the first `centers` points to point i, with weights by inverse distance.
void nearest_three(const float* points, int i, int centers, std::int64_t* index, float* weight) {
  std::array<float, 3> best;
  best.fill(std::numeric_limits<float>::max());
  std::array<int, 3> at{0, 0, 0};
  const Eigen::Map<const Eigen::Vector3f> p(points + 3 * i);
  for (int c = 0; c < centers; ++c) {
    const float squared = (Eigen::Map<const Eigen::Vector3f>(points + 3 * c) - p).squaredNorm();
    for (int place = 0; place < 3; ++place) {
      if (squared < best[place]) {
        for (int later = 2; later > place; --later) {
          best[later] = best[later - 1];
          at[later] = at[later - 1];
        }
        best[place] = squared;
        at[place] = c;
        break;
      }
    }
  }
  float sum = 0.0f;
  for (int k = 0; k < 3; ++k) {
    index[k] = at[k];
    weight[k] = best[k] == std::numeric_limits<float>::max() ? 0.0f : 1.0f / (std::sqrt(best[k]) + 1e-8f);
    sum += weight[k];
  }
  for (int k = 0; k < 3; ++k) {
    weight[k] /= sum;
  }
}

/// One object's rows of one level; `below` points lie under it, the first of which are its centers.
class LevelWriter {
 public:
  LevelWriter(const PointLevel& level, int below, std::int64_t batch) : level_(level), below_(below) {
    for (const int k : level.neighbors) {
      out.relative.push_back(torch::empty({batch, level.centers * k, 3}));
      out.index.push_back(torch::empty({batch, level.centers * k}, torch::kInt64));
    }
    out.back_index = torch::empty({batch, 3 * below}, torch::kInt64);
    out.back_weight = torch::empty({batch, below, 3, 1});
  }

  void write(std::int64_t b, const float* points) {
    for (std::size_t scale = 0; scale < level_.neighbors.size(); ++scale) {
      write_scale(b, points, scale);
    }
    auto* index = out.back_index.data_ptr<std::int64_t>() + b * 3 * below_;
    auto* weight = out.back_weight.data_ptr<float>() + b * 3 * below_;
    for (int i = 0; i < below_; ++i) {
      nearest_three(points, i, level_.centers, index + 3 * i, weight + 3 * i);
    }
  }

  LevelGeometry out;

 private:
  void write_scale(std::int64_t b, const float* points, std::size_t scale) {
    const int k = level_.neighbors[scale], rows = level_.centers * k;
    const auto radius = static_cast<float>(level_.radius_m[scale]);
    neighbors_.resize(static_cast<std::size_t>(rows));
    ball_neighbors(points, below_, level_.centers, radius, k, neighbors_.data());
    float* relative = out.relative[scale].data_ptr<float>() + b * rows * 3;
    auto* index = out.index[scale].data_ptr<std::int64_t>() + b * rows;
    for (int row = 0; row < rows; ++row) {
      index[row] = neighbors_[row];
      for (int d = 0; d < 3; ++d) {
        relative[3 * row + d] = (points[3 * neighbors_[row] + d] - points[3 * (row / k) + d]) / radius;
      }
    }
  }

  const PointLevel& level_;
  int below_;
  std::vector<std::int32_t> neighbors_;
};

std::vector<LevelGeometry> make_levels(const DecomposeConfig& config, const torch::Tensor& points) {
  std::vector<LevelGeometry> levels;
  int below = config.num_points;
  for (const PointLevel& level : config.levels) {
    LevelWriter writer(level, below, points.size(0));
    for (std::int64_t b = 0; b < points.size(0); ++b) {
      writer.write(b, points.data_ptr<float>() + b * config.num_points * 3);
    }
    levels.push_back(std::move(writer.out));
    below = level.centers;
  }
  return levels;
}

void add_patches(const DecomposeConfig& config, const std::vector<const DecomposeInput*>& objects,
                 DecomposeInputs& out) {
  const auto batch = static_cast<std::int64_t>(objects.size());
  const int n = config.num_points;
  const PatchGrid& first = *objects.front()->patches;
  const std::int64_t patches = static_cast<std::int64_t>(first.rows) * first.cols;
  out.patches = torch::empty({batch, patches, first.dim});
  out.patch_index = torch::empty({batch, 4 * n}, torch::kInt64);
  out.patch_weight = torch::empty({batch, n, 4, 1});
  for (std::int64_t b = 0; b < batch; ++b) {
    const DecomposeInput& object = *objects[b];
    std::copy(object.patches->values.begin(), object.patches->values.end(),
              out.patches.data_ptr<float>() + b * patches * first.dim);
    auto* index = out.patch_index.data_ptr<std::int64_t>() + b * 4 * n;
    auto* weight = out.patch_weight.data_ptr<float>() + b * 4 * n;
    for (int i = 0; i < n; ++i) {
      const PatchTaps taps = patch_taps(first.rows, first.cols, object.places[i].x(), object.places[i].y(),
                                        config.crop_px, config.crop_px);
      std::copy(taps.index.begin(), taps.index.end(), index + 4 * i);
      for (int k = 0; k < 4; ++k) {
        weight[4 * i + k] = static_cast<float>(taps.share[k]);
      }
    }
  }
}

/// Fills everything that follows from points, places and categories.
DecomposeInputs make_inputs(const DecomposeConfig& config, const std::vector<const DecomposeInput*>& objects,
                            torch::Tensor points, torch::Tensor centroids) {
  DecomposeInputs out;
  out.points = std::move(points);
  out.centroids = std::move(centroids);
  out.levels = make_levels(config, out.points);
  if (config.color != ColorSource::kNone) {
    add_patches(config, objects, out);
  }
  out.group = torch::empty({out.size()}, torch::kInt64);
  for (std::int64_t b = 0; b < out.size(); ++b) {
    out.group.data_ptr<std::int64_t>()[b] = *group_of(config, objects[b]->category);
  }
  return out;
}

/// How one sample is changed.
struct Change {
  Eigen::Matrix3d turn = Eigen::Matrix3d::Identity();
  double scale = 1.0;
};

Change draw_change(const DecomposeAugmentation& augmentation, Random* random) {
  Change change;
  if (random != nullptr) {
    for (const Eigen::Vector3d axis :
         {Eigen::Vector3d::UnitX(), Eigen::Vector3d::UnitY(), Eigen::Vector3d::UnitZ()}) {
      change.turn =
          rotation_about(axis, random->uniform(-augmentation.turn_rad, augmentation.turn_rad)) * change.turn;
    }
    change.scale = 1.0 + random->uniform(-augmentation.scale_range, augmentation.scale_range);
  }
  return change;
}

void write_points(const ObjectPoints& points, const Eigen::Vector3f& centroid, const Change& change,
                  double jitter_m, Random* random, float* out) {
  const Eigen::Matrix3f turn = (change.scale * change.turn).cast<float>();
  for (const auto& p : points) {
    Eigen::Vector3f q = turn * (p - centroid);
    if (random != nullptr) {
      for (int d = 0; d < 3; ++d) {
        q[d] += static_cast<float>(jitter_m * random->normal());
      }
    }
    std::copy(q.data(), q.data() + 3, out);
    out += 3;
  }
}

void write_target(const DecomposeSample& sample, const Eigen::Vector3f& centroid, const Change& change,
                  std::int64_t b, PoseTensors& out) {
  const Eigen::Matrix3d R = canonical_rotation(change.turn * sample.R, sample.symmetry);
  const Eigen::Vector3d t = change.scale * (change.turn * (sample.t - centroid.cast<double>()));
  for (int i = 0; i < 9; ++i) {
    out.R.data_ptr<float>()[9 * b + i] = static_cast<float>(R(i / 3, i % 3));
  }
  for (int d = 0; d < 3; ++d) {
    out.t.data_ptr<float>()[3 * b + d] = static_cast<float>(t[d]);
    out.size.data_ptr<float>()[3 * b + d] = static_cast<float>(change.scale * sample.size[d]);
  }
}

}  // namespace

DecomposeInputs DecomposeInputs::select(const torch::Tensor& rows) const {
  const auto pick = [&rows](const torch::Tensor& all) {
    return all.defined() ? all.index_select(0, rows) : all;
  };
  DecomposeInputs out{pick(points),      pick(centroids),    {},         pick(patches),
                      pick(patch_index), pick(patch_weight), pick(group)};
  for (const LevelGeometry& level : levels) {
    LevelGeometry part{{}, {}, pick(level.back_index), pick(level.back_weight)};
    for (std::size_t scale = 0; scale < level.index.size(); ++scale) {
      part.relative.push_back(pick(level.relative[scale]));
      part.index.push_back(pick(level.index[scale]));
    }
    out.levels.push_back(std::move(part));
  }
  return out;
}

DecomposeInputs make_decompose_inputs(const DecomposeConfig& config,
                                      const std::vector<const DecomposeInput*>& objects) {
  const auto batch = static_cast<std::int64_t>(objects.size());
  auto points = torch::empty({batch, config.num_points, 3});
  auto centroids = torch::empty({batch, 3});
  for (std::int64_t b = 0; b < batch; ++b) {
    const Eigen::Vector3f centroid = mean_point(objects[b]->points);
    write_points(objects[b]->points, centroid, {}, 0.0, nullptr,
                 points.data_ptr<float>() + b * config.num_points * 3);
    std::copy(centroid.data(), centroid.data() + 3, centroids.data_ptr<float>() + 3 * b);
  }
  return make_inputs(config, objects, points, centroids);
}

DecomposeBatch make_decompose_batch(const DecomposeConfig& config,
                                    const std::vector<const DecomposeSample*>& samples,
                                    const DecomposeAugmentation& augmentation, Random* random) {
  const auto batch = static_cast<std::int64_t>(samples.size());
  auto points = torch::empty({batch, config.num_points, 3});
  auto centroids = torch::empty({batch, 3});
  PoseTensors targets{torch::empty({batch, 3, 3}), torch::empty({batch, 3}), torch::empty({batch, 3})};
  std::vector<const DecomposeInput*> objects;
  for (std::int64_t b = 0; b < batch; ++b) {
    const DecomposeSample& sample = *samples[b];
    const Eigen::Vector3f centroid = mean_point(sample.input.points);
    const Change change = draw_change(augmentation, random);
    write_points(sample.input.points, centroid, change, augmentation.jitter_m, random,
                 points.data_ptr<float>() + b * config.num_points * 3);
    std::copy(centroid.data(), centroid.data() + 3, centroids.data_ptr<float>() + 3 * b);
    write_target(sample, centroid, change, b, targets);
    objects.push_back(&sample.input);
  }
  return {make_inputs(config, objects, points, centroids), targets};
}

}  // namespace alidade
