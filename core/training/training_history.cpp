// SPDX-License-Identifier: BSD-3-Clause
#include "core/training/training_history.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/io/json_file.h"
#include "core/training/phases.h"
#include "core/training/run_layout.h"
#include "core/training/training_log_text.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostBytes = std::uintmax_t{1} << 28;
constexpr std::size_t kMostLineBytes = 1 << 20;
constexpr std::size_t kChunkBytes = 1 << 18;
constexpr std::size_t kTailBytes = 4096;
constexpr std::size_t kMostSeries = 256;
constexpr std::size_t kMostValues = 5'000'000;
constexpr std::size_t kMostProblems = 20;
constexpr std::size_t kMostRuns = 64;
constexpr std::size_t kMostEntries = 4096;
constexpr int kMostLevels = 4;
constexpr double kMostSteps = 9007199254740992.0;  // 2^53: beyond it doubles miss whole numbers

const char* const kLog = "metrics.jsonl";
const char* const kRecipe = "recipe.toml";

bool is_file(const fs::path& path) {
  std::error_code failure;
  return fs::is_regular_file(path, failure);
}

bool is_run_folder(const fs::path& folder) {
  return is_file(folder / kLog) || is_file(folder / kRecipe);
}

/// The one name of a run: absolute, without a slash at its end, the folder in place of its log.
fs::path named(const fs::path& path) {
  std::error_code failure;
  fs::path whole = fs::absolute(path, failure).lexically_normal();
  if (!whole.has_filename()) {
    whole = whole.parent_path();  // "runs/a/" names "runs/a"
  }
  return whole.filename() == kLog && is_file(whole) ? whole.parent_path() : whole;
}

/// Calls `take` with the path and value of every number below `value`; null counts as NaN.
template <class Take>
void each_number(const nlohmann::ordered_json& value, const std::string& name, int levels, const Take& take) {
  if (value.is_number() || value.is_null()) {
    take(name, value.is_null() ? std::nan("") : value.get<double>());
  } else if (value.is_object() && levels > 0) {
    for (const auto& [key, inner] : value.items()) {
      each_number(inner, name.empty() ? plain_name(key) : name + "/" + plain_name(key), levels - 1, take);
    }
  }
}

}  // namespace

bool is_training_run(const fs::path& path) {
  return path.extension() == ".jsonl" ? is_file(path) : is_file(path / kLog);
}

Expected<std::vector<fs::path>> find_training_runs(const fs::path& path) {
  const fs::path whole = named(path);
  if (is_file(whole) || is_run_folder(whole)) {
    return std::vector<fs::path>{whole};
  }
  std::vector<fs::path> runs;
  std::error_code failure;
  std::size_t seen = 0;
  for (fs::directory_iterator at(whole, failure);
       !failure && at != fs::directory_iterator() && ++seen <= kMostEntries; at.increment(failure)) {
    if (is_file(at->path() / kLog)) {
      runs.push_back(at->path());
    }
  }
  if (runs.empty()) {
    return input_error(path.string(), "", "there is no training run here",
                       "choose a folder that alidade train writes, or one with such folders in it");
  }
  std::sort(runs.begin(), runs.end());
  if (runs.size() > kMostRuns) {
    return input_error(path.string(), "",
                       "there are " + std::to_string(runs.size()) + " training runs; at most " +
                           std::to_string(kMostRuns) + " are opened at once",
                       "choose single ones");
  }
  return runs;
}

Expected<TrainingHistoryReader> TrainingHistoryReader::open(const fs::path& path) {
  TrainingHistoryReader reader;
  if (!is_file(path) && !is_run_folder(path)) {
    return input_error(path.string(), "", "there is no training run here",
                       "choose a folder that alidade train writes, or its metrics.jsonl");
  }
  const fs::path whole = named(path);
  const bool log = is_file(whole);  // of another name than a run's
  const fs::path folder = log ? whole.parent_path() : whole;
  reader.file_ = log ? whole : folder / kLog;
  reader.history_.folder = folder.string();
  reader.history_.name = plain_name((log ? whole.stem() : folder.filename()).string());
  if (!log && is_file(folder / kRecipe)) {
    reader.read_recipe(folder / kRecipe);
  }
  if (!log && is_file(folder / kRunLayoutFile)) {
    reader.read_layout(folder / kRunLayoutFile);
  }
  reader.history_.total_steps = total_steps(reader.history_.phases);
  return reader;
}

void TrainingHistoryReader::read_recipe(const fs::path& file) {
  const auto text = read_file(file, 1 << 20);
  const auto facts = text ? recipe_facts(*text, file.string()) : Expected<RecipeFacts>(text.error());
  if (!facts) {
    recipe_problems_.push_back(facts.error().message);
    history_.problems = recipe_problems_;
    return;
  }
  history_.recipe_sha256 = facts->sha256;
  history_.arm = facts->arm;
  history_.seed = facts->seed;
  history_.phases = facts->phases;
}

void TrainingHistoryReader::read_layout(const fs::path& file) {
  const auto text = read_file(file, 1 << 20);
  auto phases =
      text ? parse_run_layout(*text, file.string()) : Expected<std::vector<TrainingPhase>>(text.error());
  if (phases) {
    history_.phases = std::move(*phases);
  } else {
    recipe_problems_.push_back(phases.error().message);
    history_.problems = recipe_problems_;
  }
}

void TrainingHistoryReader::restart() {
  history_.series.clear();
  history_.accuracies.clear();
  history_.problems = recipe_problems_;
  history_.last_step = 0;
  offset_ = 0;
  line_ = values_ = 0;
  any_ = skipping_ = full_ = false;
  tail_.clear();
}

Expected<bool> TrainingHistoryReader::read_on(const JobContext& job) {
  std::error_code failure;
  const auto size = fs::file_size(file_, failure);
  const auto time = failure ? fs::file_time_type{} : fs::last_write_time(file_, failure);
  if (failure || !is_file(file_) || (size == size_ && time == time_)) {
    return false;  // a run that has not written its first record, or nothing new
  }
  if (size > kMostBytes) {
    return input_error(file_.string(), "", "the log is larger than 256 MB",
                       "log less often, or keep every tenth line");
  }
  std::ifstream in(file_, std::ios::binary);
  if (!in) {
    return input_error(file_.string(), "", "the log cannot be read", "check its permissions");
  }
  const std::uintmax_t before = offset_;
  const bool same = size >= offset_ && same_as_read(in);
  if (!same) {
    restart();
  }
  if (auto read = read_from(in, size, job); !read) {
    return read.error();
  }
  size_ = size;
  time_ = time;
  return !same || offset_ != before;
}

/// Whether the bytes just before the place that was reached are still those that were read.
bool TrainingHistoryReader::same_as_read(std::istream& in) const {
  std::string now(tail_.size(), '\0');
  in.seekg(static_cast<std::streamoff>(offset_ - tail_.size()));
  in.read(now.data(), static_cast<std::streamsize>(now.size()));
  const bool same = static_cast<std::size_t>(in.gcount()) == now.size() && now == tail_;
  in.clear();
  return same;
}

Expected<void> TrainingHistoryReader::read_from(std::istream& in, std::uintmax_t size,
                                                const JobContext& job) {
  in.seekg(static_cast<std::streamoff>(offset_));
  std::string buffer, chunk(kChunkBytes, '\0');
  while (in && offset_ + buffer.size() <= kMostBytes) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "reading " + history_.name + " was stopped."};
    }
    in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    buffer.append(chunk, 0, static_cast<std::size_t>(in.gcount()));
    take_lines(buffer);
    job.report("reading " + history_.name, static_cast<std::int64_t>(offset_),
               static_cast<std::int64_t>(size));
  }
  // The last line lacks its end. Whole, it counts; half, the run is writing it.
  if (!skipping_ && !buffer.empty() && parse_json(with_gaps(buffer), "")) {
    take_line(buffer);
    remember(buffer);
    --line_;  // its end will count it
  }
  return {};
}

/// Takes every whole line out of the buffer.
void TrainingHistoryReader::take_lines(std::string& buffer) {
  std::size_t begin = 0;
  for (std::size_t end; (end = buffer.find('\n', begin)) != std::string::npos; begin = end + 1) {
    if (!skipping_) {
      take_line(std::string_view(buffer).substr(begin, end - begin));
    } else {
      skipping_ = false;
      ++line_;
    }
  }
  if (buffer.size() - begin > kMostLineBytes) {
    if (!skipping_) {
      complain("line " + std::to_string(line_ + 1), "the line is longer than 1 MB", "it is left out");
    }
    skipping_ = true;
    begin = buffer.size();
  }
  remember(std::string_view(buffer).substr(0, begin));
  buffer.erase(0, begin);
}

void TrainingHistoryReader::remember(std::string_view consumed) {
  offset_ += consumed.size();
  tail_ += consumed.substr(consumed.size() - std::min(consumed.size(), kTailBytes));
  if (tail_.size() > kTailBytes) {
    tail_.erase(0, tail_.size() - kTailBytes);
  }
}

void TrainingHistoryReader::take_line(std::string_view line) {
  ++line_;
  if (line.find_first_not_of(" \t\r") == std::string_view::npos || full_) {
    return;
  }
  const std::string where = "line " + std::to_string(line_);
  const auto record = parse_ordered_json(with_gaps(line), "");
  if (!record || !record->is_object()) {
    complain(where, "this is not a JSON object", "it is left out, the other lines are shown");
    return;
  }
  const auto found = record->find("step");
  const double step = found != record->end() && found->is_number() ? found->get<double>() : -1.0;
  if (!(step >= 0.0 && step <= kMostSteps && step == std::floor(step))) {
    complain(where, "there is no whole number \"step\"", "it is left out, the other lines are shown");
    return;
  }
  if (any_ && step < static_cast<double>(history_.last_step)) {
    complain(where, "the log goes back to step " + std::to_string(static_cast<std::int64_t>(step)),
             "the later steps before this line are left out, as done again");
    go_back(step);
  }
  any_ = true;
  history_.last_step = static_cast<std::int64_t>(step);
  for (const auto& [key, value] : record->items()) {
    const bool accuracy = key == "accuracy";
    if (key != "step") {
      each_number(value, accuracy ? std::string() : plain_name(key), kMostLevels,
                  [&](const std::string& name, double number) {
                    add(accuracy ? history_.accuracies : history_.series,
                        name.empty() ? std::string("accuracy") : name, step, number);
                  });
    }
  }
}

void TrainingHistoryReader::add(std::vector<TrainingSeries>& all, const std::string& name, double step,
                                double value) {
  // A loss that a phase does not have is logged as 0.
  if (value == 0.0 && is_idle(name, step, history_.phases)) {
    value = std::nan("");
  }
  auto series =
      std::find_if(all.begin(), all.end(), [&](const TrainingSeries& one) { return one.name == name; });
  if (series == all.end()) {
    if (history_.series.size() + history_.accuracies.size() >= kMostSeries) {
      complain("line " + std::to_string(line_), "there are more than 256 quantities",
               "the further ones are left out");
      return;
    }
    series = all.insert(all.end(), TrainingSeries{name, {}, {}});
  }
  if (!series->steps.empty() && series->steps.back() == step) {
    series->values.back() = value;
    return;
  }
  if (values_ >= kMostValues) {
    complain("line " + std::to_string(line_), "the log has more than five million values",
             "the lines from here on are left out");
    full_ = true;
    return;
  }
  ++values_;
  series->steps.push_back(step);
  series->values.push_back(std::isfinite(value) ? value : std::nan(""));
}

/// Forgets what was logged after `step`.
void TrainingHistoryReader::go_back(double step) {
  for (auto* all : {&history_.series, &history_.accuracies}) {
    for (TrainingSeries& one : *all) {
      const auto kept = std::upper_bound(one.steps.begin(), one.steps.end(), step) - one.steps.begin();
      values_ -= one.steps.size() - static_cast<std::size_t>(kept);
      one.steps.resize(static_cast<std::size_t>(kept));
      one.values.resize(static_cast<std::size_t>(kept));
    }
  }
}

void TrainingHistoryReader::complain(const std::string& where, const std::string& problem,
                                     const std::string& remedy) {
  auto& problems = history_.problems;
  if (problems.size() < kMostProblems) {
    problems.push_back(input_error(file_.string(), where, problem, remedy).message);
  } else if (problems.size() == kMostProblems) {
    problems.push_back(file_.string() + ": there are more problems; correct these first.");
  }
}

Expected<TrainingHistory> read_training_history(const fs::path& path, const JobContext& job) {
  auto reader = TrainingHistoryReader::open(path);
  if (!reader) {
    return reader.error();
  }
  if (auto read = reader->read_on(job); !read) {
    return read.error();
  }
  return reader->history();
}

}  // namespace alidade
