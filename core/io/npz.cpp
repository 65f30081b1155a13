// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/npz.h"

#include <utility>

#include "core/base/file.h"
#include "core/base/stop_scope.h"
#include "core/io/zip.h"

namespace alidade {

Expected<std::map<std::string, Expected<NpyArray>>> read_npz_each(const std::filesystem::path& path) {
  // Each form of the content goes as soon as the next one is there: a file may be large.
  auto bytes = read_file(path, std::uintmax_t{4} << 30);
  if (!bytes) {
    return bytes.error();
  }
  auto entries = parse_zip(*bytes, path.string());
  if (!entries) {
    return entries.error();
  }
  std::string().swap(*bytes);
  std::map<std::string, Expected<NpyArray>> arrays;
  StopMeter meter(kBytesUnasked);
  for (auto& [name, content] : *entries) {
    if (meter.stopped(content.size())) {
      return reading_stopped(path.string());
    }
    auto array = parse_npy(content, path.string() + ": " + name);
    if (!array && array.error().code == ErrorCode::kCancelled) {
      return array.error();
    }
    arrays.insert_or_assign(name.ends_with(".npy") ? name.substr(0, name.size() - 4) : name,
                            std::move(array));
    std::string().swap(content);
  }
  return arrays;
}

Expected<std::map<std::string, NpyArray>> read_npz(const std::filesystem::path& path) {
  auto each = read_npz_each(path);
  if (!each) {
    return each.error();
  }
  std::map<std::string, NpyArray> arrays;
  for (auto& [name, array] : *each) {
    if (!array) {
      return array.error();
    }
    arrays.emplace(name, std::move(*array));
  }
  return arrays;
}

Expected<std::string> npz_bytes(const std::map<std::string, NpyArray>& arrays) {
  std::map<std::string, std::string> entries;
  for (const auto& [name, array] : arrays) {
    entries[name + ".npy"] = to_npy_bytes(array);
  }
  return to_zip_bytes(entries);
}

Expected<void> write_npz(const std::filesystem::path& path, const std::map<std::string, NpyArray>& arrays) {
  const auto bytes = npz_bytes(arrays);
  if (!bytes) {
    return bytes.error();
  }
  return write_file_atomically(path, *bytes);
}

}  // namespace alidade
