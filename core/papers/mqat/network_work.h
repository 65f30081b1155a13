// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "core/data/dataset_reader.h"
#include "core/papers/mqat/stand_in.h"
#include "core/papers/mqat/work.h"

namespace alidade::mqat {

/// The studies of this program as a reproduction's work: retrainings share the images that they read, and so
/// do evaluations. `readers` must outlive it.
std::shared_ptr<const StudyWork> network_work(const DatasetReaders& readers, const StandInPlaces& places);

}  // namespace alidade::mqat
