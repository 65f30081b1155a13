// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/nn/model.h"

namespace alidade {

/// A checkpoint that was read and whose digest is right; its architecture is not looked at yet.
struct CheckpointFile {
  std::filesystem::path path;
  std::string sha256;  ///< of the bytes that `content` was read from
  SafeTensors content;

  /// Metadata by its key; empty when there is none.
  std::string text(const std::string& key) const;
  /// Metadata "format".
  std::string architecture() const { return text("format"); }
  ModelOrigin origin() const;
};

/// Reads the file once.
Expected<CheckpointFile> read_checkpoint(const std::filesystem::path& path);
/// The same, of this architecture only.
Expected<CheckpointFile> read_checkpoint(const std::filesystem::path& path, const std::string& architecture);

/// The sentence for a checkpoint of an architecture that is none of `expected` (kInput).
Error other_architecture(const CheckpointFile& file, const std::vector<std::string>& expected);

}  // namespace alidade
