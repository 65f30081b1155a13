// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// "cpu" gives -1, "cuda" 0, "cuda:N" N; anything else is ErrorCode::kUsage.
Expected<int> parse_device(const std::string& text);

/// One GPU as the driver describes it.
struct DeviceInfo {
  std::string name;
  std::int64_t memory_bytes = 0;
  int major = 0;  ///< compute capability
  int minor = 0;
};

/// The GPU twins of core/ops/point_ops.h. They live in a module that is opened at run time from the program's
/// own folders; callers keep the CPU functions for the case that there is none.
class CudaOps {
 public:
  /// Opens the module, checks its interface number and counts the devices. ErrorCode::kDevice with the reason
  /// when the module, the driver or a device is missing.
  static Expected<std::unique_ptr<CudaOps>> open();

  const std::vector<DeviceInfo>& devices() const { return devices_; }

  /// points [batch, n, 3] -> order [batch, count]. Sizes must be positive (ErrorCode::kUsage). After a
  /// failure of a device (ErrorCode::kDevice) its context is dead: it refuses further work, so finish on the
  /// CPU.
  Expected<void> farthest_point_order(int device, const float* points, int batch, int n, int count,
                                      std::int32_t* order);
  /// points [batch, n, 3] -> neighbors [batch, centers, k]; errors as above.
  Expected<void> ball_neighbors(int device, const float* points, int batch, int n, int centers, float radius,
                                int k, std::int32_t* neighbors);

 private:
  struct Functions;

  CudaOps() = default;
  Expected<void> load_devices();
  Expected<void> check_usable(int device) const;
  Expected<void> finish(int device, int status, const char* message);

  std::shared_ptr<Functions> functions_;
  std::vector<DeviceInfo> devices_;
  std::vector<std::string> failures_;  // per device: why it is unusable
};

}  // namespace alidade
