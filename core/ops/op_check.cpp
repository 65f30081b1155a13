// SPDX-License-Identifier: BSD-3-Clause
#include "core/ops/op_check.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>

#include "core/base/random.h"
#include "core/ops/point_ops.h"

namespace alidade {
namespace {

constexpr int kBatch = 256;
constexpr int kPoints = 1024;
constexpr int kCenters = 128;
constexpr int kNeighbors = 12;
constexpr float kRadius = 0.03f;
constexpr int kCompared = 16;  // clouds; the definitions are slow

using Indices = std::vector<std::int32_t>;

// Clouds of an object's size; every fourth point repeats another one, as cropped depth maps have it.
std::vector<float> make_clouds() {
  Random random(2026);
  std::vector<float> points(static_cast<std::size_t>(kBatch) * kPoints * 3);
  for (std::size_t i = 0; i < points.size(); i += 3) {
    const std::size_t source = 3 * random.index(static_cast<std::uint32_t>(i / 3 + 1));
    const bool repeat = (i / 3) % 4 == 3 && source / (3 * kPoints) == i / (3 * kPoints);
    for (std::size_t d = 0; d < 3; ++d) {
      points[i + d] = repeat ? points[source + d] : static_cast<float>(random.uniform(-0.1, 0.1));
    }
  }
  return points;
}

float squared_distance(const float* a, const float* b) {
  const float dx = a[0] - b[0], dy = a[1] - b[1], dz = a[2] - b[2];
  return dx * dx + dy * dy + dz * dz;
}

// The farthest point from all chosen ones (at first: from the centroid); the lowest index among equals.
void define_order(const float* points, std::int32_t* order) {
  double sums[3] = {};
  for (int i = 0; i < 3 * kPoints; ++i) {
    sums[i % 3] += points[i];
  }
  const float centroid[3] = {static_cast<float>(sums[0] / kPoints), static_cast<float>(sums[1] / kPoints),
                             static_cast<float>(sums[2] / kPoints)};
  std::vector<float> nearest(kPoints, std::numeric_limits<float>::max());
  std::vector<bool> chosen(kPoints, false);
  for (int step = 0; step < kCenters; ++step) {
    int best = -1;
    float farthest = -1.0f;
    for (int i = 0; i < kPoints; ++i) {
      if (step > 0) {
        nearest[i] = std::min(nearest[i], squared_distance(points + 3 * i, points + 3 * order[step - 1]));
      }
      const float distance = step > 0 ? nearest[i] : squared_distance(points + 3 * i, centroid);
      if (!chosen[i] && distance > farthest) {
        farthest = distance;
        best = i;
      }
    }
    order[step] = best;
    chosen[best] = true;
  }
}

void define_neighbors(const float* points, std::int32_t* neighbors) {
  for (int center = 0; center < kCenters; ++center) {
    std::int32_t* row = neighbors + center * kNeighbors;
    int found = 0;
    for (int i = 0; i < kPoints && found < kNeighbors; ++i) {
      if (squared_distance(points + 3 * i, points + 3 * center) < kRadius * kRadius) {
        row[found++] = i;
      }
    }
    for (int slot = found; slot < kNeighbors; ++slot) {
      row[slot] = row[0];
    }
  }
}

struct Operation {
  const char* name;
  int values;  // per cloud
  std::function<void(const float*, std::int32_t*)> define;
  std::function<Expected<void>(const float*, std::int32_t*)> run;  // the whole batch
};

Operation order_operation(CudaOps* gpu, int device) {
  return {"farthest-point order", kCenters, define_order,
          [=](const float* points, std::int32_t* out) -> Expected<void> {
            if (device >= 0) {
              return gpu->farthest_point_order(device, points, kBatch, kPoints, kCenters, out);
            }
            for (int b = 0; b < kBatch; ++b) {
              farthest_point_order(points + b * kPoints * 3, kPoints, kCenters, out + b * kCenters);
            }
            return {};
          }};
}

Operation neighbors_operation(CudaOps* gpu, int device) {
  constexpr int kValues = kCenters * kNeighbors;
  return {"ball neighbors", kValues, define_neighbors,
          [=](const float* points, std::int32_t* out) -> Expected<void> {
            if (device >= 0) {
              return gpu->ball_neighbors(device, points, kBatch, kPoints, kCenters, kRadius, kNeighbors, out);
            }
            for (int b = 0; b < kBatch; ++b) {
              ball_neighbors(points + b * kPoints * 3, kPoints, kCenters, kRadius, kNeighbors,
                             out + b * kValues);
            }
            return {};
          }};
}

std::int64_t count_differences(const Operation& operation, const std::vector<float>& points,
                               const Indices& out) {
  std::int64_t differences = 0;
  Indices expected(operation.values);
  for (int b = 0; b < kCompared; ++b) {
    operation.define(points.data() + b * kPoints * 3, expected.data());
    for (int i = 0; i < operation.values; ++i) {
      differences += out[static_cast<std::size_t>(b) * operation.values + i] != expected[i] ? 1 : 0;
    }
  }
  return differences;
}

}  // namespace

Expected<std::vector<OpCheck>> check_ops(CudaOps* gpu, int device) {
  const auto points = make_clouds();
  const std::string name = device < 0 ? "cpu" : "cuda:" + std::to_string(device);
  std::vector<OpCheck> checks;
  for (const auto& operation : {order_operation(gpu, device), neighbors_operation(gpu, device)}) {
    Indices out(static_cast<std::size_t>(kBatch) * operation.values);
    // The first run warms the caches and, on a GPU, loads the kernel; the second one is timed.
    auto outcome = operation.run(points.data(), out.data());
    const auto start = std::chrono::steady_clock::now();
    if (outcome) {
      outcome = operation.run(points.data(), out.data());
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (!outcome) {
      return outcome.error();
    }
    checks.push_back(
        {operation.name, name, count_differences(operation, points, out), kBatch / std::max(seconds, 1e-9)});
  }
  return checks;
}

}  // namespace alidade
