// SPDX-License-Identifier: BSD-3-Clause
#include "core/diffusion/guidance.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

namespace alidade {
namespace {

constexpr double kPaperRate = 5.0;

// The shortest text that reads back as the same number.
std::string number_text(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (auto colon = text.find(':'); colon != std::string_view::npos; colon = text.find(':')) {
    parts.push_back(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  parts.push_back(text);
  return parts;
}

std::optional<double> positive_number(std::string_view text) {
  double value = 0.0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || !std::isfinite(value) || value <= 0.0) {
    return std::nullopt;
  }
  return value;
}

// The user's own text, cut to a length that keeps the message one readable line.
Error malformed(const std::string& text) {
  const std::string shown = text.size() <= 60 ? text : text.substr(0, 57) + "...";
  return {ErrorCode::kUsage, "guidance \"" + shown +
                                 "\" is not understood; use none, constant:W, linear:MIN:MAX or "
                                 "exponential:MIN:MAX[:RATE] with positive, finite numbers."};
}

std::optional<Guidance> from_parts(std::string_view name, const std::vector<double>& numbers) {
  const std::size_t count = numbers.size();
  if (name == "none" && count == 0) {
    return Guidance{};
  }
  if (name == "constant" && count == 1) {
    return Guidance{GuidanceKind::kConstant, 1.0, numbers[0], kPaperRate};
  }
  if (name == "linear" && count == 2) {
    return Guidance{GuidanceKind::kLinear, numbers[0], numbers[1], kPaperRate};
  }
  if (name == "exponential" && (count == 2 || count == 3)) {
    return Guidance{GuidanceKind::kExponential, numbers[0], numbers[1], count == 3 ? numbers[2] : kPaperRate};
  }
  return std::nullopt;
}

}  // namespace

double Guidance::operator()(double t) const {
  switch (kind) {
    case GuidanceKind::kNone:
      return 1.0;
    case GuidanceKind::kConstant:
      return w_max;
    case GuidanceKind::kLinear:
      return w_min + (w_max - w_min) * (1.0 - t);
    case GuidanceKind::kExponential:
      return w_min + (w_max - w_min) * std::exp(-rate * t);
  }
  return 1.0;
}

std::string describe(const Guidance& guidance) {
  const std::string range = number_text(guidance.w_min) + "\u2013" + number_text(guidance.w_max);
  switch (guidance.kind) {
    case GuidanceKind::kNone:
      return "none";
    case GuidanceKind::kConstant:
      return "const " + number_text(guidance.w_max);
    case GuidanceKind::kLinear:
      return "linear " + range;
    case GuidanceKind::kExponential:
      return "exp " + range + (guidance.rate == kPaperRate ? "" : ", rate " + number_text(guidance.rate));
  }
  return {};
}

Expected<Guidance> parse_guidance(const std::string& text) {
  const auto parts = split(text);
  std::vector<double> numbers;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto value = positive_number(parts[i]);
    if (!value || numbers.size() == 3) {
      return malformed(text);
    }
    numbers.push_back(*value);
  }
  const auto guidance = from_parts(parts.front(), numbers);
  return guidance ? Expected<Guidance>(*guidance) : Expected<Guidance>(malformed(text));
}

std::string to_text(const Guidance& guidance) {
  const std::string range = number_text(guidance.w_min) + ":" + number_text(guidance.w_max);
  switch (guidance.kind) {
    case GuidanceKind::kNone:
      return "none";
    case GuidanceKind::kConstant:
      return "constant:" + number_text(guidance.w_max);
    case GuidanceKind::kLinear:
      return "linear:" + range;
    case GuidanceKind::kExponential:
      return "exponential:" + range + (guidance.rate == kPaperRate ? "" : ":" + number_text(guidance.rate));
  }
  return {};
}

}  // namespace alidade
