// SPDX-License-Identifier: BSD-3-Clause
#include "core/ops/device.h"

#include <dlfcn.h>

#include <charconv>
#include <climits>
#include <initializer_list>
#include <utility>

#include "core/base/program_part.h"
#include "core/ops/module_api.h"

namespace alidade {

struct CudaOps::Functions {
  AlidadeOpsAbi* abi = nullptr;
  AlidadeOpsCount* count = nullptr;
  AlidadeOpsDescribe* describe = nullptr;
  AlidadeOpsFarthestPointOrder* farthest_point_order = nullptr;
  AlidadeOpsBallNeighbors* ball_neighbors = nullptr;
};

namespace {

constexpr const char* kModuleName = "alidade_ops_cuda.so";
constexpr int kMessageSize = 256;

Error device_error(std::string message) {
  return {ErrorCode::kDevice, std::move(message)};
}

template <class Function>
bool find_symbol(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(::dlsym(library, name));
  return function != nullptr;
}

// Whether the product of positive sizes is at most what the kernels index with 32 bits.
bool sizes_fit(std::initializer_list<int> sizes) {
  std::int64_t product = 1;
  for (const int size : sizes) {
    if (size < 1 || (product *= size) > INT_MAX) {
      return false;
    }
  }
  return true;
}

Error size_error() {
  return {ErrorCode::kUsage, "the point operations need positive sizes and fewer than 2^31 values."};
}

}  // namespace

Expected<int> parse_device(const std::string& text) {
  if (text == "cpu") {
    return -1;
  }
  if (text == "cuda") {
    return 0;
  }
  const std::string prefix = "cuda:";
  int index = -1;
  if (text.starts_with(prefix)) {
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + prefix.size(), end, index);
    if (read.ec == std::errc() && read.ptr == end && index >= 0) {
      return index;
    }
  }
  return Error{ErrorCode::kUsage,
               "device \"" + text.substr(0, 60) + "\" is not known; use cpu, cuda or cuda:N."};
}

Expected<std::unique_ptr<CudaOps>> CudaOps::open() {
  const auto path = find_program_part(kModuleName, PartTrust::kModule);
  if (!path) {
    return device_error("the GPU module: " + path.error().message);
  }
  if (path->empty()) {
    return device_error("the GPU module is not installed; this build computes on the CPU.");
  }
  void* library = ::dlopen(path->c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* reason = ::dlerror();
    return device_error("the GPU module does not open: " + std::string(reason ? reason : "unknown reason") +
                        ".");
  }
  std::unique_ptr<CudaOps> ops(new CudaOps);
  // The library stays open until the program ends: the driver's threads may still run its code.
  ops->functions_ = std::make_shared<Functions>();
  Functions& functions = *ops->functions_;
  if (!find_symbol(library, "alidade_ops_abi", functions.abi) || functions.abi() != ALIDADE_OPS_ABI ||
      !find_symbol(library, "alidade_ops_count", functions.count) ||
      !find_symbol(library, "alidade_ops_describe", functions.describe) ||
      !find_symbol(library, "alidade_ops_farthest_point_order", functions.farthest_point_order) ||
      !find_symbol(library, "alidade_ops_ball_neighbors", functions.ball_neighbors)) {
    return device_error("the GPU module belongs to another version of Alidade; reinstall both together.");
  }
  if (const auto loaded = ops->load_devices(); !loaded) {
    return loaded.error();
  }
  return ops;
}

Expected<void> CudaOps::load_devices() {
  char message[kMessageSize] = "";
  int count = 0, driver = 0;
  const int status = functions_->count(&count, &driver, message, kMessageSize);
  // Without a driver the runtime calls it too old, which would mislead.
  if (driver == 0) {
    return device_error("no NVIDIA driver found.");
  }
  if (status != 0) {
    return device_error("the NVIDIA driver does not answer: " + std::string(message) + ".");
  }
  for (int i = 0; i < count; ++i) {
    AlidadeOpsDevice description{};
    if (functions_->describe(i, &description, message, kMessageSize) != 0) {
      return device_error("GPU " + std::to_string(i) + " does not answer: " + message + ".");
    }
    devices_.push_back({description.name, description.memory_bytes, description.major, description.minor});
  }
  if (devices_.empty()) {
    return device_error("the NVIDIA driver shows no GPU.");
  }
  failures_.resize(devices_.size());
  return {};
}

Expected<void> CudaOps::check_usable(int device) const {
  if (device < 0 || device >= static_cast<int>(devices_.size())) {
    return device_error("there is no GPU " + std::to_string(device) + "; the last one is " +
                        std::to_string(devices_.size() - 1) + ".");
  }
  return failures_[device].empty() ? Expected<void>() : device_error(failures_[device]);
}

Expected<void> CudaOps::finish(int device, int status, const char* message) {
  if (status == 0) {
    return {};
  }
  failures_[device] = "GPU " + std::to_string(device) + " failed: " + message + ".";
  return device_error(failures_[device]);
}

Expected<void> CudaOps::farthest_point_order(int device, const float* points, int batch, int n, int count,
                                             std::int32_t* order) {
  if (const auto usable = check_usable(device); !usable) {
    return usable;
  }
  if (!sizes_fit({batch, n, 3}) || !sizes_fit({batch, count})) {
    return size_error();
  }
  char message[kMessageSize] = "";
  return finish(
      device, functions_->farthest_point_order(device, points, batch, n, count, order, message, kMessageSize),
      message);
}

Expected<void> CudaOps::ball_neighbors(int device, const float* points, int batch, int n, int centers,
                                       float radius, int k, std::int32_t* neighbors) {
  if (const auto usable = check_usable(device); !usable) {
    return usable;
  }
  if (!sizes_fit({batch, n, 3}) || !sizes_fit({batch, centers, k})) {
    return size_error();
  }
  char message[kMessageSize] = "";
  return finish(device,
                functions_->ball_neighbors(device, points, batch, n, centers, radius, k, neighbors, message,
                                           kMessageSize),
                message);
}

}  // namespace alidade
