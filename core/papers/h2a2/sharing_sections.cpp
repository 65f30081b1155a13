// SPDX-License-Identifier: BSD-3-Clause
#include <nlohmann/json.hpp>

#include "core/base/text_table.h"
#include "core/experiments/report_parts.h"
#include "core/papers/h2a2/report.h"

namespace alidade::h2a2 {
namespace {

using Json = StudyNumbers::Json;

constexpr int kThree = 3;

std::string number_or_dash(const std::optional<double>& value, int decimals) {
  return value ? fixed_text(*value, decimals) : "–";
}

/// Shares of gamma by source of every arm that decides.
std::string share_table(const StudyNumbers& n) {
  std::string out;
  for (const StudyData& data : study_data()) {
    MetricTable table;
    table.corner = "arm";
    for (const StudySource& source : data.sources) {
      table.columns.push_back({source.name, "shared by " + source.name, "%", kPoints, true, 1});
    }
    table.columns.push_back({"support", "alpha against pairs (Spearman)", "", 1.0, true, 2});
    table.columns.push_back({"agreement", "as in the next seed", "%", kPoints, true, 1});
    for (const Arm& arm : n.arms()) {
      if (arm.data != data.name || !arm.decides() || n.seeds(arm.name) == 0) {
        continue;
      }
      std::vector<MetricTable::Cell> cells;
      for (const StudySource& source : data.sources) {
        cells.push_back(seed_cell(table.columns[cells.size()], n.shared(arm.name, source.name)));
      }
      cells.push_back(seed_cell(table.columns[cells.size()], n.support_rank(arm.name)));
      cells.push_back(seed_cell(table.columns[cells.size()], n.seed_agreement(arm.name)));
      table.rows.push_back(
          report_row(arm.name + (n.seeds(arm.name) == 1 ? " (one seed)" : ""), std::move(cells)));
    }
    if (!table.rows.empty()) {
      out += (data.name == study_data().front().name ? "" : "Data \"" + data.name + "\":\n\n") +
             report_table(std::move(table));
    }
  }
  return out;
}

std::string intervention_row(const Json& one) {
  const std::string layer = one.value("layer", std::string()),
                    decision = one.value("decision", std::string());
  const int orbit = one.value("orbit", -1);
  constexpr const char* kOrbits[] = {"center", "6 faces", "12 edges", "8 corners"};
  const std::string offsets = orbit >= 0 && orbit < 4 ? kOrbits[orbit] : "all";
  const std::string what =
      decision == "ratio" ? "tau / sigma(O) = " + number_or_dash(json_number(one, {"ratio"}), 2) : decision;
  return "| " + (layer.empty() ? std::string("all") : layer) + " | " + offsets + " | " + what + " | " +
         number_or_dash(json_number(one, {"alpha_beta"}), kThree) + " | " +
         fixed_text(kPoints * one.value("shared", 0.0), 0) + " | " +
         fixed_text(kPoints * one.value("map25", 0.0), 1) + " | " +
         fixed_text(kPoints * one.value("map50", 0.0), 1) + " | " +
         number_or_dash(json_number(one, {"loss"}), kThree) + " |\n";
}

std::string rank_sentence(const Json& rank, const std::string& of) {
  const auto correlation = json_number(rank, {"correlation"});
  if (!correlation) {
    return "alpha x beta cannot be ranked against the change of " + of + ": one of them is constant. ";
  }
  return "Spearman's correlation of alpha x beta with the change of " + of + " over " +
         std::to_string(rank.value("pairs", 0)) + " turned orbits is " + fixed_text(*correlation, 2) + " [" +
         number_or_dash(json_number(rank, {"low"}), 2) + ", " +
         number_or_dash(json_number(rank, {"high"}), 2) +
         "], p = " + number_or_dash(json_number(rank, {"p"}), kThree) + " by permutations. ";
}

std::string intervention_section(const StudyNumbers& n) {
  const Json* done = n.result(StudyStep{StudyStep::Kind::kInterventions, kBoth, 1}.name());
  if (!done || !done->contains("all")) {
    return {};
  }
  std::string rows;
  for (const Json& one : done->at("all")) {
    rows += intervention_row(one);
  }
  return "## Forced decisions\n\nThe network of `both`, seed 1, without further training: offsets are forced "
         "to the "
         "shared or the exclusive kernel, or turned to what they were not in most scenes, and scenes are "
         "searched "
         "again (" +
         std::to_string(n.plan().sizes.intervention_scenes) +
         " of each source; mAP@0.25 without any: " + fixed_text(kPoints * done->value("map25", 0.0), 1) +
         " %). If alpha x beta says how good sharing is, turning what it puts high should cost more. " +
         rank_sentence(done->at("rank").at("map25"), "mAP@0.25") +
         rank_sentence(done->at("rank").at("loss"), "the loss") +
         "\n\n![Forced decisions](figure-interventions.svg)\n\n"
         "| layer | offsets | decision | alpha x beta | shared before (%) | change of mAP@0.25 (points) | of "
         "mAP@0.5 "
         "| of the loss |\n| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |\n" +
         rows + "\n";
}

std::string response_section(const StudyNumbers& n) {
  MetricTable table;
  table.corner = "offsets shuffled";
  table.columns = {{"trained", "agreement after training", "", 1.0, true, kThree},
                   {"start", "at the start", "", 1.0, true, kThree}};
  for (const auto& [words, how] :
       {std::pair{"all", OffsetShuffle::kAll},
        std::pair{"within equal distance from the center", OffsetShuffle::kWithinOrbits}}) {
    table.rows.push_back(report_row(words, {seed_cell(table.columns[0], n.responses("trained", how)),
                                            seed_cell(table.columns[1], n.responses("start", how))}));
  }
  return "## Fig. 1: do separately trained kernels agree by offset?\n\nNorms of the kernels at each offset "
         "of the "
         "networks of one source, seed by seed another start; mean over layers and pairs of sources, less "
         "the mean "
         "of shuffled offsets: 0 is chance. " +
         std::string(n.plan().sizes.seeds < 2
                         ? "With one seed all networks share their start, so that agreement says little.\n\n"
                         : "The start shows what random kernels give.\n\n") +
         "![Responses](figure-responses.svg)\n\n" + report_table(std::move(table));
}

}  // namespace

std::string sharing_sections(const StudyNumbers& n) {
  return "## What is shared (sharing.csv)\n\nShare of layer and offset at which gamma is 1, mean over "
         "scenes. A "
         "control that says 100 % or 0 % by design is left out.\n\n![Alpha and "
         "pairs](figure-support.svg)\n\n" +
         share_table(n) + response_section(n) + intervention_section(n);
}

}  // namespace alidade::h2a2
