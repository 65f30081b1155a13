// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/results/training_history.h"

namespace alidade {

/// Whether a path is a training run: a folder with metrics.jsonl, or a file that ends in .jsonl.
bool is_training_run(const std::filesystem::path& path);

/// The run folder that `path` names (or whose metrics.jsonl it is), else the runs directly inside of it, by
/// name; an Error when there is neither. A run always has the same, absolute path.
Expected<std::vector<std::filesystem::path>> find_training_runs(const std::filesystem::path& path);

/// Reads the log of a training run, and reads on while the run goes on. The log is one JSON object a line
/// with a whole number "step"; its numbers become series, those below "accuracy" accuracies; text, flags and
/// lists are passed over. A line that is being written is left for later without a word; any other bad line
/// is left out with a sentence in TrainingHistory::problems. Bounded in bytes, line length, series and
/// values.
class TrainingHistoryReader {
 public:
  /// `path`: a run folder, also one whose log has not begun, or a metrics.jsonl. Reads the recipe and
  /// run.json, not the log.
  static Expected<TrainingHistoryReader> open(const std::filesystem::path& path);

  /// Reads what the log has gained, all of it the first time; from the start again where what was read has
  /// changed. Returns whether anything is new.
  Expected<bool> read_on(const JobContext& job);

  const TrainingHistory& history() const { return history_; }

 private:
  TrainingHistoryReader() = default;

  void read_recipe(const std::filesystem::path& file);
  void read_layout(const std::filesystem::path& file);
  void restart();
  bool same_as_read(std::istream& in) const;
  Expected<void> read_from(std::istream& in, std::uintmax_t size, const JobContext& job);
  void take_lines(std::string& buffer);
  void take_line(std::string_view line);
  void add(std::vector<TrainingSeries>& all, const std::string& name, double step, double value);
  void go_back(double step);
  void remember(std::string_view consumed);
  void complain(const std::string& where, const std::string& problem, const std::string& remedy);

  std::filesystem::path file_;
  TrainingHistory history_;
  std::vector<std::string> recipe_problems_;
  std::uintmax_t offset_ = 0;  ///< bytes taken
  std::uintmax_t size_ = 0;    ///< of the log when it was read
  std::filesystem::file_time_type time_{};
  std::size_t line_ = 0;
  std::size_t values_ = 0;
  bool any_ = false;       ///< a record has been taken
  bool skipping_ = false;  ///< inside of a line that is too long
  bool full_ = false;
  std::string tail_;  ///< the last bytes taken, to tell a log that was written anew
};

/// The whole history at once.
Expected<TrainingHistory> read_training_history(const std::filesystem::path& path, const JobContext& job);

}  // namespace alidade
