// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/object_seed.h"

#include "core/base/random.h"

namespace alidade {

std::uint64_t object_seed(std::uint64_t seed, const std::string& frame_name, int instance) {
  // FNV-1a.
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const unsigned char c : frame_name + "#" + std::to_string(instance)) {
    hash = (hash ^ c) * 0x100000001b3ULL;
  }
  return mix_seed(seed, hash);
}

Rigid3 object_pose(const Rigid3& box, const Eigen::Vector3d& center_obj) {
  return {box.R, box.t - box.R * center_obj};
}

}  // namespace alidade
