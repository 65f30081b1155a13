// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "core/base/expected.h"
#include "core/data/procedural/procedural_generator.h"
#include "core/studies/plain/make_dataset.h"

namespace alidade {

/// The text of a set's dataset.json: its name, its generator and its provenance.
std::string set_description(const ProceduralSet& set);

/// kUsage when the options make no sense or what is at the output may not be replaced by this set.
Expected<void> prepare_set(const ProceduralSet& set, const MakeDatasetOptions& options);

}  // namespace alidade
