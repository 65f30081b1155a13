// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/pointer_file.h"

namespace alidade {
namespace {

/// Git LFS itself takes only smaller files for pointers.
constexpr std::size_t kLargestPointer = 1024;

}  // namespace

std::optional<std::string> pointer_remark(std::string_view bytes) {
  if (bytes.size() > kLargestPointer) {
    return std::nullopt;
  }
  for (const std::string_view begin :
       {"version https://git-lfs.github.com/spec/", "version https://hawser.github.com/spec/"}) {
    if (bytes.starts_with(begin) && bytes.find("oid ") != std::string_view::npos) {
      return "is a Git LFS pointer in place of the file; run git lfs pull";
    }
  }
  const std::string_view first = bytes.substr(0, bytes.find('\n'));
  const bool link_text =
      first.starts_with('.') && first.find(".git/annex/objects/") != std::string_view::npos;
  if (first.starts_with("/annex/objects/") || link_text) {
    return "is a git-annex pointer in place of the file; run git annex get";
  }
  return std::nullopt;
}

}  // namespace alidade
