// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

namespace alidade::test {

/// What this process has allocated and touched, megabytes. Pages of libraries are not in it: they come when
/// their code first runs, which shaders that are compiled anew at another size do at any time.
inline double allocatedMegabytes() {
  std::ifstream file("/proc/self/statm");
  long all = 0, resident = 0, of_files = 0;
  file >> all >> resident >> of_files;
  return static_cast<double>(resident - of_files) * static_cast<double>(sysconf(_SC_PAGESIZE)) * 1e-6;
}

/// Threads that came in the meantime and stay, as those of a window do: the C library gives memory to each
/// from a share of its own, that of a thread that ended.
class StayingThreads {
 public:
  ~StayingThreads() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    wake_.notify_all();
    for (std::thread& one : threads_) {
      one.join();
    }
  }

  /// One more, which has allocated when this returns.
  void add() {
    bool ready = false;
    threads_.emplace_back([this, &ready] {
      const std::string own(100, 'm');
      std::unique_lock lock(mutex_);
      written_ += own.back();
      ready = true;
      wake_.notify_all();
      wake_.wait(lock, [this] { return done_; });
    });
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&] { return ready; });
  }

 private:
  std::mutex mutex_;
  int written_ = 0;
  std::condition_variable wake_;
  bool done_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace alidade::test
