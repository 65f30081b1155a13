// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/stand_in_training.h"

#include <algorithm>
#include <system_error>

#include "core/papers/mqat/begun_run.h"
#include "core/studies/plain/open_data.h"
#include "core/studies/training_tasks.h"

namespace alidade::mqat {
namespace {

namespace fs = std::filesystem;

/// A tenth of a short retraining; a fifth of the rates that the networks were trained with.
constexpr int kStandInWarmUpPart = 10;
/// The bundled DecomPose network, as its recipe has it.
constexpr char kDecomposeNetwork[] =
    "config = \"small\"\n"
    "split = \"correspondence\"\n";
constexpr char kDecomposeGroups[] =
    "\n[[group]]\ncategories = \"bottle, can\"\ncapacity = \"high\"\n"
    "\n[[group]]\ncategories = \"bowl, laptop\"\ncapacity = \"high\"\n"
    "\n[[group]]\ncategories = \"camera, mug\"\ncapacity = \"low\"\n";
constexpr char kDecomposeRates[] =
    "batch = 32\n"
    "base_rate = 2e-5\n"
    "maximum_rate = 4e-4\n";
constexpr char kDiffusionRates[] =
    "batch = 32\n"
    "noise_draws = 16\n"
    "pretrain_steps = 0\n"
    "learning_rate = 2e-4\n"
    "ema_decay = 0.0\n";
constexpr char kStandInFrames[] = "train_frames = 200\n";

std::string relative_to(const fs::path& file, const fs::path& folder) {
  return fs::absolute(file).lexically_relative(fs::absolute(folder)).generic_string();
}

std::string quantization_of(const std::string& start, const ModuleLevels& levels) {
  std::string stage;
  for (const auto& [module, width] : levels) {
    stage += width == kFloat ? std::string() : (stage.empty() ? "" : ",") + module + "=" + width;
  }
  return "[quantization]\nstart = \"" + start + "\"\n" +
         (stage.empty() ? std::string("quantizer = \"none\"\n") : "stages = [\"" + stage + "\"]\n") + "\n";
}

}  // namespace

std::string stand_in_training_text(const StandInPlaces& places, const StandInOrder& order,
                                   const ModuleLevels& levels) {
  const auto checkpoint = [&](const char* name) {
    return relative_to(places.checkpoints / name, places.recipes);
  };
  const std::string steps = std::to_string(order.steps);
  const std::string seed = "[training]\nseed = 1\n";
  if (order.network == kDecomposeStandIn) {
    return std::string("[decompose]\n") + kDecomposeNetwork + "encoder = \"" +
           checkpoint("encoder-small.safetensors") + "\"\n" + kDecomposeGroups + "\n" +
           quantization_of(checkpoint("decompose-demo.safetensors"), levels) +
           "[data]\ntrain = \"printed-train.toml\"\n" + kStandInFrames + "\n" + seed + "steps = " + steps +
           "\n" + kDecomposeRates;
  }
  return "[network]\nconfig = \"small\"\n\n" + quantization_of(checkpoint("demo.safetensors"), levels) +
         "[data]\ntrain = \"train.toml\"\n" + kStandInFrames + "\n" + seed + "joint_steps = " + steps + "\n" +
         "warmup_steps = " + std::to_string(std::max(1, order.steps / kStandInWarmUpPart)) + "\n" +
         kDiffusionRates;
}

Expected<fs::path> retrain_stand_in(const StandInPlaces& places, const DatasetReaders& readers,
                                    const StandInOrder& order, const ModuleLevels& levels,
                                    const JobContext& job) {
  const std::string text = stand_in_training_text(places, order, levels);
  const fs::path trained = order.run / "final.safetensors";
  const bool resume = is_begun_run(order.run, text);
  std::error_code failure;
  if (resume && fs::exists(trained, failure)) {
    return trained;
  }
  const TrainingRequest request{
      places.recipes / "stand-in.toml", text,
      [&readers](const fs::path& path, const JobContext& inner) { return open_data(path, readers, inner); }};
  auto task = training_kind(text).make(request, job);
  const auto done = task ? run_training(*task, order.run, resume, job) : Expected<void>(task.error());
  return done ? Expected<fs::path>(trained) : Expected<fs::path>(done.error());
}

}  // namespace alidade::mqat
