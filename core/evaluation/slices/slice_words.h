// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

#include "core/evaluation/slices/slice.h"
#include "core/evaluation/slices/slice_scanner.h"

namespace alidade {

/// Bytes of an expression that a sentence repeats.
constexpr std::size_t kMostSliceText = 60;

/// ASCII letters as small ones.
std::string slice_lower(std::string text);

/// The field of that name, or of another name for it ("class", "frame").
std::optional<SliceField> slice_field_of(const std::string& word);

/// Whether the field is compared with texts.
bool is_slice_text(SliceField field);

/// "visible, occluded, ... and image".
std::string slice_field_names();

/// What a number in a unit is divided by to be in the field's own; nothing when the field has no such unit.
std::optional<double> slice_unit(const std::string& unit, SliceField field);

/// "z is a length in m, cm or mm".
std::string slice_unit_rule(SliceField field);

/// The token in quotes, shortened, or "the end".
std::string slice_found(const SliceToken& token);

/// "at character 5 EXPECTED, found "x""; without a full stop.
Error slice_problem(const SliceToken& token, const std::string& expected);

/// Parses an expression; an Error's message has neither the expression nor a full stop.
Expected<SliceCondition> parse_slice_condition(std::string_view text);

}  // namespace alidade
