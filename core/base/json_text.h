// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"

namespace alidade {

// The one way from text to JSON and back; the test layering.check_json finds others.

/// Parses JSON strictly: one value and nothing behind it, no key twice in an object, numbers finite, at most
/// 64 levels deep. The message names line and column; `name` is the file it speaks of.
Expected<nlohmann::json> parse_json(std::string_view text, const std::string& name);

/// The same; keys stay in the order of the text.
Expected<nlohmann::ordered_json> parse_ordered_json(std::string_view text, const std::string& name);

/// The same for a large object: each of its members goes to `take` as soon as it is complete, in the order of
/// the text, and is not kept. False when the text is JSON but no object. What was taken before an Error is
/// not to be used.
Expected<bool> parse_json_members(
    std::string_view text, const std::string& name,
    const std::function<void(const std::string& key, nlohmann::json&& value)>& take);

/// The value of a text that this program has just written, to make it a part of another; null for no JSON.
nlohmann::ordered_json embedded_json(std::string_view text);

/// JSON as text that every reader takes and every terminal can show: bytes that are no UTF-8 become U+FFFD,
/// control characters and marks that turn the direction of text are written as \uXXXX. `indent` < 0: one
/// line. `ascii`: every other character beyond ASCII is written so too. Never throws for what names hold.
std::string json_text(const nlohmann::json& value, int indent = -1, bool ascii = false);
std::string json_text(const nlohmann::ordered_json& value, int indent = -1, bool ascii = false);

}  // namespace alidade
