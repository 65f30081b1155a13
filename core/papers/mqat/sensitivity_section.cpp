// SPDX-License-Identifier: BSD-3-Clause
// What every layer alone costs, and which score would have said so.
#include <array>
#include <cmath>
#include <map>

#include "core/base/text_table.h"
#include "core/contention/effects.h"
#include "core/papers/mqat/sensitivities.h"

namespace alidade::mqat {
namespace {

struct LayerScore {
  const char *name, *title;
  int decimals;
};
/// The measured drop first: the others are to predict it.
constexpr std::array<LayerScore, 10> kLayerScores{{
    {"metric", "drop of ADI-0.1d (points)", 1},
    {"only_this", "rise of the loss", 4},
    {"all_but_this", "fall of the loss when it alone goes back to float32", 4},
    {"weights_only", "rise of the loss, weights alone", 4},
    {"activations_only", "rise of the loss, inputs alone", 4},
    {"sqnr_weights", "noise of the weights (dB)", 1},
    {"sqnr_alone", "noise of the output (dB)", 1},
    {"sqnr_accumulated", "noise of the output with all layers before it (dB)", 1},
    {"hessian", "Hessian trace x error", 4},
    {"fisher", "Fisher score", 4},
}};

using ScoreTable = std::map<std::string, std::map<std::string, IntervalNumber>>;  ///< by score and layer

ScoreTable scores_by_layer(const StudyNumbers& n) {
  ScoreTable table;
  for (const SweepSensitivity& one : layer_sensitivities(n)) {
    table[one.score][one.part] = one.number;
  }
  return table;
}

std::string score_cell(const IntervalNumber& number, int decimals) {
  if (!std::isfinite(number.value)) {
    return "–";
  }
  const std::string text = fixed_text(number.value, decimals);
  return std::isfinite(number.low) && std::isfinite(number.high)
             ? text + " [" + fixed_text(number.low, decimals) + ", " + fixed_text(number.high, decimals) + "]"
             : text;
}

/// Spearman's correlation of a score with the measured drops over the layers that have both.
std::string agreement_row(const LayerScore& score, const std::map<std::string, IntervalNumber>& predicted,
                          const std::map<std::string, IntervalNumber>& drops) {
  std::vector<double> a, b;
  for (const auto& [layer, drop] : drops) {
    const auto own = predicted.find(layer);
    if (own != predicted.end() && std::isfinite(own->second.value) && std::isfinite(drop.value)) {
      a.push_back(own->second.value);
      b.push_back(drop.value);
    }
  }
  constexpr std::uint64_t kAgreementSeed = 0;
  const RankAgreement agreement = list_agreement(a, b, kAgreementSeed);
  return std::string("| ") + score.title + " | " +
         score_cell({agreement.correlation, agreement.low, agreement.high}, 2) + " | " +
         (std::isfinite(agreement.correlation) ? fixed_text(agreement.p, 3) : "–") + " | " +
         std::to_string(a.size()) + " |\n";
}

/// Columns of the table of layers, by LayerScore::name.
bool is_shown(const LayerScore& score) {
  const std::string name = score.name;
  return name == "metric" || name == "sqnr_weights" || name == "sqnr_alone" || name == "hessian" ||
         name == "fisher";
}

std::string layer_row(const std::string& layer, const ScoreTable& scores) {
  std::string row = "| " + layer + " |";
  for (const LayerScore& score : kLayerScores) {
    if (is_shown(score)) {
      const auto list = scores.find(score.name);
      const bool known = list != scores.end() && list->second.contains(layer);
      row += " " + score_cell(known ? list->second.at(layer) : IntervalNumber(), score.decimals) + " |";
    }
  }
  return row + "\n";
}

std::string layer_table(const NetworkFacts& facts, const ScoreTable& scores) {
  std::string head = "| layer |", rule = "| --- |", rows;
  for (const LayerScore& score : kLayerScores) {
    if (is_shown(score)) {
      head += std::string(" ") + score.title + " |";
      rule += " ---: |";
    }
  }
  for (const LayerFacts& layer : facts.layers) {
    rows += layer_row(layer.name, scores);
  }
  return head + "\n" + rule + "\n" + rows + "\n";
}

}  // namespace

std::string sensitivity_section(const StudyNumbers& n) {
  const ScoreTable scores = scores_by_layer(n);
  const auto drops = scores.find("metric");
  if (!n.facts("demo") || drops == scores.end()) {
    return {};
  }
  std::string out =
      "## What single layers cost\n\nEvery layer alone at two bits with inputs of eight, **after training**: "
      "nothing is retrained, biases are corrected. The drop is of ADI-0.1d on " +
      std::to_string(n.plan().sizes.sensitivity_images) +
      " images of the selection split, the other scores are of " +
      std::to_string(n.plan().sizes.trace_images) +
      " training images; intervals are bootstraps over images, of the Hessian 1.96 standard errors of its "
      "trace.\n\n" +
      layer_table(*n.facts("demo"), scores) +
      "How well each score orders the layers by that drop: Spearman's rank correlation with a 95 % interval "
      "(Fisher's z, Bonett and Wright's error) and p by permutations, not corrected for the number of "
      "scores.\n\n| score | correlation with the drop | p | layers |\n| --- | ---: | ---: | ---: |\n";
  for (const LayerScore& score : kLayerScores) {
    const auto list = scores.find(score.name);
    if (list != scores.end() && list != drops) {
      out += agreement_row(score, list->second, drops->second);
    }
  }
  return out + "\n";
}

}  // namespace alidade::mqat
