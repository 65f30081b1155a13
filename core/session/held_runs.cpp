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
  entry.name = free_name(entry.name, entry);
  entry.id = ++last_;
  entry.style = free_style(entry.type);
  entries_.push_back(std::move(entry));
  return last_;
}

std::string HeldRuns::free_name(const std::string& name, const Entry& of) const {
  const auto taken = [&](const std::string& text) {
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& held) {
      return held.id != of.id && held.type == of.type && held.name == text;
    });
  };
  std::string free = name;
  for (int number = 2; taken(free); ++number) {
    free = name + " (" + std::to_string(number) + ")";
  }
  return free;
}

/// The first one that no run has, in a hue that neither A nor B has: what comes and goes does not push styles
/// on.
int HeldRuns::free_style(std::type_index type) const {
  const Entry *a = find(chosen_run(type, Run::kA)), *b = find(chosen_run(type, Run::kB));
  const auto taken = [&](int style) {
    const auto same_hue = [&](const Entry* one) {
      return one != nullptr && one->style >= 0 && one->style % kRunHues == style % kRunHues;
    };
    return same_hue(a) || same_hue(b) ||
           std::any_of(entries_.begin(), entries_.end(),
                       [&](const Entry& held) { return held.style == style; });
  };
  int style = 0;
  while (taken(style)) {
    ++style;
  }
  return style;
}

void HeldRuns::keep_hues_apart(Run side, RunId run) {
  Entry& chosen = *entry_of(run);
  Entry* other = entry_of(chosen_run(chosen.type, side == Run::kA ? Run::kB : Run::kA));
  if (other == nullptr || other == &chosen || other->style % kRunHues != chosen.style % kRunHues) {
    return;
  }
  Entry& yields = chosen.styled ? *other : chosen;
  if (!yields.styled) {
    yields.style = free_style(yields.type);
  }
}

HeldRuns::Entry* HeldRuns::entry_of(RunId run) {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [run](const Entry& e) { return e.id == run; });
  return found == entries_.end() ? nullptr : &*found;
}

const HeldRuns::Entry* HeldRuns::find(RunId run) const {
  const std::size_t place = place_of(run);
  return place == entries_.size() ? nullptr : &entries_[place];
}

std::size_t HeldRuns::place_of(RunId run) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [run](const Entry& e) { return e.id == run; });
  return static_cast<std::size_t>(found - entries_.begin());
}

void HeldRuns::remove(RunId run) {
  std::erase_if(entries_, [run](const Entry& entry) { return entry.id == run; });
  for (auto& [type, sides] : choices_) {
    for (Choice& side : sides) {
      if (side.run == run) {
        side = {};
      }
    }
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

void HeldRuns::put_back(Entry entry, std::size_t place) {
  if (find(entry.id) != nullptr) {
    return;
  }
  entry.name = free_name(entry.name, entry);
  const auto at = entries_.begin() + static_cast<std::ptrdiff_t>(std::min(place, entries_.size()));
  entries_.insert(at, std::move(entry));
}

void HeldRuns::take_from(const HeldRuns& other) {
  for (const Entry& entry : other.entries_) {
    if (entry.of_dataset) {
      put_back(entry, entries_.size());
    }
  }
  for (const auto& [type, sides] : other.choices_) {
    for (const Run side : {Run::kA, Run::kB}) {
      const Choice& chosen = sides[static_cast<std::size_t>(side)];
      const Entry* entry = find(chosen.run);
      if (entry != nullptr && entry->of_dataset) {
        choice(type, side) = chosen;
      }
    }
  }
}

void HeldRuns::rename(RunId run, const std::string& name) {
  if (Entry* entry = entry_of(run)) {
    entry->name = free_name(name, *entry);
  }
}

void HeldRuns::choose(Run side, RunId run, bool by_user) {
  if (const Entry* entry = find(run)) {
    keep_hues_apart(side, run);
    choice(entry->type, side) = {run, by_user};
  }
}

bool HeldRuns::is_chosen(RunId run) const {
  const Entry* entry = find(run);
  return entry && (chosen_run(entry->type, Run::kA) == run || chosen_run(entry->type, Run::kB) == run);
}

RunId HeldRuns::chosen_run(std::type_index type, Run side) const {
  const auto found = choices_.find(type);
  return found == choices_.end() ? 0 : found->second[static_cast<std::size_t>(side)].run;
}

}  // namespace alidade
