// SPDX-License-Identifier: BSD-3-Clause
#include <functional>
#include <map>

#include <nlohmann/json.hpp>

#include "core/base/text_table.h"
#include "core/experiments/report_parts.h"
#include "core/papers/decompose/report.h"
#include "core/papers/decompose/work.h"

namespace alidade::decompose {
namespace {

std::vector<MetricColumn> metric_columns() {
  return {{"iou_50", "IoU50", "%", 100.0},    {"iou_75", "IoU75", "%", 100.0},
          {"5deg2cm", "5°2cm", "%", 100.0},   {"5deg5cm", "5°5cm", "%", 100.0},
          {"10deg2cm", "10°2cm", "%", 100.0}, {"10deg5cm", "10°5cm", "%", 100.0}};
}

/// A row of one of the paper's tables: our arm, and the printed row that it answers to.
struct TableRow {
  std::string name, arm;
  std::map<std::string, std::string> printed{};  ///< settings of the published row; empty = it has none
  std::string method = "DecomPose";
};

class TableMaker {
 public:
  TableMaker(const StudyNumbers& numbers, const std::vector<PublishedTable>& published)
      : numbers_(numbers), published_(published) {}

  const StudyNumbers& numbers() const { return numbers_; }

  MetricTable::Row our_row(const std::string& set, const TableRow& row) const {
    std::vector<MetricTable::Cell> cells;
    for (const MetricColumn& column : metric_columns()) {
      cells.push_back(seed_cell(column, numbers_.accuracy(set, row.arm, column.id)));
    }
    const int seeds = numbers_.seeds(set, row.arm);
    return report_row("ours: " + row.name + (seeds == 1 ? " (one seed)" : ""), std::move(cells));
  }

  /// One table of a set; nothing where none of its arms is in the plan. `number` is that of the paper.
  std::string table(const std::string& set, const std::string& number, const std::string& corner,
                    const std::vector<TableRow>& rows) const {
    const StudySet& of = *find_set(set);
    const std::string id = "decompose-table-" + number + (of.letter.empty() ? "" : "-" + of.letter);
    MetricTable table;
    table.corner = corner;
    table.columns = metric_columns();
    bool any = false, answered = false;
    for (const TableRow& row : rows) {
      answered = answered || !row.printed.empty();
      if (numbers_.seeds(set, row.arm) > 0) {
        any = true;
        table.rows.push_back(our_row(set, row));
      }
      if (!row.printed.empty()) {
        add_published_rows(table, find_published(published_, id), row.method, row.printed);
      }
    }
    if (!any) {
      return "On the " + words(of) + " categories: not in this plan (`--ten`, `--all`).\n\n";
    }
    return "On the " + words(of) + " categories" + (answered ? ", beside " + of.published : "") + ":\n\n" +
           report_table(std::move(table));
  }

  const PublishedTable* printed(const std::string& id) const { return find_published(published_, id); }

  static std::string words(const StudySet& set) {
    return set.name == "unlike" ? "six least alike" : set.categories.size() == 6 ? "six" : "ten";
  }

 private:
  const StudyNumbers& numbers_;
  const std::vector<PublishedTable>& published_;
};

/// "H/H/L" of "hhl".
std::string slashed(const std::string& letters) {
  std::string text;
  for (const char c : letters) {
    text += (text.empty() ? "" : "/") + std::string(1, c == 'h' ? 'H' : 'L');
  }
  return text;
}

std::string table_one(const TableMaker& maker) {
  std::string out = "## Table 1: beside published methods\n\n";
  for (const char* set : {"six", "ten"}) {
    const std::string letter = std::string(set) == "six" ? "a" : "c";
    MetricTable table;
    table.corner = "method";
    table.columns = metric_columns();
    const auto& numbers = maker.numbers();
    for (const TableRow& row :
         {TableRow{"no groups (the baseline)", kNone, {}},
          TableRow{"DecomPose, " + slashed(grouped_arm(*find_set(set))), grouped_arm(*find_set(set)), {}}}) {
      if (numbers.seeds(set, row.arm) > 0) {
        table.rows.push_back(maker.our_row(set, row));
      }
    }
    if (table.rows.empty()) {
      continue;
    }
    const PublishedTable* printed = maker.printed("decompose-table-1-" + letter);
    for (const PublishedRow& row : printed ? printed->rows : std::vector<PublishedRow>()) {
      add_published_rows(table, printed, row.method, row.settings);
    }
    out +=
        "On the " + TableMaker::words(*find_set(set)) + " categories:\n\n" + report_table(std::move(table));
  }
  return out +
         "CAMERA25 has no counterpart here: it is NOCS's categories rendered once more, at a scale (300,000 "
         "images, 184 objects) that this machine does not train on.\n\n";
}

std::string table_two(const TableMaker& maker, const std::string& set) {
  return maker.table(set, "2", "grouping",
                     {{"none", kNone, {{"grouping", "none"}}},
                      {"random", "random", {{"grouping", "random"}}},
                      {"by difficulty, without boundary refinement",
                       "unrefined",
                       {{"grouping", "difficulty without boundary refinement"}}},
                      {"by difficulty, with boundary refinement",
                       grouped_arm(*find_set(set)),
                       {{"grouping", "difficulty with boundary refinement"}}}});
}

std::string table_three(const TableMaker& maker, const std::string& set) {
  const std::vector<std::string> arms = std::string(set) == "six"
                                            ? std::vector<std::string>{"lll", "hhh", "llh", "hhl"}
                                            : std::vector<std::string>{"llll", "hhhh", "llhh", "hhll"};
  std::vector<TableRow> rows;
  for (const std::string& arm : arms) {
    rows.push_back({slashed(arm), arm, {{"branches", slashed(arm)}}});
  }
  return maker.table(set, "3", "branches, easiest first", rows);
}

std::string table_four(const TableMaker& maker, const std::string& set) {
  return maker.table(
      set, "4", "split block",
      {{"backbone", "split-backbone", {{"module", "backbone"}}},
       {"pose head", "split-head", {{"module", "pose head"}}},
       {"correspondence", grouped_arm(*find_set(set)), {{"module", "correspondence module"}}}});
}

std::string table_five(const TableMaker& maker, const std::string& set) {
  std::vector<TableRow> rows{{"1", kNone, {{"groups", "1"}}}};
  for (int groups = 2; groups <= 5; ++groups) {
    const std::string count = std::to_string(groups);
    rows.push_back({count,
                    groups == find_set(set)->groups ? grouped_arm(*find_set(set)) : "g" + count,
                    {{"groups", count}}});
  }
  return maker.table(set, "5", "groups", rows);
}

std::string table_six(const TableMaker& maker, const std::string& set) {
  return maker.table(
      set, "6", "reference",
      {{"pose diffusion", "by-diffusion", {}},
       {"its regression head", "by-regression", {}},
       {"the baseline without groups", grouped_arm(*find_set(set)), {{"reference", "AG-Pose"}}}});
}

/// "61.1 ± 0.2", the second being the standard error of the mean; in the column's unit.
std::string sem_text(const MetricColumn& column, const std::optional<double>& mean,
                     const std::optional<double>& sem) {
  if (!mean) {
    return "–";
  }
  return fixed_text(*mean, column.decimals) + (sem ? " ± " + fixed_text(*sem, column.decimals) : "");
}

std::optional<double> printed_value(const PublishedRow& row, const std::string& metric) {
  const auto found = row.values.find(metric);
  return found == row.values.end() ? std::nullopt : std::optional(found->second);
}

/// A line of Table 7: mean and standard error of each metric.
std::string sem_line(const std::string& name,
                     const std::function<std::string(const MetricColumn& column)>& cell) {
  std::string line = "| " + name + " |";
  for (const MetricColumn& column : metric_columns()) {
    line += " " + cell(column) + " |";
  }
  return line + "\n";
}

/// Mean and standard error, as the paper writes them, ours and the paper's.
std::string sem_table(const TableMaker& maker, const std::string& set, const std::string& printed_id) {
  std::string head = "| method |", rule = "| --- |";
  for (const MetricColumn& column : metric_columns()) {
    head += " " + column_header(column) + " |";
    rule += " ---: |";
  }
  std::string out = head + "\n" + rule + "\n";
  for (const auto& [words, arm] : {std::pair<std::string, std::string>{"no groups", kNone},
                                   {"DecomPose", grouped_arm(*find_set(set))}}) {
    out += sem_line("ours: " + words + ", mean ± SEM", [&](const MetricColumn& column) {
      const auto summary = mean_and_sem(maker.numbers().accuracy(set, arm, column.id));
      const auto shown = [&](const std::optional<double>& value) {
        return value ? std::optional(*value * column.factor) : std::nullopt;
      };
      return summary ? sem_text(column, shown(summary->mean), shown(summary->sem)) : std::string("–");
    });
  }
  const PublishedTable* printed = maker.printed(printed_id);
  for (const PublishedRow& row : printed != nullptr ? printed->rows : std::vector<PublishedRow>()) {
    const auto seed = row.settings.find("seed");
    if (seed != row.settings.end() && seed->second == "mean") {
      out += sem_line("published on " + printed->dataset + ": " + row.method + ", mean ± SEM",
                      [&](const MetricColumn& column) {
                        return sem_text(column, printed_value(row, column.id),
                                        printed_value(row, column.id + "_sem"));
                      });
    }
  }
  return out + "\n";
}

/// Two methods, seed by seed, then mean and standard error as the paper writes them.
std::string table_seven(const TableMaker& maker, const std::string& set) {
  const std::string main = grouped_arm(*find_set(set));
  const auto& numbers = maker.numbers();
  const int seeds = numbers.seeds(set, main);
  if (seeds < 2) {
    return "This plan has one seed.\n\n";
  }
  MetricTable table;
  table.corner = "method, seed";
  table.columns = metric_columns();
  for (int seed = 0; seed < seeds; ++seed) {
    for (const auto& [words, arm] :
         {std::pair<std::string, std::string>{"no groups", kNone}, {"DecomPose", main}}) {
      std::vector<MetricTable::Cell> cells;
      for (const MetricColumn& column : table.columns) {
        cells.push_back(
            table_cell(column, numbers.accuracy(set, arm, column.id).at(seed), {}, "not measured"));
      }
      table.rows.push_back(
          report_row("ours: " + words + ", seed " + std::to_string(seed + 1), std::move(cells)));
    }
  }
  return report_table(std::move(table)) + sem_table(maker, set, "decompose-table-7-a") +
         "SEM: standard error of the mean over " + std::to_string(seeds) + " seeds.\n\n";
}

/// What the paper does not print: capacity and color on the six categories.
std::string further_table(const TableMaker& maker) {
  return maker.table("six", "none", "training",
                     {{"no groups", kNone, {}},
                      {"no groups, one low branch", "low", {}},
                      {"no groups, as many parameters as H/H/L", "wide", {}},
                      {"no groups, AG-Pose's own weights of the losses", "ag-pose", {}},
                      {"groups, H/H/H", "hhh", {}},
                      {"groups, L/L/L", "lll", {}},
                      {"groups, H/H/L", "hhl", {}},
                      {"groups by clustered gradients, H/H/L", "by-gradients", {}},
                      {"groups by measured effects, H/H/L", "by-effects", {}},
                      {"groups, H/H/L, without color", "color-none", {}},
                      {"groups, H/H/L, color of random weights", "color-random", {}}});
}

std::string both(const std::function<std::string(const std::string& set)>& table) {
  return table("six") + table("ten");
}

}  // namespace

std::string paper_tables(const StudyNumbers& numbers, const std::vector<PublishedTable>& published) {
  const TableMaker maker(numbers, published);
  const auto section = [&](const char* title, std::string (*table)(const TableMaker&, const std::string&)) {
    return std::string("## ") + title + "\n\n" +
           both([&](const std::string& set) { return table(maker, set); });
  };
  std::string out = table_one(maker);
  out += section("Table 2: how categories are grouped", table_two);
  out += section("Table 3: capacity of the branches", table_three);
  out += section("Table 4: which block is split", table_four);
  out += section("Table 5: number of groups", table_five);
  out += section("Table 6: whose accuracy ranks the categories", table_six) +
         "The paper's references are published networks that nobody ships for this data; ours are a pose "
         "diffusion "
         "network, its regression head, and the baseline, as in the paper.\n\n";
  out += "## Table 7: seeds\n\n" + table_seven(maker, "six");
  out += "## Table 8: categories that are least alike\n\n" +
         maker.table("unlike", "8", "grouping",
                     {{"none", kNone, {{"grouping", "none"}}},
                      {"random", "random", {{"grouping", "random"}}},
                      {"by difficulty, with boundary refinement",
                       "hhl",
                       {{"grouping", "difficulty with boundary refinement"}}}});
  return out + "## Further trainings\n\n" + further_table(maker);
}

}  // namespace alidade::decompose
