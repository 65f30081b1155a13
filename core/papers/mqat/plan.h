// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/experiments/experiment_plan.h"
#include "core/papers/mqat/arms.h"

namespace alidade::mqat {

/// How much of everything a reproduction does.
struct StudySizes {
  int seeds = 3;                 ///< 1..20: retrainings of the main arms, with the seeds 1 to this
  int stage_steps = 600;         ///< optimization steps of a stage; the paper's 30 epochs
  int base_steps = 6000;         ///< of a full-precision network that is not bundled
  int batch = 32;                ///< images per step
  int train_images = 12000;      ///< of the training split
  int selection_images = 500;    ///< that flow and widths are chosen by
  int test_images = 1000;        ///< that everything is judged by
  int light_images = 300;        ///< under light that training has not seen
  int trace_images = 64;         ///< that the Hessian is of
  int trace_probes = 48;         ///< at most
  int sensitivity_images = 200;  ///< of the selection split, that a layer alone at two bits is judged by
  int vote_images = 40;          ///< of Fig. 7
  int latency_repeats = 5;       ///< measurements of a latency, a median each
  int stand_in_frames = 60;      ///< of Tables 5 and 6
  int stand_in_steps = 40;       ///< of their retrainings

  bool operator==(const StudySizes&) const = default;
};

/// What the pieces of the work cost on this machine, seconds.
struct StudyCosts {
  double train_image = 0.0;     ///< to render an image of the training split
  double train_step = 0.0;      ///< with quantizers
  double image = 0.0;           ///< to estimate a pose and its errors, rendering included
  double probe = 0.0;           ///< a Hessian product over trace_images
  double latency = 0.0;         ///< one measurement of a latency
  double stand_in_frame = 0.0;  ///< to estimate the objects of a Tabletop frame
  double stand_in_step = 0.0;   ///< of its retraining, its share of reading the data included
};

/// A step of the plan.
struct StudyStep {
  enum class Kind {
    kBase,         ///< trains a network that is not bundled
    kFacts,        ///< layers of a network, their sizes and errors at every width
    kTraces,       ///< of the Hessian
    kSensitivity,  ///< every layer alone at two bits, without training
    kTrain,        ///< an arm
    kEvaluate,     ///< an arm, or a network as it is
    kFlow,         ///< lines 1 to 15 of Algorithm 1
    kAllocation,   ///< line 16, and HAWQ's
    kLevels,       ///< Table 7: one level of the pyramid alone
    kVotes,        ///< Fig. 7
    kLatency,      ///< Fig. 2
    kStandIn,      ///< Tables 5 and 6
  };
  Kind kind = Kind::kTrain;
  std::string subject{};  ///< arm, network, budget, assignment, or "diffusion-8-4-4"
  int seed = 0;           ///< of kTrain, kEvaluate, kLevels and kVotes; else 0
  double seconds = 0.0;   ///< estimate

  std::string name() const;  ///< "train-mqat-3-s1", "facts-demo"
};

/// What will be done, in this order. A folder holds one plan; it may only grow (extended()).
struct StudyPlan {
  bool quick = false;
  Breadth breadth = Breadth::kMain;
  StudySizes sizes;
  std::string recipes_sha256;  ///< of the recipes of the data
  std::vector<StudyStep> steps;

  double seconds() const;
  /// The seeds of an arm that the plan trains.
  int seeds_of(const Arm& arm) const { return arm.every_seed ? sizes.seeds : 1; }
};

/// Time that a reproduction may take, seconds; a tenth of it is kept in reserve by the plan.
inline constexpr double kFullSeconds = 90.0 * 60.0, kQuickSeconds = 18.0 * 60.0;

/// The sizes before they are fitted to a machine.
StudySizes full_sizes();
StudySizes quick_sizes();

/// Arms whose votes are looked at (Fig. 7), and whose levels (Table 7).
inline constexpr const char* kLookedAt[] = {"float-total", "mqat-3", "table-2-lsq"};
/// Assignments of Fig. 2: backbone, pyramid, head.
inline constexpr const char* kTimed[] = {"32-32-32", "8-8-8", "8-2-8", "4-4-4", "3-3-3", "2-2-2"};
/// Assignments of Tables 5 and 6, in the order of the modules of either network.
inline constexpr const char* kStandInWidths[] = {"32-32-32", "8-8-8", "4-4-4", "8-4-4", "4-8-4", "4-4-8"};
inline constexpr const char* kStandIns[] = {"diffusion", "decompose"};
/// "8-4-4" as {"8", "4", "4"}.
std::vector<std::string> split_widths(const std::string& widths);

/// Whether a network is in a plan.
bool has_network(Breadth breadth, const StudyNetwork& network);
/// Stages that an arm trains for.
int stages_of(const Arm& arm);

/// The largest sizes, at most `wanted`, whose plan takes `seconds`: measuring shrinks to half of the time,
/// the trainings take the rest. Never below what a table needs, so that a very slow machine gets a longer
/// plan.
StudySizes fitted(const StudySizes& wanted, const StudyCosts& costs, double seconds,
                  Breadth breadth = Breadth::kMain);

/// The steps with their estimates: facts, sweep, flow and widths, retrainings, the rest.
StudyPlan make_plan(const StudySizes& sizes, const StudyCosts& costs, Breadth breadth = Breadth::kMain);

/// A plan with equal sizes and every step of this version, as broad as asked for or as it already is;
/// `plan`'s estimates are kept and stand for new steps of the same kind.
StudyPlan extended(const StudyPlan& plan, Breadth breadth);

/// The plan as a folder keeps it.
ExperimentPlan experiment_plan(const StudyPlan& plan);
/// Strict; `name` stands in messages. Plans with fewer steps are read as they are.
Expected<StudyPlan> study_plan(const ExperimentPlan& kept, const std::string& name);

}  // namespace alidade::mqat
