// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "core/data/dataset.h"
#include "plugins/bop/bop_layout.h"
#include "plugins/bop/bop_problems.h"

namespace alidade::bop {

/// A model with Alidade's extension: the symmetry an instance has while its distinguishing part is hidden.
struct Model {
  ObjectModel object;
  std::optional<SymmetryGroup> symmetry_when_hidden;
};

/// Models by object id, and the file they were described in.
struct Models {
  std::map<int, Model> by_id;
  std::filesystem::path info_file;  ///< empty when there is none
};

/// Reads the first model folder that knows at least one of `annotated` (any, when that is empty). Without
/// such a folder a scene's own obj.ply is taken when only one object is annotated. Annotated objects that
/// stay unknown get an entry without size.
Models read_models(const Layout& layout, const std::set<int>& annotated, Problems& problems);

}  // namespace alidade::bop
