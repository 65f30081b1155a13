// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/arms.h"

#include <algorithm>

namespace alidade::decompose {
namespace {

Arm shared_arm(const std::string& name) {
  Arm arm{name, Routing::kShared, "H"};
  arm.groups = 1;
  return arm;
}

Arm branches(const std::string& name, const std::string& capacities) {
  return {name, Routing::kRefined, capacities};
}

/// Table 2, and the branches of Table 3, of any set: `easy` is "HHL" or "HHLL".
struct Letters {
  std::string grouped, high, low, turned;
};

Letters letters_of(const StudySet& set) {
  return set.groups == 3 ? Letters{"HHL", "HHH", "LLL", "LLH"} : Letters{"HHLL", "HHHH", "LLLL", "LLHH"};
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c == 'H' ? 'h' : 'l'; });
  return text;
}

/// The plan's arms: what is compared with intervals.
std::vector<Arm> main_arms(const StudySet& set) {
  const Letters letters = letters_of(set);
  Arm wide = shared_arm("wide");
  wide.wide = true;
  Arm random{"random", Routing::kRandom, letters.grouped};
  std::vector<Arm> arms{shared_arm(kNone), wide, random, branches(lower(letters.grouped), letters.grouped),
                        branches(lower(letters.high), letters.high)};
  for (Arm& arm : arms) {
    arm.contention = !arm.wide;
  }
  return arms;
}

/// Each category by itself: what training them together gains or costs it.
std::vector<Arm> alone_arms(const StudySet& set) {
  std::vector<Arm> arms;
  for (const std::string& category : set.categories) {
    Arm arm = shared_arm(alone_arm(category));
    arm.only = category;
    arms.push_back(arm);
  }
  return arms;
}

/// Tables 2 to 6 beyond the main arms.
std::vector<Arm> table_arms(const StudySet& set) {
  const Letters letters = letters_of(set);
  std::vector<Arm> arms{{"unrefined", Routing::kQuantile, letters.grouped},
                        branches(lower(letters.low), letters.low),
                        branches(lower(letters.turned), letters.turned)};
  for (int groups = 2; groups <= 5; ++groups) {
    if (groups != set.groups) {
      Arm arm = branches("g" + std::to_string(groups), "");
      arm.groups = groups;
      arms.push_back(arm);
    }
  }
  for (const char* block : {"backbone", "head"}) {
    Arm arm = branches(std::string("split-") + block, letters.grouped);
    arm.split = block;
    arms.push_back(arm);
  }
  for (const auto& [name, reference] : {std::pair{"by-diffusion", Reference::kDiffusion},
                                        std::pair{"by-regression", Reference::kRegression}}) {
    Arm arm = branches(name, letters.grouped);
    arm.reference = reference;
    arms.push_back(arm);
  }
  return arms;
}

/// What the paper does not print: on the six categories alone.
std::vector<Arm> further_arms(const StudySet& set) {
  const Letters letters = letters_of(set);
  Arm low = shared_arm("low");
  low.capacities = "L";
  Arm weights = shared_arm("ag-pose");
  weights.ag_pose_weights = true;
  Arm gradients{"by-gradients", Routing::kGradients, letters.grouped};
  Arm effects{"by-effects", Routing::kEffects, letters.grouped};
  std::vector<Arm> arms{low, weights, gradients, effects};
  for (const char* color : {"none", "random"}) {
    Arm arm = branches(std::string("color-") + color, letters.grouped);
    arm.color = color;
    arm.every_seed = true;
    arms.push_back(arm);
  }
  return arms;
}

void append(std::vector<Arm>& arms, const std::vector<Arm>& more) {
  arms.insert(arms.end(), more.begin(), more.end());
}

}  // namespace

const std::vector<StudySet>& study_sets() {
  static const std::vector<StudySet> sets{
      {"six", "printed", {"bottle", "bowl", "camera", "can", "laptop", "mug"}, 3, "REAL275", "a"},
      {"ten",
       "household",
       {"box", "bottle", "can", "cup", "remote", "teapot", "cutlery", "glass", "shoe", "tube"},
       4,
       "HouseCat6D",
       "b"},
      {"unlike",
       "unlike",
       {"box", "remote", "shoe", "cutlery", "teapot", "tube"},
       3,
       "HouseCat6D, six categories",
       ""}};
  return sets;
}

const StudySet* find_set(const std::string& name) {
  const auto& sets = study_sets();
  const auto found =
      std::find_if(sets.begin(), sets.end(), [&](const StudySet& set) { return set.name == name; });
  return found == sets.end() ? nullptr : &*found;
}

std::vector<Arm> arms_of(const StudySet& set, Breadth breadth) {
  std::vector<Arm> arms;
  if (!has_arms(set, breadth)) {
    return arms;
  }
  arms = main_arms(set);
  if (set.name == "six") {
    for (Arm& arm : arms) {
      arm.every_seed = true;
    }
    append(arms, alone_arms(set));
    if (breadth == Breadth::kAll) {
      append(arms, table_arms(set));
      append(arms, further_arms(set));
    }
    return arms;
  }
  arms.erase(arms.begin() + 1);  // "wide" is a question about the six
  if (set.name == "unlike") {
    arms.pop_back();  // Table 8 has three rows
    return arms;
  }
  if (breadth == Breadth::kAll) {
    append(arms, table_arms(set));
  }
  return arms;
}

bool has_arms(const StudySet& set, Breadth breadth) {
  return set.name == "six" || breadth == Breadth::kAll || (set.name == "ten" && breadth == Breadth::kTen);
}

std::string alone_arm(const std::string& category) {
  return "alone-" + category;
}

std::string grouped_arm(const StudySet& set) {
  return lower(letters_of(set).grouped);
}

int groups_of(const Arm& arm, const StudySet& set) {
  return arm.groups > 0 ? arm.groups : set.groups;
}

std::string variant_of(const Arm& arm) {
  switch (arm.reference) {
    case Reference::kDiffusion:
      return "diffusion";
    case Reference::kRegression:
      return "regression";
    default:
      return arm.groups > 1 ? "g" + std::to_string(arm.groups) : "";
  }
}

}  // namespace alidade::decompose
