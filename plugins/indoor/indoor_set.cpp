// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/indoor/indoor_set.h"

#include <map>
#include <system_error>
#include <utility>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/io/pickle.h"
#include "plugins/indoor/indoor_infos.h"
#include "plugins/indoor/indoor_points.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostPointBytes = std::uintmax_t{1} << 30;
constexpr std::uintmax_t kMostInfoBytes = std::uintmax_t{256} << 20;

/// "points/NAME", or beside the info file as single scenes are passed on.
fs::path point_path(const fs::path& root, const fs::path& relative) {
  std::error_code failure;
  const fs::path usual = root / "points" / relative;
  return !fs::exists(usual, failure) && fs::exists(root / relative, failure) ? root / relative : usual;
}

class IndoorSet : public PointSceneSet {
 public:
  explicit IndoorSet(fs::path root) : root_(std::move(root)) {}

  /// Adds one info file; the first says what set it is.
  Expected<void> add(const fs::path& file) {
    const auto bytes = read_file(file, kMostInfoBytes);
    if (!bytes) {
      return bytes.error();
    }
    const auto content = parse_pickle(*bytes, file.string());
    if (!content) {
      return content.error();
    }
    auto infos = parse_indoor_infos(*content, file);
    if (!infos) {
      return infos.error();
    }
    if (format_ != nullptr && (infos->format != format_ || infos->categories != categories_)) {
      return input_error(file.string(), "metainfo",
                         "it is of another set than the info files beside it, or has other classes",
                         "open one info file at a time");
    }
    format_ = infos->format;
    categories_ = infos->categories;
    rotated_ = rotated_ || infos->rotated_boxes;
    hash_.add(*bytes);
    problems_.insert(problems_.end(), infos->problems.begin(), infos->problems.end());
    for (IndoorEntry& entry : infos->entries) {
      add_scene(std::move(entry), file);
    }
    return {};
  }

  void finish() { digest_ = hash_.hex(); }

  std::string name() const override { return root_.filename().string(); }
  std::string format() const override { return format_->name; }
  fs::path root() const override { return root_; }
  const std::vector<std::string>& categories() const override { return categories_; }
  bool rotated_boxes() const override { return rotated_; }
  std::size_t num_scenes() const override { return entries_.size(); }
  const PointSceneInfo& scene_info(std::size_t index) const override { return entries_[index].info; }
  const std::vector<DatasetProblem>& problems() const override { return problems_; }
  const std::string& digest() const override { return digest_; }

  Expected<std::vector<SceneBox>> boxes(std::size_t index) const override {
    return index < entries_.size() ? Expected<std::vector<SceneBox>>(entries_[index].boxes)
                                   : no_scene(*this, index);
  }

  Expected<PointScene> load(std::size_t index) const override {
    if (index >= entries_.size()) {
      return no_scene(*this, index);
    }
    const IndoorEntry& entry = entries_[index];
    const fs::path path = point_path(root_, entry.points);
    const auto bytes = read_file(path, kMostPointBytes);
    if (!bytes) {
      return bytes.error();
    }
    PointScene scene;
    scene.name = entry.info.name;
    scene.boxes = entry.boxes;
    if (auto read = read_indoor_points(*bytes, entry, *format_, path.string(), scene); !read) {
      return read.error();
    }
    return scene;
  }

 private:
  void add_scene(IndoorEntry entry, const fs::path& file) {
    if (!names_.emplace(entry.info.name, entries_.size()).second) {
      problems_.push_back(
          {file.string(),
           "scene \"" + shortened(entry.info.name, 80) + "\" is listed twice; the second one is left out.",
           std::nullopt, false, ProblemKind::kRemark});
      return;
    }
    const fs::path points = point_path(root_, entry.points);
    std::error_code failure;
    const std::uintmax_t size = fs::file_size(points, failure);
    const auto row = static_cast<std::uintmax_t>(entry.values_per_point) * sizeof(float);
    if (failure || size % row != 0) {
      problems_.push_back(
          {points.string(),
           failure ? "its points are missing; put the file where the info file says."
                   : "its " + std::to_string(size) + " bytes are no whole number of points of " +
                         std::to_string(entry.values_per_point) + " float32 values; copy it again.",
           entries_.size(), true, ProblemKind::kRemark});
    }
    hash_.add(entry.points.string() + " " + (failure ? "missing" : std::to_string(size)) + "\n");
    entries_.push_back(std::move(entry));
  }

  fs::path root_;
  const IndoorFormat* format_ = nullptr;
  std::vector<std::string> categories_;
  bool rotated_ = false;
  std::vector<IndoorEntry> entries_;
  std::map<std::string, std::size_t> names_;
  std::vector<DatasetProblem> problems_;
  Sha256 hash_;
  std::string digest_;
};

}  // namespace

Expected<std::shared_ptr<const PointSceneSet>> open_indoor_set(const fs::path& path, const JobContext& job) {
  std::error_code failure;
  const fs::path whole = fs::absolute(path, failure).lexically_normal();
  const fs::path named = whole.has_filename() ? whole : whole.parent_path();
  const bool is_folder = fs::is_directory(named, failure);
  auto set = std::make_shared<IndoorSet>(is_folder ? named : named.parent_path());
  const auto files = indoor_info_files(named);
  if (files.empty()) {
    return input_error(path.string(), "", "it has no info file of mmdetection3d",
                       "choose the folder that holds for example scannet_infos_train.pkl");
  }
  std::int64_t done = 0;
  for (const fs::path& file : files) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, path.string() + ": opening was stopped."};
    }
    if (auto added = set->add(file); !added) {
      return added.error();
    }
    job.report("Info files", ++done, static_cast<std::int64_t>(files.size()));
  }
  set->finish();
  return std::shared_ptr<const PointSceneSet>(std::move(set));
}

}  // namespace alidade
