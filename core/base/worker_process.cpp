// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "core/base/worker_descriptors.h"

namespace alidade {
namespace {

constexpr int kFirstOfNobody = 5;  // what is open behind the worker's own descriptors is closed
constexpr rlim_t kMostResultBytes = rlim_t{4} << 30;
constexpr int kCannotStart = 127;
constexpr rlim_t kGraceSeconds =
    5;  // between the signal that tells of the processor time and the one that ends

/// What a worker needs of the environment: where our files and libraries lie, and how numbers are computed.
constexpr std::array<std::string_view, 10> kKept{"ALIDADE_SHARE",
                                                 "LANG",
                                                 "LC_ALL",
                                                 "LD_LIBRARY_PATH",
                                                 "OMP_NUM_THREADS",
                                                 "OPENBLAS_CORETYPE",
                                                 "OMP_WAIT_POLICY",
                                                 "MKL_NUM_THREADS",
                                                 "TZ",
                                                 "TMPDIR"};

std::vector<std::string> kept_environment() {
  std::vector<std::string> kept{"OPENBLAS_NUM_THREADS=1"};
  for (const std::string_view name : kKept) {
    if (const char* value = std::getenv(std::string(name).c_str())) {
      kept.push_back(std::string(name) + "=" + value);
    }
  }
  return kept;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

/// Everything that the child needs, made before the fork: behind it memory may not be asked for.
struct Prepared {
  std::string program;
  std::vector<char*> arguments, environment;
  int request, nowhere, messages, result;
  WorkerLimits limits;
  pid_t owner;
};

void limit(int kind, rlim_t soft, rlim_t hard) {
  rlimit now{};
  ::getrlimit(static_cast<__rlimit_resource>(kind), &now);
  const rlimit less{std::min(soft, now.rlim_max), std::min(hard, now.rlim_max)};
  ::setrlimit(static_cast<__rlimit_resource>(kind), &less);
}

/// Puts a descriptor at a number. Those given lie above all of these numbers.
bool put_at(int descriptor, int number) {
  return ::dup2(descriptor, number) == number;
}

void close_others() {
  if (::syscall(SYS_close_range, static_cast<unsigned>(kFirstOfNobody), ~0U, 0U) == 0) {
    return;
  }
  rlimit open{};
  ::getrlimit(RLIMIT_NOFILE, &open);
  const int last = static_cast<int>(std::min<rlim_t>(open.rlim_cur, 65536));
  for (int number = kFirstOfNobody; number < last; ++number) {
    ::close(number);
  }
}

/// The child, from the fork to the program: system calls alone.
[[noreturn]] void become_worker(const Prepared& prepared) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != prepared.owner) {
    ::_exit(kCannotStart);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGXCPU, SIG_DFL);
  const rlim_t seconds = prepared.limits.processor_seconds;
  limit(RLIMIT_AS, prepared.limits.memory, prepared.limits.memory);
  limit(RLIMIT_CPU, seconds, seconds + kGraceSeconds);
  limit(RLIMIT_CORE, 0, 0);
  limit(RLIMIT_FSIZE, kMostResultBytes, kMostResultBytes);
  const bool placed = put_at(prepared.request, STDIN_FILENO) && put_at(prepared.nowhere, STDOUT_FILENO) &&
                      put_at(prepared.nowhere, STDERR_FILENO) && put_at(prepared.messages, kWorkerMessages) &&
                      put_at(prepared.result, kWorkerResult);
  close_others();
  if (placed) {
    ::execve(prepared.program.c_str(), prepared.arguments.data(), prepared.environment.data());
  }
  ::_exit(kCannotStart);
}

/// The same file under a number above those of a worker.
Descriptor above(int descriptor) {
  constexpr int kAbove = 16;
  return Descriptor(::fcntl(descriptor, F_DUPFD_CLOEXEC, kAbove));
}

Descriptor memory_file(const char* name) {
  const Descriptor made(::memfd_create(name, MFD_CLOEXEC));
  return above(made.get());
}

Error cannot_start(const char* what) {
  return {ErrorCode::kFailed,
          std::string("no worker process could be started: ") + what + ": " + std::strerror(errno) + "."};
}

/// A child that runs; killed and waited for at the latest when this object goes.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) { ::setpgid(id, id); }
  ~Child() { kill(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Ends it and all that belongs to it, and returns its status.
  int kill() {
    if (!ended_) {
      ::kill(-id_, SIGKILL);
      ::kill(id_, SIGKILL);
      wait(0);
    }
    return status_;
  }
  /// Waits for it for so long, then kills it.
  int wait_or_kill(std::chrono::milliseconds longest) {
    constexpr std::chrono::milliseconds kPause{10};
    for (auto waited = kPause; !ended_ && !wait(WNOHANG) && waited < longest; waited += kPause) {
      std::this_thread::sleep_for(kPause);
    }
    return kill();
  }

 private:
  bool wait(int how) {
    pid_t found = 0;
    do {
      found = ::waitpid(id_, &status_, how);
    } while (found < 0 && errno == EINTR);
    ended_ = found != 0;
    return ended_;
  }

  pid_t id_;
  int status_ = 0;
  bool ended_ = false;
};

void note_status(int status, WorkerEnd& end) {
  end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  end.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

/// Hears the worker until its last message or its end; false after a stop.
bool hear(int messages, const std::function<bool(const WorkerMessage&)>& take, const std::stop_token& stop,
          WorkerEnd& end) {
  constexpr int kAskAfter_ms = 50;
  std::array<char, 4096> buffer;
  MessageReader reader;
  while (!stop.stop_requested()) {
    pollfd asked{messages, POLLIN, 0};
    if (::poll(&asked, 1, kAskAfter_ms) <= 0) {
      continue;
    }
    const ssize_t count = ::read(messages, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return true;
    }
    reader.add({buffer.data(), static_cast<std::size_t>(count)});
    while (const auto message = reader.next()) {
      if (!take(*message)) {
        end.finished = true;
        return true;
      }
    }
    if (reader.broken()) {
      end.broken = true;
      return true;
    }
  }
  return false;
}

}  // namespace

std::filesystem::path WorkerEnd::result_path() const {
  return "/proc/self/fd/" + std::to_string(result.get());
}

Expected<WorkerEnd> run_worker(const WorkerOrder& order,
                               const std::function<bool(const WorkerMessage&)>& take,
                               const std::stop_token& stop) {
  constexpr std::chrono::milliseconds kToEnd{2000};
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return cannot_start("no pipe");
  }
  const Descriptor ear(ends[0]);
  Descriptor mouth_below(ends[1]);
  Descriptor mouth = above(mouth_below.get());
  mouth_below.close();
  const Descriptor nowhere_below(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const Descriptor nowhere = above(nowhere_below.get()), request = memory_file(kWorkerRequestName);
  WorkerEnd end;
  end.result = memory_file("alidade-result");
  if (!mouth || !nowhere || !request || !end.result || !write_all(request.get(), order.request) ||
      ::lseek(request.get(), 0, SEEK_SET) != 0) {
    return cannot_start("no file in memory");
  }
  std::vector<std::string> arguments{"alidade"}, environment = kept_environment();
  arguments.insert(arguments.end(), order.arguments.begin(), order.arguments.end());
  const Prepared prepared{order.program.string(), pointers_to(arguments), pointers_to(environment),
                          request.get(),          nowhere.get(),          mouth.get(),
                          end.result.get(),       order.limits,           ::getpid()};
  const pid_t id = ::fork();
  if (id == 0) {
    become_worker(prepared);
  }
  if (id < 0) {
    return cannot_start("no process");
  }
  Child child(id);
  mouth.close();
  if (!hear(ear.get(), take, stop, end)) {
    child.kill();
    return Error{ErrorCode::kCancelled, "stopped; the worker process was ended and nothing was written."};
  }
  note_status(end.finished || end.broken ? child.kill() : child.wait_or_kill(kToEnd), end);
  return end;
}

std::string why_it_ended(const WorkerEnd& end, const WorkerLimits& limits) {
  if (end.broken) {
    return "said something that cannot be understood";
  }
  if (end.signal == SIGXCPU) {
    return "used up its " + std::to_string(limits.processor_seconds) + " seconds of processor time";
  }
  if (end.signal == SIGKILL) {
    return "was killed (signal 9), as the system does where memory or processor time run out";
  }
  if (end.signal != 0) {
    return "was ended by signal " + std::to_string(end.signal) + " (" + ::strsignal(end.signal) + ")";
  }
  if (end.exit_code == kCannotStart) {
    return "could not be started";
  }
  return "ended without a result (exit code " + std::to_string(end.exit_code) + ")";
}

}  // namespace alidade
