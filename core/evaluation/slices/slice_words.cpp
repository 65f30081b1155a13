// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/slices/slice_words.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace alidade {
namespace {

bool is_share_field(SliceField field) {
  return field <= SliceField::kOccluded;
}
bool is_length_field(SliceField field) {
  return field >= SliceField::kX && field <= SliceField::kSize;
}

}  // namespace

std::string slice_lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::optional<SliceField> slice_field_of(const std::string& word) {
  const std::string name = slice_lower(word);
  const std::pair<const char*, SliceField> others[] = {{"visibility", SliceField::kVisible},
                                                       {"occlusion", SliceField::kOccluded},
                                                       {"class", SliceField::kCategory},
                                                       {"frame", SliceField::kImage}};
  for (const auto& [other, field] : others) {
    if (name == other) {
      return field;
    }
  }
  for (int i = 0; i <= static_cast<int>(SliceField::kImage); ++i) {
    if (name == slice_field_name(static_cast<SliceField>(i))) {
      return static_cast<SliceField>(i);
    }
  }
  return std::nullopt;
}

bool is_slice_text(SliceField field) {
  return field >= SliceField::kCategory;
}

std::string slice_field_names() {
  std::string names;
  for (int i = 0; i <= static_cast<int>(SliceField::kImage); ++i) {
    names += i == 0 ? "" : i == static_cast<int>(SliceField::kImage) ? " and " : ", ";
    names += slice_field_name(static_cast<SliceField>(i));
  }
  return names;
}

std::optional<double> slice_unit(const std::string& unit, SliceField field) {
  const std::pair<const char*, double> units[] = {{"%", 100.0}, {"m", 1.0}, {"cm", 100.0}, {"mm", 1000.0}};
  for (const auto& [name, divisor] : units) {
    if (unit == name && (unit == "%" ? is_share_field(field) : is_length_field(field))) {
      return divisor;
    }
  }
  return std::nullopt;
}

std::string slice_unit_rule(SliceField field) {
  const std::string name(slice_field_name(field));
  return is_length_field(field)  ? name + " is a length in m, cm or mm"
         : is_share_field(field) ? name + " is a share, written as 0 to 100 % or as 0 to 1"
                                 : name + " has no unit";
}

std::string slice_found(const SliceToken& token) {
  return token.kind == SliceToken::Kind::kEnd ? "the end"
                                              : "\"" + shortened(token.text, kMostSliceText) + "\"";
}

Error slice_problem(const SliceToken& token, const std::string& expected) {
  return usage_error("at character " + std::to_string(token.at) + " " + expected + ", found " +
                     slice_found(token));
}

}  // namespace alidade
