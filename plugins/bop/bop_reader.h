// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "core/data/dataset_reader.h"

namespace alidade {

/// Reader for datasets in the BOP layout, scenewise (docs/formats.md).
std::unique_ptr<DatasetReader> make_bop_reader();

}  // namespace alidade
