// SPDX-License-Identifier: BSD-3-Clause
#include <nlohmann/json.hpp>

#include "core/base/text_table.h"
#include "core/experiments/report_parts.h"
#include "core/papers/h2a2/report.h"

namespace alidade::h2a2 {
namespace {

using Json = StudyNumbers::Json;

constexpr int kFine = 3;
constexpr double kMilliseconds = 1000.0, kPerMebibyte = 1.0 / (1024.0 * 1024.0), kPerThousand = 1e-3;

std::string block_rows(const StudyNumbers& n, const std::string& arm) {
  const Json* measured = n.result("cosines-" + arm + "-s1");
  if (!measured) {
    return {};
  }
  std::string rows;
  for (const auto& [block, entry] : object_at(*measured, "blocks").items()) {
    const auto text = [&, &of = entry](const char* key, int decimals) {
      const auto value = json_number(of, {key});
      return value ? fixed_text(*value, decimals) : std::string("–");
    };
    std::string norms;
    for (const auto& norm : entry.at("norms")) {
      norms += (norms.empty() ? "" : ", ") + (norm.is_number() ? fixed_text(norm.get<double>(), kFine) : "–");
    }
    rows += "| " + arm + " | " + block + " | " + text("mean_cosine", kFine) + " [" + text("low", kFine) +
            ", " + text("high", kFine) + "] | " + text("conflict_rate", 2) + " | " + text("reliability", 2) +
            " | " + norms + " |\n";
  }
  return rows;
}

std::string log_table(const StudyNumbers& n) {
  MetricTable table;
  table.corner = "arm";
  table.columns = {{"psi", "mean Psi", "", 1.0, true, kFine},
                   {"triggered", "triggered tensors", "%", kPoints, false, 1},
                   {"cosine", "mean cosine at the end", "", 1.0, true, kFine}};
  for (const char* arm :
       {kJoint, kSelection, kHarmony, kBoth, kProjection, "threshold-0.50", "threshold-0.95"}) {
    if (n.seeds(arm) > 0) {
      table.rows.push_back(report_row(arm + std::string(n.seeds(arm) == 1 ? " (one seed)" : ""),
                                      {seed_cell(table.columns[0], n.balance(arm, "psi")),
                                       seed_cell(table.columns[1], n.balance(arm, "triggered")),
                                       seed_cell(table.columns[2], n.cosine(arm))}));
    }
  }
  return report_table(std::move(table));
}

}  // namespace

std::string gradient_section(const StudyNumbers& n) {
  std::string rows;
  for (const Arm& arm : n.arms()) {
    rows += arm.cosines ? block_rows(n, arm.name) : std::string();
  }
  return "## Gradients of the sources (gradients.csv)\n\n![Norms](figure-norms.svg)\n\nMeans over the steps "
         "of a "
         "training; without NGH nothing is triggered, Psi is told all the same.\n\n" +
         log_table(n) +
         (rows.empty()
              ? std::string()
              : "Cosines of the losses' gradients at the last checkpoint (seed 1) with 95 % intervals over "
                "batches; below a reliability of 0.3 a cosine is mostly noise. The histories in "
                "contention/ open in the window.\n\n| arm | block | mean cosine | conflict rate | "
                "reliability | norms by source |\n| --- | --- | ---: | ---: | ---: | --- |\n" +
                    rows + "\n");
}

std::string transfer_section(const StudyNumbers& n) {
  std::string rows;
  for (const Arm& arm : n.arms()) {
    if (!arm.transfers) {
      continue;
    }
    for (const StudySource& unseen : unseen_sources(arm)) {
      for (const StudySource& head : trained_sources(arm)) {
        MetricTable::Cell cells[2];
        std::string text;
        for (std::size_t m = 0; m < std::size(kMetrics); ++m) {
          cells[m] = seed_cell({kMetrics[m], kMetrics[m], "%", kPoints},
                               n.transfer(arm.name, unseen.name, head.name, kMetrics[m]));
          text += " " + cells[m].text +
                  (cells[m].interval ? " [" + fixed_text(cells[m].interval->low, 1) + ", " +
                                           fixed_text(cells[m].interval->high, 1) + "]"
                                     : "") +
                  " |";
        }
        rows += "| " + unseen.name + " | " + arm.name + " | " + head.name + " |" + text + "\n";
      }
    }
  }
  return "## Transfer to a source left out\n\nThe source was not trained on; its test scenes are searched by "
         "the head "
         "of another one, as if they were that one's, for the classes that both have. Arms with one seed "
         "have no "
         "interval and decide nothing.\n\n| source | arm | head | mAP@0.25 (%) | mAP@0.5 (%) |\n"
         "| --- | --- | --- | ---: | ---: |\n" +
         rows + "\n";
}

std::string cost_section(const StudyNumbers& n, const std::vector<PublishedTable>& published) {
  MetricTable table;
  table.corner = "arm";
  table.columns = {{"step", "training step", "ms", kMilliseconds, false, 0},
                   {"scene", "detection", "ms", kMilliseconds, false, 1},
                   {"peak", "memory while training", "MiB", kPerMebibyte, false, 0},
                   {"state", "weights, gradients, moments", "MiB", kPerMebibyte, false, 1},
                   {"parameters", "parameters", "thousand", kPerThousand, false, 0},
                   {"exchanged", "exchanged per step", "MiB", kPerMebibyte, false, 2}};
  for (const char* arm : kTimed) {
    const Json* measured = n.result(std::string("timing-") + arm);
    if (!measured) {
      continue;
    }
    const auto of = [&](const char* key) { return SeedValues{json_number(*measured, {key})}; };
    const auto peak = json_number(*measured, {"peak_bytes"});
    table.rows.push_back(report_row(
        arm,
        {seed_cell(table.columns[0], n.timing(arm, "step_s")),
         seed_cell(table.columns[1], n.timing(arm, "scene_s")),
         seed_cell(table.columns[2], {peak && *peak > 0.0 ? peak : std::nullopt}),
         seed_cell(table.columns[3], of("state_bytes")), seed_cell(table.columns[4], of("parameters")),
         seed_cell(table.columns[5], {present(n.trained(arm, "exchanged_bytes")).empty()
                                          ? std::nullopt
                                          : std::optional(present(n.trained(arm, "exchanged_bytes"))[0])})}));
  }
  const PublishedTable* printed = find_published(published, "h2a2-table-1-a");
  std::string out =
      "## Time, memory and parameters\n\nOne thread, nothing beside it; a training step is of all three "
      "sources, in "
      "turn. Times with intervals over repeated measurements; memory is what resident memory reached above "
      "what "
      "there was before.\n\n";
  out += table.rows.empty() ? "Not measured.\n\n" : report_table(std::move(table));
  for (const PublishedRow& row : printed ? printed->rows : std::vector<PublishedRow>()) {
    const auto rate = row.values.find("fps");
    out += rate == row.values.end() ? std::string()
                                    : "- published on " + printed->dataset + ": " + row.method + ", " +
                                          fixed_text(rate->second, 1) + " frames/s\n";
  }
  return out + "\n";
}

}  // namespace alidade::h2a2
