// SPDX-License-Identifier: BSD-3-Clause
#include "tests/fuzz/sweep/run_program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
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

long resident_pages(pid_t process) {
  long all = 0, resident = 0;
  std::ifstream("/proc/" + std::to_string(process) + "/statm") >> all >> resident;
  return resident;
}

/// What a process has done so far: the ticks of all its threads, and whether one of them could run now.
struct Activity {
  long ticks = 0;
  bool runnable = false;
};

Activity activity_of(pid_t process) {
  Activity activity;
  std::error_code ignored;
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task", ignored)) {
    std::ifstream in(task.path() / "stat");
    std::string text;
    std::getline(in, text);  // not by iterators: they throw where the thread has ended meanwhile
    // Behind the name in parentheses: the state, then ten numbers, then user and system time.
    std::istringstream fields(text.substr(std::min(text.rfind(')') + 1, text.size())));
    std::string state, skipped;
    long user = 0, system = 0;
    fields >> state;
    for (int i = 0; i < 10; ++i) {
      fields >> skipped;
    }
    fields >> user >> system;
    activity.ticks += user + system;
    activity.runnable = activity.runnable || state == "R";
  }
  return activity;
}

/// Tells a process that hangs from one that the machine has no time for: it has computed for `limit_s`, or
/// has waited so long without being able to run.
class HangWatch {
 public:
  HangWatch(pid_t process, double limit_s) : process_(process), limit_s_(limit_s) {}

  bool hangs(double now_s) {
    if (now_s < next_s_) {
      return false;
    }
    next_s_ = now_s + 0.1;
    const Activity activity = activity_of(process_);
    if (activity.runnable || activity.ticks != ticks_) {
      active_s_ = now_s;
    }
    ticks_ = activity.ticks;
    return static_cast<double>(ticks_) / static_cast<double>(::sysconf(_SC_CLK_TCK)) > limit_s_ ||
           now_s - active_s_ > limit_s_ || now_s > kLongestWait;
  }

 private:
  static constexpr double kLongestWait = 1800.0;

  pid_t process_;
  double limit_s_, next_s_ = 0.0, active_s_ = 0.0;
  long ticks_ = 0;
};

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
  HangWatch watch(process, limit_s), asked(process, 2.0 * limit_s);
  int status = 0;
  struct rusage usage {};
  while (::wait4(process, &status, WNOHANG, &usage) == 0) {
    const bool large = resident_pages(process) > kMostPages;
    if (large || (outcome.hung && asked.hangs(elapsed()))) {
      outcome.heeded = false;
      ::kill(-process, SIGKILL);
      ::wait4(process, &status, 0, &usage);
      break;
    }
    if (!large && !outcome.hung && watch.hangs(elapsed())) {
      outcome.hung = outcome.heeded = true;
      ::kill(process, SIGTERM);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  outcome.heeded = outcome.heeded && !WIFSIGNALED(status);
  outcome.seconds = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                    1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  outcome.signal = WIFSIGNALED(status) && !outcome.hung ? WTERMSIG(status) : 0;
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  outcome.peak_kilobytes = usage.ru_maxrss;
  outcome.out = text_of(folder / "stdout.txt");
  outcome.err = text_of(folder / "stderr.txt");
  return outcome;
}

}  // namespace alidade::fuzz
