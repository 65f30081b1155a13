// SPDX-License-Identifier: BSD-3-Clause
// Damages files and runs the commands that read them: nothing may end by a signal, hang, take 2 GB, fail
// without a word, or succeed without a word where the file is not one of its format or a part of it was left
// out.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>

#include "tests/fuzz/mutation.h"
#include "tests/fuzz/sweep/sweep_case.h"

namespace {

namespace fs = std::filesystem;
using namespace alidade::fuzz;

constexpr double kLimitSeconds = 20.0;
constexpr long kMostKilobytes = 2L << 20;

struct Options {
  std::string program;
  fs::path root, findings = "findings";
  std::uint64_t runs = 100, first = 0, seed = 1;
  std::vector<std::string> cases;
};

/// What the commands of one case did.
struct Tally {
  std::uint64_t mutations = 0, commands = 0;
  std::map<int, std::uint64_t> exits;
  std::map<std::string, std::uint64_t> faults;
  std::uint64_t long_work = 0;  ///< valid, busy when the time was over, and ended when asked to
  double slowest = 0.0;
  long peak_kilobytes = 0;
};

std::string read_bytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_bytes(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// Lines that say something: progress and blank ones do not.
std::vector<std::string> words_in(const std::string& text) {
  static const std::regex progress(R"(.*  [0-9]+( / [0-9]+)?(  [0-9:]+ left)?)");
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.size() > 2000 || (!line.empty() && !std::regex_match(line, progress))) {
      lines.push_back(line);
    }
  }
  return lines;
}

std::size_t count_in(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

/// Whether a command said more than it says of the file as it was: a line on stderr, or one on stdout that
/// names the file. A report names it anyway, in its provenance.
bool has_word(const Outcome& outcome, const Outcome& before, const std::string& file) {
  const auto known = words_in(before.err);
  for (const std::string& line : words_in(outcome.err)) {
    if (std::find(known.begin(), known.end(), line) == known.end()) {
      return true;
    }
  }
  return count_in(outcome.out, file) > count_in(before.out, file);
}

struct Judged {
  const SweepCase& sweep;
  const Reading& reading;
  const std::string& bytes;
  bool unchanged;
};

/// The name of the worst fault, empty when there is none.
std::string fault_of(const Outcome& outcome, const Outcome& before, const Judged& judged,
                     const fs::path& folder) {
  if (outcome.hung) {
    const SweepCase& sweep = judged.sweep;
    const bool works = sweep.may_be_long && outcome.heeded && sweep.valid && sweep.valid(judged.bytes);
    return works ? "" : "hang";
  }
  if (outcome.signal != 0) {
    return "signal";
  }
  if (outcome.peak_kilobytes > kMostKilobytes) {
    return "memory";
  }
  const bool word = has_word(outcome, before, judged.sweep.file.filename().string());
  if (outcome.exit_code != 0) {
    return word ? "" : "mute failure";
  }
  if (word || judged.unchanged) {
    return "";
  }
  if (judged.sweep.valid == nullptr || !judged.sweep.valid(judged.bytes)) {
    return "silent, invalid";
  }
  const auto listed = judged.sweep.listed ? judged.sweep.listed(judged.bytes) : std::nullopt;
  const auto taken = listed && judged.reading.taken ? judged.reading.taken(outcome, folder) : std::nullopt;
  return listed && taken && *taken < *listed ? "silent, left out" : "";
}

void keep_finding(const Options& options, const Judged& judged, const std::string& name,
                  const std::string& fault, const Outcome& outcome) {
  const fs::path folder = options.findings / name;
  fs::create_directories(folder);
  write_bytes(folder / judged.sweep.file.filename(), judged.bytes);
  std::string text = fault + "\nalidade";
  for (const std::string& word : judged.reading.words) {
    text += " " + word;
  }
  write_bytes(folder / "finding.txt",
              text + "\nexit " + std::to_string(outcome.exit_code) + ", signal " +
                  std::to_string(outcome.signal) + ", " + std::to_string(outcome.seconds) + " s, " +
                  std::to_string(outcome.peak_kilobytes) + " kB\n" + outcome.err + outcome.out);
}

class Sweep {
 public:
  Sweep(const Options& options, fs::path folder) : options_(options), folder_(std::move(folder)) {}

  /// False when the files as they are do not lead to exit code 0.
  bool run(const SweepCase& sweep) {
    const std::string original = read_bytes(folder_ / sweep.file);
    std::vector<Outcome> before;
    for (const Reading& reading : sweep.readings) {
      before.push_back(start(reading));
      if (before.back().exit_code != 0) {
        std::fprintf(stderr, "%s: the command fails on the file as it is: %s\n", sweep.name.c_str(),
                     before.back().err.c_str());
        return false;
      }
    }
    Tally tally;
    for (std::uint64_t run = options_.first; run < options_.first + options_.runs; ++run) {
      alidade::Random random(alidade::mix_seed(options_.seed, run));
      const std::string bytes = mutated(original, random);
      ++tally.mutations;
      for (std::size_t i = 0; i < sweep.readings.size(); ++i) {
        write_bytes(folder_ / sweep.file, bytes);
        const Judged judged{sweep, sweep.readings[i], bytes, bytes == original};
        judge(judged, before[i],
              sweep.name + "-" + std::to_string(options_.seed) + "-" + std::to_string(run) + "-" +
                  std::to_string(i),
              tally);
      }
    }
    write_bytes(folder_ / sweep.file, original);
    print(sweep.name, tally);
    return true;
  }

  std::uint64_t faults() const { return faults_; }

 private:
  Outcome start(const Reading& reading) {
    for (const std::string& output : reading.outputs) {
      fs::remove_all(folder_ / output);
    }
    std::vector<std::string> words{options_.program};
    words.insert(words.end(), reading.words.begin(), reading.words.end());
    return run_program(words, folder_, kLimitSeconds);
  }

  void judge(const Judged& judged, const Outcome& before, const std::string& name, Tally& tally) {
    const Outcome outcome = start(judged.reading);
    ++tally.commands;
    if (outcome.signal == 0 && !outcome.hung) {
      ++tally.exits[outcome.exit_code];
    }
    tally.slowest = std::max(tally.slowest, outcome.seconds);
    tally.peak_kilobytes = std::max(tally.peak_kilobytes, outcome.peak_kilobytes);
    const std::string fault = fault_of(outcome, before, judged, folder_);
    tally.long_work += outcome.hung && fault.empty() ? 1 : 0;
    if (!fault.empty()) {
      ++tally.faults[fault];
      ++faults_;
      keep_finding(options_, judged, name, fault, outcome);
    }
  }

  static void print(const std::string& name, const Tally& tally) {
    std::printf("%-15s %5llu mutations %5llu commands; exit codes", name.c_str(),
                static_cast<unsigned long long>(tally.mutations),
                static_cast<unsigned long long>(tally.commands));
    for (const auto& [code, count] : tally.exits) {
      std::printf(" %d: %llu", code, static_cast<unsigned long long>(count));
    }
    if (tally.long_work > 0) {
      std::printf(" long work: %llu", static_cast<unsigned long long>(tally.long_work));
    }
    for (const char* fault :
         {"signal", "hang", "memory", "mute failure", "silent, invalid", "silent, left out"}) {
      const auto found = tally.faults.find(fault);
      std::printf("; %s %llu", fault,
                  static_cast<unsigned long long>(found == tally.faults.end() ? 0 : found->second));
    }
    std::printf("; slowest %.1f s, peak %ld MB\n", tally.slowest, tally.peak_kilobytes >> 10);
    std::fflush(stdout);
  }

  const Options& options_;
  fs::path folder_;
  std::uint64_t faults_ = 0;
};

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (!word.starts_with("--")) {
      (options.program.empty() ? options.program : options.cases.emplace_back()) = word;
      continue;
    }
    if (i + 1 == argc) {
      return false;
    }
    const char* value = argv[++i];
    if (word == "--runs") {
      options.runs = std::strtoull(value, nullptr, 10);
    } else if (word == "--first") {
      options.first = std::strtoull(value, nullptr, 10);
    } else if (word == "--seed") {
      options.seed = std::strtoull(value, nullptr, 10);
    } else if (word == "--findings") {
      options.findings = value;
    } else {
      return false;
    }
  }
  return !options.program.empty();
}

int sweep_all(const Options& options, const fs::path& folder) {
  const auto cases = prepare_cases(options.program, options.root, folder);
  Sweep sweep(options, folder);
  bool fine = !cases.empty();
  for (const SweepCase& one : cases) {
    if (options.cases.empty() ||
        std::find(options.cases.begin(), options.cases.end(), one.name) != options.cases.end()) {
      fine = sweep.run(one) && fine;
    }
  }
  return fine && sweep.faults() == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    std::fprintf(
        stderr,
        "usage: %s PROGRAM [CASE...] [--runs N] [--seed N] [--first N] [--findings FOLDER]\n"
        "Mutation number N of a seed is always the same. What was found is kept in the folder of findings.\n",
        argv[0]);
    return 2;
  }
  options.program = fs::absolute(options.program).string();
  options.root = ALIDADE_SOURCE_FOLDER;
  ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
  ::setenv("LC_ALL", "C.UTF-8", 1);
  ::setenv("OMP_NUM_THREADS", "1", 1);
  const fs::path folder = fs::temp_directory_path() / ("alidade-sweep-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const int code = sweep_all(options, folder);
  fs::remove_all(folder);
  return code;
}
