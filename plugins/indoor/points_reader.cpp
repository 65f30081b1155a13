// SPDX-License-Identifier: BSD-3-Clause
#include <memory>
#include <system_error>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/data/point_scene_reader.h"
#include "plugins/indoor/indoor_points.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostFileBytes = std::uintmax_t{1} << 30;
constexpr std::uintmax_t kRowBytes = 6 * sizeof(float);

/// Where nothing says what white is, the numbers do.
const IndoorFormat kPointsFormat{"A file of points", "", {}, true, 255.0, false};

/// One file of points as mmdetection3d writes them, without anything that says what the scene holds.
class PointsSet : public PointSceneSet {
 public:
  PointsSet(fs::path file, std::string digest) : file_(std::move(file)), digest_(std::move(digest)) {
    info_.name = file_.stem().string();
    info_.annotated = false;
  }

  std::string name() const override { return file_.filename().string(); }
  std::string format() const override { return "Points (x, y, z, red, green, blue as float32)"; }
  fs::path root() const override { return file_.parent_path(); }
  const std::vector<std::string>& categories() const override { return categories_; }
  bool rotated_boxes() const override { return true; }
  std::size_t num_scenes() const override { return 1; }
  const PointSceneInfo& scene_info(std::size_t) const override { return info_; }
  const std::vector<DatasetProblem>& problems() const override { return problems_; }
  const std::string& digest() const override { return digest_; }
  Expected<std::vector<SceneBox>> boxes(std::size_t index) const override {
    return index == 0 ? Expected<std::vector<SceneBox>>(std::vector<SceneBox>{}) : no_scene(*this, index);
  }
  Expected<PointScene> load(std::size_t index) const override {
    if (index != 0) {
      return no_scene(*this, index);
    }
    const auto bytes = read_file(file_, kMostFileBytes);
    if (!bytes) {
      return bytes.error();
    }
    PointScene scene;
    scene.name = info_.name;
    if (auto read = read_indoor_points(*bytes, {}, kPointsFormat, file_.string(), scene); !read) {
      return read.error();
    }
    return scene;
  }

 private:
  fs::path file_;
  PointSceneInfo info_;
  std::vector<std::string> categories_;
  std::vector<DatasetProblem> problems_;
  std::string digest_;
};

class PointsReader : public PointSceneReader {
 public:
  std::string name() const override { return "one file of points (.bin)"; }

  int can_read(const fs::path& path) const override {
    std::error_code failure;
    return path.extension() == ".bin" && fs::is_regular_file(path, failure) ? 60 : 0;
  }

  Expected<std::shared_ptr<const PointSceneSet>> open(const fs::path& path,
                                                      const JobContext&) const override {
    const auto bytes = read_file(path, kMostFileBytes);
    if (!bytes) {
      return bytes.error();
    }
    if (bytes->size() % kRowBytes != 0) {
      return input_error(
          path.string(), "",
          "its " + std::to_string(bytes->size()) + " bytes are no whole number of points of 6 float32 values",
          "give x, y, z in metres and red, green, blue of each point");
    }
    std::error_code failure;
    return std::shared_ptr<const PointSceneSet>(
        std::make_shared<const PointsSet>(fs::absolute(path, failure), sha256_hex(*bytes)));
  }
};

}  // namespace

std::unique_ptr<PointSceneReader> make_points_reader() {
  return std::make_unique<PointsReader>();
}

}  // namespace alidade
