// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/depth_unit.h"

#include <algorithm>

namespace alidade {
namespace {

constexpr const char* kUnknownUnit = " is not shown: its unit is unknown; ";

}  // namespace

std::string unknown_depth_unit(const std::filesystem::path& file, const std::string& remedy) {
  return file.string() + kUnknownUnit + remedy + ".";
}

bool depth_unit_unknown(const Frame& frame) {
  return frame.depth.empty() &&
         std::any_of(frame.problems.begin(), frame.problems.end(), [](const std::string& sentence) {
           return sentence.find(kUnknownUnit) != std::string::npos;
         });
}

}  // namespace alidade
