// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/keypoint/keypoint_vote.h"

#include <algorithm>

#include "core/geometry/pnp.h"

namespace alidade {

Expected<Rigid3> pose_of_votes(const PinholeCamera& camera, std::span<const KeypointVote> votes,
                               const KeypointConfig& config, std::uint64_t seed) {
  std::vector<const KeypointVote*> confident;
  for (const KeypointVote& vote : votes) {
    if (vote.confidence >= config.confidence) {
      confident.push_back(&vote);
    }
  }
  if (confident.empty()) {
    return Error{ErrorCode::kInput, "no cell of the network sees the object."};
  }
  std::stable_sort(confident.begin(), confident.end(), [](const KeypointVote* a, const KeypointVote* b) {
    return a->confidence > b->confidence;
  });
  confident.resize(std::min<std::size_t>(confident.size(), config.most_cells));
  const auto corners = keypoint_corners(config);
  std::vector<PointMatch> matches;
  for (const KeypointVote* vote : confident) {
    for (std::size_t i = 0; i < corners.size(); ++i) {
      matches.push_back({corners[i], vote->pixels[i], vote->confidence});
    }
  }
  PnpOptions options;
  options.threshold_px = config.ransac_px;
  options.iterations = config.ransac_iterations;
  options.seed = seed;
  const auto found = solve_pnp(camera, matches, options);
  if (!found) {
    return found.error();
  }
  return found->cam_from_obj;
}

}  // namespace alidade
