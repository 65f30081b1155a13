// SPDX-License-Identifier: BSD-3-Clause
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/diffusion/guidance.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr double kPaperRate = 5.0;

// The shortest text that reads back as the same number.
std::string number_text(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

// For titles: five digits say enough there, to_text says all.
std::string rounded_text(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, 5).ptr;
  return {buffer, end};
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (auto at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  parts.push_back(text);
  return parts;
}

std::optional<double> number(std::string_view text) {
  double value = 0.0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

// The user's own text, cut to a length that keeps the message one readable line.
Error malformed(const std::string& text) {
  const std::string shown = text.size() <= 60 ? text : text.substr(0, 57) + "...";
  return {ErrorCode::kUsage, "guidance \"" + shown +
                                 "\" is not understood; use none, constant:W, linear:MIN:MAX, "
                                 "exponential:MIN:MAX[:RATE] or spline:T,W:T,W[:...] with positive, finite "
                                 "numbers."};
}

std::optional<Guidance> from_numbers(std::string_view name, const std::vector<double>& numbers) {
  const std::size_t count = numbers.size();
  if (name == "none" && count == 0) {
    return Guidance{};
  }
  if (name == "constant" && count == 1) {
    return Guidance{GuidanceKind::kConstant, 1.0, numbers[0], kPaperRate, {}};
  }
  if (name == "linear" && count == 2) {
    return Guidance{GuidanceKind::kLinear, numbers[0], numbers[1], kPaperRate, {}};
  }
  if (name == "exponential" && (count == 2 || count == 3)) {
    return Guidance{
        GuidanceKind::kExponential, numbers[0], numbers[1], count == 3 ? numbers[2] : kPaperRate, {}};
  }
  return std::nullopt;
}

std::optional<Guidance> spline_from(const std::vector<std::string_view>& parts) {
  Guidance guidance{GuidanceKind::kSpline, 1.0, 1.0, kPaperRate, {}};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto pair = split(parts[i], ',');
    const auto t = number(pair.front()), w = number(pair.back());
    if (pair.size() != 2 || !t || !w || guidance.points.size() > kMostGuidancePoints) {
      return std::nullopt;
    }
    guidance.points.push_back({*t, *w});
  }
  return guidance;
}

std::optional<Guidance> parsed(const std::string& text) {
  const auto parts = split(text, ':');
  if (parts.front() == "spline") {
    return spline_from(parts);
  }
  std::vector<double> numbers;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto value = number(parts[i]);
    if (!value || *value <= 0.0 || numbers.size() == 3) {
      return std::nullopt;
    }
    numbers.push_back(*value);
  }
  return from_numbers(parts.front(), numbers);
}

constexpr std::pair<GuidanceKind, const char*> kGuidanceNames[] = {
    {GuidanceKind::kNone, "none"},
    {GuidanceKind::kConstant, "constant"},
    {GuidanceKind::kLinear, "linear"},
    {GuidanceKind::kExponential, "exponential"},
    {GuidanceKind::kSpline, "spline"}};

const char* name_of(GuidanceKind kind) {
  for (const auto& [known, name] : kGuidanceNames) {
    if (known == kind) {
      return name;
    }
  }
  return "";
}

/// The keys that belong to a kind, each with the member it fills.
std::vector<std::pair<const char*, double Guidance::*>> members_of(GuidanceKind kind) {
  switch (kind) {
    case GuidanceKind::kConstant:
      return {{"w", &Guidance::w_max}};
    case GuidanceKind::kLinear:
      return {{"w_min", &Guidance::w_min}, {"w_max", &Guidance::w_max}};
    case GuidanceKind::kExponential:
      return {{"w_min", &Guidance::w_min}, {"w_max", &Guidance::w_max}, {"rate", &Guidance::rate}};
    default:
      return {};
  }
}

Error schedule_error(const std::string& name, const std::string& where, const std::string& problem) {
  return input_error(name, where, problem, "see docs/formats.md, \"Guidance schedules\"");
}

Expected<void> read_points(const ordered_json& json, const std::string& name, Guidance& guidance) {
  const auto found = json.find("points");
  if (found == json.end() || !found->is_array() || found->size() > kMostGuidancePoints) {
    return schedule_error(name, "points", "expected a list of at most 64 pairs [t, w]");
  }
  for (const auto& pair : *found) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number() || !pair[1].is_number()) {
      return schedule_error(name, "points", "expected pairs [t, w] of numbers");
    }
    guidance.points.push_back({pair[0].get<double>(), pair[1].get<double>()});
  }
  return {};
}

}  // namespace

std::string describe(const Guidance& guidance) {
  const std::string range = rounded_text(guidance.w_min) + "\u2013" + rounded_text(guidance.w_max);
  switch (guidance.kind) {
    case GuidanceKind::kNone:
      return "none";
    case GuidanceKind::kConstant:
      return "const " + rounded_text(guidance.w_max);
    case GuidanceKind::kLinear:
      return "linear " + range;
    case GuidanceKind::kExponential:
      return "exp " + range + (guidance.rate == kPaperRate ? "" : ", rate " + rounded_text(guidance.rate));
    case GuidanceKind::kSpline:
      return "drawn, " + std::to_string(guidance.points.size()) + " points";
  }
  return {};
}

Expected<Guidance> parse_guidance(const std::string& text) {
  const auto guidance = parsed(text);
  if (!guidance) {
    return malformed(text);
  }
  if (auto checked = check_guidance(*guidance); !checked) {
    return checked.error();
  }
  return *guidance;
}

std::string to_text(const Guidance& guidance) {
  const std::string range = number_text(guidance.w_min) + ":" + number_text(guidance.w_max);
  std::string text = name_of(guidance.kind);
  switch (guidance.kind) {
    case GuidanceKind::kNone:
      return text;
    case GuidanceKind::kConstant:
      return text + ":" + number_text(guidance.w_max);
    case GuidanceKind::kLinear:
      return text + ":" + range;
    case GuidanceKind::kExponential:
      return text + ":" + range + (guidance.rate == kPaperRate ? "" : ":" + number_text(guidance.rate));
    case GuidanceKind::kSpline:
      for (const GuidancePoint& point : guidance.points) {
        text += ":" + number_text(point.t) + "," + number_text(point.w);
      }
      return text;
  }
  return text;
}

std::string to_json(const Guidance& guidance) {
  ordered_json json;
  json["format"] = "alidade-guidance/1";
  json["kind"] = name_of(guidance.kind);
  for (const auto& [key, member] : members_of(guidance.kind)) {
    json[key] = guidance.*member;
  }
  if (guidance.kind == GuidanceKind::kSpline) {
    json["points"] = ordered_json::array();
    for (const GuidancePoint& point : guidance.points) {
      json["points"].push_back({point.t, point.w});
    }
  }
  return json_text(json);
}

Expected<Guidance> guidance_from_json(const std::string& text, const std::string& name) {
  const auto parsed = parse_ordered_json(text, name);
  if (!parsed) {
    return parsed.error();
  }
  const ordered_json& json = *parsed;
  if (!json.is_object() || json.value("format", ordered_json()) != "alidade-guidance/1") {
    return schedule_error(name, "", "expected a JSON object with \"format\": \"alidade-guidance/1\"");
  }
  Guidance guidance;
  bool known = false;
  for (const auto& [kind, word] : kGuidanceNames) {
    if (json.value("kind", ordered_json()) == word) {
      guidance.kind = kind;
      known = true;
    }
  }
  if (!known) {
    return schedule_error(name, "kind", "expected none, constant, linear, exponential or spline");
  }
  const auto members = members_of(guidance.kind);
  for (const auto& [key, member] : members) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_number()) {
      return schedule_error(name, key, "expected a number");
    }
    guidance.*member = found->get<double>();
  }
  const bool drawn = guidance.kind == GuidanceKind::kSpline;
  if (json.size() != 2 + members.size() + (drawn ? 1 : 0)) {
    return schedule_error(name, "", "there are keys that do not belong to this kind");
  }
  if (auto read = drawn ? read_points(json, name, guidance) : Expected<void>(); !read) {
    return read.error();
  }
  if (auto checked = check_guidance(guidance); !checked) {
    return schedule_error(name, "", checked.error().message);
  }
  return guidance;
}

}  // namespace alidade
