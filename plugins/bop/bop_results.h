// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/geometry/rigid.h"

namespace alidade::bop {

/// One line of a results CSV; metres, seconds.
struct Estimate {
  int scene_id = 0;
  int image_id = 0;
  int object_id = 0;
  double score = 0.0;
  Rigid3 cam_from_obj;
  double seconds = -1.0;  ///< of the whole image; -1 = unknown
  std::size_t line = 0;   ///< 1-based, for messages
};

/// What the file's name says: METHOD_DATASET-SPLIT[-TYPE][_ID].csv, split from the right because methods
/// contain both separators.
struct ResultsName {
  std::string method;
  std::string dataset;
  std::string split;
  std::string type;  ///< empty when absent
};

/// A results file with what a reader of its scores must know.
struct Results {
  std::string file;
  std::vector<Estimate> estimates;   ///< in file order
  std::vector<std::string> notes;    ///< repaired rotations, equal lines, no estimates, unequal times
  std::string time_problem;          ///< why no time per image can be given, or empty
  std::optional<ResultsName> named;  ///< nothing when the name does not follow the pattern
};

/// Nothing when no part of the name reads DATASET-SPLIT with a split that BOP knows (train, val, test, ...).
std::optional<ResultsName> split_results_name(const std::string& stem);

/// Reads "scene_id,im_id,obj_id,score,R,t,time" (BOP results since 2019; the header line may be absent): R as
/// 9 and t as 3 numbers separated by spaces, t in millimetres. Reads in blocks, at most 1 GiB. Any malformed
/// line makes the whole file an Error that names the first 20 such lines: numbers that are not finite, wrong
/// counts, rotations beyond kRotationTolerance (within it they are projected and noted). A file without a
/// single line is an Error, one with only the header has no estimates and a note.
Expected<Results> read_results(const std::filesystem::path& file, const JobContext& job);

/// The same from a stream; `name` is the file that messages speak of.
Expected<Results> read_results(std::istream& stream, const std::string& name, const JobContext& job);

}  // namespace alidade::bop
