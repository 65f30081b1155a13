// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/parallel_work.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/base/failure.h"

namespace alidade {
namespace {

class ParallelWork {
 public:
  ParallelWork(std::size_t count, const std::function<Expected<void>(std::size_t)>& work)
      : count_(count), work_(work) {}

  void run(int threads, const char* label, const JobContext& job) {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([this] { attempt(); });
    }
    wait(label, job);
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  void attempt() {
    try {
      for (std::size_t i = next_++; i < count_ && !stop_; i = next_++) {
        const auto done = work_(i);
        const std::lock_guard lock(mutex_);
        if (!done) {
          error_ = done.error();
          stop_ = true;
        }
        ++done_;
        changed_.notify_all();
      }
    } catch (const std::exception& thrown) {
      const std::lock_guard lock(mutex_);
      error_ = error_of(thrown);
      stop_ = true;
      changed_.notify_all();
    }
  }

  void wait(const char* label, const JobContext& job) {
    const auto total = static_cast<std::int64_t>(count_);
    std::unique_lock lock(mutex_);
    while (done_ < total && !stop_) {
      changed_.wait_for(lock, std::chrono::milliseconds(50));
      const std::int64_t done = done_;
      lock.unlock();
      job.report(label, done, total);
      stop_ = stop_ || job.stopped();
      lock.lock();
    }
  }

  std::size_t count_;
  const std::function<Expected<void>(std::size_t)>& work_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t done_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Expected<void> for_each_index(std::size_t count, int threads, const char* label, const char* stopped,
                              const JobContext& job, const std::function<Expected<void>(std::size_t)>& work) {
  ParallelWork parallel(count, work);
  parallel.run(threads, label, job);
  if (job.stopped()) {
    return Error{ErrorCode::kCancelled, stopped};
  }
  return parallel.error() ? Expected<void>(*parallel.error()) : Expected<void>();
}

}  // namespace alidade
