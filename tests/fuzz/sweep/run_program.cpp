// SPDX-License-Identifier: BSD-3-Clause
#include "tests/fuzz/sweep/run_program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

namespace alidade::fuzz {
namespace {

constexpr std::size_t kMostText = std::size_t{4} << 20;
constexpr long kMostPages = (6L << 30) / 4096;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kMostText, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

void redirect(const std::filesystem::path& path, int flags, int descriptor) {
  const int file = ::open(path.c_str(), flags, 0644);
  ::dup2(file, descriptor);
  ::close(file);
}

/// In the child: becomes the program.
[[noreturn]] void become(const std::vector<std::string>& words, const std::filesystem::path& folder) {
  ::setpgid(0, 0);
  if (::chdir(folder.c_str()) != 0) {
    ::_exit(126);
  }
  redirect("/dev/null", O_RDONLY, STDIN_FILENO);
  redirect("stdout.txt", O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
  redirect("stderr.txt", O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : words) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

bool is_too_large(pid_t process) {
  long all = 0, resident = 0;
  std::ifstream("/proc/" + std::to_string(process) + "/statm") >> all >> resident;
  return resident > kMostPages;
}

}  // namespace

Outcome run_program(const std::vector<std::string>& words, const std::filesystem::path& folder,
                    double limit_s) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  Outcome outcome;
  const pid_t process = ::fork();
  if (process == 0) {
    become(words, folder);
  }
  int status = 0;
  struct rusage usage {};
  while (::wait4(process, &status, WNOHANG, &usage) == 0) {
    const bool large = is_too_large(process);
    if (elapsed() > limit_s || large) {
      outcome.hung = !large;
      ::kill(-process, SIGKILL);
      ::wait4(process, &status, 0, &usage);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  outcome.seconds = elapsed();
  outcome.signal = WIFSIGNALED(status) && !outcome.hung ? WTERMSIG(status) : 0;
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  outcome.peak_kilobytes = usage.ru_maxrss;
  outcome.out = text_of(folder / "stdout.txt");
  outcome.err = text_of(folder / "stderr.txt");
  return outcome;
}

}  // namespace alidade::fuzz
