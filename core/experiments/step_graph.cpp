// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiments/step_graph.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>

namespace alidade {
namespace {

using Needs = std::vector<std::vector<std::size_t>>;

Error step_error(const std::string& file, const std::string& step, const std::string& problem,
                 const std::string& remedy) {
  return input_error(file, "step \"" + step + "\"", problem, remedy);
}

bool is_step_name(const std::string& name) {
  constexpr std::string_view kOthers = "-_.";
  return !name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kOthers.find(c) != std::string_view::npos;
  });
}

/// The steps by name; an Error for a name that will not do.
Expected<std::map<std::string, std::size_t>> step_names(const std::vector<Step>& steps,
                                                        const std::string& file) {
  std::map<std::string, std::size_t> names;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!is_step_name(steps[i].name)) {
      return step_error(file, steps[i].name, "its name is no file name",
                        "use letters, digits, \"-\", \"_\" and \".\"");
    }
    if (!names.emplace(steps[i].name, i).second) {
      return step_error(file, steps[i].name, "two steps have this name", "give each a name of its own");
    }
  }
  return names;
}

/// Steps that need each other, the first one again at the end; empty when there are none.
std::vector<std::size_t> circle_of(const Needs& needs) {
  std::vector<bool> possible(needs.size(), false);
  const auto is_possible = [&](std::size_t step) { return possible[step]; };
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < needs.size(); ++i) {
      if (!possible[i] && std::all_of(needs[i].begin(), needs[i].end(), is_possible)) {
        possible[i] = changed = true;
      }
    }
  }
  const auto first = std::find(possible.begin(), possible.end(), false);
  if (first == possible.end()) {
    return {};
  }
  // Each step that is left needs another one that is left: following them comes back to one seen before.
  std::vector<std::size_t> way{static_cast<std::size_t>(first - possible.begin())};
  for (;;) {
    const auto& own = needs[way.back()];
    const std::size_t next = *std::find_if_not(own.begin(), own.end(), is_possible);
    const auto seen = std::find(way.begin(), way.end(), next);
    const bool closed = seen != way.end();
    const auto begin = seen - way.begin();
    way.push_back(next);
    if (closed) {
      return {way.begin() + begin, way.end()};
    }
  }
}

}  // namespace

Expected<StepGraph> StepGraph::make(std::vector<Step> steps, const std::string& file) {
  const auto names = step_names(steps, file);
  if (!names) {
    return names.error();
  }
  StepGraph graph;
  for (const Step& step : steps) {
    std::vector<std::size_t> needs;
    for (const std::string& need : step.needs) {
      const auto found = names->find(need);
      if (found == names->end()) {
        return step_error(file, step.name, "it needs \"" + need + "\", which is not among the steps",
                          "add that step or take the need away");
      }
      needs.push_back(found->second);
    }
    graph.needs_.push_back(std::move(needs));
  }
  if (const auto circle = circle_of(graph.needs_); !circle.empty()) {
    std::string way;
    for (std::size_t i = 1; i < circle.size(); ++i) {
      way += (i == 1 ? "it needs \"" : ", which needs \"") + steps[circle[i]].name + "\"";
    }
    return step_error(file, steps[circle.front()].name, way + ": a circle", "take one of these needs away");
  }
  graph.steps_ = std::move(steps);
  return graph;
}

bool StepGraph::needs_step(std::size_t later, std::size_t earlier) const {
  return std::find(needs_[later].begin(), needs_[later].end(), earlier) != needs_[later].end();
}

std::vector<std::size_t> StepGraph::dependents(std::size_t step) const {
  std::vector<bool> reached(steps_.size(), false);
  reached[step] = true;
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (!reached[i] &&
          std::any_of(needs_[i].begin(), needs_[i].end(), [&](std::size_t n) { return reached[n]; })) {
        reached[i] = changed = true;
      }
    }
  }
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (reached[i] && i != step) {
      found.push_back(i);
    }
  }
  return found;
}

double StepGraph::seconds() const {
  return std::accumulate(steps_.begin(), steps_.end(), 0.0,
                         [](double sum, const Step& step) { return sum + step.seconds; });
}

}  // namespace alidade
