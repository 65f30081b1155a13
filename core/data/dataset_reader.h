// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"

namespace alidade {

/// A dataset format: what a plugin implements. Readers convert once into the house convention
/// (metres, radians, OpenCV camera frame, RGB).
class DatasetReader {
 public:
  virtual ~DatasetReader() = default;
  virtual std::string name() const = 0;
  /// 0 = not mine ... 100 = certainly; must be quick and must not throw.
  virtual int can_read(const std::filesystem::path& path) const = 0;
  virtual Expected<std::shared_ptr<const Dataset>> open(const std::filesystem::path& path,
                                                        const JobContext& job) const = 0;
};

/// The formats this program knows.
class DatasetReaders {
 public:
  void add(std::unique_ptr<DatasetReader> reader);
  std::vector<std::string> names() const;
  /// Opens with the reader that is surest of itself; an Error that lists the known formats when none is.
  Expected<std::shared_ptr<const Dataset>> open(const std::filesystem::path& path,
                                                const JobContext& job) const;

 private:
  std::vector<std::unique_ptr<DatasetReader>> readers_;
};

}  // namespace alidade
