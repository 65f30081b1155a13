// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/point_scene.h"

namespace alidade {

/// A format of indoor scenes: what a plugin implements. Readers convert once: metres, depth frame, centers of
/// gravity, colors 0..1.
class PointSceneReader {
 public:
  virtual ~PointSceneReader() = default;
  virtual std::string name() const = 0;
  /// 0 = not mine ... 100 = certainly; must be quick and must not throw.
  virtual int can_read(const std::filesystem::path& path) const = 0;
  virtual Expected<std::shared_ptr<const PointSceneSet>> open(const std::filesystem::path& path,
                                                              const JobContext& job) const = 0;
};

/// The formats of indoor scenes this program knows.
class PointSceneReaders {
 public:
  void add(std::unique_ptr<PointSceneReader> reader);
  std::vector<std::string> names() const;
  /// Whether one of them takes it: a folder of such scenes or one of its info files.
  bool can_read(const std::filesystem::path& path) const;
  /// Opens with the reader that is surest of itself; an Error that lists the known formats when none is.
  Expected<std::shared_ptr<const PointSceneSet>> open(const std::filesystem::path& path,
                                                      const JobContext& job) const;

 private:
  std::vector<std::unique_ptr<PointSceneReader>> readers_;
};

}  // namespace alidade
