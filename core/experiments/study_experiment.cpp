// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiments/study_experiment.h"

#include <cstdint>

#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/sha256.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMostRecipeBytes = 1 << 20;
constexpr int kMostSeeds = 20, kFewestTrainingSteps = 4, kMostTrainingSteps = 1000000;

}  // namespace

Expected<void> check_study_options(const std::optional<int>& seeds, const std::optional<int>& steps) {
  if (seeds && (*seeds < 1 || *seeds > kMostSeeds)) {
    return usage_error("the number of seeds must lie between 1 and " + std::to_string(kMostSeeds) + ".");
  }
  if (steps && (*steps < kFewestTrainingSteps || *steps > kMostTrainingSteps)) {
    return usage_error("the number of steps must lie between " + std::to_string(kFewestTrainingSteps) +
                       " and " + std::to_string(kMostTrainingSteps) + ".");
  }
  return {};
}

Expected<std::string> texts_digest(const std::vector<std::filesystem::path>& files) {
  Sha256 digest;
  for (const std::filesystem::path& file : files) {
    const auto text = read_file(file, kMostRecipeBytes);
    if (!text) {
      return text.error();
    }
    digest.add(std::to_string(text->size()) + "\n" + *text);
  }
  return digest.hex();
}

std::vector<PublishedTable> logged_published_tables(const std::filesystem::path& folder) {
  std::vector<std::string> problems;
  auto published = read_published_tables(folder, &problems);
  for (const std::string& problem : problems) {
    log_warning("reproduce", problem);
  }
  return published;
}

}  // namespace alidade
