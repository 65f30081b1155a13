// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QString>

#include "views/base/figure_export.h"

namespace alidade {

/// What is wrong with the texts of the figure at this size, one phrase: two overlap, one is cut or leaves the
/// page. Empty when all can be read.
QString textFault(const Figure& figure, const ExportOptions& options);

/// One sentence for the user where the figure does not fit its size: what is wrong, and the smallest of the
/// usual sizes at which it is not ("... 84 × 120 mm is enough."). Empty where it fits.
QString misfit(const Figure& figure, const ExportOptions& options);

}  // namespace alidade
