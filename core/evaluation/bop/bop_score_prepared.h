// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>

#include "core/base/expected.h"
#include "core/evaluation/errors/bop_errors.h"
#include "core/evaluation/pose_set.h"

namespace alidade {

/// The annotated objects of an input, ready for the pose errors; an Error names an object that has no usable
/// vertices.
Expected<std::map<int, PreparedObject>> prepare_objects(const EvaluationInput& input);

}  // namespace alidade
