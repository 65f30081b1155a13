// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/object_walk.h"

#include <algorithm>
#include <cstdint>

namespace alidade {

Expected<void> walk_objects(const Dataset& dataset, int frames, const FrameLayers& layers,
                            const std::string& step, const JobContext& job, const FrameObjectVisitor& visit) {
  const std::size_t count =
      frames > 0 ? std::min<std::size_t>(frames, dataset.num_frames()) : dataset.num_frames();
  for (std::size_t index = 0; index < count; ++index) {
    const auto frame = dataset.load(index, layers);
    if (!frame) {
      return frame.error();
    }
    for (std::size_t i = 0; i < frame->instances.size(); ++i) {
      if (job.stopped()) {
        return Error{ErrorCode::kCancelled, "stopped."};
      }
      const auto more = visit(*frame, i);
      if (!more) {
        return more.error();
      }
      if (!*more) {
        return {};
      }
    }
    job.report(step, static_cast<std::int64_t>(index) + 1, static_cast<std::int64_t>(count));
  }
  return {};
}

}  // namespace alidade
