// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/evaluation/pose_set.h"

namespace alidade {

/// Which prediction belongs to which ground truth: the same image, instance and class. Where the rows carry
/// no instance numbers, the k-th of an image and class belong together, as in arrays of matched pairs.
struct InstancePairs {
  std::vector<std::int64_t> prediction_of;  ///< per ground-truth row; -1 = none
  std::vector<std::int64_t> truth_of;       ///< per prediction row; -1 = none
  bool by_order = false;                    ///< no instance numbers
  std::size_t missed = 0;                   ///< ground truths without prediction
  std::size_t repeated = 0;                 ///< predictions of an instance that has a better scored one
  std::size_t alone = 0;                    ///< predictions of no ground truth
};

/// Why the rows cannot be paired, as one sentence, or empty.
std::string pairing_obstacle(const EvaluationInput& input);

/// Requires that there is no obstacle.
InstancePairs pair_instances(const EvaluationInput& input);

}  // namespace alidade
