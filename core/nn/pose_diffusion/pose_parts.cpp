// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_diffusion/pose_parts.h"

namespace alidade {

std::vector<PartRule> encoder_blocks() {
  return {{"encoder.level1", {"encoder.linear1a", "encoder.linear1b", "encoder.norm1"}},
          {"encoder.level2",
           {"encoder.linear2_relative", "encoder.linear2_feature", "encoder.linear2b", "encoder.norm2"}},
          {"encoder.level3", {"encoder.linear3a", "encoder.linear3b", "encoder.norm3"}}};
}

std::vector<PartRule> score_head_blocks(const std::string& head) {
  return {{head + ".pose", {head + ".pose1", head + ".pose2", head + ".pose_layer"}},
          {head + ".time", {head + ".time1", head + ".time_layer"}},
          {head + ".features", {head + ".feature_layer"}},
          {head + ".last", {head + ".last"}}};
}

}  // namespace alidade
