// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/h2a2/recipe_text.h"

#include <algorithm>

#include "core/base/text_table.h"
#include "core/base/toml_text.h"

namespace alidade::h2a2 {
namespace {

constexpr int kLogLines = 60, kDecimals = 4;
constexpr double kMetresPerMillimetre = 1e-3;
/// As the bundled detector was trained; the rate rises to it within this part of the steps.
constexpr char kRate[] = "2e-3";
constexpr int kWarmUpPart = 20;

std::string detector_section(const TrainingOrder& order, const StudySizes& sizes) {
  const Arm& arm = order.arm;
  std::string text = "[detector]\n" + toml_line("config", toml_quoted(sizes.network)) +
                     toml_line("choice", toml_quoted(arm.choice)) + toml_line("norm", toml_quoted(arm.norm)) +
                     toml_line("most_points", std::to_string(sizes.points)) +
                     toml_line("voxel_m", fixed_text(kMetresPerMillimetre * sizes.voxel_mm, 3));
  if (arm.selects()) {
    text += toml_line("tau", fixed_text(tau_of(arm), kDecimals)) +
            toml_line("offset_start", fixed_text(arm.offset_start, kDecimals));
  }
  if (order.random_share) {
    text += toml_line("random_share", fixed_text(*order.random_share, kDecimals));
  }
  return text + (arm.only.empty() ? "" : toml_line("only", toml_list(arm.only))) + "\n";
}

}  // namespace

std::string recipe_name(const Arm& arm, const StudySource& source, const std::string& split,
                        const StudySizes& sizes) {
  const bool small = sizes.rooms == "quick" && arm.data == study_data().front().name;
  return (small ? "quick-" : "") + source.name + "-" + split + ".toml";
}

std::string training_text(const TrainingOrder& order, const StudySizes& sizes) {
  const Arm& arm = order.arm;
  std::string text = detector_section(order, sizes);
  for (const StudySource& source : data_of(arm.data).sources) {
    text += "[[source]]\n" + toml_line("name", toml_quoted(source.name)) +
            toml_line("train", toml_quoted(recipe_name(arm, source, "train", sizes))) +
            toml_line("train_scenes", std::to_string(sizes.train_scenes)) + "\n";
  }
  text += "[harmony]\n" + toml_line("combine", toml_quoted(arm.combine)) +
          toml_line("threshold", fixed_text(arm.threshold, 2)) +
          toml_line("rules", toml_quoted(arm.harmony_rules)) + "\n";
  return text + "[training]\n" + toml_line("seed", std::to_string(order.seed)) +
         toml_line("steps", std::to_string(sizes.steps)) + toml_line("batch", std::to_string(sizes.batch)) +
         toml_line("learning_rate", kRate) +
         toml_line("warm_up", std::to_string(std::max(1, sizes.steps / kWarmUpPart))) +
         toml_line("log_every", std::to_string(std::max(1, sizes.steps / kLogLines))) +
         toml_line("checkpoint_every", std::to_string(std::max(1, sizes.steps / 4)));
}

}  // namespace alidade::h2a2
