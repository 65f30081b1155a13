// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "core/base/expected.h"

namespace alidade::fuzz {

/// Feeds bytes to one parser. Returns whether it took them; a parser that crashes, throws, hangs or breaks
/// what it promises ends the program.
using Target = bool (*)(std::string_view bytes);

/// Registers a target; use through ALIDADE_FUZZ_TARGET.
bool add_target(const char* name, Target target);
const std::map<std::string, Target>& targets();

/// The bytes as a file of this name in a folder of its own, for parsers that want a path.
std::filesystem::path as_file(const std::string& name, std::string_view bytes);

/// Ends the program with a sentence when a promise is broken.
void require(bool kept, const char* promise);

/// An Error must be one sentence that names the file, and short enough to be read. Returns whether there is a
/// value.
bool judge(const Error* error, const std::string& name);
template <class T>
bool judge(const Expected<T>& result, const std::string& name) {
  return judge(result ? nullptr : &result.error(), name);
}

}  // namespace alidade::fuzz

/// ALIDADE_FUZZ_TARGET(npy) { return judge(parse_npy(bytes, "npy"), "npy"); }
/// Inputs lie in tests/fuzz/seeds/NAME, those that once did harm in tests/fuzz/regressions/NAME.
#define ALIDADE_FUZZ_TARGET(NAME)                                                            \
  static bool fuzz_##NAME([[maybe_unused]] std::string_view bytes);                          \
  static const bool NAME##_is_registered = ::alidade::fuzz::add_target(#NAME, &fuzz_##NAME); \
  static bool fuzz_##NAME([[maybe_unused]] std::string_view bytes)
