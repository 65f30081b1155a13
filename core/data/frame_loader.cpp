// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/frame_loader.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/failure.h"
#include "core/base/stop_scope.h"

namespace alidade {

struct FrameLoader::Impl {
  using FramePtr = std::shared_ptr<const Frame>;

  std::shared_ptr<const Dataset> dataset;
  std::size_t capacity;
  Callback on_loaded;

  std::mutex mutex;
  std::condition_variable_any wake;
  std::list<std::pair<std::size_t, FramePtr>> held;  ///< most recently used first
  std::optional<std::size_t> wanted;                 ///< the newest request not yet answered
  std::vector<std::size_t> prefetch;                 ///< in order of need
  std::optional<std::size_t> last;
  std::jthread thread;  // last member: it ends before what it uses

  FramePtr find(std::size_t index) {
    const auto at =
        std::find_if(held.begin(), held.end(), [&](const auto& entry) { return entry.first == index; });
    if (at == held.end()) {
      return nullptr;
    }
    held.splice(held.begin(), held, at);
    return at->second;
  }

  /// A prefetched frame goes behind the one on screen, so that it never pushes that one out.
  void keep(std::size_t index, FramePtr frame, bool requested) {
    if (find(index)) {
      return;
    }
    held.emplace(requested || held.empty() ? held.begin() : std::next(held.begin()), index, std::move(frame));
    while (held.size() > capacity) {
      held.pop_back();
    }
  }

  /// Neighbors of `index`, those in the direction of travel first.
  void plan_prefetch(std::size_t index) {
    const bool backward = last && index < *last;
    last = index;
    prefetch.clear();
    const std::size_t ahead = std::min<std::size_t>(2, capacity > 1 ? capacity - 1 : 0);
    for (std::size_t step = 1; step <= ahead; ++step) {
      if (backward ? index >= step : index + step < dataset->num_frames()) {
        prefetch.push_back(backward ? index - step : index + step);
      }
    }
    const bool has_other = backward ? index + 1 < dataset->num_frames() : index > 0;
    if (capacity > 3 && has_other) {
      prefetch.push_back(backward ? index + 1 : index - 1);
    }
  }

  Expected<FramePtr> read(std::size_t index) const {
    try {
      auto frame = dataset->load(index, FrameLayers{});
      if (!frame) {
        return frame.error();
      }
      return FramePtr(std::make_shared<Frame>(std::move(*frame)));
    } catch (const std::exception& failure) {
      return Error{ErrorCode::kFailed,
                   "frame " + std::to_string(index) + " could not be loaded: " + error_of(failure).message};
    }
  }

  void serve_request(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    const std::size_t index = *wanted;
    lock.unlock();
    auto frame = read(index);
    lock.lock();
    if (frame) {
      keep(index, *frame, true);
    }
    if (wanted != index || stop.stop_requested()) {
      return;  // superseded by a newer request
    }
    wanted.reset();
    lock.unlock();
    on_loaded(index, std::move(frame));
    lock.lock();
  }

  void serve_prefetch(std::unique_lock<std::mutex>& lock) {
    const std::size_t index = prefetch.front();
    prefetch.erase(prefetch.begin());
    if (find_quietly(index)) {
      return;
    }
    lock.unlock();
    auto frame = read(index);
    lock.lock();
    if (frame) {
      keep(index, *frame, wanted == index);
    }
    if (frame && wanted == index) {  // asked for while it was being read
      wanted.reset();
      lock.unlock();
      on_loaded(index, std::move(frame));
      lock.lock();
    }
  }

  bool find_quietly(std::size_t index) const {
    return std::any_of(held.begin(), held.end(), [&](const auto& entry) { return entry.first == index; });
  }

  void run(const std::stop_token& stop) {
    const StopScope scope(stop);
    std::unique_lock lock(mutex);
    while (wake.wait(lock, stop, [&] { return wanted || !prefetch.empty(); })) {
      if (stop.stop_requested()) {
        return;
      }
      wanted ? serve_request(lock, stop) : serve_prefetch(lock);
    }
  }
};

FrameLoader::FrameLoader(std::shared_ptr<const Dataset> dataset, std::size_t capacity, Callback on_loaded)
    : impl_(std::make_unique<Impl>()) {
  impl_->dataset = std::move(dataset);
  impl_->capacity = std::max<std::size_t>(capacity, 1);
  impl_->on_loaded = std::move(on_loaded);
  impl_->thread = std::jthread([impl = impl_.get()](const std::stop_token& stop) { impl->run(stop); });
}

FrameLoader::~FrameLoader() = default;

std::shared_ptr<const Frame> FrameLoader::request(std::size_t index) {
  const std::lock_guard lock(impl_->mutex);
  auto frame = impl_->find(index);
  impl_->wanted = frame ? std::nullopt : std::optional(index);
  impl_->plan_prefetch(index);
  impl_->wake.notify_one();
  return frame;
}

}  // namespace alidade
