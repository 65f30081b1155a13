// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/train_recipe.h"

#include <optional>
#include <set>

#include "core/base/file.h"
#include "core/training/phases.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr int kMostSteps = 100000000;
constexpr char kSections[] = "[network], [data], [training], [quantization] and [ranker]";

/// The two phases of a recipe that does not list its own.
struct TwoPhases {
  int pretrain_steps = 3000, joint_steps = 9000;
  PoseObjective objective = PoseObjective::kRegression;
};

TomlKey network_name(PoseNetworkConfig& target) {
  return {"the name of a network", [&target](const TomlValue& value) {
            const auto* name = std::get_if<std::string>(&value);
            const auto config = named_config(name != nullptr ? *name : std::string());
            if (config) {
              target = *config;
            }
            return static_cast<bool>(config);
          }};
}

TomlKeys training_keys(TrainRecipe& r, TwoPhases& phases) {
  TrainerOptions& t = r.trainer;
  TomlKeys keys = loop_keys(r.loop);
  keys.merge(TomlKeys{{"batch", toml_whole(t.batch, 2, 4096)},
                      {"noise_draws", toml_whole(t.noise_draws, 1, 1024)},
                      {"pretrain_steps", toml_whole(phases.pretrain_steps, 0, kMostSteps)},
                      {"joint_steps", toml_whole(phases.joint_steps, 0, kMostSteps)},
                      {"pretrain_objective",
                       toml_choice(phases.objective, {{"regression", PoseObjective::kRegression},
                                                      {"classification", PoseObjective::kClassification},
                                                      {"reconstruction", PoseObjective::kReconstruction}})},
                      {"learning_rate", toml_number(t.learning_rate, 1e-9, 1.0)},
                      {"final_rate", toml_number(t.final_rate, 0.0, 1.0)},
                      {"warmup_steps", toml_whole(t.warmup_steps, 0, 1000000)},
                      {"gradient_clip", toml_number(t.gradient_clip, 1e-6, 1e9)},
                      {"ema_decay", toml_number(t.ema_decay, 0.0, 0.999999)},
                      {"translation_weight", toml_number(t.translation_weight, 0.0, 1e6)},
                      {"size_weight", toml_number(t.size_weight, 0.0, 1e6)},
                      {"joint_regression_weight", toml_number(t.joint_regression_weight, 0.0, 1e6)},
                      {"tilt_rad", toml_number(t.tilt_rad, 0.0, 3.2)},
                      {"roll_rad", toml_number(t.roll_rad, 0.0, 3.2)},
                      {"scale_range", toml_number(t.scale_range, 0.0, 0.9)},
                      {"jitter_m", toml_number(t.jitter_m, 0.0, 1.0)},
                      {"curve_every", toml_whole(r.curve_every, 0, 1000000)}});
  return keys;
}

/// The keys of one more [[phase]].
TomlKeys phase_keys(std::vector<PosePhase>& phases) {
  PosePhase& phase = phases.emplace_back();
  phase.steps = -1;  // must be said
  return {{"name", toml_text(phase.name)},
          {"steps", toml_whole(phase.steps, 1, kMostSteps)},
          {"objective", toml_choice(phase.objective, {{"regression", PoseObjective::kRegression},
                                                      {"classification", PoseObjective::kClassification},
                                                      {"reconstruction", PoseObjective::kReconstruction},
                                                      {"joint", PoseObjective::kJoint}})}};
}

TomlSchema train_schema(TrainRecipe& r, TwoPhases& two, std::vector<PosePhase>& listed,
                        const fs::path& folder) {
  TomlSchema schema;
  schema.sections = {
      {"network",
       {{"config", network_name(r.network)}, {"num_points", toml_whole(r.network.num_points, 32, 8192)}}},
      {"data",
       {{"train", toml_path(r.train_data, folder)},
        {"train_frames", toml_whole(r.train_frames, 0, 1000000)},
        {"validation", toml_path(r.validation_data, folder)},
        {"validation_frames", toml_whole(r.validation_frames, 0, 100000)},
        {"test", toml_path(r.test_data, folder)},
        {"test_frames", toml_whole(r.test_frames, 0, 100000)},
        {"curve_frames", toml_whole(r.curve_frames, 1, 100000)},
        {"min_visible_fraction", toml_number(r.min_visible_fraction, 0.0, 1.0)}}},
      {"ranker",
       {{"pose_checkpoint", toml_path(r.ranker.pose_checkpoint, folder)},
        {"steps", toml_whole(r.ranker.steps, 1, kMostSteps)},
        {"candidates", toml_whole(r.ranker.candidates, 2, 1024)},
        {"rank_weight", toml_number(r.ranker.rank_weight, 0.0, 1e6)}}},
      {"quantization", weight_quantization_keys(r.quantization, folder)},
      {"training", training_keys(r, two)}};
  schema.lists = {{"phase", [&listed] { return phase_keys(listed); }}};
  return schema;
}

/// What one key cannot know of the others.
Expected<void> check_train_recipe(const TrainRecipe& recipe, const std::set<std::string>& present) {
  const std::string file = recipe.file.string();
  const bool ranker = present.contains("ranker"), listed = present.contains("phase");
  if (ranker && (recipe.ranker.pose_checkpoint.empty() || present.contains("network"))) {
    return input_error(file, "[ranker]", "a ranker needs pose_checkpoint and takes its network from there",
                       "add pose_checkpoint and leave [network] out");
  }
  if (ranker && recipe.quantization.present) {
    return input_error(file, "[quantization]", "a ranker is not trained with quantized weights",
                       "leave it out");
  }
  if (auto checked = check_quantization_recipe(recipe.quantization, recipe.trainer.total_steps(), file);
      !checked) {
    return checked;
  }
  if (listed &&
      (ranker || present.contains("training.pretrain_steps") || present.contains("training.joint_steps") ||
       present.contains("training.pretrain_objective"))) {
    return input_error(
        file, "[[phase]]",
        "phases are listed beside what has phases already: [ranker], pretrain_steps, joint_steps "
        "or pretrain_objective",
        "leave one of the two out");
  }
  if (auto checked = listed ? check_phases(training_phases(recipe.trainer.phases), file) : Expected<void>();
      !checked) {
    return checked;
  }
  if (recipe.train_data.empty() || recipe.trainer.total_steps() < 1) {
    return input_error(file, "[data] train, [training] steps",
                       "a training set and at least one step are needed", "add them");
  }
  if (recipe.curve_every > 0 && recipe.test_data.empty()) {
    return input_error(file, "[training] curve_every", "an accuracy curve needs test data",
                       "name it in [data] test or leave curve_every out");
  }
  return check_loop_options(recipe.loop, file);
}

}  // namespace

std::vector<TrainingPhase> training_phases(const std::vector<PosePhase>& phases) {
  std::vector<TrainingPhase> named;
  for (const PosePhase& phase : phases) {
    // Regression logs the score's loss as 0; classification and reconstruction have a loss of their own
    // alone.
    const bool idle = phase.objective == PoseObjective::kRegression;
    named.push_back(
        {phase.name, phase.steps, idle ? std::vector<std::string>{"score"} : std::vector<std::string>{}});
  }
  return named;
}

Expected<TrainRecipe> read_train_recipe(const fs::path& path) {
  const auto text = read_file(path, 1 << 20);
  return text ? parse_train_recipe(*text, path) : Expected<TrainRecipe>(text.error());
}

Expected<TrainRecipe> parse_train_recipe(const std::string& text, const fs::path& path) {
  TrainRecipe recipe;
  recipe.text = text;
  recipe.file = path;
  TwoPhases two;
  std::vector<PosePhase> listed;
  std::set<std::string> present;
  if (const auto problem = read_toml(text, train_schema(recipe, two, listed, path.parent_path()), &present)) {
    return recipe_error(*problem, path.string(), kSections);
  }
  recipe.trainer.seed = recipe.loop.seed;
  recipe.quantization.present = present.contains("quantization");
  recipe.trainer.phases =
      listed.empty() ? pose_phases(two.pretrain_steps, two.joint_steps, two.objective) : std::move(listed);
  if (auto checked = check_train_recipe(recipe, present); !checked) {
    return checked.error();
  }
  return recipe;
}

}  // namespace alidade
