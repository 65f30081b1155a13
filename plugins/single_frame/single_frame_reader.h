// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "core/data/dataset_reader.h"

namespace alidade {

/// Reader for a folder with one loose RGB-D frame (docs/formats.md); any reader of a real layout goes before
/// it.
std::unique_ptr<DatasetReader> make_single_frame_reader();

}  // namespace alidade
