// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/dataset.h"

#include <algorithm>

namespace alidade {

const ObjectModel* Dataset::model(int object_id) const {
  const auto& all = models();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& m) { return m.id == object_id; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> Dataset::categories() const {
  std::vector<std::string> names;
  for (const auto& model : models()) {
    if (std::find(names.begin(), names.end(), model.category) == names.end()) {
      names.push_back(model.category);
    }
  }
  return names;
}

}  // namespace alidade
