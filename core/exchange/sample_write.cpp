// SPDX-License-Identifier: BSD-3-Clause
#include <limits>

#include "core/base/constants.h"
#include "core/diffusion/sampler.h"
#include "core/exchange/column_writer.h"
#include "core/exchange/pose_matrix.h"
#include "core/exchange/pose_set_file.h"
#include "core/exchange/sample_file.h"
#include "core/geometry/symmetry_center.h"

namespace alidade {
namespace {

using SampleList = std::vector<std::shared_ptr<const ObjectSamples>>;

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

/// A kept state on the way of the set number `row`.
struct PathState {
  std::int32_t row;
  const ObjectSamples* samples;
  std::size_t index;
};

std::vector<PathState> path_of(const SampleList& list) {
  std::vector<PathState> states;
  for (std::size_t row = 0; row < list.size(); ++row) {
    for (std::size_t i = 0; i < list[row]->times.size(); ++i) {
      states.push_back({static_cast<std::int32_t>(row), list[row].get(), i});
    }
  }
  return states;
}

void append_poses(const std::vector<Rigid3>& poses, std::vector<double>& out) {
  for (const Rigid3& pose : poses) {
    append_pose(pose, out);
  }
}

void append_truth(const std::shared_ptr<const ObjectSamples>& s, std::vector<double>& out) {
  if (s->truth) {
    append_pose(*s->truth, out);
  } else {
    out.insert(out.end(), kPoseNumbers, kNothing);
  }
}

void add_origin(ColumnWriter& file, const SampleList& list) {
  using Set = std::shared_ptr<const ObjectSamples>;
  file.add("image", list, &ObjectSamples::frame_name);
  file.add("category", list, &ObjectSamples::category);
  file.add("symmetry", list, [](const Set& s) { return text_of_symmetry(s->symmetry).value_or("none"); });
  file.add("name", list, &ObjectSamples::name);
  file.add("sampler", list, &ObjectSamples::sampler);
  file.add("provenance", list, [](const Set& s) { return to_json(s->provenance); });
  file.add("frame", list, [](const Set& s) { return static_cast<std::int32_t>(s->frame); });
  file.add("instance", list, &ObjectSamples::instance);
  file.add("evaluations", list, &ObjectSamples::evaluations);
  file.add("steps", list, &ObjectSamples::steps);
  file.add("first_bad_step", list, &ObjectSamples::first_bad_step);
  file.add("analytic", list, &ObjectSamples::analytic);
  file.add_numbers("symmetry_center", list, {3},
                   [](const Set& s, auto& out) { append_vector(symmetry_center(s->symmetry), out); });
}

/// Where the sampler diverged there is nothing to measure.
void add_measures(ColumnWriter& file, const SampleList& list) {
  const auto add = [&](const char* key, double SampleMeasures::*measure, double factor) {
    file.add(key, list, [=](const std::shared_ptr<const ObjectSamples>& s) {
      return s->first_bad_step < 0 && s->measures ? *s->measures.*measure * factor : kNothing;
    });
  };
  add("rotation_median_deg", &SampleMeasures::rotation_median, kDegreesPerRadian);
  add("translation_median_cm", &SampleMeasures::translation_median, 100.0);
  add("coverage", &SampleMeasures::coverage, 1.0);
  add("entropy", &SampleMeasures::entropy, 1.0);
  add("outliers", &SampleMeasures::outliers, 1.0);
}

void add_path(ColumnWriter& file, const SampleList& list, std::size_t count) {
  const std::vector<PathState> states = path_of(list);
  file.add("path_row", states, &PathState::row);
  file.add("path_time", states, [](const PathState& s) { return s.samples->times[s.index]; });
  file.add("path_sigma", states, [](const PathState& s) {
    return s.index < s.samples->curve.size() ? s.samples->curve[s.index].sigma : kNothing;
  });
  file.add_numbers("path", states, {count, 4, 4},
                   [](const PathState& s, auto& out) { append_poses(s.samples->trajectory[s.index], out); });
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
  const std::size_t count = list.empty() ? 0 : list.front()->samples.size();
  ColumnWriter file;
  add_origin(file, list);
  add_measures(file, list);
  file.add_numbers("truth", list, {4, 4}, append_truth);
  file.add_numbers("samples", list, {count, 4, 4},
                   [](const auto& s, auto& out) { append_poses(s->samples, out); });
  add_path(file, list, count);
  return file.write(path);
}

}  // namespace alidade
