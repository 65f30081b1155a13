// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/helper_threads.h"

#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "core/base/stop_scope.h"

namespace alidade {

void work_together(unsigned helpers, const std::function<void(bool first)>& work) {
  std::mutex mutex;
  std::exception_ptr thrown;
  const auto guarded = [&, stop = scope_stop()](bool first) {
    const StopScope scope(stop);
    try {
      work(first);
    } catch (...) {
      const std::lock_guard lock(mutex);
      thrown = thrown ? thrown : std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    threads.reserve(helpers);
    try {
      for (unsigned i = 0; i < helpers; ++i) {
        threads.emplace_back(guarded, false);
      }
    } catch (const std::system_error&) {
      helpers = 0;  // the system gives no more: those there are do the work
    }
    guarded(true);
  }
  if (thrown) {
    std::rethrow_exception(thrown);
  }
}

}  // namespace alidade
