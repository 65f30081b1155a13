// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/recipe_text.h"

#include <algorithm>
#include <cstdlib>

#include "core/base/toml_text.h"

namespace alidade::decompose {
namespace {

constexpr int kWidest = 2048, kNarrowest = 8, kWidthStep = 8;

std::string network_section(const TrainingOrder& order, const StudySizes& sizes) {
  std::string text = "[decompose]\n" + toml_line("config", toml_quoted(sizes.network)) +
                     toml_line("color", toml_quoted(order.arm.color));
  if (order.arm.color == "encoder") {
    text += toml_line("encoder", toml_quoted(order.encoder.string()));
  } else if (order.arm.color == "random") {
    text += toml_line("encoder_seed", "1");
  }
  if (order.branches.groups.size() > 1) {
    text += toml_line("split", toml_quoted(order.arm.split));
  }
  if (order.branch_hidden > 0) {
    text += toml_line("branch_hidden", std::to_string(order.branch_hidden));
  }
  return text + "\n";
}

std::string group_sections(const Branches& branches) {
  std::string text;
  for (std::size_t i = 0; i < branches.groups.size(); ++i) {
    std::string names;
    for (const std::string& name : branches.groups[i]) {
      names += (names.empty() ? "" : ", ") + name;
    }
    text += "[[group]]\n" + toml_line("categories", toml_quoted(names)) +
            toml_line("capacity", toml_quoted(branches.capacities[i])) + "\n";
  }
  return text;
}

/// AG-Pose's own weights (its published code), which differ from those of Sec. 6.1.
constexpr char kAgPoseLosses[] =
    "[loss]\n"
    "chamfer = 2.0\n"
    "nocs = 2.0\n"
    "offset = 1.0\n"
    "main = 0.3\n\n";

}  // namespace

std::string training_text(const TrainingOrder& order, const StudySizes& sizes) {
  const int between = std::max(1, order.steps / sizes.checkpoints);
  std::string text = network_section(order, sizes) + group_sections(order.branches);
  text += "[data]\n" + toml_line("train", toml_quoted(order.data.string())) +
          toml_line("train_frames", std::to_string(sizes.train_frames)) +
          (order.arm.only.empty() ? "" : toml_line("train_categories", toml_quoted(order.arm.only))) + "\n";
  text += order.arm.ag_pose_weights ? kAgPoseLosses : "";
  text += "[training]\n" + toml_line("seed", std::to_string(order.seed)) +
          toml_line("steps", std::to_string(order.steps)) +
          toml_line("batch", std::to_string(order.batch > 0 ? order.batch : sizes.batch)) +
          toml_line("checkpoint_every", std::to_string(between)) + toml_line("base_rate", "1e-4") +
          toml_line("maximum_rate", "2e-3") +
          toml_line("keep_checkpoints", order.keeps_series ? "\"all\"" : "\"last\"");
  return text;
}

Expected<int> matching_width(
    const TrainingOrder& shared, const TrainingOrder& grouped, const StudySizes& sizes,
    const std::function<Expected<std::int64_t>(const std::string& text)>& parameters) {
  const auto wanted = parameters(training_text(grouped, sizes));
  if (!wanted) {
    return wanted.error();
  }
  TrainingOrder order = shared;
  const auto count = [&](int width) {
    order.branch_hidden = width;
    return parameters(training_text(order, sizes));
  };
  int low = kNarrowest / kWidthStep, high = kWidest / kWidthStep;
  while (low < high) {  // the narrowest that has at least as many
    const int middle = (low + high) / 2;
    const auto here = count(middle * kWidthStep);
    if (!here) {
      return here.error();
    }
    *here < *wanted ? low = middle + 1 : high = middle;
  }
  const auto above = count(low * kWidthStep);
  const auto below = count(std::max(kNarrowest, (low - 1) * kWidthStep));
  if (!above || !below) {
    return above ? below.error() : above.error();
  }
  return std::abs(*below - *wanted) < std::abs(*above - *wanted)
             ? std::max(kNarrowest, (low - 1) * kWidthStep)
             : low * kWidthStep;
}

}  // namespace alidade::decompose
