// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/evaluation/protocol.h"

namespace alidade {

/// Which distance between a model in two poses is compared with a share of its diameter.
enum class ModelDistance {
  kAdd,      ///< mean distance of equal vertices
  kAdiBop,   ///< mean distance of the true vertices to the nearest estimated one (BOP, Hinterstoisser)
  kAdiMqat,  ///< mean distance of the estimated vertices to the nearest true one (MQAT, Eq. 4)
};

/// A protocol of ADD or ADI: one distance for objects without symmetry, one for symmetric ones.
struct DistanceRule {
  std::string id;      ///< of the protocol
  std::string prefix;  ///< of the columns: "add" gives add_0.1d
  std::string name;    ///< "ADD(-S)"
  ModelDistance plain = ModelDistance::kAdd;
  ModelDistance symmetric = ModelDistance::kAdd;
};

/// Recall below 0.1 and 0.5 diameters and the area under the recall curve up to 10 cm. Targets and estimates
/// are chosen and matched as BOP's localization task does.
Expected<EvaluationReport> run_distance_rule(const DistanceRule& rule,
                                             std::shared_ptr<const EvaluationInput> input,
                                             const JobContext& job);

/// Depths cut into three bins of equal width over [min, max + margin]: near, medium, far.
struct DepthBins {
  std::array<double, 4> edges{};
  std::vector<int> bin;  ///< 0..2 per depth
};

/// Bins as WDR's evaluation makes them; its margin is 1e-5 in the unit of the depths.
DepthBins depth_bins(std::span<const double> depths, double margin);

/// Share of errors strictly below `threshold`, over those in `bin` (-1 = all); a missing error counts as
/// `missing`. Nothing when the bin is empty.
std::optional<double> accuracy_in_bin(std::span<const std::optional<double>> errors,
                                      std::span<const int> bins, int bin, double threshold, double missing);

/// SwissCube as WDR and MQAT evaluate it: per object and image the best-scored prediction, mean distance of
/// equal vertices (ADD, although the tables say ADI) over the diameter at 0.05, 0.1, 0.2 and 0.5,
/// reprojection at 2, 5, 10 and 20 px, in all and by depth.
Expected<EvaluationReport> run_swisscube(std::shared_ptr<const EvaluationInput> input, const JobContext& job);

/// Why run_swisscube cannot take an input, or empty: as for BOP, and one instance per object and image.
std::string swisscube_obstacle(const EvaluationInput& input);

}  // namespace alidade
