// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/text/report_text.h"

#include <QtTest>

#include "core/base/text_escape.h"
#include "core/base/text_table.h"
#include "tests/support/test_registry.h"
#include "tests/unit/report_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

MetricColumn degrees_column() {
  MetricColumn column;
  column.id = "median_deg";
  column.title = "median R";
  column.unit = "°";
  column.factor = 10.0;
  column.higher_is_better = false;
  column.decimals = 2;
  return column;
}

MetricRow metric_row(const std::string& name, std::vector<std::optional<double>> values) {
  MetricRow row;
  row.name = name;
  for (const auto& value : values) {
    MetricCell cell;
    cell.value = value;
    row.cells.push_back(cell);
  }
  return row;
}

EvaluationReport small_report() {
  EvaluationReport report;
  report.protocol = "test";
  report.name = "run 1";
  report.columns = {share_column("5deg2cm", "5°2cm"), degrees_column()};
  report.rows = {metric_row("mug", {0.5, 0.25}), metric_row("bowl", {0.75, std::nullopt}),
                 metric_row("mean", {0.625, 0.25})};
  report.rows[1].cells[1].reason = "no prediction";
  report.rows[2].is_mean = true;
  return report;
}

std::vector<Rank> ranks_of(bool higher, std::vector<std::optional<double>> values) {
  MetricTable table;
  table.columns = {share_column("a", "a")};
  table.columns[0].higher_is_better = higher;
  for (const auto& value : values) {
    table.rows.emplace_back().cells = {table_cell(table.columns[0], value, {}, "")};
  }
  rank_cells(table);
  std::vector<Rank> ranks;
  for (const auto& row : table.rows) {
    ranks.push_back(row.cells[0].rank);
  }
  return ranks;
}

constexpr Rank kNone = Rank::kNone;
constexpr Rank kBest = Rank::kBest;
constexpr Rank kSecond = Rank::kSecond;

}  // namespace

class ReportTextTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void ranksGoByWhatIsPrinted() {
    QCOMPARE(ranks_of(true, {0.1, 0.3, 0.2}), (std::vector<Rank>{kNone, kBest, kSecond}));
    QCOMPARE(ranks_of(false, {0.1, 0.3, 0.2}), (std::vector<Rank>{kBest, kNone, kSecond}));
    QCOMPARE(ranks_of(true, {0.50001, 0.5, 0.4, 0.40002, 0.3}),
             (std::vector<Rank>{kBest, kBest, kSecond, kSecond, kNone}));
    QCOMPARE(ranks_of(true, {std::nullopt, 0.5, std::nullopt}), (std::vector<Rank>{kNone, kNone, kNone}));
    QCOMPARE(ranks_of(true, {0.5, std::nullopt, 0.5}), (std::vector<Rank>{kBest, kNone, kBest}));
    QCOMPARE(ranks_of(true, {}), std::vector<Rank>{});
  }

  /// Methods compete; categories do not.
  void categoriesHaveNoRank() {
    const MetricTable table = metric_table(small_report());
    for (const MetricTable::Row& row : table.rows) {
      QCOMPARE(row.cells[0].rank, kNone);
    }
    QCOMPARE(table.rows[1].cells[1].text, std::string("–"));
    QCOMPARE(table.rows[1].cells[1].reason, std::string("no prediction"));
    QCOMPARE(table.rows[0].cells[1].text, std::string("2.50"));
  }

  void markdownIsExact() {
    QCOMPARE(to_markdown(metric_table(small_report())),
             std::string("| category | 5°2cm (%) | median R (°) |\n"
                         "| --- | ---: | ---: |\n"
                         "| mug | 50.0 | 2.50 |\n"
                         "| bowl | 75.0 | – |\n"
                         "| mean | 62.5 | 2.50 |\n"
                         "\n– bowl: no prediction\n"));
  }

  void latexIsExact() {
    auto report = small_report();
    report.rows[0].name = "50% a_b & c #1";
    report.rows[0].cells[0].interval = Interval{0.4, 0.6, 0.95};
    QCOMPARE(
        to_latex(metric_table(report), true),
        std::string("\\begin{tabular}{lrr}\n"
                    "\\toprule\n"
                    "category & 5$^{\\circ}$2cm (\\%) & median R ($^{\\circ}$) \\\\\n"
                    "\\midrule\n"
                    "50\\% a\\_b \\& c \\#1 & 50.0 {\\scriptsize [40.0, 60.0]} & 2.50 \\\\\n"
                    "bowl & 75.0 & -- \\\\\n"
                    "\\midrule\n"
                    "mean & 62.5 & 2.50 \\\\\n"
                    "\\bottomrule\n"
                    "\\end{tabular}\n"
                    "% -- bowl: no prediction\n"));
  }

  void textIsExact() {
    auto table = metric_table(small_report());
    table.rows[0].note = "published: A paper, Table 2";
    table.rows[0].cells[0].interval = Interval{40.0, 60.0, 0.95};
    QCOMPARE(to_text(table), std::string("category  5°2cm (%)  median R (°)\n"
                                         "mug [1]        50.0          2.50\n"
                                         "bowl           75.0             –\n"
                                         "mean           62.5          2.50\n"
                                         "[1] published: A paper, Table 2\n"
                                         "– bowl: no prediction\n"));
    QVERIFY(to_text(table, true).find("50.0 [40.0, 60.0]") != std::string::npos);
  }

  void footnotesAreSharedAndNumbered() {
    auto table = metric_table(small_report());
    table.rows[0].note = "one";
    table.rows[1].note = "two_";
    table.rows[2].note = "one";
    const std::string latex = to_latex(table);
    QVERIFY(latex.find("mean\\textsuperscript{1}") != std::string::npos);
    QVERIFY(latex.find("bowl\\textsuperscript{2}") != std::string::npos);
    QVERIFY(latex.find("\\textsuperscript{2} two\\_\\par}") != std::string::npos);
    const std::string markdown = to_markdown(table);
    QVERIFY(markdown.find("| bowl<sup>2</sup> |") != std::string::npos);
    QVERIFY(markdown.find("\n<sup>2</sup> two\\_\n") != std::string::npos);
  }

  void specialCharactersAreEscaped() {
    QCOMPARE(latex_escaped("\\{}$~^<>|\"–°"),
             std::string("\\textbackslash{}\\{\\}\\$\\textasciitilde{}\\textasciicircum{}\\textless{}"
                         "\\textgreater{}\\textbar{}''--$^{\\circ}$"));
    QCOMPARE(latex_escaped("[1] x"), std::string("{[}1] x"));
    QCOMPARE(latex_escaped("*"), std::string("{*}"));
    QCOMPARE(latex_escaped("a\nb\tc"), std::string("a b c"));
    QCOMPARE(latex_escaped("Größe"), std::string("Größe"));
    QCOMPARE(markdown_escaped("a|b*c_d<e>&\n"), std::string("a\\|b\\*c\\_d&lt;e&gt;&amp; "));
  }

  void tableHasIntervalsAndNotesOnlyWhenThere() {
    auto report = small_report();
    QCOMPARE(to_table(metric_table(report)).columns,
             (std::vector<std::string>{"category", "5°2cm (%)", "median R (°)"}));
    report.rows[0].cells[0].interval = Interval{0.25, 0.5, 0.95};
    auto table = metric_table(report);
    table.rows[1].note = "n";
    QCOMPARE(to_csv(to_table(table)),
             std::string("category,5°2cm (%),5°2cm low (%),5°2cm high (%),median R (°),note\n"
                         "mug,50,25,50,2.5,\n"
                         "bowl,75,,,,n\n"
                         "mean,62.5,,,2.5,\n"));
  }

  void modelsAreComparedByTheirMeanRows() {
    auto a = small_report();
    auto b = small_report();
    auto c = small_report();
    b.name = "run 2";
    b.rows[2].cells[0].value = 0.7;
    std::swap(b.columns[0], b.columns[1]);
    for (MetricRow& row : b.rows) {
      std::swap(row.cells[0], row.cells[1]);
    }
    c.protocol = "other";
    const MetricTable table = comparison_table({&a, &b, &c});
    QCOMPARE(table.corner, std::string("model"));
    QCOMPARE(table.rows[1].name, std::string("run 2"));
    QCOMPARE(table.rows[1].cells[0].text, std::string("70.0"));
    QCOMPARE(table.rows[1].cells[0].rank, kBest);
    QCOMPARE(table.rows[0].cells[0].rank, kSecond);
    QVERIFY(!table.rows[2].cells[0].value);
    QCOMPARE(table.rows[2].cells[0].reason, std::string("evaluated with other, not test"));
    a.rows.pop_back();
    QCOMPARE(comparison_table({&a}).rows[0].cells[0].reason, std::string("the report has no mean row"));
    a.rows.pop_back();
    QCOMPARE(comparison_table({&a}).rows[0].cells[0].text, std::string("50.0"));
    QVERIFY(comparison_table({}).rows.empty());
  }

  void textWidthsAreThoseOfATerminal() {
    QCOMPARE(display_width("5°2cm"), std::size_t{5});
    QCOMPARE(display_width("e\xCC\x81"), std::size_t{1});
    QCOMPARE(display_width("\xE6\x9D\xAF"), std::size_t{2});
    QCOMPARE(display_width("a\xFF\x80z"), std::size_t{3});
    QCOMPARE(fixed_text(-0.04, 1), std::string("0.0"));
    QCOMPARE(fixed_text(-0.06, 1), std::string("-0.1"));
    QCOMPARE(fixed_text(2.0, 0), std::string("2"));
    QCOMPARE(fixed_text(1e300, 1).size(), std::size_t{303});
    QCOMPARE(aligned_text({{"a", "b"}, {"long", ""}, {"", "10"}}), std::string("a      b\nlong\n      10\n"));
  }
};

ALIDADE_TEST(ReportTextTest)
#include "report_text_test.moc"
