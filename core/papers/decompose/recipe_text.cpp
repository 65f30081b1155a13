// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/recipe_text.h"

#include <algorithm>
#include <cstdlib>

namespace alidade::decompose {
namespace {

constexpr int kWidest = 2048, kNarrowest = 8, kWidthStep = 8;

std::string toml_text_of(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  return out + "\"";
}

std::string line(const std::string& key, const std::string& value) {
  return key + " = " + value + "\n";
}

std::string network_section(const TrainingOrder& order, const StudySizes& sizes) {
  std::string text =
      "[decompose]\n" + line("config", toml_text_of(sizes.network)) + line("color", toml_text_of(order.arm.color));
  if (order.arm.color == "encoder") {
    text += line("encoder", toml_text_of(order.encoder.string()));
  } else if (order.arm.color == "random") {
    text += line("encoder_seed", "1");
  }
  if (order.branches.groups.size() > 1) {
    text += line("split", toml_text_of(order.arm.split));
  }
  if (order.branch_hidden > 0) {
    text += line("branch_hidden", std::to_string(order.branch_hidden));
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
    text += "[[group]]\n" + line("categories", toml_text_of(names)) +
            line("capacity", toml_text_of(branches.capacities[i])) + "\n";
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
  text += "[data]\n" + line("train", toml_text_of(order.data.string())) +
          line("train_frames", std::to_string(sizes.train_frames)) + "\n";
  text += order.arm.ag_pose_weights ? kAgPoseLosses : "";
  text += "[training]\n" + line("seed", std::to_string(order.seed)) +
          line("steps", std::to_string(order.steps)) + line("batch", std::to_string(sizes.batch)) +
          line("checkpoint_every", std::to_string(between)) +
          line("keep_checkpoints", order.keeps_series ? "\"all\"" : "\"last\"");
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
