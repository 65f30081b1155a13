// SPDX-License-Identifier: BSD-3-Clause
#include <limits>

#include <Eigen/QR>

#include "core/base/constants.h"
#include "core/diffusion/sampler.h"
#include "core/exchange/pose_set_file.h"
#include "core/exchange/sample_file.h"
#include "core/io/npz.h"

namespace alidade {
namespace {

using SampleList = std::vector<std::shared_ptr<const ObjectSamples>>;
using Matrix4 = Eigen::Matrix<double, 4, 4, Eigen::RowMajor>;

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

void append_pose(const Rigid3& pose, std::vector<double>& out) {
  Matrix4 matrix = Matrix4::Identity();
  matrix.topLeftCorner<3, 3>() = pose.R;
  matrix.topRightCorner<3, 1>() = pose.t;
  out.insert(out.end(), matrix.data(), matrix.data() + 16);
}

/// The point that every element leaves in place, nearest to the origin.
Eigen::Vector3d symmetry_center(const SymmetryGroup& group) {
  const auto rows = static_cast<Eigen::Index>(3 * (group.finite.size() + group.axes.size()));
  Eigen::MatrixXd left(rows, 3);
  Eigen::VectorXd right(rows);
  Eigen::Index at = 0;
  for (const Rigid3& element : group.finite) {
    left.middleRows<3>(at) = Eigen::Matrix3d::Identity() - element.R;
    right.segment<3>(at) = element.t;
    at += 3;
  }
  for (const SymmetryAxis& axis : group.axes) {
    const Eigen::Matrix3d across = Eigen::Matrix3d::Identity() - axis.axis * axis.axis.transpose();
    left.middleRows<3>(at) = across;
    right.segment<3>(at) = across * axis.offset;
    at += 3;
  }
  return left.completeOrthogonalDecomposition().solve(right);
}

struct SampleColumns {
  std::vector<std::string> image, category, symmetry, name, sampler, provenance;
  std::vector<std::int32_t> frame, instance, evaluations, steps, bad_step, path_row;
  std::vector<bool> analytic;
  std::vector<double> center, truth, samples, rotation, translation, coverage, entropy, outliers;
  std::vector<double> path_time, path_sigma, path;

  void add(const ObjectSamples& s);
  void add_measures(const std::optional<SampleMeasures>& measures);
};

void SampleColumns::add_measures(const std::optional<SampleMeasures>& m) {
  rotation.push_back(m ? m->rotation_median * kDegreesPerRadian : kNothing);
  translation.push_back(m ? m->translation_median * 100.0 : kNothing);
  coverage.push_back(m ? m->coverage : kNothing);
  entropy.push_back(m ? m->entropy : kNothing);
  outliers.push_back(m ? m->outliers : kNothing);
}

void SampleColumns::add(const ObjectSamples& s) {
  const auto row = static_cast<std::int32_t>(image.size());
  image.push_back(s.frame_name);
  category.push_back(s.category);
  symmetry.push_back(text_of_symmetry(s.symmetry).value_or("none"));
  name.push_back(s.name);
  sampler.push_back(s.sampler);
  provenance.push_back(to_json(s.provenance));
  frame.push_back(static_cast<std::int32_t>(s.frame));
  instance.push_back(s.instance);
  evaluations.push_back(s.evaluations);
  steps.push_back(s.steps);
  bad_step.push_back(s.first_bad_step);
  analytic.push_back(s.analytic);
  const Eigen::Vector3d about = symmetry_center(s.symmetry);
  center.insert(center.end(), about.data(), about.data() + 3);
  if (s.truth) {
    append_pose(*s.truth, truth);
  } else {
    truth.insert(truth.end(), 16, kNothing);
  }
  for (const Rigid3& sample : s.samples) {
    append_pose(sample, samples);
  }
  add_measures(s.first_bad_step < 0 ? s.measures : std::nullopt);
  for (std::size_t i = 0; i < s.times.size(); ++i) {
    path_row.push_back(row);
    path_time.push_back(s.times[i]);
    path_sigma.push_back(i < s.curve.size() ? s.curve[i].sigma : kNothing);
    for (const Rigid3& pose : s.trajectory[i]) {
      append_pose(pose, path);
    }
  }
}

/// One file holds sets of one size.
Expected<void> check_sizes(const SampleList& list) {
  for (const auto& samples : list) {
    if (samples->samples.size() != list.front()->samples.size()) {
      return Error{ErrorCode::kUsage, "sets of " + std::to_string(list.front()->samples.size()) + " and of " +
                                          std::to_string(samples->samples.size()) +
                                          " samples do not fit into one file; write them to two."};
    }
  }
  return check_sample_memory(list);
}

}  // namespace

Expected<void> check_sample_memory(const SampleList& list) {
  constexpr std::size_t kMostPoses = kTrajectoryLimitBytes / (16 * sizeof(double));
  std::size_t poses = 0, fit = 0;
  for (const auto& samples : list) {
    poses += samples->samples.size() * (1 + samples->times.size());
    fit += poses <= kMostPoses ? 1 : 0;
  }
  if (poses <= kMostPoses) {
    return {};
  }
  return Error{ErrorCode::kUsage, std::to_string(poses) + " poses of samples and paths exceed " +
                                      std::to_string(kTrajectoryLimitBytes >> 20) + " MB (" +
                                      std::to_string(kMostPoses) + " poses); " + std::to_string(fit) +
                                      " sets fit: keep fewer objects, samples or states."};
}

Expected<void> write_samples(const SampleList& list, const std::filesystem::path& path) {
  if (auto checked = check_sizes(list); !checked) {
    return checked;
  }
  SampleColumns c;
  for (const auto& samples : list) {
    c.add(*samples);
  }
  const std::size_t n = list.size(), k = list.empty() ? 0 : list.front()->samples.size();
  const std::size_t m = c.path_row.size();
  std::map<std::string, NpyArray> arrays;
  const std::pair<const char*, const std::vector<std::string>*> texts[] = {
      {"image", &c.image}, {"category", &c.category}, {"symmetry", &c.symmetry},
      {"name", &c.name},   {"sampler", &c.sampler},   {"provenance", &c.provenance}};
  for (const auto& [key, values] : texts) {
    arrays[key] = NpyArray::from(*values);
  }
  const std::pair<const char*, const std::vector<std::int32_t>*> integers[] = {
      {"frame", &c.frame}, {"instance", &c.instance},       {"evaluations", &c.evaluations},
      {"steps", &c.steps}, {"first_bad_step", &c.bad_step}, {"path_row", &c.path_row}};
  for (const auto& [key, values] : integers) {
    arrays[key] = NpyArray::from(*values);
  }
  const std::pair<const char*, const std::vector<double>*> numbers[] = {
      {"rotation_median_deg", &c.rotation},
      {"translation_median_cm", &c.translation},
      {"coverage", &c.coverage},
      {"entropy", &c.entropy},
      {"outliers", &c.outliers},
      {"path_time", &c.path_time},
      {"path_sigma", &c.path_sigma}};
  for (const auto& [key, values] : numbers) {
    arrays[key] = NpyArray::from(*values);
  }
  arrays["analytic"] = NpyArray::from(c.analytic);
  arrays["symmetry_center"] = NpyArray::from(c.center, {n, 3});
  arrays["truth"] = NpyArray::from(c.truth, {n, 4, 4});
  arrays["samples"] = NpyArray::from(c.samples, {n, k, 4, 4});
  arrays["path"] = NpyArray::from(c.path, {m, k, 4, 4});
  return write_npz(path, arrays);
}

}  // namespace alidade
