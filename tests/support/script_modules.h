// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace alidade::test {

/// A tensor of a TorchScript module; a dotted name makes modules below it.
struct ScriptedTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  float value = 0.0f;  ///< everywhere
  bool frozen = false;
};

/// A TorchScript module as somebody else may have written it.
struct ScriptedModule {
  std::vector<ScriptedTensor> parameters, buffers;
  /// Names of parameters that are one tensor: the second becomes the first.
  std::vector<std::pair<std::string, std::string>> tied;
  std::string code;  ///< of its methods
};

/// Writes it as torch.jit.save does. Ends the test program with a sentence where that fails.
void write_script_module(const std::filesystem::path& file, const ScriptedModule& module);

}  // namespace alidade::test
