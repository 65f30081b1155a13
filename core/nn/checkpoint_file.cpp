// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/checkpoint_file.h"

#include <utility>

namespace alidade {

std::string CheckpointFile::text(const std::string& key) const {
  const auto found = content.metadata.find(key);
  return found == content.metadata.end() ? std::string() : found->second;
}

ModelOrigin CheckpointFile::origin() const {
  return {path.filename().string(), sha256, text("training")};
}

Expected<CheckpointFile> read_checkpoint(const std::filesystem::path& path) {
  auto file = read_hashed_safetensors(path);
  if (!file) {
    return file.error();
  }
  return CheckpointFile{path, std::move(file->sha256), std::move(file->content)};
}

Expected<CheckpointFile> read_checkpoint(const std::filesystem::path& path, const std::string& architecture) {
  auto file = read_checkpoint(path);
  if (file && file->architecture() != architecture) {
    return other_architecture(*file, {architecture});
  }
  return file;
}

Error other_architecture(const CheckpointFile& file, const std::vector<std::string>& expected) {
  std::string names;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    names += (i == 0 ? "" : i + 1 == expected.size() ? " or " : ", ") + ("\"" + expected[i] + "\"");
  }
  constexpr std::size_t kShown = 80;  // it may be a long text of somebody else's
  return input_error(file.path.string(), "metadata \"format\"",
                     "expected " + names + ", found \"" + file.architecture().substr(0, kShown) + "\"",
                     "give a checkpoint that `alidade train` wrote");
}

}  // namespace alidade
