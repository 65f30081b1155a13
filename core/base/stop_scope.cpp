// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/stop_scope.h"

#include <utility>

namespace alidade {
namespace {

thread_local const std::stop_token* innermost_stop = nullptr;

}  // namespace

StopScope::StopScope(std::stop_token stop)
    : stop_(std::move(stop)), outer_(std::exchange(innermost_stop, &stop_)) {}

StopScope::~StopScope() {
  innermost_stop = outer_;
}

std::stop_token scope_stop() {
  return innermost_stop == nullptr ? std::stop_token() : *innermost_stop;
}

bool stop_asked() {
  return innermost_stop != nullptr && innermost_stop->stop_requested();
}

Error reading_stopped(const std::string& name) {
  return {ErrorCode::kCancelled, "reading " + name + " was stopped."};
}

}  // namespace alidade
