// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "core/base/expected.h"

namespace alidade {

/// Writes Markdown (with tables) as a PDF of A4 pages across. Images are SVG files beside the PDF, shrunk to
/// the page where they are larger; one that is not there leaves its place empty. Needs no display. Equal text
/// and images give equal bytes.
Expected<void> write_document_pdf(const std::string& markdown, const std::filesystem::path& pdf);

}  // namespace alidade
