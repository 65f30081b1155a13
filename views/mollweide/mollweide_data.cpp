// SPDX-License-Identifier: BSD-3-Clause
#include "views/mollweide/mollweide_data.h"

#include <algorithm>
#include <cmath>

namespace alidade {
namespace {

std::string contextOf(const std::string& category, int instance, std::size_t count) {
  return category + " " + std::to_string(instance) + " · K = " + std::to_string(count);
}

}  // namespace

MollweideData mollweideData(const PoseEstimate& estimate, const Instance* truth,
                            const Provenance& provenance) {
  MollweideData data;
  for (const Rigid3& pose : estimate.hypotheses) {
    data.samples.push_back(pose.R);
  }
  if (data.samples.empty()) {
    data.samples.push_back(estimate.cam_from_obj.R);
  }
  if (truth) {
    data.truth = truth->cam_from_obj;
    data.symmetry = truth->symmetry;
    setTruth(data, truth->cam_from_obj, truth->symmetry);
  }
  data.context = contextOf(estimate.category, estimate.instance, data.samples.size());
  data.provenance = provenance;
  return data;
}

std::size_t stateNearest(const ObjectSamples& samples, double t) {
  const std::size_t kept = std::min(samples.times.size(), samples.trajectory.size());
  std::size_t best = 0;
  for (std::size_t i = 1; i < kept; ++i) {
    if (std::abs(samples.times[i] - t) < std::abs(samples.times[best] - t)) {
      best = i;
    }
  }
  return best;
}

const std::vector<Rigid3>& posesNearest(const ObjectSamples& samples, double t) {
  const std::size_t state = stateNearest(samples, t);
  return state < samples.trajectory.size() ? samples.trajectory[state] : samples.samples;
}

MollweideData mollweideData(const ObjectSamples& samples, double t) {
  MollweideData data;
  const std::vector<Rigid3>& poses = posesNearest(samples, t);
  data.samples.reserve(poses.size());
  for (const Rigid3& pose : poses) {
    data.samples.push_back(pose.R);
  }
  data.truth = samples.truth;
  data.symmetry = samples.symmetry;
  if (samples.truth) {
    setTruth(data, *samples.truth, samples.symmetry);
  }
  data.time = samples.times.empty() ? 0.0 : samples.times[stateNearest(samples, t)];
  data.context = contextOf(samples.category, samples.instance, poses.size());
  data.provenance = samples.provenance;
  return data;
}

std::shared_ptr<const std::vector<RotationPath>> pathsOf(const ObjectSamples& samples,
                                                         const std::vector<int>& numbers, std::size_t most) {
  const std::size_t kept = std::min(samples.times.size(), samples.trajectory.size());
  if (numbers.empty() || kept < 2 || most == 0) {
    return nullptr;
  }
  auto paths = std::make_shared<std::vector<RotationPath>>();
  const std::size_t count = std::min(most, numbers.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto sample = static_cast<std::size_t>(numbers[i * numbers.size() / count]);
    RotationPath path;
    path.sample = static_cast<int>(sample);
    for (std::size_t state = 0; state < kept && sample < samples.trajectory[state].size(); ++state) {
      path.states.push_back(samples.trajectory[state][sample].R);
      path.times.push_back(samples.times[state]);
    }
    paths->push_back(std::move(path));
  }
  return paths;
}

}  // namespace alidade
