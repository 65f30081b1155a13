// SPDX-License-Identifier: BSD-3-Clause
#include "core/session/held_runs.h"

#include <algorithm>
#include <utility>

namespace alidade {

RunId HeldRuns::put(Entry entry) {
  for (const Entry& held : entries_) {
    if (held.type == entry.type && held.result == entry.result) {
      return held.id;
    }
  }
  const auto taken = [&](const std::string& name) {
    return std::any_of(entries_.begin(), entries_.end(),
                       [&](const Entry& held) { return held.type == entry.type && held.name == name; });
  };
  const std::string name = entry.name;
  for (int number = 2; taken(entry.name); ++number) {
    entry.name = name + " (" + std::to_string(number) + ")";
  }
  entry.id = ++last_;
  entries_.push_back(std::move(entry));
  return last_;
}

const HeldRuns::Entry* HeldRuns::find(RunId run) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [run](const Entry& e) { return e.id == run; });
  return found == entries_.end() ? nullptr : &*found;
}

void HeldRuns::remove(RunId run) {
  std::erase_if(entries_, [run](const Entry& entry) { return entry.id == run; });
  for (auto& [type, sides] : choices_) {
    std::replace(sides.begin(), sides.end(), run, 0);
  }
}

void HeldRuns::remove_of_dataset() {
  const std::vector<Entry> held = entries_;
  for (const Entry& entry : held) {
    if (entry.of_dataset) {
      remove(entry.id);
    }
  }
}

void HeldRuns::remove_oldest(std::type_index type, std::size_t most) {
  std::vector<RunId> free;
  std::size_t count = 0;
  for (const Entry& entry : entries_) {
    if (entry.type == type) {
      ++count;
      if (!is_chosen(entry.id)) {
        free.push_back(entry.id);
      }
    }
  }
  for (const RunId run : free) {
    if (count-- <= most) {
      return;
    }
    remove(run);
  }
}

void HeldRuns::choose(Run side, RunId run) {
  if (const Entry* entry = find(run)) {
    choice(entry->type, side) = run;
  }
}

bool HeldRuns::is_chosen(RunId run) const {
  const Entry* entry = find(run);
  return entry && (chosen_run(entry->type, Run::kA) == run || chosen_run(entry->type, Run::kB) == run);
}

RunId HeldRuns::chosen_run(std::type_index type, Run side) const {
  const auto found = choices_.find(type);
  return found == choices_.end() ? 0 : found->second[static_cast<std::size_t>(side)];
}

}  // namespace alidade
