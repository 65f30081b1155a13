// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace alidade::h2a2 {

/// How much of the paper a plan takes on.
enum class Breadth {
  kMain,  ///< the main table, the ablation, PCGrad and sensitivities
  kAll,   ///< and every control, the data with known answers, every left-out source
};

/// One source of a joint training, and the dataset that it stands for.
struct StudySource {
  std::string name;         ///< of the source, its head and its recipes: "scans"
  std::string published{};  ///< "ScanNet v2"; empty = it stands for none
  std::string letter{};     ///< of its published tables: "a"
};

/// Sources that are trained together.
struct StudyData {
  std::string name;  ///< "rooms", "identical", "conflict"
  std::vector<StudySource> sources;
};
const std::vector<StudyData>& study_data();
/// Data by their name; there must be such.
const StudyData& data_of(const std::string& name);
/// The sources of the main data: scans, views, offices.
const std::vector<StudySource>& main_sources();

/// tau / sigma(O) at the start, from which a kernel is shared where beta is at least as much.
inline constexpr double kUsualRatio = 0.5;
inline constexpr double kUsualThreshold = 0.8;  ///< of Psi
inline constexpr double kUsualStart = 1.4;      ///< O at the start

/// One way to train: what differs from the others, and nothing else does.
struct Arm {
  std::string name;  ///< of steps and runs: "both"
  std::string words;
  std::string data = "rooms";
  std::string choice = "off";       ///< of [detector]
  std::string combine = "mean";     ///< of [harmony]
  std::string norm = "statistics";  ///< of [detector]
  double ratio = kUsualRatio;       ///< tau / sigma(O)
  double offset_start = kUsualStart;
  double threshold = kUsualThreshold;
  std::string harmony_rules = "corrected";
  std::vector<std::string> only{};  ///< sources that are trained; empty = all
  bool transfers = false;           ///< its heads are tried on the sources that it has not seen
  bool every_seed = false;          ///< else the first seed alone, which the report marks
  bool cosines = false;             ///< gradients of its sources are compared at the end

  /// Trained on the main data with every seed: what verdicts are of.
  bool is_main() const { return every_seed && data == "rooms"; }
  bool selects() const { return choice != "off"; }
  /// Whether gamma says anything about it.
  bool decides() const { return choice == "selected" || choice == "alpha" || choice == "beta"; }
};

/// The arms of a plan of this breadth, in its order: what several seeds decide comes first.
std::vector<Arm> study_arms(Breadth breadth);

/// An arm by its name, or nullptr.
const Arm* find_arm(const std::vector<Arm>& arms, const std::string& name);
/// tau of an arm: its ratio times sigma(O).
double tau_of(const Arm& arm);
/// The sources that an arm trains, and those that it does not.
std::vector<StudySource> trained_sources(const Arm& arm);
std::vector<StudySource> unseen_sources(const Arm& arm);

/// The arm that trains a source alone, and those that leave it out.
std::string alone_arm(const std::string& source);
std::string without_arm(const std::string& source, const std::string& method);

// The four rows of the ablation.
inline constexpr char kJoint[] = "joint";
inline constexpr char kSelection[] = "sfks";
inline constexpr char kHarmony[] = "ngh";
inline constexpr char kBoth[] = "both";
inline constexpr char kProjection[] = "pcgrad";
/// The control that shares at random as much as `both` does.
inline constexpr char kRandomShare[] = "random";

/// Arms whose steps and detections are timed: without and with selection, one source, PCGrad.
inline constexpr const char* kTimed[] = {"joint", "ngh", "sfks", "both", "pcgrad"};

}  // namespace alidade::h2a2
