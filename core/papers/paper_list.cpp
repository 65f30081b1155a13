// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/paper_list.h"

#include "core/papers/decompose/paper.h"
#include "core/papers/h2a2/paper.h"
#include "core/papers/mqat/paper.h"
#include "core/papers/score_scaling/paper.h"

namespace alidade {

std::vector<Paper> papers() {
  return {
      score_scaling::paper(),
      decompose::paper(),
      mqat::paper(),
      h2a2::paper(),
  };
}

}  // namespace alidade
