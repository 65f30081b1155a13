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
  bool hung = false;        ///< it took too long and was ended
  bool heeded = false;      ///< it hung, and ended by itself when asked to by SIGTERM
  long peak_kilobytes = 0;  ///< of resident memory
  double seconds = 0.0;     ///< of computing
  std::string out, err;     ///< at most 4 MB of each
};

/// Runs a program in a folder, standard input empty, and waits for it. Ends it after `limit_s` seconds of
/// computing or of waiting for something, first by a request and after as long again by force, and beyond 6
/// GB at once; seconds in which other programs have the processor do not count.
Outcome run_program(const std::vector<std::string>& words, const std::filesystem::path& folder,
                    double limit_s);

}  // namespace alidade::fuzz
