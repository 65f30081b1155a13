// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/builtin_readers.h"

#include <memory>

namespace alidade {

#define ALIDADE_DATASET_FORMAT(make) std::unique_ptr<DatasetReader> make();
#include "plugins/dataset_formats.def"
#undef ALIDADE_DATASET_FORMAT

DatasetReaders builtin_readers() {
  DatasetReaders readers;
#define ALIDADE_DATASET_FORMAT(make) readers.add(make());
#include "plugins/dataset_formats.def"
#undef ALIDADE_DATASET_FORMAT
  return readers;
}

}  // namespace alidade
