// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/sweep/run_program.h"

namespace alidade::fuzz {

/// A command that reads a file, by its words behind the program's name; and how many objects it says it took,
/// where that can be known. `outputs` are removed before it runs.
struct Reading {
  std::vector<std::string> words;
  std::vector<std::string> outputs;
  std::function<std::optional<std::size_t>(const Outcome&, const std::filesystem::path& folder)> taken{};
};

/// A kind of file and the commands that read it.
struct SweepCase {
  std::string name;
  std::filesystem::path file;  ///< relative to the work folder
  std::vector<Reading> readings;
  bool (*valid)(std::string_view bytes) = nullptr;  ///< null: only the file as it was is valid
  std::optional<std::size_t> (*listed)(std::string_view bytes) = nullptr;
  /// A valid file may ask for hours of work: then it is no hang, where the command stops when asked to.
  bool may_be_long = false;
};

/// The cases, and everything that they need, made in an empty work folder with the program and the samples of
/// the source tree `root`. Empty when a command of the preparation fails; its words are then on stderr.
std::vector<SweepCase> prepare_cases(const std::string& program, const std::filesystem::path& root,
                                     const std::filesystem::path& folder);

}  // namespace alidade::fuzz
