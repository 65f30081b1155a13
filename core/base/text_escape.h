// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace alidade {

/// Text for a cell of a Markdown table: control characters become blanks, whatever Markdown would take for
/// markup is escaped.
std::string markdown_escaped(const std::string& text);

/// Text for LaTeX with any engine: special characters, degree signs, dashes and common mathematical signs as
/// commands; other letters stay UTF-8. A leading '[' or '*', which a line break in a table would take for its
/// argument, is put in braces.
std::string latex_escaped(const std::string& text);

/// One line: control characters become blanks.
std::string one_line(const std::string& text);

}  // namespace alidade
