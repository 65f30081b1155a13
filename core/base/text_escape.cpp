// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/text_escape.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace alidade {
namespace {

using Replacement = std::pair<std::string_view, std::string_view>;

constexpr std::array<Replacement, 33> kLatex{{
    {"\\", "\\textbackslash{}"},
    {"{", "\\{"},
    {"}", "\\}"},
    {"%", "\\%"},
    {"_", "\\_"},
    {"&", "\\&"},
    {"#", "\\#"},
    {"$", "\\$"},
    {"~", "\\textasciitilde{}"},
    {"^", "\\textasciicircum{}"},
    {"<", "\\textless{}"},
    {">", "\\textgreater{}"},
    {"|", "\\textbar{}"},
    {"\"", "\\textquotedbl{}"},
    {"°", "$^{\\circ}$"},
    {"–", "--"},
    {"—", "---"},
    {"−", "$-$"},
    {"·", "$\\cdot$"},
    {"×", "$\\times$"},
    {"±", "$\\pm$"},
    {"∞", "$\\infty$"},
    {"≤", "$\\leq$"},
    {"≥", "$\\geq$"},
    {"→", "$\\rightarrow$"},
    {"←", "$\\leftarrow$"},
    {"↑", "$\\uparrow$"},
    {"↓", "$\\downarrow$"},
    {"µ", "$\\mu$"},
    {"²", "$^{2}$"},
    {"³", "$^{3}$"},
    {"†", "\\dag{}"},
    {"…", "\\ldots{}"},
}};

constexpr std::array<Replacement, 12> kMarkdown{{
    {"\\", "\\\\"},
    {"|", "\\|"},
    {"*", "\\*"},
    {"_", "\\_"},
    {"`", "\\`"},
    {"[", "\\["},
    {"]", "\\]"},
    {"~", "\\~"},
    {"#", "\\#"},
    {"<", "&lt;"},
    {">", "&gt;"},
    {"&", "&amp;"},
}};

template <std::size_t N>
std::string replaced(const std::string& text, const std::array<Replacement, N>& replacements) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto found = std::find_if(replacements.begin(), replacements.end(), [&](const Replacement& r) {
      return text.compare(at, r.first.size(), r.first) == 0;
    });
    if (found != replacements.end()) {
      out += found->second;
      at += found->first.size();
    } else {
      out += text[at++];
    }
  }
  return out;
}

}  // namespace

std::string one_line(const std::string& text) {
  std::string line = text;
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; },
      ' ');
  return line;
}

std::string markdown_escaped(const std::string& text) {
  return replaced(one_line(text), kMarkdown);
}

std::string latex_escaped(const std::string& text) {
  const std::string escaped = replaced(one_line(text), kLatex);
  if (!escaped.empty() && (escaped.front() == '[' || escaped.front() == '*')) {
    return "{" + escaped.substr(0, 1) + "}" + escaped.substr(1);
  }
  return escaped;
}

}  // namespace alidade
