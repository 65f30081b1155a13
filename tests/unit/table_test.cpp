// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/table.h"

#include <QtTest>

#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

/// Two layers, with all that a look can say.
Table layers_table() {
  using Role = TableLook::Role;
  Table table{{"layer", "size (MB)", "low", "high", "bits", "note"},
              {{std::string("conv_1"), 1.25, 1.0, 1.5, 8.0, std::string("by hand")},
               {std::string("head"), 0.1, {}, {}, {}, {}},
               {std::string("all"), 1.35, 1.1, 1.6, 6.5, std::string("by hand")}}};
  table.look.columns = {{}, {Role::kValue, 2}, {Role::kLow, 1}, {Role::kHigh, 1}, {}, {Role::kNote}};
  table.look.ranks = {{Rank::kNone, Rank::kSecond}, {Rank::kNone, Rank::kBest}};
  table.look.rules = {2};
  table.look.remarks = {"head: bits\nnot chosen"};
  return table;
}

}  // namespace

class TableTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void programsGetEveryColumn() {
    QCOMPARE(to_csv(layers_table()), std::string("layer,size (MB),low,high,bits,note\n"
                                                 "conv_1,1.25,1,1.5,8,by hand\n"
                                                 "head,0.1,,,,\n"
                                                 "all,1.35,1.1,1.6,6.5,by hand\n"));
    Table table{{"a", "b"}, {{std::string("x"), {}}, {0.5, std::string("\"")}}};
    QCOMPARE(to_json(table), std::string("[{\"a\":\"x\",\"b\":null},{\"a\":0.5,\"b\":\"\\\"\"}]"));
  }

  void markdownIsExact() {
    QCOMPARE(to_markdown(layers_table()),
             std::string("| layer | size (MB) | bits |\n"
                         "| --- | ---: | ---: |\n"
                         "| conv\\_1<sup>1</sup> | <u>1.25</u> [1.0, 1.5] | 8 |\n"
                         "| head | **0.10** | – |\n"
                         "| all<sup>1</sup> | 1.35 [1.1, 1.6] | 6.5 |\n"
                         "\n<sup>1</sup> by hand\n"
                         "\n– head: bits not chosen\n"));
  }

  void latexIsExact() {
    QCOMPARE(
        to_latex(layers_table()),
        std::string("\\begin{tabular}{lrr}\n"
                    "\\toprule\n"
                    "layer & size (MB) & bits \\\\\n"
                    "\\midrule\n"
                    "conv\\_1\\textsuperscript{1} & \\underline{1.25} {\\scriptsize [1.0, 1.5]} & 8 \\\\\n"
                    "head & \\textbf{0.10} & -- \\\\\n"
                    "\\midrule\n"
                    "all\\textsuperscript{1} & 1.35 {\\scriptsize [1.1, 1.6]} & 6.5 \\\\\n"
                    "\\bottomrule\n"
                    "\\end{tabular}\n"
                    "\\par{\\footnotesize\\textsuperscript{1} by hand\\par}\n"
                    "% -- head: bits not chosen\n"));
  }

  void textIsExact() {
    Table table = layers_table();
    table.look.bounds = false;
    QCOMPARE(to_text(table), std::string("layer       size (MB)  bits\n"
                                         "conv_1 [1]       1.25     8\n"
                                         "head             0.10     –\n"
                                         "all [1]          1.35   6.5\n"
                                         "[1] by hand\n"
                                         "– head: bits\\nnot chosen\n"));
  }

  void withoutALookColumnsStandAsTheyAre() {
    const Table table{{"run", "arm", "loss"}, {{std::string("a|b"), std::string("J"), 0.125}}};
    QCOMPARE(to_markdown(table),
             std::string("| run | arm | loss |\n| --- | ---: | ---: |\n| a\\|b | J | 0.125 |\n"));
    Table two = table;
    two.look.names = 2;
    QVERIFY(to_markdown(two).find("| --- | --- | ---: |") != std::string::npos);
    QVERIFY(to_latex(two).starts_with("\\begin{tabular}{llr}"));
    two.look.names = 9;
    QVERIFY(to_latex(two).starts_with("\\begin{tabular}{lll}"));
    QCOMPARE(to_markdown(Table{}), std::string("|\n|\n"));
  }
};

ALIDADE_TEST(TableTest)
#include "table_test.moc"
