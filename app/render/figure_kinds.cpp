// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/figure_kinds.h"

namespace alidade {

#define ALIDADE_FIGURE_KIND(kind) FigureKind kind();
#include "app/render/figure_kinds.def"
#undef ALIDADE_FIGURE_KIND

const std::vector<FigureKind>& figureKinds() {
  static const std::vector<FigureKind> kinds{
#define ALIDADE_FIGURE_KIND(kind) kind(),
#include "app/render/figure_kinds.def"
#undef ALIDADE_FIGURE_KIND
  };
  return kinds;
}

}  // namespace alidade
