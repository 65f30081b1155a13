// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/evaluation/pose_set.h"
#include "core/evaluation/protocol.h"

namespace alidade {

/// Thresholds of a BOP score: ten, in rising order.
using BopThresholds = std::array<double, 10>;

/// start, start + step, ... as NumPy's arange makes them (start + i * step, so the third of 0.05, 0.1, ... is
/// 0.15000000000000002): BOP's scripts compare with exactly these numbers.
BopThresholds arange_thresholds(double start, double step);

/// The thresholds of BOP 2019 and 2024: shares of the diameter for VSD (also its tau) and MSSD, pixels of an
/// image 640 wide for MSPD, and the millimetres (in metres) of the industrial sets' MSSD.
BopThresholds vsd_thresholds();
BopThresholds mssd_thresholds();
BopThresholds mspd_thresholds();
BopThresholds mssd_metre_thresholds();

/// The threshold (an index) at which single samples are judged: a quarter of the diameter, 25 px.
inline constexpr std::size_t kMiddleThreshold = 4;

/// Visibility below which BOP's detection task ignores a ground truth and what is matched to it.
inline constexpr double kDetectionVisibility = 0.1;

/// The truths and estimates of one object in one image that a task looks at, as rows of their PoseSets.
struct ObjectGroup {
  std::uint32_t image = 0;
  std::uint32_t category = 0;
  int object_id = 0;
  std::vector<std::uint32_t> truths;     ///< in annotation order
  std::vector<std::uint32_t> estimates;  ///< in falling score, ties in file order
  std::size_t annotated = 0;             ///< truths before the choice
  std::size_t offered = 0;               ///< estimates before the choice
};

/// Groups ordered by image and category, and what a reader must know of the choice.
struct ObjectGroups {
  std::vector<ObjectGroup> groups;
  std::vector<std::string> notes;
};

/// BOP 2019, 6D localization of a varying number of instances: per target the `count` most visible truths and
/// the `count` best-scored estimates (stable in ties).
ObjectGroups localization_groups(const EvaluationInput& input);

/// BOP 2024, 6D detection: in the targets' images every truth, and of the `per_image` best-scored estimates
/// of the image those of its annotated objects.
ObjectGroups detection_groups(const EvaluationInput& input, std::size_t per_image = 100);

/// The rows of the groups.
LookedAt looked_at(const EvaluationInput& input, const ObjectGroups& chosen);

/// The rule of all BOP scores: estimates in falling score take the truth with the smallest error strictly
/// below `threshold` that is still free (the first one in ties). `error(e, t)` is asked for e < estimates,
/// t < truths. Gives the estimate of every truth, -1 = none.
std::vector<int> match_greedily(std::size_t estimates, std::size_t truths,
                                const std::function<double(std::size_t, std::size_t)>& error,
                                double threshold);

/// Errors of one estimate against one truth.
struct BopErrors {
  double mssd = std::numeric_limits<double>::infinity();  ///< metres
  double mspd = std::numeric_limits<double>::infinity();  ///< pixels of an image 640 wide
  std::array<double, 10> vsd{};                           ///< per tau; zero when not computed
};

/// [group][estimate * truths + truth], as computed by bop_errors_of.
using GroupErrors = std::vector<std::vector<BopErrors>>;

/// Errors of all pairs within the groups, on all cores. VSD only when asked for (the input then has depth).
/// `no_vsd` gets the reason, one sentence without its period, when the depth of an image is rejected: no VSD
/// then counts.
Expected<GroupErrors> bop_errors_of(const EvaluationInput& input, const std::vector<ObjectGroup>& groups,
                                    bool with_vsd, const JobContext& job, std::string* no_vsd = nullptr);

/// Why MSSD and MSPD cannot be computed for an input (no truth, an object without mesh or diameter, an image
/// without camera), or empty.
std::string bop_obstacle(const EvaluationInput& input);

/// Calls `work(i)` for i < count on all cores until one call gives an Error; that, or cancellation, is
/// returned. The order is not fixed: each call writes to its own place.
Expected<void> for_each_parallel(std::size_t count, const JobContext& job, const std::string& step,
                                 const std::function<Expected<void>(std::size_t)>& work);

}  // namespace alidade
