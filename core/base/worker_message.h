// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace alidade {

/// What a worker process says to the one that started it: of one kind (a letter that both know), with a text.
struct WorkerMessage {
  char kind = 0;
  std::string text;
};

/// A longer text is cut when it is sent, and refused when it arrives.
inline constexpr std::size_t kMostMessageBytes = std::size_t{1} << 16;

/// Writes one message whole: its length (4 bytes, the lowest first), its kind, its text. False where nobody
/// reads any more.
bool send_message(int descriptor, const WorkerMessage& message);

/// Takes bytes as they come and gives the messages in them.
class MessageReader {
 public:
  void add(std::string_view bytes) { pending_ += bytes; }
  /// The next one that is complete.
  std::optional<WorkerMessage> next();
  /// Whether something came that is no message: nothing behind it can be understood.
  bool broken() const { return broken_; }

 private:
  std::string pending_;
  bool broken_ = false;
};

}  // namespace alidade
