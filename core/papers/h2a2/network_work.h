// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "core/papers/h2a2/work.h"

namespace alidade::h2a2 {

/// The studies of this program as a reproduction's work; trainings and measurements share the scenes that
/// they make.
std::shared_ptr<const StudyWork> network_work();

}  // namespace alidade::h2a2
