// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

#include "core/base/expected.h"
#include "views/base/chart/chart_figure.h"

namespace alidade {

/// Fills the lines of a chart figure, its table and the digest in its provenance from a CSV file (columns
/// panel, series, x, y, low, high; docs/formats.md, "Figure recipes"). An Error (kInput) names file and line:
/// a number that is none, a band of one side, a panel or series that the figure does not have.
Expected<void> readChartData(const std::filesystem::path& file, ChartFigure::Content& content);

}  // namespace alidade
