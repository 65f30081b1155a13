// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/pose_set_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <initializer_list>
#include <map>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include "core/base/stop_scope.h"
#include "core/evaluation/pose_check.h"
#include "core/exchange/column_reader.h"
#include "core/exchange/pose_matrix.h"

namespace alidade {
namespace {

constexpr std::size_t kMostPoseRows = 4000000;
constexpr std::size_t kMaxHypotheses = 100000;

/// Where poses were projected onto SO(3), for the note.
struct Repairs {
  std::size_t count = 0;
  std::string first;
  double largest = 0.0;

  void add(const std::string& place, double deviation) {
    if (deviation > kRotationRounding) {
      first = count++ == 0 ? place : first;
      largest = std::max(largest, deviation);
    }
  }
};

/// Fills the rows of a table key by key.
class TableReader {
 public:
  TableReader(ColumnReader& columns, PoseRole role, PoseTable* table)
      : columns_(columns), role_(role), table_(*table) {}

  Expected<void> read() {
    if (rows() > kMostPoseRows) {
      return columns_.row_error("pose", kMostPoseRows, "expected at most 4000000 objects", "split the file");
    }
    using Step = Expected<void> (TableReader::*)();
    std::vector<Step> steps{&TableReader::read_names,    &TableReader::make_rows,  &TableReader::read_sizes,
                            &TableReader::read_poses,    &TableReader::read_boxes, &TableReader::read_numbers,
                            &TableReader::read_instances};
    if (role_ == PoseRole::kTruth) {
      steps.insert(steps.end(), {&TableReader::read_visibility, &TableReader::read_symmetries});
    } else {
      steps.insert(steps.end(), {&TableReader::read_scores, &TableReader::read_hypotheses});
    }
    steps.push_back(&TableReader::read_times);
    for (const Step step : steps) {
      if (auto done = (this->*step)(); !done) {
        return done;
      }
    }
    note_repairs();
    return {};
  }

 private:
  std::size_t rows() const { return columns_.rows(); }
  bool truth() const { return role_ == PoseRole::kTruth; }

  Expected<void> read_names() {
    const auto images = columns_.labels("image");
    const auto categories = columns_.labels("category");
    auto all_images = columns_.names("images");
    auto all_categories = columns_.names("categories");
    for (const auto* labels : {&images, &categories}) {
      if (!*labels) {
        return labels->error();
      }
    }
    for (const auto* names : {&all_images, &all_categories}) {
      if (!*names) {
        return names->error();
      }
    }
    std::map<std::string, std::uint32_t> known;
    image_numbers_.reserve(rows());
    label_numbers_.reserve(rows());
    for (std::size_t i = 0; i < rows(); ++i) {
      const ColumnLabel label = categories->empty() ? ColumnLabel{"object"} : (*categories)[i];
      const auto found = known.emplace(label.text, static_cast<std::uint32_t>(known.size()));
      if (found.second) {
        table_.row_labels.push_back(label);
      }
      image_numbers_.push_back(table_.row_images.add((*images)[i].text));
      label_numbers_.push_back(found.first->second);
    }
    table_.has_categories = !categories->empty();
    table_.images = std::move(*all_images);
    table_.categories = std::move(*all_categories);
    release({"image", "category", "images", "categories"});
    return {};
  }

  /// Only now: the labels of a million rows take as much room as the rows.
  Expected<void> make_rows() {
    table_.rows.resize(rows());
    for (std::size_t i = 0; i < rows(); ++i) {
      table_.rows[i].image = image_numbers_[i];
      table_.rows[i].category = label_numbers_[i];
    }
    std::vector<std::uint32_t>().swap(image_numbers_);
    std::vector<std::uint32_t>().swap(label_numbers_);
    return {};
  }

  void release(std::initializer_list<const char*> keys) {
    for (const char* key : keys) {
      columns_.release(key);
    }
  }

  Expected<void> read_vectors(const char* key, Eigen::Vector3d PoseRow::*member, bool positive) {
    const auto take = [&](std::size_t i, std::span<const double> values) -> Expected<void> {
      const Eigen::Vector3d vector(values.data());
      if (!vector.allFinite() || (positive && vector.minCoeff() <= 0.0)) {
        return columns_.row_error(
            key, i, positive ? "expected three positive side lengths" : "expected three finite numbers",
            "correct or leave out the row");
      }
      table_.rows[i].*member = vector;
      return {};
    };
    auto done = columns_.each_numbers(key, {3}, take);
    release({key});
    return done;
  }

  Expected<void> read_sizes() {
    table_.has_sizes = columns_.has("size");
    table_.has_centers = columns_.has("center");
    if (auto sizes = read_vectors("size", &PoseRow::size, true); !sizes) {
      return sizes;
    }
    return read_vectors("center", &PoseRow::center_obj, false);
  }

  Expected<void> read_poses() {
    const auto take = [&](std::size_t i, std::span<const double> values) -> Expected<void> {
      double deviation = 0.0;
      if (auto set = set_pose(matrix_of(values), &table_.rows[i], &deviation); !set) {
        return columns_.row_error("pose", i, set.error().message, "correct or leave out the row");
      }
      if (deviation > kRotationRounding) {
        repairs_.add("pose[" + std::to_string(i) + "]", deviation);
      }
      return {};
    };
    auto done = columns_.each_numbers("pose", {4, 4}, take);
    release({"pose"});
    return done;
  }

  /// A box without any finite number stands for "none".
  Expected<void> read_boxes() {
    const auto take = [&](std::size_t i, std::span<const double> values) -> Expected<void> {
      std::array<double, 4> box{};
      std::copy(values.begin(), values.end(), box.begin());
      const auto finite = std::count_if(box.begin(), box.end(), [](double x) { return std::isfinite(x); });
      if (finite == 0) {
        return {};
      }
      if (finite < 4 || box[2] < box[0] || box[3] < box[1]) {
        return columns_.row_error("bbox", i, "expected y1, x1, y2, x2 in pixels with y1 <= y2 and x1 <= x2",
                                  "correct the row, or put NaN where there is no box");
      }
      table_.rows[i].bbox = box;
      return {};
    };
    auto done = columns_.each_numbers("bbox", {4}, take);
    release({"bbox"});
    return done;
  }

  Expected<void> read_numbers() {
    const auto handles = columns_.integers("handle_visible");
    const auto objects = columns_.integers("object");
    if (!handles || !objects) {
      return handles ? objects.error() : handles.error();
    }
    for (std::size_t i = 0; i < rows(); ++i) {
      if (!objects->empty() && !std::in_range<std::int32_t>((*objects)[i])) {
        return columns_.row_error("object", i, "expected a number of 32 bits", "correct the row");
      }
      table_.rows[i].handle_visible = handles->empty() || (*handles)[i] != 0;
      table_.rows[i].object_id = objects->empty() ? 0 : static_cast<int>((*objects)[i]);
    }
    return {};
  }

  /// Ground truths without numbers are counted within their image.
  Expected<void> read_instances() {
    const auto instances = columns_.integers("instance");
    if (!instances) {
      return instances.error();
    }
    if (instances->empty()) {
      std::vector<int> counts(table_.row_images.names().size());
      for (PoseRow& row : table_.rows) {
        row.instance = truth() ? counts[row.image]++ : -1;
      }
      return {};
    }
    const std::size_t repeated = truth() ? first_repeated(*instances) : rows();
    for (std::size_t i = 0; i < rows(); ++i) {
      const std::int64_t instance = (*instances)[i];
      if (instance > 0x7fffffff || instance < -1 || (truth() && instance < 0)) {
        return columns_.row_error("instance", i, "expected a number from 0 to 2147483647",
                                  truth() ? "correct the row" : "correct the row, or put -1 for unknown");
      }
      if (i == repeated) {
        return columns_.row_error("instance", i,
                                  "image \"" + table_.image_of(table_.rows[i]) + "\" has a ground truth " +
                                      std::to_string(instance) + " already",
                                  "number the objects of an image differently");
      }
      table_.rows[i].instance = static_cast<int>(instance);
    }
    return {};
  }

  /// The first row whose image has had its number before; the number of rows when there is none.
  std::size_t first_repeated(const std::vector<std::int64_t>& instances) const {
    std::vector<std::uint32_t> order(rows());
    std::iota(order.begin(), order.end(), 0U);
    const auto key = [&](std::uint32_t i) { return std::pair(table_.rows[i].image, instances[i]); };
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return std::pair(key(a), a) < std::pair(key(b), b); });
    std::size_t first = rows();
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (key(order[i]) == key(order[i - 1])) {
        first = std::min<std::size_t>(first, order[i]);
      }
    }
    return first;
  }

  Expected<void> read_visibility() {
    const auto values = columns_.numbers("visible_fraction", {});
    if (!values) {
      return values.error();
    }
    for (std::size_t i = 0; i < rows() && !values->empty(); ++i) {
      const double share = (*values)[i];
      if (!(share <= 1.0) || !std::isfinite(share)) {
        return columns_.row_error("visible_fraction", i, "expected a share up to 1",
                                  "correct the row, or put -1 for unknown");
      }
      table_.rows[i].visible_fraction = share < 0.0 ? 1.0 : share;
      table_.rows[i].visibility_known = share >= 0.0;
    }
    return {};
  }

  /// Symmetries act about the center of the box.
  Expected<void> read_symmetries() {
    const auto texts = columns_.texts("symmetry");
    if (!texts) {
      return texts.error();
    }
    std::map<std::string, SymmetryGroup> known;
    for (std::size_t i = 0; i < rows() && !texts->empty(); ++i) {
      const std::string& text = (*texts)[i];
      auto found = known.find(text);
      if (found == known.end()) {
        auto group = symmetry_of_text(text);
        if (!group) {
          return columns_.row_error("symmetry", i, "the name \"" + text.substr(0, 40) + "\" is not known",
                                    "use none, any, cube, box, or x-, y- or z- with flip, square-tube, "
                                    "square-pyramid, cylinder or cone");
        }
        found = known.emplace(text, std::move(*group)).first;
      }
      table_.rows[i].symmetry = centered_symmetry(found->second, table_.rows[i].center_obj);
    }
    return {};
  }

  Expected<void> read_scores() {
    table_.has_scores = columns_.has("score");
    const auto values = columns_.numbers("score", {});
    if (!values) {
      return values.error();
    }
    for (std::size_t i = 0; i < rows() && !values->empty(); ++i) {
      if (!std::isfinite((*values)[i])) {
        return columns_.row_error("score", i, "expected a finite number", "correct or leave out the row");
      }
      table_.rows[i].score = (*values)[i];
    }
    return {};
  }

  Expected<void> read_hypotheses() {
    const std::size_t samples = columns_.depth("hypotheses");
    if (samples > kMaxHypotheses) {
      return columns_.row_error("hypotheses", 0, "expected at most 100000 samples per object", "write fewer");
    }
    const auto poses = columns_.numbers("hypotheses", {samples, 4, 4});
    const auto energies = columns_.numbers("energy", {samples, 2});
    if (!poses || !energies) {
      return poses ? energies.error() : poses.error();
    }
    StopMeter meter(kRowsUnasked);
    for (std::size_t i = 0; i < rows() && !poses->empty(); ++i) {
      if (meter.stopped(samples)) {
        return reading_stopped(table_.source);
      }
      for (std::size_t k = 0; k < samples; ++k) {
        if (auto added = add_hypothesis(i, k, matrix_at(*poses, i * samples + k)); !added) {
          return added;
        }
      }
    }
    for (std::size_t i = 0; i < rows() && !energies->empty(); ++i) {
      if (auto added = add_energies(i, samples, energies->data() + 2 * i * samples); !added) {
        return added;
      }
    }
    return {};
  }

  Expected<void> add_hypothesis(std::size_t i, std::size_t k, const Eigen::Matrix4d& pose) {
    PoseRow scratch;
    double deviation = 0.0;
    const std::string place = "hypotheses[" + std::to_string(i) + ", " + std::to_string(k) + "]";
    if (auto set = set_pose(pose, &scratch, &deviation); !set) {
      return input_error(columns_.file(), place, set.error().message, "correct or leave out the object");
    }
    repairs_.add(place, deviation);
    table_.rows[i].hypotheses.push_back(scratch.cam_from_obj);
    return {};
  }

  Expected<void> add_energies(std::size_t i, std::size_t samples, const double* values) {
    for (std::size_t k = 0; k < samples; ++k) {
      if (!std::isfinite(values[2 * k]) || !std::isfinite(values[2 * k + 1])) {
        return columns_.row_error("energy", i,
                                  "expected finite numbers, sample " + std::to_string(k) + " has others",
                                  "correct the row or leave out the array");
      }
      table_.rows[i].energies.push_back({values[2 * k], values[2 * k + 1]});
    }
    return {};
  }

  /// Ground truth: when the image was taken. Predictions: what the image took to compute.
  Expected<void> read_times() {
    const auto values = columns_.numbers("time", {});
    if (!values) {
      return values.error();
    }
    std::vector<std::optional<double>> times(table_.row_images.names().size());
    for (std::size_t i = 0; i < rows() && !values->empty(); ++i) {
      const double time = (*values)[i];
      if (!std::isfinite(time)) {
        return columns_.row_error("time", i, "expected seconds", "correct the row, or put -1 for unknown");
      }
      table_.rows[i].seconds = time;
      auto& known = times[table_.rows[i].image];
      if (known && *known != time) {
        return columns_.row_error("time", i,
                                  "image \"" + table_.image_of(table_.rows[i]) +
                                      "\" has another time in a "
                                      "row before",
                                  "give all objects of an image the same time");
      }
      known = time;
    }
    return {};
  }

  void note_repairs() {
    if (repairs_.count > 0) {
      char size[32];
      std::snprintf(size, sizeof size, "%.2g", repairs_.largest);
      table_.notes.push_back(table_.source + ": " + std::to_string(repairs_.count) +
                             " matrices were no exact rotations and were replaced by the nearest (first: " +
                             repairs_.first + "; largest change " + size + ").");
    }
  }

  ColumnReader& columns_;
  PoseRole role_;
  PoseTable& table_;
  Repairs repairs_;
  std::vector<std::uint32_t> image_numbers_, label_numbers_;  ///< until there are rows
};

}  // namespace

std::size_t NameList::slot_of(const std::string& name) const {
  std::size_t slot = std::hash<std::string>{}(name) & (slots_.size() - 1);
  while (slots_[slot] != kFree && names_[slots_[slot]] != name) {
    slot = (slot + 1) & (slots_.size() - 1);
  }
  return slot;
}

std::uint32_t NameList::add(const std::string& name) {
  if (2 * (names_.size() + 1) > slots_.size()) {
    slots_.assign(std::max<std::size_t>(16, 2 * slots_.size()), kFree);
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
      slots_[slot_of(names_[i])] = i;
    }
  }
  std::uint32_t& entry = slots_[slot_of(name)];
  if (entry == kFree) {
    entry = static_cast<std::uint32_t>(names_.size());
    names_.push_back(name);
  }
  return entry;
}

std::optional<std::uint32_t> NameList::find(const std::string& name) const {
  const std::uint32_t entry = slots_.empty() ? kFree : slots_[slot_of(name)];
  return entry == kFree ? std::nullopt : std::optional(entry);
}

void PoseTable::add(const std::string& image, const std::string& category, PoseRow row) {
  row.image = row_images.add(image);
  const auto known = std::find_if(row_labels.begin(), row_labels.end(),
                                  [&](const ColumnLabel& label) { return label.text == category; });
  row.category = static_cast<std::uint32_t>(known - row_labels.begin());
  if (known == row_labels.end()) {
    row_labels.push_back({category});
  }
  rows.push_back(std::move(row));
}

Expected<void> set_pose(const Eigen::Matrix4d& pose, PoseRow* row, double* deviation) {
  constexpr double kExact = 1e-12;
  const auto checked = check_pose(pose, true);
  if (!checked) {
    return checked.error();
  }
  *deviation = checked->deviation;
  row->cam_from_obj = checked->pose;
  if (checked->deviation < kExact && std::abs(checked->scale - 1.0) < kExact) {
    row->cam_from_obj.R = pose.topLeftCorner<3, 3>();  // nothing to repair: the bits stay
    return {};
  }
  row->size *= checked->scale;
  row->center_obj *= checked->scale;
  return {};
}

Expected<PoseTable> read_pose_table(const std::filesystem::path& path, PoseRole role) {
  auto columns = ColumnReader::read(path, {"image", "pose"}, "Ground truth and predictions");
  if (!columns) {
    return columns.error();
  }
  return pose_table_of(*columns, path, role);
}

Expected<PoseTable> pose_table_of(ColumnReader& columns, const std::filesystem::path& path, PoseRole role) {
  PoseTable table;
  table.source = path.string();
  const std::string name = columns.single_text("name");
  table.name = name.empty() ? path.stem().string() : name;
  if (auto read = TableReader(columns, role, &table).read(); !read) {
    return read.error();
  }
  table.skipped = columns.list("skipped");
  table.provenance = parse_provenance(columns.single_text("provenance"));
  const auto unreadable = columns.unreadable();
  table.notes.insert(table.notes.end(), unreadable.begin(), unreadable.end());
  return table;
}

}  // namespace alidade
