// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/worker_message.h"

#include "core/base/descriptor.h"
#include "core/base/expected.h"

namespace alidade {
namespace {

constexpr std::size_t kMessageHead = 5;  // length and kind

}  // namespace

bool send_message(int descriptor, const WorkerMessage& message) {
  const std::string text = shortened(message.text, kMostMessageBytes);
  std::string bytes;
  for (int i = 0; i < 4; ++i) {
    bytes += static_cast<char>(text.size() >> (8 * i) & 255);
  }
  return write_all(descriptor, bytes + message.kind + text);
}

std::optional<WorkerMessage> MessageReader::next() {
  if (broken_ || pending_.size() < kMessageHead) {
    return std::nullopt;
  }
  std::size_t size = 0;
  for (int i = 3; i >= 0; --i) {
    size = size << 8 | static_cast<unsigned char>(pending_[static_cast<std::size_t>(i)]);
  }
  broken_ = size > kMostMessageBytes;
  if (broken_ || pending_.size() < kMessageHead + size) {
    return std::nullopt;
  }
  WorkerMessage message{pending_[4], pending_.substr(kMessageHead, size)};
  pending_.erase(0, kMessageHead + size);
  return message;
}

}  // namespace alidade
