// SPDX-License-Identifier: BSD-3-Clause
#include <map>

#include <nlohmann/json.hpp>

#include "core/base/text_table.h"
#include "core/experiments/report_parts.h"
#include "core/papers/h2a2/report.h"

namespace alidade::h2a2 {
namespace {

/// A row: our arm, and the printed row that it answers to, of Table 1 or 2.
struct AccuracyRow {
  std::string arm, words;
  std::string table{}, method{};
  std::map<std::string, std::string> settings{};
};

std::vector<MetricColumn> map_columns(const std::string& end = "") {
  return {{"map_25", "mAP@0.25" + end, "%", kPoints}, {"map_50", "mAP@0.5" + end, "%", kPoints}};
}

MetricTable::Row our_row(const StudyNumbers& n, const AccuracyRow& row,
                         const std::vector<std::string>& sources, const std::vector<MetricColumn>& columns) {
  std::vector<MetricTable::Cell> cells;
  for (const std::string& source : sources) {
    for (const char* metric : kMetrics) {
      cells.push_back(seed_cell(columns[cells.size()], n.accuracy(row.arm, source, metric)));
    }
  }
  return report_row("ours: " + row.words + (n.seeds(row.arm) == 1 ? " (one seed)" : ""), std::move(cells));
}

std::vector<AccuracyRow> main_rows() {
  const auto ablation = [](const char* arm, const char* words, const char* selection, const char* harmony) {
    return AccuracyRow{arm, words, "2", "H2A2", {{"SF-KS", selection}, {"NGH", harmony}}};
  };
  return {{kAlone, "the source alone", "1", "TR3D"},
          ablation(kJoint, "joint training", "no", "no"),
          ablation(kSelection, "SF-KS", "yes", "no"),
          ablation(kHarmony, "NGH", "no", "yes"),
          ablation(kBoth, "SF-KS and NGH", "yes", "yes"),
          {kProjection, "PCGrad"},
          {"joint-one-norm", "joint training, running values of norms averaged over the sources"}};
}

std::string source_table(const StudyNumbers& n, const StudySource& source,
                         const std::vector<PublishedTable>& published) {
  MetricTable table;
  table.corner = "method";
  table.columns = map_columns();
  for (const AccuracyRow& row : main_rows()) {
    table.rows.push_back(our_row(n, row, {source.name}, table.columns));
    if (!row.table.empty()) {
      add_published_rows(table, find_published(published, "h2a2-table-" + row.table + "-" + source.letter),
                         row.method, row.settings);
    }
  }
  return "### " + source.name + ", which stands for " + source.published + "\n\n" +
         report_table(std::move(table));
}

/// Arms on all sources and their mean, both metrics.
std::string arm_table(const StudyNumbers& n, const std::vector<std::string>& arms) {
  MetricTable table;
  table.corner = "arm";
  std::vector<std::string> sources;
  for (const StudySource& source : main_sources()) {
    sources.push_back(source.name);
  }
  sources.push_back(kMean);
  for (const std::string& source : sources) {
    for (MetricColumn column : map_columns(", " + source)) {
      column.id += "_" + source;
      table.columns.push_back(std::move(column));
    }
  }
  for (const std::string& name : arms) {
    const Arm* arm = n.arm(name);
    if (arm) {
      table.rows.push_back(our_row(n, {name, arm->words}, sources, table.columns));
    }
  }
  return table.rows.size() < 2 ? "Not in this plan (`--all`).\n\n" : report_table(std::move(table));
}

std::string sensitivity_section(const StudyNumbers& n) {
  std::vector<std::string> arms{kBoth};
  for (const Arm& arm : n.arms()) {
    if (arm.name.starts_with("ratio-") || arm.name.starts_with("threshold-")) {
      arms.push_back(arm.name);
    }
  }
  return "## Sensitivity, which the paper lacks (exploratory: one seed)\n\ngamma depends on tau and the "
         "initial O "
         "together: at the start a kernel is shared where beta is at least tau / sigma(O). The first row "
         "has " +
         fixed_text(kUsualRatio, 2) + ", O = " + fixed_text(kUsualStart, 1) + " and the threshold " +
         fixed_text(kUsualThreshold, 2) +
         " of Psi; 1.00 with O = 0 is tau = 0.5, where nothing can be shared at the start.\n\n"
         "![Sensitivity](figure-sensitivity.svg)\n\n" +
         arm_table(n, arms);
}

std::string control_section(const StudyNumbers& n) {
  return "## Controls\n\nSF-KS and NGH, changed in one thing; one seed.\n\n" +
         arm_table(n, {kBoth, "all-shared", "all-exclusive", kRandomShare, "alpha-only", "beta-only",
                       "both-one-norm", "both-own-norms", "joint-own-norms", "published-epsilon"});
}

}  // namespace

std::string accuracy_sections(const StudyNumbers& n, const std::vector<PublishedTable>& published) {
  std::string out =
      "## Main table and ablation\n\n![Ablation](figure-ablation.svg)\n\n"
      "Published rows are of other data, a network of many times the size and trainings of days.\n\n";
  for (const StudySource& source : main_sources()) {
    out += source_table(n, source, published);
  }
  return out + sensitivity_section(n) + control_section(n);
}

}  // namespace alidade::h2a2
