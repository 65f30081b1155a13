// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/quant/module_quantization.h"
#include "core/results/quantization_sweep.h"

namespace alidade::mqat {

/// How much of the paper a plan takes on.
enum class Breadth {
  kMain,  ///< the questions with several seeds, and the tables of the one network with one
  kAll,   ///< and the second network, other data sets, every order and every combination
};

/// The modules of the keypoint network; the feature pyramid is the one that the paper quantizes first.
inline constexpr const char* kModules[] = {"backbone", "pyramid", "head"};
inline constexpr char kPyramid[] = "pyramid";
/// A.4.1: a stage to find the module to begin with, one for each module.
inline constexpr int kTotalStages = 4;

/// A full-precision network that arms start from.
struct StudyNetwork {
  std::string name;    ///< "demo", "second", "probe", "occluded"
  std::string config;  ///< of the keypoint network: "small", "second"
  std::string data;    ///< prefix of the recipes of its data: "", "probe-"
  std::string light;   ///< the recipe under light that training has not seen; empty = there is none
  bool bundled;        ///< it is the bundled checkpoint; else the plan trains it
};
const std::vector<StudyNetwork>& study_networks();
/// A network by its name, or nullptr.
const StudyNetwork* find_network(const std::string& name);

/// What quantizes.
enum class ArmQuantizer { kNone, kLsq, kInq, kPost };

/// Where an arm's levels and order come from.
enum class Source {
  kFixed,    ///< the arm's own
  kUniform,  ///< every module at the width that gives the budget its name, at once
  kMqat,     ///< Eq. 2 within the budget, module after module in an order
  kAtOnce,   ///< the same levels in one stage of as many steps as everything else takes
  kLayers,   ///< HAWQ-V3: a width for each layer within the budget, at once
};

/// One way to retrain: what differs from the others, and nothing else does.
struct Arm {
  std::string name;  ///< of steps and runs: "pyramid2-frozen"
  std::string network = "demo";
  ArmQuantizer quantizer = ArmQuantizer::kLsq;
  NormMode norm = NormMode::kFrozen;
  Source source = Source::kFixed;
  ModuleLevels levels{};    ///< of kFixed, in the order of quantization
  bool in_turn = false;     ///< of kFixed: module after module, a stage each
  int stages = 1;           ///< of what is not in turn; 0 = not trained
  std::string budget{};     ///< bits of the uniform network whose size is the budget: "3"
  int order = 0;            ///< of kMqat: which permutation of the flow, in lexicographic order; 0 = the flow
  bool every_seed = false;  ///< else the first seed alone, which the report marks
};

/// The arms of a plan of this breadth, in its order.
std::vector<Arm> study_arms(Breadth breadth);

/// Budgets of Fig. 6: the sizes of these uniform networks. At the first one arms have every seed.
inline constexpr const char* kBudgets[] = {"3", "8", "4"};
inline constexpr char kMainBudget[] = "3";

/// The full-precision network of equal steps that an arm is compared with.
std::string control_of(const Arm& arm);
/// The arm that has this module alone at two bits (Algorithm 1, line 2).
std::string single_arm(const std::string& module);
/// The `index`-th permutation of names in lexicographic order of their places.
std::vector<std::string> permuted(const std::vector<std::string>& names, int index);
/// "live", "frozen", "folded", "none".
const char* norm_word(NormMode norm);

}  // namespace alidade::mqat
