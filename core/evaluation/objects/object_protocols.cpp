// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/objects/object_protocols.h"

#include <utility>

#include "core/evaluation/bop/bop_score.h"
#include "core/evaluation/protocol_list.h"

namespace alidade {
namespace {

Protocol distance_protocol(DistanceRule rule, const std::string& title, const std::string& summary) {
  Protocol protocol;
  protocol.id = rule.id;
  protocol.family = "bop";
  protocol.title = title;
  protocol.summary = summary;
  protocol.obstacle = bop_obstacle;
  protocol.looked_at = [](const EvaluationInput& input) {
    return looked_at(input, localization_groups(input));
  };
  protocol.run = [rule = std::move(rule)](std::shared_ptr<const EvaluationInput> input,
                                          const JobContext& job) {
    return run_distance_rule(rule, std::move(input), job);
  };
  return protocol;
}

}  // namespace

std::vector<Protocol> object_protocols() {
  using enum ModelDistance;
  return {
      distance_protocol(
          {"add", "add", "ADD", kAdd, kAdd}, "ADD at 0.1d and 0.5d",
          "Mean distance of equal vertices (Hinterstoisser et al., ACCV 2012). Symmetric objects "
          "are measured like all others, so equivalent poses count as wrong."),
      distance_protocol(
          {"adi-bop", "adi", "ADI", kAdiBop, kAdiBop}, "ADI at 0.1d and 0.5d, BOP direction",
          "Mean distance of the true vertices to the nearest estimated one, for every object, as "
          "in BOP's toolkit. It is lenient: wrong poses of near-symmetric objects pass."),
      distance_protocol(
          {"adi-mqat", "adi", "ADI", kAdiMqat, kAdiMqat}, "ADI at 0.1d and 0.5d, MQAT direction",
          "Mean distance of the estimated vertices to the nearest true one, as MQAT's Eq. 4 has "
          "it: the opposite direction of BOP's, with other numbers."),
      distance_protocol({"add-s", "add_s", "ADD(-S)", kAdd, kAdiBop},
                        "ADD(-S) at 0.1d and 0.5d, BOP direction",
                        "ADD, and ADI in BOP's direction for objects whose model has a symmetry. Literature "
                        "before BOP calls fewer objects symmetric (LINEMOD: eggbox and glue only)."),
      distance_protocol({"add-s-mqat", "add_s", "ADD(-S)", kAdd, kAdiMqat},
                        "ADD(-S) at 0.1d and 0.5d, MQAT direction",
                        "ADD, and for symmetric objects the mean distance of the estimated vertices to the "
                        "nearest true one (MQAT, Eq. 4)."),
      {"swisscube", "bop", "SwissCube, near, medium, far",
       "WDR's and MQAT's evaluation of SwissCube. What their tables call ADI compares vertices of equal "
       "index, "
       "that is ADD. The depth ranges are thirds of the evaluated set's own range, not those of the paper.",
       swisscube_obstacle, run_swisscube},
  };
}

}  // namespace alidade
