// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/stop_signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <system_error>
#include <thread>

namespace alidade {
namespace {

constexpr int kStopSignals[] = {SIGINT, SIGTERM, SIGHUP};
/// `timeout` and closing terminals send the same signal twice in a row; nobody who asks again is that quick.
constexpr long long kOneRequest_ns = 250'000'000;

std::atomic<long long> first_request{0};
int request_pipe[2] = {-1, -1};
static_assert(std::atomic<long long>::is_always_lock_free);

std::stop_source& stop_source() {
  static auto& source = *new std::stop_source;  // the waiting thread outlives what is destroyed at exit
  return source;
}

long long now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

/// Does only what a signal handler may. Those who are told of the stop run elsewhere: they take locks.
void on_stop_signal(int signal) {
  const int kept = errno;
  long long first = 0;
  if (first_request.compare_exchange_strong(first, now_ns())) {
    [[maybe_unused]] const auto told = ::write(request_pipe[1], "", 1);
  } else if (now_ns() - first > kOneRequest_ns) {
    std::signal(signal, SIG_DFL);
    ::raise(signal);
  }
  errno = kept;
}

/// Waits for the first signal as long as the process lives.
void wait_for_request() {
  char byte = 0;
  ssize_t count = 0;
  do {
    count = ::read(request_pipe[0], &byte, 1);
  } while (count < 0 && errno == EINTR);
  if (count == 1) {
    stop_source().request_stop();
  }
}

bool was_ignored(int signal) {
  struct sigaction before {};
  return ::sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN;
}

}  // namespace

void let_writes_fail() {
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
}

std::stop_token stop_on_signals() {
  static const bool watched = [] {
    if (::pipe2(request_pipe, O_CLOEXEC) != 0) {
      return false;
    }
    try {
      std::thread(wait_for_request).detach();
      return true;
    } catch (const std::system_error&) {
      return false;  // no thread left: signals end the process, as they do by default
    }
  }();
  for (const int signal : kStopSignals) {
    if (watched && (signal != SIGHUP || !was_ignored(signal))) {
      struct sigaction action {};
      action.sa_handler = on_stop_signal;
      action.sa_flags = SA_RESTART;
      for (const int other : kStopSignals) {
        sigaddset(&action.sa_mask, other);
      }
      ::sigaction(signal, &action, nullptr);
    }
  }
  return stop_source().get_token();
}

}  // namespace alidade
