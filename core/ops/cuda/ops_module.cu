// SPDX-License-Identifier: BSD-3-Clause
// The GPU twins of core/ops/point_ops.h behind the C interface of core/ops/module_api.h. Built without fused
// multiply-add, so the results equal the CPU's bit for bit.
#include <cfloat>
#include <climits>
#include <cstdio>

#include <cuda_runtime.h>

#include "core/ops/module_api.h"

#define ALIDADE_EXPORT extern "C" __attribute__((visibility("default")))

namespace {

constexpr int kThreads = 256;
constexpr int kWarp = 32;
constexpr int kWarpsPerBlock = kThreads / kWarp;
constexpr float kTaken = -1.0f;
constexpr unsigned kAllLanes = 0xffffffffu;

struct Farthest {
  float distance;
  int index;
};

// The farther one; ties go to the lower index.
__device__ Farthest better(Farthest a, Farthest b) {
  return b.distance > a.distance || (b.distance == a.distance && b.index < a.index) ? b : a;
}

__device__ Farthest reduce_warp(Farthest mine) {
  for (int offset = kWarp / 2; offset > 0; offset /= 2) {
    const Farthest other{__shfl_down_sync(kAllLanes, mine.distance, offset), __shfl_down_sync(kAllLanes, mine.index, offset)};
    mine = better(mine, other);
  }
  return mine;
}

// Every thread gets the block's winner; kThreads threads take part.
__device__ Farthest reduce_block(Farthest mine) {
  __shared__ Farthest winners[kWarpsPerBlock];
  mine = reduce_warp(mine);
  if (threadIdx.x % kWarp == 0) {
    winners[threadIdx.x / kWarp] = mine;
  }
  __syncthreads();
  Farthest best = winners[0];
  for (int i = 1; i < kWarpsPerBlock; ++i) {
    best = better(best, winners[i]);
  }
  __syncthreads();
  return best;
}

__device__ float squared_distance(const float* a, float x, float y, float z) {
  const float dx = a[0] - x, dy = a[1] - y, dz = a[2] - z;
  return dx * dx + dy * dy + dz * dz;
}

// One block per cloud; `nearest` [batch, n] is scratch.
__global__ void farthest_kernel(const float* all_points, int n, int count, float* all_nearest, int32_t* all_order) {
  const float* points = all_points + static_cast<size_t>(blockIdx.x) * n * 3;
  float* nearest = all_nearest + static_cast<size_t>(blockIdx.x) * n;
  int32_t* order = all_order + static_cast<size_t>(blockIdx.x) * count;
  __shared__ float centroid[3];
  if (threadIdx.x < 3) {
    double sum = 0.0;
    for (int i = 0; i < n; ++i) {
      sum += points[3 * i + threadIdx.x];
    }
    centroid[threadIdx.x] = static_cast<float>(sum / n);
  }
  __syncthreads();
  float x = centroid[0], y = centroid[1], z = centroid[2];
  const int distinct = min(n, count);
  for (int step = -1; step < distinct - 1; ++step) {
    Farthest mine{-2.0f, INT_MAX};
    for (int i = threadIdx.x; i < n; i += kThreads) {
      // The distances to the centroid only choose the first point; they do not count as distances to chosen points.
      const float before = step <= 0 ? FLT_MAX : nearest[i];
      const float d = squared_distance(points + 3 * i, x, y, z);
      float value = d < before ? d : before;
      if (step >= 0 && (before == kTaken || order[step] == i)) {
        value = kTaken;
      }
      nearest[i] = value;
      mine = better(mine, Farthest{value, i});
    }
    const int next = min(reduce_block(mine).index, n - 1);
    if (threadIdx.x == 0) {
      order[step + 1] = next;
    }
    __syncthreads();
    x = points[3 * next];
    y = points[3 * next + 1];
    z = points[3 * next + 2];
  }
  for (int i = n + threadIdx.x; i < count; i += kThreads) {
    order[i] = order[i % n];
  }
}

// One warp per center.
__global__ void ball_kernel(const float* all_points, int n, int centers, float radius_squared, int k, int32_t* neighbors, int rows) {
  const int row_index = blockIdx.x * kWarpsPerBlock + threadIdx.x / kWarp;
  if (row_index >= rows) {
    return;
  }
  const int lane = threadIdx.x % kWarp;
  const float* points = all_points + static_cast<size_t>(row_index / centers) * n * 3;
  const int center = (row_index % centers) % n;
  int32_t* row = neighbors + static_cast<size_t>(row_index) * k;
  const float x = points[3 * center], y = points[3 * center + 1], z = points[3 * center + 2];
  int found = 0;
  int first = center;
  for (int base = 0; base < n && found < k; base += kWarp) {
    const int i = base + lane;
    const bool inside = i < n && squared_distance(points + 3 * min(i, n - 1), x, y, z) < radius_squared;
    const unsigned mask = __ballot_sync(kAllLanes, inside);
    const int slot = found + __popc(mask & ((1u << lane) - 1u));
    if (inside && slot < k) {
      row[slot] = i;
    }
    if (found == 0 && mask != 0) {
      first = base + __ffs(mask) - 1;
    }
    found += __popc(mask);
  }
  for (int slot = min(found, k) + lane; slot < k; slot += kWarp) {
    row[slot] = first;
  }
}

int report(cudaError_t status, const char* step, char* message, int size) {
  if (status != cudaSuccess) {
    std::snprintf(message, static_cast<size_t>(size), "%s: %s", step, cudaGetErrorString(status));
  }
  return static_cast<int>(status);
}

// Device memory that is freed with its owner.
template <class T>
class Buffer {
 public:
  ~Buffer() { cudaFree(data_); }
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  cudaError_t allocate(size_t count) { return cudaMalloc(reinterpret_cast<void**>(&data_), count * sizeof(T)); }
  T* get() const { return data_; }

 private:
  T* data_ = nullptr;
};

// Chooses the device and brings the points there.
cudaError_t upload(int device, const float* points, size_t count, Buffer<float>& buffer) {
  cudaError_t status = cudaSetDevice(device);
  if (status == cudaSuccess) {
    status = buffer.allocate(count);
  }
  return status == cudaSuccess ? cudaMemcpy(buffer.get(), points, count * sizeof(float), cudaMemcpyHostToDevice) : status;
}

// Fetches the result of the kernel just launched; reports the launch's own failure first.
int download(const Buffer<int32_t>& buffer, int32_t* values, size_t count, char* message, int size) {
  cudaError_t status = cudaGetLastError();
  if (status == cudaSuccess) {
    status = cudaMemcpy(values, buffer.get(), count * sizeof(int32_t), cudaMemcpyDeviceToHost);
  }
  return report(status, "running the kernel", message, size);
}

}  // namespace

ALIDADE_EXPORT int alidade_ops_abi() { return ALIDADE_OPS_ABI; }

ALIDADE_EXPORT int alidade_ops_count(int* devices, int* driver, char* message, int size) {
  *devices = 0;
  *driver = 0;
  cudaDriverGetVersion(driver);
  return report(cudaGetDeviceCount(devices), "counting the devices", message, size);
}

ALIDADE_EXPORT int alidade_ops_describe(int device, AlidadeOpsDevice* description, char* message, int size) {
  cudaDeviceProp properties;
  const cudaError_t status = cudaGetDeviceProperties(&properties, device);
  if (status == cudaSuccess) {
    std::snprintf(description->name, sizeof description->name, "%s", properties.name);
    description->memory_bytes = static_cast<int64_t>(properties.totalGlobalMem);
    description->major = properties.major;
    description->minor = properties.minor;
  }
  return report(status, "describing the device", message, size);
}

ALIDADE_EXPORT int alidade_ops_farthest_point_order(
    int device, const float* points, int batch, int n, int count, int32_t* order, char* message, int size) {
  const size_t total = static_cast<size_t>(batch) * n;
  Buffer<float> cloud, nearest;
  Buffer<int32_t> result;
  cudaError_t status = upload(device, points, total * 3, cloud);
  if (status == cudaSuccess) {
    status = nearest.allocate(total);
  }
  if (status == cudaSuccess) {
    status = result.allocate(static_cast<size_t>(batch) * count);
  }
  if (status != cudaSuccess) {
    return report(status, "preparing the device", message, size);
  }
  farthest_kernel<<<batch, kThreads>>>(cloud.get(), n, count, nearest.get(), result.get());
  return download(result, order, static_cast<size_t>(batch) * count, message, size);
}

ALIDADE_EXPORT int alidade_ops_ball_neighbors(int device,
                                              const float* points,
                                              int batch,
                                              int n,
                                              int centers,
                                              float radius,
                                              int k,
                                              int32_t* neighbors,
                                              char* message,
                                              int size) {
  const int rows = batch * centers;
  const size_t total = static_cast<size_t>(rows) * k;
  Buffer<float> cloud;
  Buffer<int32_t> result;
  cudaError_t status = upload(device, points, static_cast<size_t>(batch) * n * 3, cloud);
  if (status == cudaSuccess) {
    status = result.allocate(total);
  }
  if (status != cudaSuccess) {
    return report(status, "preparing the device", message, size);
  }
  const int blocks = (rows + kWarpsPerBlock - 1) / kWarpsPerBlock;
  ball_kernel<<<blocks, kThreads>>>(cloud.get(), n, centers, radius * radius, k, result.get(), rows);
  return download(result, neighbors, total, message, size);
}
