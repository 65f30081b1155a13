// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace alidade::decompose {

/// How much of the paper a plan takes on.
enum class Breadth {
  kSix,  ///< the main arms on six categories
  kTen,  ///< and on ten, with one seed (Fig. 6)
  kAll,  ///< and the arms of every table
};

/// A Tabletop set that arms are trained on, and the dataset of the paper whose tables it has the form of.
struct StudySet {
  std::string name;    ///< "six", "ten", "unlike": of steps and runs
  std::string recipe;  ///< its data are RECIPE-train.toml, RECIPE-val.toml and RECIPE-test.toml
  std::vector<std::string> categories;  ///< in the order of the recipe
  int groups;                           ///< G of Sec. 6.1
  std::string published;                ///< "REAL275"
  std::string letter;                   ///< of the published tables: "a" for decompose-table-2-a
};

/// six: NOCS's, as REAL275 has them; ten: those of HouseCat6D; unlike: its six of Table 8.
const std::vector<StudySet>& study_sets();
/// A set by its name, or nullptr.
const StudySet* find_set(const std::string& name);

/// How an arm's categories find their branches.
enum class Routing {
  kShared,     ///< one branch for all: AG-Pose
  kRandom,     ///< groups of the quantiles' sizes, filled at random, anew for each seed
  kQuantile,   ///< by difficulty, without boundary refinement (Eq. 11)
  kRefined,    ///< by difficulty, with it (Eq. 12)
  kGradients,  ///< by clustered cosines of the shared arm's correspondence block (App. G)
  kEffects,    ///< by measured effects of categories on each other (App. G)
};

/// Whose accuracy on validation frames says how difficult a category is (Table 6).
enum class Reference { kShared, kDiffusion, kRegression };

/// One way to train: what differs from the others, and nothing else does.
struct Arm {
  std::string name;  ///< of steps and runs: "hhl"
  Routing routing = Routing::kRefined;
  std::string capacities;                ///< a letter per group, easiest first: "HHL"; empty = by Eq. 13
  int groups = 0;                        ///< G; 0 = that of the set
  std::string split = "correspondence";  ///< the block that exists once per group (Table 4)
  std::string color = "encoder";         ///< "encoder", "none" or "random"
  bool ag_pose_weights = false;          ///< of the losses: AG-Pose's own
  bool wide = false;  ///< one branch, as wide as takes the parameters of the groups' branches
  Reference reference = Reference::kShared;
  /// The only category that is trained on, with as many of its objects as in the training of all; empty =
  /// all.
  std::string only{};
  bool every_seed = false;  ///< else the first seed alone, which the report marks
  bool contention = false;  ///< gradients of its checkpoints are looked at
};

/// The arms of a set in a plan of this breadth.
std::vector<Arm> arms_of(const StudySet& set, Breadth breadth);
/// Whether a set is in the plan at all.
bool has_arms(const StudySet& set, Breadth breadth);

/// The arms that everything else is compared with: no groups, and groups by difficulty with asymmetric
/// branches (H/H/L or H/H/L/L).
inline constexpr char kNone[] = "none";
/// The arm that trains one category alone, without groups.
std::string alone_arm(const std::string& category);
std::string grouped_arm(const StudySet& set);

/// The number of groups of an arm on its set.
int groups_of(const Arm& arm, const StudySet& set);
/// What of its grouping differs from the set's own, as a part of names: "", "g2", "diffusion", "regression".
std::string variant_of(const Arm& arm);

}  // namespace alidade::decompose
