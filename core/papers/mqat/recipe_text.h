// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/papers/mqat/assignment.h"
#include "core/papers/mqat/plan.h"

namespace alidade::mqat {

/// Bits of the inputs of quantized layers; INQ quantizes weights alone.
inline constexpr int kActivationBits = 8;

/// A quarter of the rate that the bundled network was trained with. Of 1e-3, 5e-4 and 2.5e-4 on 300 images of
/// the selection split, after 150 steps: full precision keeps its accuracy with the last two, and the
/// backbone at two bits gets 60, 56 and 46 % ADI-0.1d.
inline constexpr char kRetrainingRate[] = "5e-4";

/// A training of the plan, all that its recipe says.
struct TrainingOrder {
  std::string config;               ///< of a fresh network
  std::string data;                 ///< relative to the recipes
  std::string start;                ///< the checkpoint to begin with; empty = fresh weights
  NormMode norm = NormMode::kLive;  ///< of a retraining
  ArmQuantizer quantizer = ArmQuantizer::kNone;
  std::vector<std::string> stages;  ///< "pyramid=2", "head=8,backbone=8"
  int stage_steps = 0;              ///< of each stage; without stages of the training
  int seed = 1;
  int activation_bits = kActivationBits;  ///< with LSQ
};

int activation_bits(const Arm& arm);

/// The text of a `[keypoint]` training.
std::string training_text(const TrainingOrder& order, const StudySizes& sizes);

/// The stages of levels that come module after module: "pyramid=2", "head=8", ...
std::vector<std::string> stages_in_turn(const NetworkFacts& facts, const LayerLevels& levels,
                                        const std::vector<std::string>& order);
/// All of them in one stage: modules by name where their layers agree, else layer by layer.
std::string stage_at_once(const NetworkFacts& facts, const LayerLevels& levels);

}  // namespace alidade::mqat
