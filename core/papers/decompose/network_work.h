// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "core/data/dataset_reader.h"
#include "core/papers/decompose/work.h"

namespace alidade::decompose {

/// The studies of this program as a reproduction's work: trainings of DecomPose networks share the objects
/// that they read, frozen features included. `readers` must outlive it.
std::shared_ptr<const StudyWork> network_work(const DatasetReaders& readers);

}  // namespace alidade::decompose
