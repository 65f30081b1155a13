// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/arms.h"

#include <algorithm>
#include <numeric>

namespace alidade::mqat {
namespace {

constexpr NormMode kNorms[] = {NormMode::kLive, NormMode::kFrozen, NormMode::kFolded};
/// INQ's own levels, powers of two. Of two bits they are 0 and plus and minus one power (the authors'
/// repository would leave 0 alone); `table-2-inq-ternary` has three levels at the scale of least squared
/// error instead.
constexpr char kInqEight[] = "powers8", kInqTwo[] = "powers2";
/// Fig. 5, besides float32 and the two bits of the sweep.
constexpr const char* kAblation[] = {"8", "4", "3", "ternary", "binary"};

Arm fixed_arm(const std::string& name, const ModuleLevels& levels, NormMode norm = NormMode::kFrozen) {
  Arm arm{name};
  arm.levels = levels;
  arm.norm = norm;
  return arm;
}

Arm control_arm(const std::string& name, int stages, NormMode norm = NormMode::kFrozen) {
  Arm arm{name};
  arm.quantizer = ArmQuantizer::kNone;
  arm.norm = norm;
  arm.stages = stages;
  return arm;
}

/// The pyramid, then the head, then the backbone: the paper's F, H, B.
Arm in_turn_arm(const std::string& name, const std::string& backbone, const std::string& pyramid,
                const std::string& head, ArmQuantizer quantizer = ArmQuantizer::kLsq) {
  Arm arm = fixed_arm(name, {{kPyramid, pyramid}, {"head", head}, {"backbone", backbone}});
  arm.in_turn = true;
  arm.quantizer = quantizer;
  return arm;
}

Arm budget_arm(const std::string& name, Source source, const std::string& budget, int order = 0) {
  Arm arm{name + "-" + budget};
  arm.source = source;
  arm.budget = budget;
  arm.order = order;
  arm.stages = kTotalStages;
  return arm;
}

Arm with_every_seed(Arm arm) {
  arm.every_seed = true;
  return arm;
}

Arm of_network(Arm arm, const std::string& network) {
  arm.name = network + "-" + arm.name;
  arm.network = network;
  return arm;
}

Arm not_trained(Arm arm, const std::string& name) {
  arm.name = name;
  arm.quantizer = ArmQuantizer::kPost;
  arm.norm = NormMode::kNone;
  arm.stages = 0;
  arm.in_turn = false;
  return arm;
}

/// Two or three modules at two bits together: what Fig. 4 has besides single ones.
void add_combinations(std::vector<Arm>& arms, NormMode norm) {
  for (unsigned set = 1; set < 1U << std::size(kModules); ++set) {
    ModuleLevels levels;
    std::string name;
    for (std::size_t k = 0; k < std::size(kModules); ++k) {
      if ((set >> k & 1U) != 0) {
        levels.emplace_back(kModules[k], "2");
        name += std::string(kModules[k]) + "2-";
      }
    }
    if (levels.size() > 1) {
      arms.push_back(fixed_arm(name + norm_word(norm), levels, norm));
    }
  }
}

/// Question (a), and lines 1 to 7 of Algorithm 1.
void add_sweep(std::vector<Arm>& arms) {
  for (const NormMode norm : kNorms) {
    arms.push_back(with_every_seed(control_arm(std::string("float-") + norm_word(norm), 1, norm)));
    arms.push_back(
        with_every_seed(fixed_arm(std::string("pyramid2-") + norm_word(norm), {{kPyramid, "2"}}, norm)));
  }
  for (const char* module : kModules) {
    if (module != std::string(kPyramid)) {
      arms.push_back(with_every_seed(fixed_arm(single_arm(module), {{module, "2"}})));
    }
  }
}

/// Questions (b) and (c).
void add_main_budget(std::vector<Arm>& arms) {
  arms.push_back(with_every_seed(control_arm("float-total", kTotalStages)));
  arms.push_back(with_every_seed(budget_arm("mqat", Source::kMqat, kMainBudget)));
  arms.push_back(with_every_seed(budget_arm("uniform", Source::kUniform, kMainBudget)));
  arms.push_back(with_every_seed(budget_arm("layers", Source::kLayers, kMainBudget)));
  arms.push_back(with_every_seed(budget_arm("reverse", Source::kMqat, kMainBudget, 5)));
  arms.push_back(budget_arm("middle-first", Source::kMqat, kMainBudget, 2));
  arms.push_back(budget_arm("at-once", Source::kAtOnce, kMainBudget));
}

void add_tables(std::vector<Arm>& arms) {
  arms.push_back(in_turn_arm("table-2-lsq", "8", "2", "8"));
  arms.push_back(in_turn_arm("table-2-inq", kInqEight, kInqTwo, kInqEight, ArmQuantizer::kInq));
  arms.push_back(in_turn_arm("table-2-inq-ternary", "8", "ternary", "8", ArmQuantizer::kInq));
  for (const char* budget : kBudgets) {
    if (budget != std::string(kMainBudget)) {
      arms.push_back(budget_arm("mqat", Source::kMqat, budget));
      arms.push_back(budget_arm("uniform", Source::kUniform, budget));
      arms.push_back(budget_arm("layers", Source::kLayers, budget));
    }
  }
  for (const char* levels : kAblation) {
    arms.push_back(fixed_arm(std::string("pyramid-") + levels, {{kPyramid, levels}}));
  }
  add_combinations(arms, NormMode::kFrozen);
  arms.push_back(not_trained(in_turn_arm("", "8", "2", "8"), "post-8-2-8"));
  arms.push_back(not_trained(budget_arm("", Source::kMqat, kMainBudget), "post-mqat-3"));
  arms.push_back(not_trained(budget_arm("", Source::kUniform, kMainBudget), "post-uniform-3"));
  arms.push_back(not_trained(budget_arm("", Source::kLayers, kMainBudget), "post-layers-3"));
}

/// Tables 3 and 4 and Fig. 5 of the second network, in the place of CA-SpaceNet.
void add_second(std::vector<Arm>& arms) {
  const auto add = [&](const Arm& arm) { arms.push_back(of_network(arm, "second")); };
  const auto lsq = [](const std::string& name, const ModuleLevels& levels) {
    Arm arm = fixed_arm(name, levels);
    arm.stages = kTotalStages;
    return arm;
  };
  add(control_arm("start", 0));
  add(control_arm("float-frozen", 1));
  add(control_arm("float-total", kTotalStages));
  for (const char* bits : {"8", "3"}) {
    const std::string b = bits;
    add(lsq("lsq-" + b + "-32-32", {{"backbone", b}}));
    add(lsq("lsq-" + b + "-" + b + "-32", {{"backbone", b}, {kPyramid, b}}));
    add(lsq("lsq-" + b + "-" + b + "-" + b, {{"backbone", b}, {kPyramid, b}, {"head", b}}));
  }
  add(in_turn_arm("mqat-8-2-8", "8", "2", "8"));
  add(in_turn_arm("mqat-4-2-4", "4", "2", "4"));
  add(fixed_arm("pyramid2-frozen", {{kPyramid, "2"}}));
  for (const char* levels : kAblation) {
    add(fixed_arm(std::string("pyramid-") + levels, {{kPyramid, levels}}));
  }
}

/// Everything of the bundled network that the main plan has no time for.
void add_rest(std::vector<Arm>& arms) {
  for (const int order : {1, 3, 4}) {
    arms.push_back(budget_arm("order-" + std::to_string(order), Source::kMqat, kMainBudget, order));
  }
  Arm ternary = in_turn_arm("table-2-lsq-ternary", "8", "ternary", "8");
  arms.push_back(ternary);
  for (const NormMode norm : {NormMode::kLive, NormMode::kFolded}) {
    for (const char* module : {"backbone", "head"}) {
      arms.push_back(fixed_arm(std::string(module) + "2-" + norm_word(norm), {{module, "2"}}, norm));
    }
    add_combinations(arms, norm);
  }
}

}  // namespace

const std::vector<StudyNetwork>& study_networks() {
  static const std::vector<StudyNetwork> networks{{"demo", "small", "", "test-unseen-light", true},
                                                  {"second", "second", "", "test-unseen-light", false},
                                                  {"probe", "small", "probe-", "", false},
                                                  {"occluded", "small", "occluded-", "", true}};
  return networks;
}

const StudyNetwork* find_network(const std::string& name) {
  const auto& networks = study_networks();
  const auto found = std::find_if(networks.begin(), networks.end(),
                                  [&](const StudyNetwork& network) { return network.name == name; });
  return found == networks.end() ? nullptr : &*found;
}

std::vector<Arm> study_arms(Breadth breadth) {
  std::vector<Arm> arms{control_arm("start", 0)};
  add_sweep(arms);
  add_main_budget(arms);
  add_tables(arms);
  if (breadth == Breadth::kAll) {
    add_rest(arms);
    add_second(arms);
    for (const char* network : {"probe", "occluded"}) {
      for (const Arm& arm :
           {control_arm("start", 0), control_arm("float-total", kTotalStages),
            in_turn_arm("mqat-8-2-8", "8", "2", "8"),
            in_turn_arm("mqat-8-2-8-inq", kInqEight, kInqTwo, kInqEight, ArmQuantizer::kInq)}) {
        arms.push_back(of_network(arm, network));
      }
    }
  }
  return arms;
}

std::string control_of(const Arm& arm) {
  const std::string network = arm.network == "demo" ? "" : arm.network + "-";
  if (arm.stages == 0) {
    return network + "start";
  }
  const bool one_stage = arm.source == Source::kFixed && !arm.in_turn && arm.stages == 1;
  return network + (one_stage ? std::string("float-") + norm_word(arm.norm) : std::string("float-total"));
}

std::string single_arm(const std::string& module) {
  return module + "2-" + norm_word(NormMode::kFrozen);
}

std::vector<std::string> permuted(const std::vector<std::string>& names, int index) {
  std::vector<std::size_t> places(names.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  for (int i = 0; i < index; ++i) {
    std::next_permutation(places.begin(), places.end());
  }
  std::vector<std::string> out;
  for (const std::size_t place : places) {
    out.push_back(names[place]);
  }
  return out;
}

const char* norm_word(NormMode norm) {
  switch (norm) {
    case NormMode::kLive:
      return "live";
    case NormMode::kFrozen:
      return "frozen";
    case NormMode::kFolded:
      return "folded";
    default:
      return "none";
  }
}

}  // namespace alidade::mqat
