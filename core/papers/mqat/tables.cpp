// SPDX-License-Identifier: BSD-3-Clause
#include <functional>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "core/experiments/report_parts.h"
#include "core/papers/mqat/report.h"

namespace alidade::mqat {
namespace {

using Json = StudyNumbers::Json;

/// A column and where an arm's numbers of it are.
struct ArmColumn {
  MetricColumn column;
  std::function<SeedValues(const StudyNumbers&, const std::string& arm)> read;
};

ArmColumn share_column(const ShareMetric& metric, const std::string& split = kTest) {
  const bool light = split == kLight;
  return {{light ? metric.id() + "_light" : metric.id(), metric.title() + (light ? ", unseen light" : ""),
           "%", kPoints},
          [metric, split](const StudyNumbers& n, const std::string& arm) {
            return n.shares(arm, metric, split);
          }};
}

ArmColumn bin_column(int bin) {
  ShareMetric metric = kUsual;
  metric.bin = bin;
  return share_column(metric);
}

ArmColumn compression_column() {
  return {{"compression", "compression", "x", 1.0},
          [](const StudyNumbers& n, const std::string& arm) { return SeedValues{n.compression(arm)}; }};
}

/// A row of one of the paper's tables: our arm, and the printed row that it answers to.
struct TableRow {
  std::string name, arm;
  std::string method{};                          ///< of the published row; empty = it has none
  std::map<std::string, std::string> printed{};  ///< its settings
};

class TableMaker {
 public:
  TableMaker(const StudyNumbers& numbers, const std::vector<PublishedTable>& published)
      : numbers_(numbers), published_(published) {}

  const StudyNumbers& numbers() const { return numbers_; }
  const PublishedTable* printed(const std::string& number) const {
    return find_published(published_, "mqat-table-" + number);
  }

  /// The rows that the plan has, each with the printed one below it. `number` is that of the paper.
  std::string table(const std::string& number, const std::string& corner,
                    const std::vector<ArmColumn>& columns, const std::vector<TableRow>& rows) const {
    MetricTable table;
    table.corner = corner;
    for (const ArmColumn& column : columns) {
      table.columns.push_back(column.column);
    }
    bool any = false;
    for (const TableRow& row : rows) {
      if (numbers_.seeds(row.arm) > 0) {
        any = true;
        table.rows.push_back(our_row(row, columns));
      }
      if (!row.method.empty()) {
        add_published_rows(table, printed(number), row.method, row.printed);
      }
    }
    return any ? report_table(std::move(table)) : "Not in this plan (`--all`).\n\n";
  }

 private:
  MetricTable::Row our_row(const TableRow& row, const std::vector<ArmColumn>& columns) const {
    std::vector<MetricTable::Cell> cells;
    for (const ArmColumn& column : columns) {
      cells.push_back(seed_cell(column.column, column.read(numbers_, row.arm)));
    }
    const std::string label = numbers_.label(row.arm);
    return report_row("ours: " + row.name + (label.empty() ? "" : ", " + label) +
                          (numbers_.seeds(row.arm) == 1 ? " (one seed)" : ""),
                      std::move(cells));
  }

  const StudyNumbers& numbers_;
  const std::vector<PublishedTable>& published_;
};

/// Every row of a printed table, once.
void add_printed_rows(MetricTable& table, const PublishedTable* printed) {
  std::set<std::pair<std::string, std::map<std::string, std::string>>> done;
  for (const PublishedRow& row : printed ? printed->rows : std::vector<PublishedRow>()) {
    if (done.insert({row.method, row.settings}).second) {
      add_published_rows(table, printed, row.method, row.settings);
    }
  }
}

/// "pyramid, head, backbone".
std::string order_text(const std::vector<std::string>& order) {
  std::string text;
  for (const std::string& module : order) {
    text += (text.empty() ? "" : ", ") + module;
  }
  return text;
}

const char* printed_module(const std::string& module) {
  return module == kPyramid ? "feature pyramid" : module == "backbone" ? "backbone" : "head";
}

std::string question_a(const TableMaker& maker) {
  std::vector<TableRow> rows{{"the checkpoint as it is", "start"}};
  for (const char* norm : {"live", "frozen", "folded"}) {
    rows.push_back({std::string("full precision, norms ") + norm, std::string("float-") + norm});
    rows.push_back({std::string("pyramid at two bits, norms ") + norm, std::string("pyramid2-") + norm});
  }
  return "## The feature pyramid alone at two bits\n\nEvery row but the first has one stage of training more "
         "than the checkpoint. A live norm, whose running statistics lag behind the weights, gives full "
         "precision a handicap that quantization repairs: compare within one kind of norm.\n\n" +
         maker.table("1", "network", {share_column(kStrict), share_column(kUsual), share_column(kLenient)},
                     rows);
}

std::string table_one(const TableMaker& maker) {
  const StudyNumbers& n = maker.numbers();
  std::vector<TableRow> rows{
      {"full precision", "float-total", "WDR", {{"first module", "none (full precision)"}}}};
  for (const char* arm : {"mqat-3", "reverse-3", "middle-first-3", "order-1-3", "order-3-3", "order-4-3"}) {
    const auto order = n.order(arm);
    if (order.empty()) {
      continue;
    }
    TableRow row{order_text(order) + (std::string(arm) == "mqat-3" ? " (the flow)" : ""), arm};
    if (std::string(arm).find("order-") == std::string::npos) {
      row.method = "WDR + MQAT";
      row.printed = {{"first module", printed_module(order.front())}};
    }
    rows.push_back(std::move(row));
  }
  return "## Table 1: which module is quantized first\n\nThe same widths in every row; only the order "
         "differs. The paper does not say which widths its rows have.\n\n" +
         maker.table("1", "order", {share_column(kUsual), share_column(kLenient)}, rows);
}

std::string table_two(const TableMaker& maker) {
  constexpr const char* kBits = "bits B-F-H";
  const ShareMetric add{ShareMetric::Error::kAdd, 0.1}, lenient{ShareMetric::Error::kAdd, 0.5};
  const std::map<std::string, std::string> full{{kBits, "full precision"}}, mixed{{kBits, "8-2-8"}};
  const auto rows = [&](const std::string& prefix, const std::string& lsq, const std::string& inq) {
    return std::vector<TableRow>{{"full precision", prefix + "float-total", "WDR", full},
                                 {"MQAT (LSQ)", prefix + lsq, "WDR + MQAT (LSQ)", mixed},
                                 {"MQAT (INQ)", prefix + inq, "WDR + MQAT (INQ)", mixed}};
  };
  auto main = rows("", "table-2-lsq", "table-2-inq");
  main.push_back({"MQAT (INQ), uniform levels", "table-2-inq-ternary"});
  main.push_back({"MQAT (LSQ), ternary", "table-2-lsq-ternary"});
  main.push_back({"after training", "post-8-2-8"});
  std::string out =
      "## Table 2: LSQ and INQ\n\nTwo bits are four levels with LSQ and three with INQ, whose activations "
      "stay "
      "float32. INQ's levels are 0 and powers of two (powers8 has 129 of them, powers2 three).\n\n" +
      maker.table("2-a", "method", {share_column(kUsual), share_column(kLenient)}, main) +
      "Occluded Cubesat stands for LINEMOD-Occluded, whose metric is ADD:\n\n" +
      maker.table("2-c", "method", {share_column(add), share_column(lenient)},
                  rows("occluded-", "mqat-8-2-8", "mqat-8-2-8-inq"));
  const PublishedTable* printed = maker.printed("2-b");
  MetricTable others;
  others.corner = "method";
  others.columns = {{"add_0.1d", "ADD-0.1d", "%", kPoints}, {"add_0.5d", "ADD-0.5d", "%", kPoints}};
  add_printed_rows(others, printed);
  return others.rows.empty() ? out
                             : out + "LINEMOD has no counterpart here:\n\n" + report_table(std::move(others));
}

std::string table_three(const TableMaker& maker) {
  return "## Table 3: by depth\n\nBins of equal width over the true depths. Rows with a star have the "
         "pyramid "
         "at two bits; the second backbone stands for CA-SpaceNet.\n\n" +
         maker.table("3", "network", {bin_column(0), bin_column(1), bin_column(2), share_column(kUsual)},
                     {{"second backbone", "second-float-frozen", "CA-SpaceNet"},
                      {"second backbone*", "second-pyramid2-frozen", "CA-SpaceNet*"},
                      {"bundled network", "float-frozen", "WDR"},
                      {"bundled network*", "pyramid2-frozen", "WDR*"}});
}

std::string table_four(const TableMaker& maker) {
  std::vector<TableRow> rows{
      {"full precision", "second-float-total", "CA-SpaceNet", {{"bits B-F-H", "32-32-32"}}}};
  for (const auto& [modules, bits] :
       {std::pair{"LSQ B", "8-32-32"}, std::pair{"LSQ BF", "8-8-32"}, std::pair{"LSQ BFH", "8-8-8"},
        std::pair{"MQAT", "8-2-8"}, std::pair{"LSQ B", "3-32-32"}, std::pair{"LSQ BF", "3-3-32"},
        std::pair{"MQAT", "4-2-4"}, std::pair{"LSQ BFH", "3-3-3"}}) {
    const std::string arm =
        std::string("second-") + (std::string(modules) == "MQAT" ? "mqat-" : "lsq-") + bits;
    rows.push_back({modules, arm, std::string("CA-SpaceNet + ") + modules, {{"bits B-F-H", bits}}});
  }
  return "## Table 4: the second backbone\n\n" +
         maker.table("4", "method", {share_column(kUsual), compression_column()}, rows);
}

/// Rows of a stand-in, then the printed ones.
std::string stand_in_table(const TableMaker& maker, const std::string& stand_in, const std::string& number) {
  MetricTable table;
  table.corner = "bits";
  table.columns = {{"5deg2cm", "5°2cm", "%", kPoints},
                   {"10deg5cm", "10°5cm", "%", kPoints},
                   {"compression", "compression", "x", 1.0}};
  bool any = false;
  for (const char* widths : kStandInWidths) {
    const Json* measured = maker.numbers().result("standin-" + stand_in + "-" + widths);
    if (!measured) {
      continue;
    }
    any = true;
    std::vector<MetricTable::Cell> cells;
    for (const char* metric : {"5deg2cm", "10deg5cm"}) {
      const auto value = json_number(*measured, {"shares", metric});
      cells.push_back(seed_cell(table.columns[cells.size()], {value}));
    }
    const auto bytes = json_number(*measured, {"bytes"}), plain = json_number(*measured, {"float_bytes"});
    cells.push_back(
        seed_cell(table.columns.back(), {bytes && plain ? std::optional(*plain / *bytes) : std::nullopt}));
    std::string modules;
    for (const auto& module : measured->value("modules", Json::array())) {
      modules += (modules.empty() ? "" : ", ") + module.get<std::string>();
    }
    table.rows.push_back(report_row(std::string("ours: ") + widths + " (" + modules + ")", std::move(cells)));
  }
  MetricTable printed;
  printed.corner = "bits";
  printed.columns = {{"add_0.1d", "ADD-0.1d", "%", kPoints}, {"compression", "compression", "x", 1.0}};
  add_printed_rows(printed, maker.printed(number));
  return (any ? report_table(std::move(table)) : "Not measured.\n\n") +
         (printed.rows.empty() ? std::string() : report_table(std::move(printed)));
}

std::string tables_five_and_six(const TableMaker& maker) {
  return "## Tables 5 and 6: other networks\n\nStand-ins with quantized weights (LSQ, all modules in one "
         "stage of " +
         std::to_string(maker.numbers().plan().sizes.stand_in_steps) +
         " steps; full precision is retrained for as many), one run each. Pose diffusion on Tabletop stands "
         "for ZebraPose, DecomPose for GDR-Net; other data and other metrics than the paper's.\n\n" +
         stand_in_table(maker, "diffusion", "5") + stand_in_table(maker, "decompose", "6");
}

/// Table 7: levels of the pyramid alone.
std::string table_seven(const TableMaker& maker) {
  const StudyNumbers& n = maker.numbers();
  std::vector<MetricColumn> columns;
  std::vector<ShareMetric> metrics;
  for (int bin = 0; bin < static_cast<int>(std::size(kBins)); ++bin) {
    metrics.push_back(kUsual);
    metrics.back().bin = bin;
  }
  metrics.push_back(kUsual);
  MetricTable table;
  table.corner = "level";
  for (const char* end : {"", "_gain"}) {
    for (const ShareMetric& metric : metrics) {
      const bool gain = *end != 0;
      table.columns.push_back(
          {metric.id() + end, gain ? "gain" : metric.title(), gain ? "points" : "%", kPoints});
    }
  }
  const auto level_records = [&](const char* arm, std::size_t level) {
    const Json* result = n.result(std::string("levels-") + arm + "-s1");
    const bool there = result && result->contains("levels") && level < result->at("levels").size();
    auto read =
        there ? records_from_json(result->at("levels")[level], arm) : Expected<ImageRecords>(ImageRecords());
    return read ? *read : ImageRecords();
  };
  const char* quantized = "table-2-lsq";
  for (std::size_t level = 0; !level_records(quantized, level).empty(); ++level) {
    const ImageRecords own = level_records(quantized, level), before = level_records("float-total", level);
    std::vector<MetricTable::Cell> cells;
    for (const ShareMetric& metric : metrics) {
      cells.push_back(seed_cell(table.columns[cells.size()], {share(own, metric)}));
    }
    for (const ShareMetric& metric : metrics) {
      const auto a = share(own, metric), b = share(before, metric);
      cells.push_back(
          seed_cell(table.columns[cells.size()], {a && b ? std::optional(*a - *b) : std::nullopt}));
    }
    const std::string number = std::to_string(level + 1);
    table.rows.push_back(report_row("ours: level " + number + " (one seed)", std::move(cells)));
    add_published_rows(table, maker.printed("7"), "WDR + MQAT", {{"layer", number}});
  }
  const std::string head =
      "## Table 7: levels of the pyramid alone\n\nMQAT 8-2-8 (LSQ), images of the selection "
      "split, as in the paper; gains are over full precision with as many steps.\n\n";
  return head + (table.rows.empty() ? "Not measured.\n\n" : report_table(std::move(table)));
}

std::string table_nine(const TableMaker& maker) {
  return "## Table 9: another satellite\n\nThe probe stands for SPEED+'s Tango.\n\n" +
         maker.table("9", "network", {share_column(kUsual)},
                     {{"full precision", "probe-float-total", "WDR", {{"bits B-F-H", "full precision"}}},
                      {"MQAT", "probe-mqat-8-2-8", "WDR + MQAT", {{"bits B-F-H", "8-2-8"}}},
                      {"MQAT (INQ)", "probe-mqat-8-2-8-inq"}});
}

std::string figure_four(const TableMaker& maker) {
  std::vector<TableRow> rows;
  for (const char* norm : {"frozen", "live", "folded"}) {
    for (const char* modules : {"float", "backbone2", "pyramid2", "head2", "backbone2-pyramid2",
                                "backbone2-head2", "pyramid2-head2", "backbone2-pyramid2-head2"}) {
      rows.push_back({std::string("norms ") + norm, std::string(modules) + "-" + norm});
    }
  }
  return "## Fig. 4: every combination of modules at two bits\n\n![Figure 4](figure-4.svg)\n\nOne stage of "
         "training each (lines 1 to 7 of Algorithm 1 are the single modules).\n\n" +
         maker.table("1", "modules", {share_column(kStrict), share_column(kUsual), share_column(kLenient)},
                     rows);
}

std::string figure_five(const TableMaker& maker) {
  std::vector<TableRow> rows;
  for (const char* network : {"", "second-"}) {
    for (const char* arm : {"float-frozen", "pyramid-8", "pyramid-4", "pyramid-3", "pyramid2-frozen",
                            "pyramid-ternary", "pyramid-binary"}) {
      rows.push_back({*network == 0 ? "bundled network" : "second backbone", std::string(network) + arm});
    }
  }
  return "## Fig. 5: bits of the feature pyramid\n\n![Figure 5](figure-5.svg)\n\n" +
         maker.table("1", "network", {share_column(kStrict), share_column(kUsual), share_column(kLenient)},
                     rows);
}

std::string figure_six(const TableMaker& maker) {
  std::vector<TableRow> rows{{"full precision", "float-total"}};
  for (const char* budget : kBudgets) {
    for (const auto& [arm, words] : {std::pair{"mqat", "MQAT"}, std::pair{"uniform", "uniform LSQ"},
                                     std::pair{"layers", "layer-wise HAWQ"}}) {
      rows.push_back({words, std::string(arm) + "-" + budget});
    }
  }
  rows.push_back({"MQAT's widths at once", "at-once-3"});
  rows.push_back({"MQAT's widths after training", "post-mqat-3"});
  rows.push_back({"uniform after training", "post-uniform-3"});
  rows.push_back({"layer-wise after training", "post-layers-3"});
  return "## Fig. 6: equal sizes\n\n![Figure 6](figure-6.svg)\n\nEach size is that of a uniform network; the "
         "widths of MQAT and HAWQ keep it. Compression counts every byte of the packed file.\n\n" +
         maker.table("4", "method", {share_column(kStrict), share_column(kUsual), compression_column()},
                     rows);
}

}  // namespace

std::string paper_tables(const StudyNumbers& numbers, const std::vector<PublishedTable>& published) {
  const TableMaker maker(numbers, published);
  return question_a(maker) + figure_four(maker) + table_one(maker) + figure_five(maker) + figure_six(maker) +
         table_two(maker) + table_three(maker) + table_four(maker) + tables_five_and_six(maker) +
         table_seven(maker) + table_nine(maker);
}

}  // namespace alidade::mqat
