// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/bop/bop_score.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "core/base/helper_threads.h"

namespace alidade {

BopThresholds arange_thresholds(double start, double step) {
  BopThresholds thresholds{};
  // NumPy fills with start + i * delta, where delta is the difference of the first two elements.
  const double delta = (start + step) - start;
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    thresholds[i] = start + static_cast<double>(i) * delta;
  }
  return thresholds;
}

BopThresholds vsd_thresholds() {
  return arange_thresholds(0.05, 0.05);
}

BopThresholds mssd_thresholds() {
  return arange_thresholds(0.05, 0.05);
}

BopThresholds mspd_thresholds() {
  return arange_thresholds(5.0, 5.0);
}

BopThresholds mssd_metre_thresholds() {
  auto thresholds = arange_thresholds(2.0, 2.0);
  for (double& threshold : thresholds) {
    threshold *= 1e-3;
  }
  return thresholds;
}

Expected<void> for_each_parallel(std::size_t count, const JobContext& job, const std::string& step,
                                 const std::function<Expected<void>(std::size_t)>& work) {
  constexpr unsigned kMaxThreads = 16;
  std::atomic<std::size_t> next = 0, done = 0;
  std::mutex mutex;
  std::optional<Error> failure;
  std::atomic<bool> stop = false;
  const auto run = [&](bool reports) {
    for (std::size_t i = next++; i < count && !stop; i = next++) {
      if (job.stopped()) {
        stop = true;
        return;
      }
      if (auto result = work(i); !result) {
        const std::lock_guard lock(mutex);
        failure = failure ? failure : result.error();
        stop = true;
      }
      ++done;
      if (reports) {
        job.report(step, static_cast<std::int64_t>(done.load()), static_cast<std::int64_t>(count));
      }
    }
  };
  const std::size_t most = std::clamp(std::thread::hardware_concurrency(), 1U, kMaxThreads);
  work_together(static_cast<unsigned>(std::clamp(count, std::size_t{1}, most)) - 1, run);
  if (failure) {
    return *failure;
  }
  return job.stopped() ? Expected<void>(Error{ErrorCode::kCancelled, "The evaluation was stopped."})
                       : Expected<void>();
}

std::string bop_obstacle(const EvaluationInput& input) {
  if (input.truth.rows.empty()) {
    return "there is no ground truth; give a dataset that annotates the images.";
  }
  for (const PoseRow& row : input.truth.rows) {
    const auto object = input.objects.find(row.object_id);
    if (object == input.objects.end() || object->second.vertices.empty() ||
        !(object->second.diameter > 0.0)) {
      return "object " + std::to_string(row.object_id) +
             " has no mesh or no diameter; add its model to the dataset.";
    }
    if (!input.images[row.image].camera.valid()) {
      return "image " + input.images[row.image].name + " has no camera; add its cam_K.";
    }
  }
  return {};
}

}  // namespace alidade
