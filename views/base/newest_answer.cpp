// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/newest_answer.h"

#include <exception>
#include <string>
#include <utility>

#include "core/base/log.h"

namespace alidade {

NewestAnswer::NewestAnswer(QObject* parent) : QObject(parent) {
  thread_.setMaxThreadCount(1);
}

NewestAnswer::~NewestAnswer() {
  thread_.waitForDone();
}

void NewestAnswer::ask(Work work) {
  next_ = std::move(work);
  awaited_ = true;
  if (!paused_) {
    start();
  }
}

void NewestAnswer::setPaused(bool paused) {
  paused_ = paused;
  if (!paused_) {
    start();
  }
}

void NewestAnswer::forget() {
  next_.reset();
  awaited_ = false;
  ++generation_;
}

void NewestAnswer::wait() {
  while (awaited_) {
    start();
    thread_.waitForDone();
    collect();
  }
}

/// Begins what is asked, unless there is nothing or it has to wait for what is being computed.
void NewestAnswer::start() {
  if (running_ || !next_) {
    return;
  }
  running_ = true;
  thread_.start([this, work = std::move(*std::exchange(next_, std::nullopt)), generation = generation_] {
    Answer answer{nullptr, generation};
    try {
      answer.take = work();
    } catch (const std::exception& failure) {
      log_warning("views", std::string("A picture could not be made: ") + failure.what());
    }
    {
      const std::lock_guard lock(mutex_);
      answer_ = std::move(answer);
    }
    QMetaObject::invokeMethod(this, &NewestAnswer::collect, Qt::QueuedConnection);
  });
}

void NewestAnswer::collect() {
  std::optional<Answer> answer;
  {
    const std::lock_guard lock(mutex_);
    answer = std::exchange(answer_, std::nullopt);
  }
  if (!answer) {
    return;  // wait() was faster
  }
  running_ = false;
  awaited_ = next_.has_value();
  if (!paused_) {
    start();
  }
  if (answer->take && answer->generation == generation_) {
    answer->take();
  }
}

}  // namespace alidade
