// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/set_description.h"

#include <system_error>

#include "core/base/provenance.h"
#include "core/studies/plain/set_names.h"

namespace alidade {

std::string set_description(const ProceduralSet& set) {
  Provenance provenance = current_provenance();
  provenance.recipe = set.recipe_json;
  provenance.seed = set.seed;
  return "{\"name\": \"" + set.name + "\", \"generator\": \"" + set.generator +
         "\", \"provenance\": " + to_json(provenance) + "}\n";
}

Expected<void> prepare_set(const ProceduralSet& set, const MakeDatasetOptions& options) {
  if (options.threads < 1 || options.threads > 64) {
    return Error{ErrorCode::kUsage, "The number of threads must lie between 1 and 64."};
  }
  std::error_code failure;
  if (!options.force && std::filesystem::exists(options.output, failure)) {
    return Error{ErrorCode::kUsage,
                 options.output.string() + ": the folder exists; name another one or add --force."};
  }
  // --force replaces an earlier set, nothing else.
  return std::filesystem::exists(options.output, failure) ? check_replaceable_set(options.output, set)
                                                          : Expected<void>();
}

}  // namespace alidade
