// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/results/object_samples.h"

namespace alidade {

using SampleSets = std::vector<std::shared_ptr<const ObjectSamples>>;

/// Prints one line per object and schedule, then the means per schedule.
void print_samples(const SampleSets& sets);

/// Prints the same as JSON, with the error curves along t of kept paths.
void print_samples_json(const SampleSets& sets, const std::vector<std::string>& skipped);

}  // namespace alidade
