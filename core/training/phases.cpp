// SPDX-License-Identifier: BSD-3-Clause
#include "core/training/phases.h"

#include <algorithm>
#include <limits>
#include <set>

namespace alidade {

std::int64_t total_steps(const std::vector<TrainingPhase>& phases) {
  std::int64_t total = 0;
  for (const TrainingPhase& phase : phases) {
    total += phase.steps;
  }
  return total;
}

std::size_t phase_at(const std::vector<TrainingPhase>& phases, std::int64_t step) {
  std::int64_t end = 0;
  for (std::size_t i = 0; i + 1 < phases.size(); ++i) {
    end += phases[i].steps;
    if (step < end) {
      return i;
    }
  }
  return phases.size() - 1;
}

Expected<void> check_phases(const std::vector<TrainingPhase>& phases, const std::string& file) {
  constexpr std::size_t kMostNameBytes = 64;
  std::set<std::string> names;
  for (const TrainingPhase& phase : phases) {
    const bool printable = std::all_of(phase.name.begin(), phase.name.end(),
                                       [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
    if (phase.name.empty() || phase.name.size() > kMostNameBytes || !printable || phase.steps < 0) {
      return input_error(file, "phase " + std::to_string(names.size() + 1),
                         "a name of 1 to 64 bytes without control characters and its steps are expected",
                         "name the phase, as in name = \"pre-training\", and give it steps");
    }
    if (!names.insert(phase.name).second) {
      return input_error(file, "phase " + std::to_string(names.size() + 1),
                         "there are two phases named \"" + phase.name + "\"",
                         "give each a name of its own, the log tells them apart by it");
    }
  }
  const std::int64_t total = total_steps(phases);
  if (total < 1 || total > std::numeric_limits<int>::max()) {
    return input_error(file, "phases", "there are " + std::to_string(total) + " steps in all of them",
                       "give them at least one and at most 2^31 - 1");
  }
  return {};
}

}  // namespace alidade
