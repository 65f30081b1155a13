// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiments/kept_json.h"

#include <nlohmann/json.hpp>

namespace alidade {

nlohmann::ordered_json parse_kept_json(std::string_view text) {
  using Json = nlohmann::ordered_json;
  constexpr int kMaxDepth = 64;
  const Json::parser_callback_t is_shallow = [](int depth, Json::parse_event_t, Json&) {
    return depth <= kMaxDepth;
  };
  return Json::parse(text, is_shallow, false);
}

}  // namespace alidade
