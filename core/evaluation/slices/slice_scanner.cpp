// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/slices/slice_scanner.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace alidade {
namespace {

using TokenKind = SliceToken::Kind;

/// As written and as meant; the longer ones first.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kSliceSigns{{{"<=", "<="},
                                                                                     {">=", ">="},
                                                                                     {"!=", "!="},
                                                                                     {"==", "="},
                                                                                     {"≤", "<="},
                                                                                     {"≥", ">="},
                                                                                     {"≠", "!="},
                                                                                     {"<", "<"},
                                                                                     {">", ">"},
                                                                                     {"=", "="},
                                                                                     {"(", "("},
                                                                                     {")", ")"},
                                                                                     {",", ","},
                                                                                     {"%", "%"}}};

bool is_slice_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

auto slice_sign_at(std::string_view text) {
  return std::find_if(kSliceSigns.begin(), kSliceSigns.end(),
                      [&](const auto& sign) { return text.starts_with(sign.first); });
}

bool ends_slice_word(std::string_view text) {
  return is_slice_blank(text.front()) || text.front() == '"' || text.front() == '\'' ||
         slice_sign_at(text) != kSliceSigns.end();
}

}  // namespace

/// Characters, not bytes: people count what they see. Goes on from where it was asked last.
std::size_t SliceScanner::character() {
  for (; counted_ < at_; ++counted_) {
    characters_ += (static_cast<unsigned char>(text_[counted_]) & 0xc0) != 0x80 ? 1 : 0;
  }
  return characters_ + 1;
}

std::optional<SliceToken> SliceScanner::sign() {
  const auto found = slice_sign_at(text_.substr(at_));
  if (found == kSliceSigns.end()) {
    return std::nullopt;
  }
  SliceToken token{TokenKind::kSign, std::string(found->second), 0.0, {}, character()};
  at_ += found->first.size();
  return token;
}

Expected<SliceToken> SliceScanner::quoted(char quote) {
  SliceToken token{TokenKind::kText, {}, 0.0, {}, character()};
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] == quote) {
      ++at_;
      return token;
    }
    at_ += text_[at_] == '\\' && at_ + 1 < text_.size() ? 1 : 0;
    token.text += text_[at_];
  }
  return usage_error("at character " + std::to_string(token.at) + " a quote opens that is not closed");
}

SliceToken SliceScanner::word() {
  SliceToken token{TokenKind::kWord, {}, 0.0, {}, character()};
  const std::size_t begin = at_;
  while (at_ < text_.size() && !ends_slice_word(text_.substr(at_))) {
    ++at_;
  }
  token.text = text_.substr(begin, at_ - begin);
  const char* const first = token.text.data() + (token.text.starts_with('+') ? 1 : 0);
  const char* const last = token.text.data() + token.text.size();
  const auto parsed = std::from_chars(first, last, token.number);
  const std::string rest(parsed.ptr, last);
  if (parsed.ec == std::errc() && std::isfinite(token.number) &&
      (rest.empty() || rest == "m" || rest == "cm" || rest == "mm")) {
    token.kind = TokenKind::kNumber;
    token.unit = rest;
  }
  return token;
}

Expected<SliceToken> SliceScanner::next() {
  while (at_ < text_.size() && is_slice_blank(text_[at_])) {
    ++at_;
  }
  if (at_ == text_.size()) {
    return SliceToken{TokenKind::kEnd, {}, 0.0, {}, character()};
  }
  if (text_[at_] == '"' || text_[at_] == '\'') {
    return quoted(text_[at_]);
  }
  if (auto found = sign()) {
    return *std::move(found);
  }
  return word();
}

}  // namespace alidade
