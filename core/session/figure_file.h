// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "core/base/expected.h"
#include "core/session/figure_record.h"

namespace alidade {

/// Whether the name of a file is that of a figure: .pdf, .svg or .png.
bool has_figure_name(const std::filesystem::path& file);

/// The record in an exported PDF, SVG or PNG; nothing else of the file is looked at, and nothing in it is
/// opened. kInput for a file that Alidade did not export, that is damaged, or larger than 1 GiB.
Expected<FigureRecord> read_figure_record(const std::filesystem::path& file);

/// The text of the record within the bytes of such a file; empty when there is none. `extension` is ".pdf",
/// ".svg" or ".png".
std::string figure_record_text(const std::string& bytes, const std::string& extension);

}  // namespace alidade
