// SPDX-License-Identifier: BSD-3-Clause
#include "core/io/npz.h"

#include "core/base/file.h"
#include "core/io/zip.h"

namespace alidade {

Expected<std::map<std::string, NpyArray>> read_npz(const std::filesystem::path& path) {
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
  std::map<std::string, NpyArray> arrays;
  for (auto& [name, content] : *entries) {
    auto array = parse_npy(content, path.string() + ": " + name);
    if (!array) {
      return array.error();
    }
    std::string().swap(content);
    arrays[name.ends_with(".npy") ? name.substr(0, name.size() - 4) : name] = std::move(*array);
  }
  return arrays;
}

Expected<void> write_npz(const std::filesystem::path& path, const std::map<std::string, NpyArray>& arrays) {
  std::map<std::string, std::string> entries;
  for (const auto& [name, array] : arrays) {
    entries[name + ".npy"] = to_npy_bytes(array);
  }
  const auto bytes = to_zip_bytes(entries);
  if (!bytes) {
    return bytes.error();
  }
  return write_file_atomically(path, *bytes);
}

}  // namespace alidade
