// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/train_recipe.h"

#include <functional>
#include <map>

#include <toml++/toml.h>

#include "core/base/file.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

/// One accepted key: says whether the value could be used.
using Setter = std::function<bool(const toml::node&)>;
using Section = std::map<std::string, Setter>;

Setter integer(int& target, int low, int high) {
  return [&target, low, high](const toml::node& node) {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < low || *value > high) {
      return false;
    }
    target = static_cast<int>(*value);
    return true;
  };
}

Setter number(double& target, double low, double high) {
  return [&target, low, high](const toml::node& node) {
    const auto value = node.value<double>();
    if (!value || !(*value >= low && *value <= high)) {
      return false;
    }
    target = *value;
    return true;
  };
}

Setter file_path(fs::path& target, const fs::path& folder) {
  return [&target, folder](const toml::node& node) {
    const auto value = node.value_exact<std::string>();
    if (!value || value->empty()) {
      return false;
    }
    target = folder / *value;
    return true;
  };
}

Setter network_name(PoseNetworkConfig& target) {
  return [&target](const toml::node& node) {
    const auto config = named_config(node.value_or(std::string()));
    if (config) {
      target = *config;
    }
    return static_cast<bool>(config);
  };
}

/// One of a few words.
template <class Value>
Setter choice(Value& target, std::map<std::string, Value> words) {
  return [&target, words = std::move(words)](const toml::node& node) {
    const auto found = words.find(node.value_or(std::string()));
    if (found != words.end()) {
      target = found->second;
    }
    return found != words.end();
  };
}

Setter seed_value(std::uint64_t& target) {
  return [&target](const toml::node& node) {
    const auto value = node.value_exact<std::int64_t>();
    target = value ? static_cast<std::uint64_t>(*value) : 0;
    return value && *value >= 0;
  };
}

std::map<std::string, Section> sections(TrainRecipe& r, const fs::path& folder) {
  TrainerOptions& t = r.trainer;
  return {
      {"network",
       {{"config", network_name(r.network)}, {"num_points", integer(r.network.num_points, 32, 8192)}}},
      {"data",
       {{"train", file_path(r.train_data, folder)},
        {"train_frames", integer(r.train_frames, 0, 1000000)},
        {"validation", file_path(r.validation_data, folder)},
        {"validation_frames", integer(r.validation_frames, 0, 100000)},
        {"test", file_path(r.test_data, folder)},
        {"test_frames", integer(r.test_frames, 0, 100000)},
        {"curve_frames", integer(r.curve_frames, 1, 100000)},
        {"min_visible_fraction", number(r.min_visible_fraction, 0.0, 1.0)}}},
      {"ranker",
       {{"pose_checkpoint", file_path(r.ranker.pose_checkpoint, folder)},
        {"steps", integer(r.ranker.steps, 1, 100000000)},
        {"candidates", integer(r.ranker.candidates, 2, 1024)},
        {"rank_weight", number(r.ranker.rank_weight, 0.0, 1e6)}}},
      {"training",
       {{"seed", seed_value(t.seed)},
        {"batch", integer(t.batch, 2, 4096)},
        {"noise_draws", integer(t.noise_draws, 1, 1024)},
        {"pretrain_steps", integer(t.pretrain_steps, 0, 100000000)},
        {"joint_steps", integer(t.joint_steps, 0, 100000000)},
        {"pretrain_objective",
         choice(t.pretrain_objective, {{"regression", PretrainObjective::kRegression},
                                       {"classification", PretrainObjective::kClassification},
                                       {"reconstruction", PretrainObjective::kReconstruction}})},
        {"learning_rate", number(t.learning_rate, 1e-9, 1.0)},
        {"final_rate", number(t.final_rate, 0.0, 1.0)},
        {"warmup_steps", integer(t.warmup_steps, 0, 1000000)},
        {"gradient_clip", number(t.gradient_clip, 1e-6, 1e9)},
        {"ema_decay", number(t.ema_decay, 0.0, 0.999999)},
        {"translation_weight", number(t.translation_weight, 0.0, 1e6)},
        {"size_weight", number(t.size_weight, 0.0, 1e6)},
        {"joint_regression_weight", number(t.joint_regression_weight, 0.0, 1e6)},
        {"tilt_rad", number(t.tilt_rad, 0.0, 3.2)},
        {"roll_rad", number(t.roll_rad, 0.0, 3.2)},
        {"scale_range", number(t.scale_range, 0.0, 0.9)},
        {"jitter_m", number(t.jitter_m, 0.0, 1.0)},
        {"curve_every", integer(r.curve_every, 0, 1000000)},
        {"log_every", integer(r.log_every, 1, 1000000)},
        {"checkpoint_every", integer(r.checkpoint_every, 1, 1000000)}}},
  };
}

Expected<void> apply(const toml::table& table, const std::map<std::string, Section>& known,
                     const std::string& file) {
  for (const auto& [section_key, node] : table) {
    const std::string section_name(section_key.str());
    const auto section = known.find(section_name);
    if (section == known.end() || !node.is_table()) {
      return input_error(file, "[" + section_name + "]", "unknown section",
                         "use [network], [data], [training] and [ranker]");
    }
    for (const auto& [key, value] : *node.as_table()) {
      const std::string name(key.str());
      const auto setter = section->second.find(name);
      const std::string where =
          "line " + std::to_string(value.source().begin.line) + ", " + section_name + "." + name;
      if (setter == section->second.end()) {
        return input_error(file, where, "unknown key",
                           "see docs/formats.md for the keys of a training recipe");
      }
      if (!setter->second(value)) {
        return input_error(file, where, "the value has the wrong type or is out of range",
                           "see docs/formats.md for its range");
      }
    }
  }
  return {};
}

}  // namespace

Expected<TrainRecipe> read_train_recipe(const fs::path& path) {
  const auto text = read_file(path, 1 << 20);
  return text ? parse_train_recipe(*text, path) : Expected<TrainRecipe>(text.error());
}

Expected<TrainRecipe> parse_train_recipe(const std::string& text, const fs::path& path) {
  TrainRecipe recipe;
  recipe.text = text;
  try {
    const toml::table table = toml::parse(text, path.string());
    if (auto applied = apply(table, sections(recipe, path.parent_path()), path.string()); !applied) {
      return applied.error();
    }
    if (table.contains("ranker") && (recipe.ranker.pose_checkpoint.empty() || table.contains("network"))) {
      return input_error(path.string(), "[ranker]",
                         "a ranker needs pose_checkpoint and takes its network from there",
                         "add pose_checkpoint and leave [network] out");
    }
  } catch (const toml::parse_error& error) {
    return input_error(path.string(), "line " + std::to_string(error.source().begin.line),
                       std::string("not valid TOML (") + std::string(error.description()) + ")",
                       "correct the recipe");
  }
  if (recipe.train_data.empty() || recipe.trainer.total_steps() < 1) {
    return input_error(path.string(), "[data] train, [training] steps",
                       "a training set and at least one step are needed", "add them");
  }
  if (recipe.curve_every > 0 && recipe.test_data.empty()) {
    return input_error(path.string(), "[training] curve_every", "an accuracy curve needs test data",
                       "name it in [data] test or leave curve_every out");
  }
  return recipe;
}

}  // namespace alidade
