// SPDX-License-Identifier: BSD-3-Clause
// Parsers whose rooms need libtorch or Qt: a program of its own, so that the other one stays light.
#include "app/render/render_recipe.h"
#include "core/nn/checkpoint_file.h"
#include "core/nn/pose_diffusion/pose_network_config.h"
#include "core/nn/torchscript/block_map.h"
#include "core/nn/torchscript/script_file.h"
#include "core/studies/train_recipe.h"
#include "tests/fuzz/fuzz_target.h"

namespace alidade::fuzz {

ALIDADE_FUZZ_TARGET(training_recipe) {
  return judge(parse_train_recipe(std::string(bytes), "recipe.toml"), "recipe.toml");
}

ALIDADE_FUZZ_TARGET(figure_recipe) {
  return judge(read_render_recipe(as_file("figure.json", bytes)), "figure.json");
}

ALIDADE_FUZZ_TARGET(network_config) {
  const auto config = checkpoint_config({"a.safetensors", {}, {{}, {{"config", std::string(bytes)}}}});
  if (config) {
    const auto again = pose_network_config_from_json(to_json(*config));
    require(again && *again == *config, "a network's description that is written and read stays the same");
  }
  return judge(config, "a.safetensors");
}

ALIDADE_FUZZ_TARGET(block_map) {
  return judge(parse_block_map(std::string(bytes), "blocks.toml"), "blocks.toml");
}

ALIDADE_FUZZ_TARGET(script_file) {
  const auto checked = check_script_file(as_file("a.pt", bytes));
  return judge(checked ? nullptr : &checked.error(), "a.pt");
}

}  // namespace alidade::fuzz
