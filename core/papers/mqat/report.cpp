// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/report.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "core/base/provenance.h"
#include "core/base/text_table.h"
#include "core/papers/mqat/recipe_text.h"
#include "core/papers/mqat/sensitivities.h"

namespace alidade::mqat {
namespace {

using Json = StudyNumbers::Json;

std::string count_text(int value) {
  return std::to_string(value);
}

/// Differences of one seed, which decide nothing: a table in place of sentences.
std::string single_table(const std::vector<Claim>& claims) {
  std::string out = "| claim | difference | of one seed |\n| --- | --- | ---: |\n";
  for (const Claim& claim : claims) {
    out += "| " + claim.statement + " | " + claim.measure + " | " +
           fixed_text(claim.differences.front(), claim.decimals) + (claim.unit.empty() ? "" : " ") +
           claim.unit + " |\n";
  }
  return out + "\n";
}

/// Sentences for what several seeds say, and a table of what one seed says.
std::string judged(const std::vector<Claim>& all, bool counted) {
  std::vector<Claim> several, single;
  for (const Claim& claim : all) {
    (claim.differences.size() == 1 ? single : several).push_back(claim);
  }
  std::string out = counted ? claim_counts(several) + "\n\n" : "";
  out += claim_sentences(several);
  if (!single.empty()) {
    out += "Retrainings of one seed show a difference and decide nothing:\n\n" + single_table(single);
  }
  return out;
}

std::string list_text(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

/// What Algorithm 1 chose, and by which numbers.
std::string flow_section(const StudyNumbers& n) {
  const Json* flow = n.result("flow-demo");
  if (!flow || !flow->contains("order")) {
    return {};
  }
  std::string accuracies;
  for (const auto& [module, value] : flow->at("accuracies").items()) {
    accuracies += ", " + module + " " + fixed_text(kPoints * value.get<double>(), 1);
  }
  const std::string best = flow->value("best", std::string());
  std::string out = "## Algorithm 1 on this network\n\nBy " + flow->value("metric", std::string()) +
                    " on the selection split (%, mean over seeds): full precision " +
                    fixed_text(kPoints * flow->value("full_precision", 0.0), 1) + accuracies +
                    " at two bits. ";
  out += best.empty() ? "No module gained: all are quantized from the smallest to the largest, "
                      : "The module that gained most is " + best +
                            "; it stays at two bits and comes first, then the others from the smallest: ";
  out += list_text(flow->at("order").get<std::vector<std::string>>()) + ".\n\n";
  for (const char* budget : kBudgets) {
    const Json* widths = n.result(std::string("allocation-") + budget);
    if (widths) {
      out += "- At the size of the uniform " + std::string(budget) + "-bit network (" +
             std::to_string(widths->value("budget_bytes", 0)) + " bytes of weights): MQAT " +
             widths->at("modules").value("label", std::string()) + ", " +
             std::to_string(widths->at("modules").value("bytes", 0)) + " bytes; HAWQ layer by layer, " +
             std::to_string(widths->at("layers").value("bytes", 0)) + " bytes. " +
             widths->at("modules").value("description", std::string()) + ".\n";
    }
  }
  return out + "\n";
}

/// Traces with their errors, and what was made of negative ones.
std::string trace_section(const StudyNumbers& n) {
  const NetworkFacts* facts = n.facts("demo");
  if (!facts || !n.traces()) {
    return {};
  }
  std::string out =
      "## Sensitivities of the layers\n\nTraces of the Hessian by Hutchinson's estimator with their standard "
      "errors; negative ones count as 0 in Eq. 1, where they would reward an error.\n\n"
      "| layer | parameters | trace | standard error | probes | noise at two bits (dB) |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: |\n";
  constexpr double kDecibels = 10.0;
  for (const LayerFacts& layer : facts->layers) {
    const auto trace = n.traces()->find(layer.name);
    const auto width = layer.widths.find(kAggressive);
    if (trace == n.traces()->end() || width == layer.widths.end() || !(layer.energy > 0.0)) {
      continue;
    }
    const double ratio = width->second.squared_error / layer.energy;
    out += "| " + layer.name + " | " + std::to_string(layer.parameters) + " | " +
           fixed_text(trace->second.mean, 2) + " | " + fixed_text(trace->second.standard_error, 2) + " | " +
           std::to_string(trace->second.probes) + (trace->second.converged ? "" : " (not converged)") +
           " | " + (ratio > 0.0 ? fixed_text(kDecibels * std::log10(ratio), 1) : "–") + " |\n";
  }
  return out + "\n";
}

std::string latency_section(const StudyNumbers& n) {
  std::string rows, instructions;
  for (const char* widths : kTimed) {
    const Json* measured = n.result(std::string("latency-") + widths);
    const auto medians = present(n.latency(widths));
    if (!measured || medians.empty()) {
      continue;
    }
    instructions = measured->value("instruction_set", std::string());
    double sum = 0.0;
    for (const double median : medians) {
      sum += median;
    }
    constexpr double kBillion = 1e9;
    rows += std::string("| W") + widths + " | " + std::to_string(measured->value("bytes", std::int64_t{0})) +
            " | " + fixed_text(measured->value("bit_operations", 0.0) / kBillion, 2) + " | " +
            fixed_text(sum / static_cast<double>(medians.size()), 3) + " |\n";
  }
  return rows.empty() ? std::string()
                      : "## Fig. 2: throughput\n\n![Figure 2](figure-2.svg)\n\nOne image from pixels to head "
                        "tensors, one thread, PnP apart" +
                            (instructions.empty() ? "" : ", " + instructions) +
                            ". Bit operations are multiply-adds x weight bits x activation bits, float32 "
                            "counting 32 x 32.\n\n| widths | bytes of the file | bit operations (10⁹) | "
                            "median (ms) |\n| --- | ---: | ---: | ---: |\n" +
                            rows + "\n";
}

std::string head(const StudyNumbers& n) {
  const StudySizes& s = n.plan().sizes;
  return "# MQAT, reproduced on Cubesat\n\nMade by Alidade " + current_provenance().version +
         ".\n\n**What this is.** The comparisons of the MQAT paper on the procedural Cubesat sets: rendered "
         "images "
         "of a satellite, near, medium and far, under hard light. A keypoint network in the manner of WDR, "
         "with a "
         "backbone, a feature pyramid and a head, stands where the paper has WDR. Published numbers are of "
         "other "
         "images, a network sixty times as large and trainings of days; they stand beside ours to show the "
         "paper's order, not to be compared with them.\n\n**What was done.** A stage (the paper's 30 epochs) "
         "is " +
         count_text(s.stage_steps) + " steps of " + count_text(s.batch) + " images out of " +
         count_text(s.train_images) +
         ". Whatever is compared with MQAT has its total of four stages, the sweep included, as A.4.1 "
         "counts: one to "
         "find the first module, one for each module. (The sweep itself trains three networks; A.4.1 counts "
         "one.) "
         "Full precision is always fine-tuned for as many steps. First and last layers are quantized like "
         "all "
         "others, as in the paper; LSQ has inputs of " +
         count_text(kActivationBits) + " bits (A" + count_text(kActivationBits) +
         "), INQ float32 inputs. Two bits of LSQ are four levels. Norms are frozen unless a row says "
         "otherwise. "
         "The retrainings of the three questions have " +
         count_text(s.seeds) +
         " seeds; rows of one seed say so and have no interval. Flow and widths are chosen on " +
         count_text(s.selection_images) + " images of the selection split and judged on " +
         count_text(s.test_images) + " others, and on " + count_text(s.light_images) +
         " under light that training has not seen. Intervals of claims are Student's over seeds, those of "
         "the "
         "comparison with full precision percentile bootstraps over images, the same for both networks; "
         "neither "
         "is corrected for the number of comparisons.\n\n";
}

constexpr char kReadings[] =
    "## How the paper was read\n\n"
    "- Algorithm 1 never increments i and restarts from M at line 19: the retrained network is carried on. "
    "flow.pop(k_best) removes the module, not the place; M_best starts below everything; Eq. 2 keeps k_best "
    "at two "
    "bits and counts its size; SORT_SIZE ascends.\n"
    "- Eq. 1: λ is the trace of the Hessian, not averaged, divided by the parameters of the layer; the mean "
    "is over "
    "the layers of a module. K of Eq. 2 is the number of modules.\n"
    "- \"2 bit\" is ternary with INQ and four levels with LSQ. INQ's levels are 0 and powers of two: with "
    "two "
    "bits 0 and plus and minus 2^n1, n1 = floor(log2(4 max|w| / 3)), with eight 129 levels. The authors' "
    "repository has no power at all for three levels and sets every weight to 0; its other way, three levels "
    "at "
    "the scale of least squared error, is the row \"ternary\".\n"
    "- ADI is Eq. 4, from each estimated vertex to the nearest true one; the other direction and ADD are in "
    "accuracies.csv. The SwissCube evaluation that the paper builds on compares vertices of equal index, "
    "which is "
    "ADD.\n"
    "- The abstract's gain of more than 7 % in ADI-0.1d is ADD on LINEMOD (63.9 against 56.1); SwissCube "
    "gains 5.0. "
    "Table 3's ranges and totals do not fit together; Table 4 prints 8.2x for 4-2-4 where its other rows "
    "imply 8.8 "
    "to 8.9; rows 1 and 2 of Table 7 share their ranges. Table 10 has 0.975 at epoch 25, the authors' "
    "repository "
    "0.9875, and its epoch 30 is never reached.\n"
    "- Sec. 5 lets bit operations fall by the compression factor. They fall by the product of weight and "
    "activation "
    "bits: compression of weights alone does not reduce them in proportion.\n\n";

}  // namespace

std::string study_report(const StudyNumbers& n, const std::vector<PublishedTable>& published) {
  std::string out = head(n);
  out += "## Did the paper's trends appear?\n\n" + judged(paper_claims(n), true);
  out += "## What the paper leaves open\n\n" + judged(open_questions(n), false);
  out += flow_section(n) + paper_tables(n, published) + latency_section(n);
  out +=
      "## Fig. 7: what the cells say\n\n![Figure 7](figure-7.svg)\n\nSpread is the root mean square distance "
      "of "
      "the votes for a corner from their mean, over the corners of an image (seed 1).\n\n";
  out +=
      "## Every retraining against full precision\n\nSeed 1, differences by paired bootstrap over images "
      "against "
      "full precision with as many steps (after training: against the checkpoint).\n\n" +
      comparison_table(n);
  out += trace_section(n) + sensitivity_section(n) + kReadings;
  out +=
      "## Not covered\n\nTable 8 and Fig. 8 (object detection), SwissCube, LINEMOD, SPEED+ and the published "
      "networks themselves. Figs. 1 and 3 are drawings. sweep.json opens in the window.\n";
  return out;
}

}  // namespace alidade::mqat
