// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>

#include <ATen/record_function.h>

#include "tests/bench/detector_bench.h"

namespace alidade::bench {
namespace {

constexpr const char* kNames[kDetectorParts] = {"outside",
                                                "voxels",
                                                "maps",
                                                "convolutions",
                                                "input gradients",
                                                "weight gradients",
                                                "norms and ReLU",
                                                "heads",
                                                "selection and other torch",
                                                "",
                                                "losses",
                                                "suppression",
                                                "exchange",
                                                "optimizer"};

double thread_ms() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

/// Made for an operation that is a part of its own.
struct WatchedOperation : at::ObserverContext {};

DetectorPart part_of(const std::string& name) {
  if (name == "aten::addmm" || name.find("AddmmBackward") != std::string::npos) {
    return DetectorPart::kHeads;
  }
  return name == "aten::relu" || name.find("ReluBackward") != std::string::npos ? DetectorPart::kNorms
                                                                                : DetectorPart::kSelection;
}

}  // namespace

PartClock& PartClock::only() {
  static PartClock clock;
  return clock;
}

void PartClock::count() {
  const double now = thread_ms();
  times_[static_cast<std::size_t>(parts_.back())] += now - since_;
  since_ = now;
}

void PartClock::enter(DetectorPart part) {
  count();
  parts_.push_back(part);
}

void PartClock::leave() {
  count();
  parts_.pop_back();
}

PartClock::Times PartClock::take() {
  count();
  const Times times = times_;
  times_ = {};
  return times;
}

PartClock::Times part_medians(const std::vector<PartClock::Times>& takes) {
  PartClock::Times medians{};
  for (std::size_t part = 0; part < kDetectorParts; ++part) {
    std::vector<double> values;
    for (const PartClock::Times& times : takes) {
      values.push_back(times[part]);
    }
    std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
    medians[part] = values[values.size() / 2];
  }
  return medians;
}

void print_parts(const std::string& title, const PartClock::Times& times, const char* left) {
  double sum = 0.0;
  for (std::size_t part = 1; part < kDetectorParts; ++part) {
    sum += times[part];
  }
  std::printf("%s: %.1f ms\n", title.c_str(), sum);
  for (std::size_t part = 1; part < kDetectorParts; ++part) {
    if (times[part] > 0.0) {
      const bool is_left = part == static_cast<std::size_t>(DetectorPart::kNetwork);
      std::printf("  %-26s %8.2f ms %5.1f %%\n", is_left ? left : kNames[part], times[part],
                  100.0 * times[part] / sum);
    }
  }
}

void watch_torch() {
  at::addGlobalCallback(at::RecordFunctionCallback(
                            [](const at::RecordFunction& function) -> std::unique_ptr<at::ObserverContext> {
                              if (PartClock::only().now() != DetectorPart::kNetwork) {
                                return nullptr;
                              }
                              PartClock::only().enter(part_of(function.name()));
                              return std::make_unique<WatchedOperation>();
                            },
                            [](const at::RecordFunction&, at::ObserverContext* context) {
                              if (context != nullptr) {
                                PartClock::only().leave();
                              }
                            })
                            .scopes({at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION}));
}

}  // namespace alidade::bench
