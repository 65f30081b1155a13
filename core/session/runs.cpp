// SPDX-License-Identifier: BSD-3-Clause
#include "core/session/runs.h"

#include <algorithm>
#include <utility>

namespace alidade {

RunId Runs::put(Entry entry) {
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

const Runs::Entry* Runs::find(RunId run) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [run](const Entry& e) { return e.id == run; });
  return found == entries_.end() ? nullptr : &*found;
}

void Runs::remove(RunId run) {
  std::erase_if(entries_, [run](const Entry& entry) { return entry.id == run; });
  for (auto& [type, sides] : choices_) {
    std::replace(sides.begin(), sides.end(), run, 0);
  }
}

void Runs::remove_of_dataset() {
  const std::vector<Entry> held = entries_;
  for (const Entry& entry : held) {
    if (entry.of_dataset) {
      remove(entry.id);
    }
  }
}

void Runs::remove_oldest(std::type_index type, std::size_t most) {
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

void Runs::choose(Run side, RunId run) {
  if (const Entry* entry = find(run)) {
    choice(entry->type, side) = run;
  }
}

bool Runs::is_chosen(RunId run) const {
  const Entry* entry = find(run);
  return entry && (chosen_run(entry->type, Run::kA) == run || chosen_run(entry->type, Run::kB) == run);
}

RunId Runs::chosen_run(std::type_index type, Run side) const {
  const auto found = choices_.find(type);
  return found == choices_.end() ? 0 : found->second[static_cast<std::size_t>(side)];
}

}  // namespace alidade
