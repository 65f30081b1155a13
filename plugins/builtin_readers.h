// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/data/dataset_reader.h"
#include "core/data/point_scene_reader.h"

namespace alidade {

/// The dataset formats that are built in: those of plugins/dataset_formats.def, in that order.
DatasetReaders builtin_readers();

/// The formats of indoor scenes: those of plugins/point_scene_formats.def.
PointSceneReaders builtin_scene_readers();

}  // namespace alidade
