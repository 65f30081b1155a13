// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/data/dataset_reader.h"

namespace alidade {

/// The dataset formats that are built in: those of plugins/dataset_formats.def, in that order.
DatasetReaders builtin_readers();

}  // namespace alidade
