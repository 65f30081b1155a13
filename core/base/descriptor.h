// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>
#include <utility>

namespace alidade {

/// An open file descriptor, closed with this object. -1 = none.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  explicit operator bool() const { return number_ >= 0; }
  int get() const { return number_; }
  /// False, with errno, where the system could not bring all to the disk.
  bool close();

 private:
  int number_;
};

/// Writes all of it, however many calls that takes; false with errno.
bool write_all(int descriptor, std::string_view bytes);

}  // namespace alidade
