// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/evaluation/nocs/nocs_overlap.h"
#include "core/evaluation/pose_set.h"

namespace alidade {

/// Overlap above which an estimate and a ground truth survive into the pose mAP.
constexpr double kNocsFilter = 0.1;

/// Which estimates and ground truths enter the pose mAP.
enum class NocsSurvivors {
  kMatched,   ///< those matched at an overlap above kNocsFilter
  kAll,       ///< every one
  kBoxes,     ///< matched by their image boxes, each estimate with its own
  kFileBoxes  ///< GenPose's script: the i-th estimate by score with the i-th box in file order
};

/// What distinguishes the protocols of the family.
struct NocsRule {
  NocsOverlap overlap = NocsOverlap::kLegacy;
  NocsSurvivors survivors = NocsSurvivors::kMatched;
  bool housecat = false;          ///< HouseCat6D's list of symmetric classes; handles are ignored
  bool handle_in_overlap = true;  ///< CATRE: false, a mug is turned in the rotation error only

  bool by_image_boxes() const {
    return survivors == NocsSurvivors::kBoxes || survivors == NocsSurvivors::kFileBoxes;
  }
};

/// Symmetry of a ground truth under the rule. Classes of the published lists go by name; another class goes
/// by its own symmetry group, of which only a turn about y counts.
NocsSymmetry nocs_symmetry(const NocsRule& rule, const std::string& category, const PoseRow& truth);

/// The protocol's classes in the order of their numbers in its scripts, from 1.
std::vector<std::string> nocs_classes(const NocsRule& rule);

/// Whether the protocol's list names the class.
bool nocs_knows(const NocsRule& rule, const std::string& category);

/// An estimate against a ground truth of its class and image.
struct NocsPair {
  double overlap = 0.0;  ///< by the rule's form; of the image boxes where the rule matches by them
  double degrees = 0.0;
  double centimetres = 0.0;

  /// As the references store it.
  double stored_overlap() const { return static_cast<double>(static_cast<float>(overlap)); }
};

/// The estimates and ground truths of one class in one image: ranges of NocsCandidates' arrays.
struct NocsGroup {
  std::uint32_t image = 0;
  std::uint32_t category = 0;
  std::uint32_t first_estimate = 0, estimates = 0;
  std::uint32_t first_truth = 0, truths = 0;
  std::size_t first_pair = 0;  ///< estimates x truths pairs, estimate by estimate
};

/// Everything that the matching of a protocol needs, computed once: all pairs that could match.
struct NocsCandidates {
  NocsRule rule;
  std::size_t categories = 0;
  std::vector<NocsGroup> groups;         ///< ordered by image, then category
  std::vector<std::uint32_t> estimates;  ///< rows of the predictions; by falling score, then row, in a group
  std::vector<std::uint32_t> truths;     ///< rows of the ground truth, in file order in a group
  std::vector<double> scores;            ///< of `estimates`
  std::vector<std::uint32_t> images;     ///< of `estimates`
  std::vector<NocsPair> pairs;
  /// Per category: indices into `estimates` by falling score, ties by image and row.
  std::vector<std::vector<std::uint32_t>> ranking;
  std::vector<std::size_t> truth_counts;  ///< per category

  const NocsPair& pair(const NocsGroup& group, std::size_t estimate, std::size_t truth) const {
    return pairs[group.first_pair + estimate * group.truths + truth];
  }
};

/// Groups the rows and compares every estimate with the ground truths of its class and image. Cancelled is
/// the only error.
Expected<NocsCandidates> nocs_candidates(const EvaluationInput& input, const NocsRule& rule,
                                         const JobContext& job);

/// The box of a row in the camera frame.
OrientedBox row_box(const PoseRow& row);

/// Per estimate of a group the matched truth, and per truth the matched estimate, as positions in the group;
/// -1 = none. Reused from group to group.
struct NocsMatches {
  std::vector<int> truth_of;
  std::vector<int> estimate_of;

  void reset(const NocsGroup& group) {
    truth_of.assign(group.estimates, -1);
    estimate_of.assign(group.truths, -1);
  }
  void join(std::size_t estimate, std::size_t truth) {
    truth_of[estimate] = static_cast<int>(truth);
    estimate_of[truth] = static_cast<int>(estimate);
  }
};

/// Greedy, one to one: estimates by falling score, truths by falling overlap (the later first when equal);
/// an overlap has to exceed the threshold.
void match_by_overlap(const NocsCandidates& all, const NocsGroup& group, double threshold,
                      NocsMatches* matches);

/// The estimates and truths of a group that enter the pose mAP; with kAll every one.
struct NocsKept {
  std::vector<std::size_t> estimates;
  std::vector<std::size_t> truths;
};
void keep_survivors(const NocsCandidates& all, const NocsGroup& group, NocsMatches* scratch, NocsKept* kept);

/// Greedy, one to one, among the kept ones: estimates by falling score, truths by rising sum of degrees and
/// centimetres; both errors have to be at most the thresholds.
void match_by_pose(const NocsCandidates& all, const NocsGroup& group, const NocsKept& kept, double degrees,
                   double centimetres, NocsMatches* matches);

/// Positions of `truths` in the order in which an estimate visits them.
std::vector<std::size_t> overlap_order(const NocsCandidates& all, const NocsGroup& group,
                                       std::size_t estimate);
std::vector<std::size_t> pose_order(const NocsCandidates& all, const NocsGroup& group, std::size_t estimate,
                                    std::span<const std::size_t> truths);

}  // namespace alidade
