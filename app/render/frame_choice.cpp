// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/frame_choice.h"

namespace alidade {

FrameChoice frame_choice(StrictObject& object) {
  const auto& frame = object.value("frame");
  if (frame.is_string()) {
    return frame.get<std::string>();
  }
  if (frame.is_number_unsigned()) {
    return frame.get<std::size_t>();
  }
  if (!frame.is_null()) {
    object.fail("frame", "a frame's number or name was expected",
                "write 0 for the first frame, or its name in quotes");
  }
  return std::size_t{0};
}

std::optional<int> instance_choice(StrictObject& object) {
  if (!object.has("instance")) {
    return std::nullopt;
  }
  return static_cast<int>(object.integer("instance", 0, 0, 1000000));
}

Expected<std::size_t> frame_index(const FrameChoice& choice, const Dataset& dataset, const std::string& file,
                                  const std::string& key) {
  if (const auto* index = std::get_if<std::size_t>(&choice)) {
    if (*index < dataset.num_frames()) {
      return *index;
    }
    return input_error(file, key, "the dataset has " + std::to_string(dataset.num_frames()) + " frames",
                       "choose a number below that");
  }
  const auto& name = std::get<std::string>(choice);
  for (std::size_t i = 0; i < dataset.num_frames(); ++i) {
    if (dataset.frame_info(i).name == name) {
      return i;
    }
  }
  return input_error(file, key, "the dataset has no frame \"" + name + "\"",
                     "choose another name, or a number");
}

Error no_instance(const Frame& frame, const std::string& file, const std::string& key) {
  return input_error(
      file, key, "frame " + frame.info.name + " has no object with this index",
      "choose one of its " + std::to_string(frame.instances.size()) + " objects, counting from 0");
}

}  // namespace alidade
