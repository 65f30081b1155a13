// SPDX-License-Identifier: BSD-3-Clause
// Drives the targets without libFuzzer: the inputs that are given, then mutations of them that depend on the
// seed alone.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/mutation.h"

namespace {

namespace fs = std::filesystem;
using alidade::fuzz::Target;

constexpr unsigned kMostSeconds = 20;
constexpr long kMostKilobytes = 2L << 20;

struct Options {
  std::string target;
  std::uint64_t runs = 1000, first = 0, seed = 1;
  double seconds = 0.0;  ///< per target; 0 = as many as `runs` says
  std::vector<fs::path> inputs;
};

/// What is being read, for the handler of signals.
char crash_file[256];
std::string_view current;

/// Keeps the input that did harm; only calls that a handler of signals may make.
void keep_input(int signal) {
  const int file = ::open(crash_file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  bool kept = file >= 0;
  for (std::string_view rest = current; kept && !rest.empty();) {
    const ssize_t written = ::write(file, rest.data(), rest.size());
    kept = written > 0;
    rest.remove_prefix(kept ? static_cast<std::size_t>(written) : 0);
  }
  const std::string_view words =
      signal == SIGALRM ? "20 seconds have passed; the input is in " : "the input is in ";
  kept = ::write(2, words.data(), words.size()) >= 0 &&
         ::write(2, crash_file, std::strlen(crash_file)) >= 0 && ::write(2, "\n", 1) >= 0;
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

void catch_signals() {
  // An overflown stack leaves none for the handler.
  static char stack[1 << 16];
  stack_t other{};
  other.ss_sp = stack;
  other.ss_size = sizeof stack;
  ::sigaltstack(&other, nullptr);
  struct sigaction action {};
  action.sa_handler = keep_input;
  action.sa_flags = SA_ONSTACK;
  for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGALRM}) {
    ::sigaction(signal, &action, nullptr);
  }
}

long peak_kilobytes() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

bool run_one(const std::string& name, Target target, std::string_view bytes, const std::string& origin) {
  std::snprintf(crash_file, sizeof crash_file, "crash-%s-%s", name.c_str(), origin.c_str());
  current = bytes;
  ::alarm(kMostSeconds);
  const bool taken = target(bytes);
  ::alarm(0);
  alidade::fuzz::require(peak_kilobytes() < kMostKilobytes, "reading takes less than 2 GB");
  return taken;
}

std::vector<std::string> read_inputs(const std::vector<fs::path>& places) {
  std::vector<fs::path> files;
  for (const fs::path& place : places) {
    if (!fs::is_directory(place)) {
      files.push_back(place);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(place)) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> inputs;
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    alidade::fuzz::require(static_cast<bool>(in), ("the input " + file.string() + " can be read").c_str());
  }
  return inputs;
}

/// Whether every input that lies in the tree as a seed is taken: a seed that is refused leads nowhere.
bool run_target(const std::string& name, Target target, const Options& options) {
  const fs::path root(ALIDADE_FUZZ_FOLDER);
  const bool own = options.inputs.empty();
  const auto folders = [&](const char* kind) {
    return fs::exists(root / kind / name) ? std::vector{root / kind / name} : std::vector<fs::path>();
  };
  std::vector<std::string> inputs = read_inputs(own ? folders("seeds") : options.inputs);
  std::uint64_t run = 0, taken = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!run_one(name, target, inputs[i], "given-" + std::to_string(i)) && own) {
      std::fprintf(stderr, "%s: seed %zu is refused\n", name.c_str(), i);
      return false;
    }
  }
  for (const std::string& input : read_inputs(own ? folders("regressions") : std::vector<fs::path>())) {
    run_one(name, target, input, "regression");
    inputs.push_back(input);
  }
  inputs.emplace_back();
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  for (run = options.first;
       options.seconds > 0.0 ? elapsed() < options.seconds : run < options.first + options.runs; ++run) {
    alidade::Random random(alidade::mix_seed(options.seed, run));
    const std::string& base = inputs[random.index(static_cast<std::uint32_t>(inputs.size()))];
    const std::string input = alidade::fuzz::mutated(base, random);
    taken += run_one(name, target, input, std::to_string(options.seed) + "-" + std::to_string(run));
  }
  std::printf("%-18s %3zu inputs %9llu mutations from %llu, %llu taken, %.1f s, peak %ld MB\n", name.c_str(),
              inputs.size() - 1, static_cast<unsigned long long>(run - options.first),
              static_cast<unsigned long long>(options.first), static_cast<unsigned long long>(taken),
              elapsed(), peak_kilobytes() >> 10);
  return true;
}

int usage(const char* program) {
  std::fprintf(
      stderr,
      "usage: %s TARGET|all [--runs N] [--seconds S] [--seed N] [--first N] [FILE or FOLDER...]\n"
      "Without files those in tests/fuzz are read. Mutation number N of a seed is always the same.\n",
      program);
  for (const auto& [name, target] : alidade::fuzz::targets()) {
    std::fprintf(stderr, "  %s\n", name.c_str());
  }
  return 2;
}

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool option = word.starts_with("--");
    const char* value = option && i + 1 < argc ? argv[++i] : nullptr;
    if (option && value == nullptr) {
      return false;
    }
    if (word == "--runs") {
      options.runs = std::strtoull(value, nullptr, 10);
    } else if (word == "--seconds") {
      options.seconds = std::strtod(value, nullptr);
    } else if (word == "--seed") {
      options.seed = std::strtoull(value, nullptr, 10);
    } else if (word == "--first") {
      options.first = std::strtoull(value, nullptr, 10);
    } else if (option) {
      return false;
    } else if (options.target.empty()) {
      options.target = word;
    } else {
      options.inputs.emplace_back(word);
    }
  }
  return options.target == "all" || alidade::fuzz::targets().contains(options.target);
}

}  // namespace

// What sanitizers find shall come to the handler of signals as well.
extern "C" const char* __asan_default_options() {  // NOLINT(bugprone-reserved-identifier)
  return "abort_on_error=1";
}
extern "C" const char* __ubsan_default_options() {  // NOLINT(bugprone-reserved-identifier)
  return "abort_on_error=1:print_stacktrace=1";
}

int main(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    return usage(argv[0]);
  }
  catch_signals();
  bool fine = true;
  for (const auto& [name, target] : alidade::fuzz::targets()) {
    if (options.target == "all" || options.target == name) {
      fine = run_target(name, target, options) && fine;
    }
  }
  return fine ? 0 : 1;
}
