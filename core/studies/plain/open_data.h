// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset_reader.h"

namespace alidade {

/// Opens what a recipe or a command names: a recipe of procedural data (.toml), or anything else
/// through the readers.
Expected<std::shared_ptr<const Dataset>> open_data(const std::filesystem::path& path,
                                                   const DatasetReaders& readers, const JobContext& job);

}  // namespace alidade
