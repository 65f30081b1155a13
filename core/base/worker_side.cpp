// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "core/base/worker_descriptors.h"
#include "core/base/worker_process.h"

namespace alidade {

bool is_worker() {
  std::error_code failure;
  const auto request = std::filesystem::read_symlink("/proc/self/fd/0", failure).string();
  return request.starts_with(std::string("/memfd:") + kWorkerRequestName) &&
         ::fcntl(kWorkerMessages, F_GETFD) != -1 && ::fcntl(kWorkerResult, F_GETFD) != -1;
}

void end_by_faults() {
  for (const int fault : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL}) {
    ::signal(fault, SIG_DFL);
  }
}

Expected<std::string> worker_request(std::size_t most) {
  std::string bytes;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return bytes;
    }
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
    if (bytes.size() > most) {
      return Error{ErrorCode::kInput, "the request to the worker process is too long."};
    }
  }
}

bool tell_owner(const WorkerMessage& message) {
  return send_message(kWorkerMessages, message);
}

Expected<void> worker_result(std::string_view bytes) {
  if (!write_all(kWorkerResult, bytes)) {
    return Error{ErrorCode::kFailed,
                 std::string("the result could not be handed over (") + std::strerror(errno) + ")."};
  }
  return {};
}

}  // namespace alidade
