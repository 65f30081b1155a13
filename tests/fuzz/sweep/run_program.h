// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace alidade::fuzz {

/// How a command ended, and what it said.
struct Outcome {
  int exit_code = 0;
  int signal = 0;           ///< that ended it; 0 = none
  bool hung = false;        ///< it was killed because it took too long
  long peak_kilobytes = 0;  ///< of resident memory
  double seconds = 0.0;     ///< of computing
  std::string out, err;     ///< at most 4 MB of each
};

/// Runs a program in a folder, standard input empty, and waits for it. Kills it after `limit_s` seconds of
/// computing or of waiting for something, and beyond 6 GB; seconds in which other programs have the processor
/// do not count.
Outcome run_program(const std::vector<std::string>& words, const std::filesystem::path& folder,
                    double limit_s);

}  // namespace alidade::fuzz
