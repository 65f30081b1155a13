// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace alidade {

/// A name or a sentence for a terminal and for messages, in one line: control characters, marks that turn the
/// direction of text, line separators and bytes that are no UTF-8 are written as \n, \t, \x1B, \u202E. All
/// other text, backslashes included, stays as it is.
std::string visible_text(std::string_view text);

/// The same for text that has been laid out: its line breaks stay.
std::string visible_lines(std::string_view text);

/// JSON text (or any text where \uXXXX stands for a character): the same characters as \uXXXX. What is no
/// UTF-8 stays.
std::string json_escaped(std::string text);

/// Text for a cell of a Markdown table: control characters become blanks, whatever Markdown would take for
/// markup is escaped.
std::string markdown_escaped(const std::string& text);

/// Text for LaTeX with any engine and font encoding: special characters, degree signs, dashes, quotes, Greek
/// letters, raised and lowered digits and common mathematical signs as commands; other letters stay UTF-8
/// (those beyond Latin need XeLaTeX or LuaLaTeX). A leading '[' or '*', which a line break in a table would
/// take for its argument, is put in braces.
std::string latex_escaped(const std::string& text);

/// One line: control characters become blanks.
std::string one_line(const std::string& text);

}  // namespace alidade
