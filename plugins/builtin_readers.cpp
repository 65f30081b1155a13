// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/builtin_readers.h"

#include <memory>

namespace alidade {

#define ALIDADE_DATASET_FORMAT(make) std::unique_ptr<DatasetReader> make();
#include "plugins/dataset_formats.def"
#undef ALIDADE_DATASET_FORMAT

#define ALIDADE_POINT_SCENE_FORMAT(make) std::unique_ptr<PointSceneReader> make();
#include "plugins/point_scene_formats.def"
#undef ALIDADE_POINT_SCENE_FORMAT

DatasetReaders builtin_readers() {
  DatasetReaders readers;
#define ALIDADE_DATASET_FORMAT(make) readers.add(make());
#include "plugins/dataset_formats.def"
#undef ALIDADE_DATASET_FORMAT
  return readers;
}

PointSceneReaders builtin_scene_readers() {
  PointSceneReaders readers;
#define ALIDADE_POINT_SCENE_FORMAT(make) readers.add(make());
#include "plugins/point_scene_formats.def"
#undef ALIDADE_POINT_SCENE_FORMAT
  return readers;
}

}  // namespace alidade
