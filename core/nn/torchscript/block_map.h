// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/nn/model.h"

namespace alidade {

/// What the parameters in no block are called.
inline constexpr char kOtherParameters[] = "(rest)";

/// A part of somebody else's network whose gradients are looked at.
struct ScriptBlock {
  std::string name;
  /// Modules, with all that lies below them, and parameters, by their dotted names.
  std::vector<std::string> places;
};

/// What somebody else's network is given of an object.
struct ScriptInputs {
  int points = 1024;                    ///< N
  int crop_px = 0;                      ///< S; 0 = no color
  std::vector<std::string> categories;  ///< in the network's order; empty = it does not ask for them
};

/// The parts of somebody else's network, and what it takes: docs/formats.md, "Block maps".
struct BlockMap {
  std::filesystem::path file;  ///< for messages
  std::string text;            ///< as it was read
  std::vector<ScriptBlock> blocks;
  ScriptInputs inputs;
};

/// kInput, naming file and place, for unknown keys, values out of range, no block, a block without a name or
/// without parameters, a name that stands twice, and places that overlap.
Expected<BlockMap> parse_block_map(const std::string& text, const std::filesystem::path& file);
Expected<BlockMap> read_block_map(const std::filesystem::path& file);

/// The parameters of the blocks, and those of the modules in them: each place, and each module right below
/// it. What is in no block is in one that is called "(rest)".
struct ScriptParts {
  std::vector<ParameterSet> modules, blocks;
};

/// kInput where a place of the map names no parameter of `script`, with the names that there are.
Expected<ScriptParts> script_parts(const BlockMap& map, const std::vector<ParameterInfo>& parameters,
                                   const std::string& script);

}  // namespace alidade
