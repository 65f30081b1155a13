// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/slices/slice.h"

#include <algorithm>
#include <map>

#include "core/evaluation/slices/slice_words.h"

namespace alidade {
namespace {

using SliceKind = SliceCondition::Kind;
using SliceRelation = SliceCondition::Relation;

constexpr std::size_t kMostSliceBytes = 1U << 20;
constexpr std::array<std::string_view, 13> kSliceFields{"visible",  "occluded", "x",     "y",        "z",
                                                        "distance", "size",     "score", "instance", "object",
                                                        "scene",    "category", "image"};

bool slice_compares(const SliceCondition& condition, double value) {
  switch (condition.relation) {
    case SliceRelation::kLess:
      return value < condition.number;
    case SliceRelation::kLessEqual:
      return value <= condition.number;
    case SliceRelation::kGreater:
      return value > condition.number;
    case SliceRelation::kGreaterEqual:
      return value >= condition.number;
    case SliceRelation::kOneOf:
      break;
  }
  return condition.numbers.contains(value);
}

/// Parts in their order; `decides` is the answer of one part that settles the whole (false for and).
SliceAnswer joined_answers(const SliceCondition& condition, const SliceFacts& facts, bool decides) {
  SliceAnswer open{!decides};
  for (const SliceCondition& part : condition.parts) {
    const SliceAnswer one = answer_of(part, facts);
    if (one.holds == decides) {
      return one;
    }
    if (!one.holds && open.holds) {
      open = one;
    }
  }
  return open;
}

std::string_view trimmed_slice(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

/// Where the name ends: the first colon that is not inside quotes, as in an image's name.
std::size_t slice_name_end(std::string_view text) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quote != 0) {
      i += text[i] == '\\' ? 1 : 0;
      quote = i < text.size() && text[i] == quote ? 0 : quote;
    } else if (text[i] == '"' || text[i] == '\'') {
      quote = text[i];
    } else if (text[i] == ':') {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view slice_field_name(SliceField field) {
  return kSliceFields[static_cast<std::size_t>(field)];
}

bool SliceCondition::asks(SliceField asked) const {
  const bool compares = kind == SliceKind::kNumber || kind == SliceKind::kText;
  return (compares && field == asked) ||
         std::any_of(parts.begin(), parts.end(),
                     [&](const SliceCondition& part) { return part.asks(asked); });
}

SliceAnswer answer_of(const SliceCondition& condition, const SliceFacts& facts) {
  switch (condition.kind) {
    case SliceKind::kEverything:
      return {true};
    case SliceKind::kNumber: {
      const auto& value = facts.numbers[static_cast<std::size_t>(condition.field)];
      return value ? SliceAnswer{slice_compares(condition, *value)}
                   : SliceAnswer{std::nullopt, condition.field};
    }
    case SliceKind::kText:
      return {condition.texts.contains(condition.field == SliceField::kImage ? facts.image : facts.category)};
    case SliceKind::kNot: {
      SliceAnswer inside = answer_of(condition.parts.front(), facts);
      inside.holds = inside.holds ? std::optional(!*inside.holds) : std::nullopt;
      return inside;
    }
    case SliceKind::kAnd:
      return joined_answers(condition, facts, false);
    case SliceKind::kOr:
      break;
  }
  return joined_answers(condition, facts, true);
}

Expected<Slice> parse_slice(std::string_view text) {
  if (text.size() > kMostSliceBytes) {
    return usage_error("a slice of " + std::to_string(text.size()) + " bytes is too long; at most " +
                       std::to_string(kMostSliceBytes) + " are read.");
  }
  const std::size_t colon = slice_name_end(text);
  Slice slice;
  slice.expression = trimmed_slice(colon == std::string_view::npos ? text : text.substr(colon + 1));
  slice.name = colon == std::string_view::npos ? std::string_view(slice.expression)
                                               : trimmed_slice(text.substr(0, colon));
  auto condition = parse_slice_condition(slice.expression);
  if (!condition) {
    return usage_error("\"" + shortened(slice.expression, kMostSliceText) +
                       "\": " + condition.error().message + ".");
  }
  if (slice.name.empty()) {
    return usage_error("\"" + shortened(slice.expression, kMostSliceText) +
                       "\": a name is expected before the colon.");
  }
  slice.condition = *std::move(condition);
  return slice;
}

std::string expression_of_objects(const std::vector<SlicedObject>& objects) {
  std::map<std::string, std::set<int>> instances;
  std::set<std::string> whole;
  for (const SlicedObject& object : objects) {
    if (object.instance) {
      instances[object.image].insert(*object.instance);
    } else {
      whole.insert(object.image);
    }
  }
  std::string expression, list;
  for (const std::string& image : whole) {
    list += (list.empty() ? "" : ", ") + slice_quoted(image);
  }
  if (!list.empty()) {
    expression = "image in (" + list + ")";
  }
  for (const auto& [image, numbers] : instances) {
    if (whole.contains(image)) {
      continue;
    }
    std::string which;
    for (const int number : numbers) {
      which += (which.empty() ? "" : ", ") + std::to_string(number);
    }
    expression += expression.empty() ? "" : " or ";
    expression += "image = " + slice_quoted(image) + " and instance in (" + which + ")";
  }
  return expression;
}

std::string slice_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' || c == '\\' ? "\\" : "";
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace alidade
