// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/keypoint/keypoint_sample.h"

namespace alidade {

/// The object with this id as a keypoint network knows it; -1 = the only one of the dataset. kInput where
/// there is none or are several, and for one without a size.
Expected<KeypointObject> keypoint_object(const Dataset& dataset, int id);

/// Reads images into memory (uint8, 4 bytes a pixel with the mask), on two threads, in the order of frames
/// whatever the threads do: of each of the first `frames` frames (0 = all) the first instance of the object
/// that can be learned from and is seen enough. kInput when none is left.
Expected<std::vector<KeypointSample>> collect_keypoint_samples(const Dataset& dataset,
                                                               const KeypointConfig& config, int frames,
                                                               double min_visible_fraction,
                                                               const JobContext& job);

}  // namespace alidade
