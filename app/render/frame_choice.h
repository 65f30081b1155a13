// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "app/render/strict_object.h"
#include "core/base/expected.h"
#include "core/data/dataset.h"

namespace alidade {

/// A frame as a recipe names it: its number, counted from 0, or its name.
using FrameChoice = std::variant<std::size_t, std::string>;

/// The frame under the key "frame"; the first one when the key is absent.
FrameChoice frame_choice(StrictObject& object);
/// The number under the key "instance", when there is one.
std::optional<int> instance_choice(StrictObject& object);

/// The chosen frame's number; an Error (kInput) names `file` and `key`.
Expected<std::size_t> frame_index(const FrameChoice& choice, const Dataset& dataset, const std::string& file,
                                  const std::string& key);

/// The error that `frame` has no such object.
Error no_instance(const Frame& frame, const std::string& file, const std::string& key);

}  // namespace alidade
