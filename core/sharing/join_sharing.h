// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/expected.h"
#include "core/results/kernel_sharing.h"

namespace alidade {

/// Adds the scenes of `more`, of other sources as a rule, to those of `to`: decisions follow, pairs and
/// voxels are summed. kUsage, and nothing is changed, when the networks differ or a scene of a source is in
/// both.
Expected<void> join_sharing(KernelSharing& to, const KernelSharing& more);

}  // namespace alidade
