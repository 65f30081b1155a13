// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/dataset.h"

#include <algorithm>
#include <map>

namespace alidade {

const ObjectModel* Dataset::model(int object_id) const {
  const auto& all = models();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& m) { return m.id == object_id; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> Dataset::categories() const {
  std::vector<std::string> names;
  for (const auto& model : models()) {
    if (std::find(names.begin(), names.end(), model.category) == names.end()) {
      names.push_back(model.category);
    }
  }
  return names;
}

std::vector<FrameSequence> Dataset::sequences() const {
  std::vector<FrameSequence> all;
  std::map<int, std::size_t> position;
  for (std::size_t i = 0; i < num_frames(); ++i) {
    const int id = frame_info(i).sequence;
    if (id < 0) {
      continue;
    }
    const auto [found, added] = position.try_emplace(id, all.size());
    if (added) {
      all.push_back({id, {}});
    }
    all[found->second].frames.push_back(i);
  }
  for (FrameSequence& sequence : all) {
    std::stable_sort(sequence.frames.begin(), sequence.frames.end(), [this](std::size_t a, std::size_t b) {
      return frame_info(a).image_id < frame_info(b).image_id;
    });
  }
  return all;
}

}  // namespace alidade
