// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

namespace alidade {

/// A path that is kept a hundred thousand times: std::filesystem::path holds each of its folders as a path of
/// its own, which takes half a kilobyte.
class LeanPath {
 public:
  LeanPath() = default;
  LeanPath(const std::filesystem::path& path)
      : text_(path.native()) {}  // NOLINT(google-explicit-constructor)

  operator std::filesystem::path() const { return text_; }  // NOLINT(google-explicit-constructor)
  std::filesystem::path operator/(const std::filesystem::path& below) const {
    return std::filesystem::path(text_) / below;
  }
  bool empty() const { return text_.empty(); }
  const std::string& string() const { return text_; }

 private:
  std::string text_;
};

}  // namespace alidade
