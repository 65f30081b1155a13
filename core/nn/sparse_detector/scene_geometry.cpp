// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/scene_geometry.h"

#include <optional>
#include <utility>

namespace alidade {
namespace {

/// Keeps the first error; what comes after it is not computed.
class MapMaker {
 public:
  void strided(const VoxelSet& from, int kernel, int stride, KernelMap& map, VoxelSet& to) {
    take([&] { return strided_map(from, kernel, stride); },
         [&](MappedVoxels&& made) {
           map = std::move(made.map);
           to = std::move(made.outputs);
         });
  }
  void inside(const VoxelSet& at, KernelMap& map) {
    take([&] { return submanifold_map(at, 3); }, [&](KernelMap&& made) { map = std::move(made); });
  }
  void up(const VoxelSet& from, const VoxelSet& lateral, NeckGeometry& level) {
    take([&] { return transposed_map(from, 3, 2); },
         [&](MappedVoxels&& made) {
           level.up = std::move(made.map);
           take([&] { return sparse_union(lateral, made.outputs); },
                [&](SparseUnion&& both) { level.both = std::move(both); });
         });
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  template <class Make, class Keep>
  void take(Make&& make, Keep&& keep) {
    if (error_) {
      return;
    }
    auto made = make();
    if (made) {
      keep(std::move(*made));
    } else {
      error_ = made.error();
    }
  }

  std::optional<Error> error_;
};

}  // namespace

Expected<std::shared_ptr<const SceneGeometry>> scene_geometry(const VoxelSet& voxels,
                                                              const DetectorConfig& config) {
  auto geometry = std::make_shared<SceneGeometry>();
  MapMaker maker;
  geometry->input = voxels;
  maker.strided(voxels, 3, config.stem_stride, geometry->stem_map, geometry->stem);
  geometry->pooled = geometry->stem;
  if (config.pool > 1) {
    maker.strided(geometry->stem, config.pool, config.pool, geometry->pool_map, geometry->pooled);
  }
  const VoxelSet* before = &geometry->pooled;
  for (int i = 0; i < kDetectorStages; ++i) {
    StageGeometry& stage = geometry->stages[static_cast<std::size_t>(i)];
    const int stride = config.strides[static_cast<std::size_t>(i)];
    VoxelSet same;
    maker.strided(*before, 3, stride, stage.down, stage.voxels);
    maker.strided(*before, 1, stride, stage.shortcut, same);
    maker.inside(stage.voxels, stage.inside);
    before = &stage.voxels;
  }
  for (int i = kDetectorLevels - 1; i >= 0; --i) {
    NeckGeometry& level = geometry->levels[static_cast<std::size_t>(i)];
    maker.up(*before, geometry->stages[static_cast<std::size_t>(i + 1)].voxels, level);
    maker.inside(level.both.voxels, level.inside);
    before = &level.both.voxels;
  }
  if (maker.error()) {
    return *maker.error();
  }
  return std::shared_ptr<const SceneGeometry>(std::move(geometry));
}

std::vector<Eigen::Vector3d> voxel_positions(const VoxelSet& voxels, double voxel_m) {
  std::vector<Eigen::Vector3d> positions;
  positions.reserve(voxels.rows.size());
  for (const VoxelCoordinate& c : voxels.rows) {
    positions.emplace_back(c.x * voxel_m, c.y * voxel_m, c.z * voxel_m);
  }
  return positions;
}

}  // namespace alidade
