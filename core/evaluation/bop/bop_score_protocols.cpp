// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/bop/bop_score.h"
#include "core/evaluation/bop/bop_score_run.h"
#include "core/evaluation/protocol_list.h"

namespace alidade {

std::vector<Protocol> bop_protocols() {
  return {
      {"bop19",
       "bop",
       "BOP 2019 localization, AR",
       "BOP's average recall for localizing a given number of instances (Hodan et al., ECCVW 2020). AR is "
       "the "
       "mean of three recalls, by VSD, MSSD and MSPD; without depth there is no VSD and thus no AR. The last "
       "row pools targets over objects, so frequent objects count more.",
       bop_obstacle,
       run_bop19,
       {},
       [](const EvaluationInput& input) { return looked_at(input, localization_groups(input)); }},
      {"bop24",
       "bop",
       "BOP 2024 detection, AP",
       "BOP's average precision for detecting unknown numbers of instances (Hodan et al., 2024). False "
       "estimates cost precision, except those matched to hardly visible instances and those of objects that "
       "the image does not hold at all. Only MSSD and MSPD are used.",
       bop_obstacle,
       run_bop24,
       {},
       [](const EvaluationInput& input) { return looked_at(input, detection_groups(input)); }},
  };
}

}  // namespace alidade
