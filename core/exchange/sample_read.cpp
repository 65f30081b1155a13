// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/stop_scope.h"
#include "core/evaluation/errors/sample_measures.h"
#include "core/evaluation/pose_check.h"
#include "core/exchange/column_reader.h"
#include "core/exchange/pose_matrix.h"
#include "core/exchange/pose_set_file.h"
#include "core/exchange/sample_file.h"

namespace alidade {
namespace {

constexpr std::size_t kMostSamples = 100000;
constexpr std::size_t kMostRows = 1000000;

/// Turns the arrays of a file into sample sets, key by key.
class SampleReader {
 public:
  explicit SampleReader(ColumnReader columns) : columns_(std::move(columns)) {}

  Expected<SampleFile> read() {
    for (const auto step :
         {&SampleReader::read_texts, &SampleReader::read_numbers, &SampleReader::read_symmetries,
          &SampleReader::read_truth, &SampleReader::read_samples, &SampleReader::read_path}) {
      if (auto done = (this->*step)(); !done) {
        return done.error();
      }
    }
    SampleFile file;
    file.notes = columns_.unreadable();
    for (auto& row : rows_) {
      if (poses_.stopped(row->samples.size())) {
        return reading_stopped(columns_.file());
      }
      if (row->truth && !row->samples.empty()) {
        row->measures = sample_measures(row->samples, *row->truth, row->symmetry);
      }
      file.samples.push_back(std::move(row));
    }
    if (repairs_ > 0) {
      file.notes.push_back(columns_.file() + ": " + std::to_string(repairs_) +
                           " matrices were no exact rotations and were replaced by the nearest (first: " +
                           first_repair_ + ").");
    }
    return file;
  }

 private:
  Expected<void> read_texts();
  Expected<void> read_numbers();
  Expected<void> read_symmetries();
  Expected<void> read_truth();
  Expected<void> read_samples();
  Expected<void> read_path();
  Expected<void> read_entry(const std::string& key, std::size_t i, const std::vector<double>& poses,
                            std::vector<Rigid3>* out);
  Expected<Rigid3> pose_at(const std::vector<double>& values, std::size_t index, const std::string& place);

  ColumnReader columns_;
  std::vector<std::shared_ptr<ObjectSamples>> rows_;
  std::size_t count_ = 0;  ///< K
  std::size_t repairs_ = 0;
  std::string first_repair_;
  StopMeter poses_{kRowsUnasked};
};

Expected<void> SampleReader::read_texts() {
  if (columns_.rows() > kMostRows) {
    return columns_.row_error("samples", kMostRows, "expected at most 1000000 objects", "split the file");
  }
  rows_.resize(columns_.rows());
  for (auto& row : rows_) {
    row = std::make_shared<ObjectSamples>();
  }
  const auto images = columns_.labels("image");
  if (!images) {
    return images.error();
  }
  const std::pair<const char*, std::string ObjectSamples::*> keys[] = {{"category", &ObjectSamples::category},
                                                                       {"name", &ObjectSamples::name},
                                                                       {"sampler", &ObjectSamples::sampler}};
  for (const auto& [key, member] : keys) {
    auto texts = columns_.texts(key);
    if (!texts) {
      return texts.error();
    }
    for (std::size_t i = 0; i < texts->size(); ++i) {
      rows_[i].get()->*member = std::move((*texts)[i]);
    }
  }
  const auto provenance = columns_.texts("provenance");
  if (!provenance) {
    return provenance.error();
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    rows_[i]->frame_name = (*images)[i].text;
    if (!provenance->empty()) {
      rows_[i]->provenance = parse_provenance((*provenance)[i]);
    }
  }
  return {};
}

Expected<void> SampleReader::read_numbers() {
  const std::pair<const char*, int ObjectSamples::*> keys[] = {
      {"instance", &ObjectSamples::instance},
      {"evaluations", &ObjectSamples::evaluations},
      {"steps", &ObjectSamples::steps},
      {"first_bad_step", &ObjectSamples::first_bad_step}};
  for (const auto& [key, member] : keys) {
    const auto values = columns_.integers(key);
    if (!values) {
      return values.error();
    }
    for (std::size_t i = 0; i < values->size(); ++i) {
      if ((*values)[i] < -1 || !std::in_range<std::int32_t>((*values)[i])) {
        return columns_.row_error(key, i, "expected a number from -1 to 2147483647", "correct the row");
      }
      rows_[i].get()->*member = static_cast<int>((*values)[i]);
    }
  }
  const auto frames = columns_.integers("frame");
  const auto analytic = columns_.integers("analytic");
  if (!frames || !analytic) {
    return frames ? analytic.error() : frames.error();
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    rows_[i]->frame = frames->empty() ? 0 : static_cast<std::size_t>(std::max<std::int64_t>((*frames)[i], 0));
    rows_[i]->analytic = !analytic->empty() && (*analytic)[i] != 0;
  }
  return {};
}

Expected<void> SampleReader::read_symmetries() {
  const auto texts = columns_.texts("symmetry");
  const auto centers = columns_.numbers("symmetry_center", {3});
  if (!texts || !centers) {
    return texts ? centers.error() : texts.error();
  }
  for (std::size_t i = 0; i < texts->size(); ++i) {
    const auto group = symmetry_of_text((*texts)[i]);
    if (!group) {
      return columns_.row_error("symmetry", i, "the name \"" + (*texts)[i].substr(0, 40) + "\" is not known",
                                "use none, any, cube, box, or x-, y- or z- with flip, square-tube, "
                                "square-pyramid, cylinder or cone");
    }
    Eigen::Vector3d center = Eigen::Vector3d::Zero();
    if (!centers->empty()) {
      center = Eigen::Vector3d(centers->data() + 3 * i);
    }
    if (!center.allFinite()) {
      return columns_.row_error("symmetry_center", i, "expected three finite numbers", "correct the row");
    }
    rows_[i]->symmetry = centered_symmetry(*group, center);
  }
  return {};
}

Expected<Rigid3> SampleReader::pose_at(const std::vector<double>& values, std::size_t index,
                                       const std::string& place) {
  const Eigen::Matrix4d matrix = matrix_at(values, index);
  const auto checked = check_pose(matrix, false);
  if (!checked) {
    return input_error(columns_.file(), place, checked.error().message, "correct or leave out the object");
  }
  if (checked->deviation <= kRotationRounding) {
    return Rigid3{matrix.topLeftCorner<3, 3>(), checked->pose.t};  // nothing to repair: the bits stay
  }
  first_repair_ = repairs_++ == 0 ? place : first_repair_;
  return checked->pose;
}

/// A matrix without any finite number stands for "not known".
Expected<void> SampleReader::read_truth() {
  const auto values = columns_.numbers("truth", {4, 4});
  if (!values) {
    return values.error();
  }
  for (std::size_t i = 0; i < rows_.size() && !values->empty(); ++i) {
    const auto first = values->begin() + static_cast<std::ptrdiff_t>(16 * i);
    if (std::none_of(first, first + 16, [](double value) { return std::isfinite(value); })) {
      continue;
    }
    const auto pose = pose_at(*values, i, "truth[" + std::to_string(i) + "]");
    if (!pose) {
      return pose.error();
    }
    rows_[i]->truth = *pose;
  }
  return {};
}

Expected<void> SampleReader::read_entry(const std::string& key, std::size_t i,
                                        const std::vector<double>& poses, std::vector<Rigid3>* out) {
  if (poses_.stopped(count_)) {
    return reading_stopped(columns_.file());
  }
  out->reserve(count_);
  for (std::size_t k = 0; k < count_; ++k) {
    const auto pose =
        pose_at(poses, i * count_ + k, key + "[" + std::to_string(i) + ", " + std::to_string(k) + "]");
    if (!pose) {
      return pose.error();
    }
    out->push_back(*pose);
  }
  return {};
}

Expected<void> SampleReader::read_samples() {
  count_ = columns_.depth("samples");
  if (columns_.rows() > 0 && (count_ < 1 || count_ > kMostSamples)) {
    return columns_.row_error("samples", 0, "expected 1 to 100000 samples per object", "write as many");
  }
  const auto poses = columns_.numbers("samples", {count_, 4, 4});
  if (!poses) {
    return poses.error();
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (auto read = read_entry("samples", i, *poses, &rows_[i]->samples); !read) {
      return read;
    }
  }
  return {};
}

Expected<void> SampleReader::read_path() {
  if (!columns_.has("path_row")) {
    return {};
  }
  if (auto counted = columns_.count_by("path_row"); !counted) {
    return counted;
  }
  const auto owners = columns_.integers("path_row");
  const auto times = columns_.numbers("path_time", {});
  const auto sigmas = columns_.numbers("path_sigma", {});
  const auto poses = columns_.numbers("path", {count_, 4, 4});
  if (!owners) {
    return owners.error();
  }
  for (const auto* numbers : {&times, &sigmas, &poses}) {
    if (!*numbers) {
      return numbers->error();
    }
  }
  const std::size_t states = columns_.rows();
  if (times->size() != states || sigmas->size() != states || poses->size() != states * count_ * 16) {
    return columns_.row_error("path_row", 0, "expected path_time, path_sigma and path beside it",
                              "add these arrays or leave path_row out");
  }
  for (std::size_t i = 0; i < states; ++i) {
    const auto owner = (*owners)[i];
    const double t = (*times)[i];
    if (owner < 0 || static_cast<std::size_t>(owner) >= rows_.size()) {
      return columns_.row_error("path_row", i, "expected the row of an object", "correct the entry");
    }
    ObjectSamples& row = *rows_[static_cast<std::size_t>(owner)];
    if (!(t >= 0.0 && t <= 1.0) || (!row.times.empty() && t >= row.times.back())) {
      return columns_.row_error("path_time", i, "expected times from 1 to 0 that fall along an object's path",
                                "correct the entry");
    }
    row.times.push_back(t);
    row.trajectory.emplace_back();
    if (auto read = read_entry("path", i, *poses, &row.trajectory.back()); !read) {
      return read;
    }
    if (row.truth) {
      if (!(std::isfinite((*sigmas)[i]) && (*sigmas)[i] >= 0.0)) {
        return columns_.row_error("path_sigma", i, "expected a noise level", "correct the entry");
      }
      row.curve.push_back(
          sample_curve_point(row.trajectory.back(), *row.truth, row.symmetry, t, (*sigmas)[i]));
    }
  }
  return {};
}

}  // namespace

Expected<SampleFile> read_samples(const std::filesystem::path& path) {
  auto columns = ColumnReader::read(path, {"image", "samples"}, "Sample sets");
  if (!columns) {
    return columns.error();
  }
  return samples_of(std::move(*columns));
}

Expected<SampleFile> samples_of(ColumnReader columns) {
  return SampleReader(std::move(columns)).read();
}

}  // namespace alidade
