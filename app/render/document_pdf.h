// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "core/base/expected.h"

namespace alidade {

/// Writes Markdown (with tables) as a PDF of A4 pages across. Needs no display. Equal text gives equal bytes.
Expected<void> write_document_pdf(const std::string& markdown, const std::filesystem::path& pdf);

}  // namespace alidade
