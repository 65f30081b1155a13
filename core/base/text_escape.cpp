// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/text_escape.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

namespace alidade {
namespace {

using Replacement = std::pair<std::string_view, std::string_view>;

/// What pdfLaTeX takes without any package, whatever its font encoding.
constexpr std::array<Replacement, 129> kLatex{{
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
    {"\"", "''"},
    {"°", "$^{\\circ}$"},
    {"–", "--"},
    {"—", "---"},
    {"−", "$-$"},
    {"‐", "-"},
    {"‑", "-"},
    {"·", "$\\cdot$"},
    {"⋅", "$\\cdot$"},
    {"•", "$\\bullet$"},
    {"×", "$\\times$"},
    {"÷", "$\\div$"},
    {"±", "$\\pm$"},
    {"∞", "$\\infty$"},
    {"≤", "$\\leq$"},
    {"≥", "$\\geq$"},
    {"≠", "$\\neq$"},
    {"‖", "$\\Vert$"},
    {"≈", "$\\approx$"},
    {"∼", "$\\sim$"},
    {"√", "$\\surd$"},
    {"∈", "$\\in$"},
    {"∑", "$\\sum$"},
    {"Σ", "$\\Sigma$"},
    {"∂", "$\\partial$"},
    {"∇", "$\\nabla$"},
    {"∘", "$\\circ$"},
    {"⊗", "$\\otimes$"},
    {"⊕", "$\\oplus$"},
    {"¬", "$\\neg$"},
    {"«", "$\\ll$"},
    {"»", "$\\gg$"},
    {"′", "$'$"},
    {"″", "$''$"},
    {"ℓ", "$\\ell$"},
    {"→", "$\\rightarrow$"},
    {"←", "$\\leftarrow$"},
    {"↑", "$\\uparrow$"},
    {"↓", "$\\downarrow$"},
    {"↔", "$\\leftrightarrow$"},
    {"⇒", "$\\Rightarrow$"},
    {"µ", "$\\mu$"},
    {"¹", "$^{1}$"},
    {"²", "$^{2}$"},
    {"³", "$^{3}$"},
    {"⁰", "$^{0}$"},
    {"⁴", "$^{4}$"},
    {"⁵", "$^{5}$"},
    {"⁶", "$^{6}$"},
    {"⁷", "$^{7}$"},
    {"⁸", "$^{8}$"},
    {"⁹", "$^{9}$"},
    {"⁺", "$^{+}$"},
    {"⁻", "$^{-}$"},
    {"₀", "$_{0}$"},
    {"₁", "$_{1}$"},
    {"₂", "$_{2}$"},
    {"₃", "$_{3}$"},
    {"₄", "$_{4}$"},
    {"₅", "$_{5}$"},
    {"₆", "$_{6}$"},
    {"₇", "$_{7}$"},
    {"₈", "$_{8}$"},
    {"₉", "$_{9}$"},
    {"†", "\\dag{}"},
    {"‡", "\\ddag{}"},
    {"…", "\\ldots{}"},
    {"‘", "`"},
    {"’", "'"},
    {"“", "``"},
    {"”", "''"},
    {"„", ",,"},
    {"\u00A0", "~"},
    {"\u202F", "\\,"},
    {"\u2009", "\\,"},
    {"\u200B", ""},
    {"\u2060", ""},
    {"\uFEFF", ""},
    {"\u00AD", "\\-"},
    {"✓", "$\\surd$"},
    {"✗", "$\\times$"},
    {"★", "$\\star$"},
    {"α", "$\\alpha$"},
    {"β", "$\\beta$"},
    {"γ", "$\\gamma$"},
    {"δ", "$\\delta$"},
    {"ε", "$\\varepsilon$"},
    {"ζ", "$\\zeta$"},
    {"η", "$\\eta$"},
    {"θ", "$\\theta$"},
    {"ι", "$\\iota$"},
    {"κ", "$\\kappa$"},
    {"λ", "$\\lambda$"},
    {"ν", "$\\nu$"},
    {"ξ", "$\\xi$"},
    {"π", "$\\pi$"},
    {"ρ", "$\\rho$"},
    {"σ", "$\\sigma$"},
    {"τ", "$\\tau$"},
    {"υ", "$\\upsilon$"},
    {"φ", "$\\varphi$"},
    {"χ", "$\\chi$"},
    {"ψ", "$\\psi$"},
    {"ω", "$\\omega$"},
    {"μ", "$\\mu$"},
    {"Γ", "$\\Gamma$"},
    {"Δ", "$\\Delta$"},
    {"Θ", "$\\Theta$"},
    {"Λ", "$\\Lambda$"},
    {"Ξ", "$\\Xi$"},
    {"Π", "$\\Pi$"},
    {"Φ", "$\\Phi$"},
    {"Ψ", "$\\Psi$"},
    {"Ω", "$\\Omega$"},
    {"ϕ", "$\\phi$"},
    {"ϵ", "$\\epsilon$"},
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

/// One character of a text, or one byte that belongs to none.
struct ScannedCharacter {
  char32_t value = 0;
  std::size_t bytes = 1;
  bool valid = true;
};

ScannedCharacter scanned(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) {
    return {lead, 1, true};
  }
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) {
    return {lead, 1, false};
  }
  char32_t value = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) {
      return {lead, 1, false};
    }
    value = value << 6 | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};  // by bytes: shorter forms exist
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kLeast[bytes] || value > 0x10FFFF || surrogate) {
    return {lead, 1, false};
  }
  return {value, bytes, true};
}

/// What moves a terminal's cursor or reorders what stands beside it.
bool acts_on_terminal(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

std::string escape_of(const ScannedCharacter& c) {
  if (c.valid && (c.value == U'\n' || c.value == U'\t')) {
    return c.value == U'\n' ? "\\n" : "\\t";
  }
  char text[16];
  std::snprintf(text, sizeof text, c.valid && c.value > 0xFF ? "\\u%04X" : "\\x%02X",
                static_cast<unsigned>(c.value));
  return text;
}

bool is_special(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x7F;
}

std::string made_visible(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto plain = std::find_if(text.begin(), text.end(), is_special);
    out.append(text.begin(), plain);  // most text is plain ASCII
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
    if (text.empty()) {
      break;
    }
    const ScannedCharacter c = scanned(text);
    const bool kept = c.valid && (!acts_on_terminal(c.value) || (keep_lines && c.value == U'\n'));
    out += kept ? std::string(text, 0, c.bytes) : escape_of(c);
    text.remove_prefix(c.bytes);
  }
  return out;
}

}  // namespace

std::string visible_text(std::string_view text) {
  return made_visible(text, false);
}

std::string visible_lines(std::string_view text) {
  return made_visible(text, true);
}

std::string json_escaped(std::string text) {
  const auto suspicious = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0x7F || byte == 0xC2 || byte == 0xD8 || byte == 0xE2;
  };
  if (std::none_of(text.begin(), text.end(), suspicious)) {
    return text;
  }
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const ScannedCharacter c = scanned(rest);
    if (c.valid && c.value >= 0x7F && acts_on_terminal(c.value)) {
      char escape[12];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c.value));
      out += escape;
    } else {
      out += rest.substr(0, c.bytes);
    }
    rest.remove_prefix(c.bytes);
  }
  return out;
}

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
