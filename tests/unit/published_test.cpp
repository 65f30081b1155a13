// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/text/published.h"

#include <filesystem>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/base/random.h"
#include "core/evaluation/text/csv_reader.h"
#include "tests/support/test_registry.h"
#include "tests/unit/report_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

const std::string kHead =
    "# paper: A study\n"
    "# source: Table 2\n";

const std::string kTable =
    "# paper: A study: part 2\r\n"
    "# source: Table 2\r\n"
    "# caption: Two settings\r\n"
    "# protocol: nocs-legacy\r\n"
    "# dataset: REAL275\r\n"
    "# settings: K; ranker\r\n"
    "# unit: 5deg2cm = %\r\n"
    "# unit: median_cm = mm\r\n"
    "# erratum: The caption says K = 40.\r\n"
    "# erratum: Rows are swapped.\r\n"
    "\r\n"
    "method,K,ranker,5deg2cm,median_cm,erratum\r\n"
    "\"Ours, \"\"big\"\"\",50,energy,52.5,12,\r\n"
    "\"Two\nlines\",,,-1e-1,,\"twice, in text\"\r\n";

bool table_refused(const std::string& text, const std::string& part) {
  const auto table = parse_published_table(text, "t.csv");
  if (table || table.error().code != ErrorCode::kInput || !table.error().message.starts_with("t.csv: ")) {
    return false;
  }
  return table.error().message.find(part) != std::string::npos;
}

}  // namespace

class PublishedTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyPartIsRead() {
    const auto table = parse_published_table(kTable, "t.csv");
    QVERIFY2(table, table ? "" : table.error().message.c_str());
    QCOMPARE(table->paper, std::string("A study: part 2"));
    QCOMPARE(table->source, std::string("Table 2"));
    QCOMPARE(table->caption, std::string("Two settings"));
    QCOMPARE(table->protocol, std::string("nocs-legacy"));
    QCOMPARE(table->dataset, std::string("REAL275"));
    QCOMPARE(table->settings, (std::vector<std::string>{"K", "ranker"}));
    QCOMPARE(table->metrics, (std::vector<std::string>{"5deg2cm", "median_cm"}));
    QCOMPARE(table->units.at("median_cm"), std::string("mm"));
    QCOMPARE(table->errata, (std::vector<std::string>{"The caption says K = 40.", "Rows are swapped."}));
    QCOMPARE(table->rows.size(), std::size_t{2});
    QCOMPARE(table->rows[0].method, std::string("Ours, \"big\""));
    QCOMPARE(table->rows[0].settings.at("K"), std::string("50"));
    QCOMPARE(table->rows[0].values.at("5deg2cm"), 52.5);
    QCOMPARE(table->rows[1].method, std::string("Two\nlines"));
    QCOMPARE(table->rows[1].values.at("5deg2cm"), -0.1);
    QVERIFY(!table->rows[1].values.contains("median_cm"));
    QCOMPARE(table->rows[1].erratum, std::string("twice, in text"));
  }

  void malformedTablesAreNamedByLine() {
    QVERIFY(table_refused("", "line 1: expected the line '# paper: ...'"));
    QVERIFY(table_refused("# paper: x\nmethod,a,erratum\nm,1,\n", "'# source: ...'"));
    QVERIFY(table_refused(kHead, "line 3: expected the header"));
    QVERIFY(table_refused(kHead + "# no colon\n", "line 3: expected '# key: value'"));
    QVERIFY(table_refused(kHead + "# color: red\n", "the key 'color' is not known"));
    QVERIFY(table_refused(kHead + "# paper: again\n", "the key 'paper' comes twice"));
    QVERIFY(table_refused(kHead + "# settings: K;;L\n", "line 3: expected different names"));
    QVERIFY(table_refused(kHead + "# settings: K; K\n", "line 3: expected different names"));
    QVERIFY(table_refused(kHead + "# unit: 5deg2cm\n", "line 3: expected a metric and its unit"));
    QVERIFY(table_refused(kHead + "# unit: a = %\n# unit: a = m\n", "line 4: the unit of 'a' comes twice"));
    QVERIFY(table_refused(kHead + "# unit: b = %\nmethod,a,erratum\nm,1,\n", "line 3: the unit is of 'b'"));
    QVERIFY(table_refused(kHead + "# settings: K\nmethod,a,erratum\nm,1,\n", "line 4: expected the header"));
    QVERIFY(table_refused(kHead + "method,erratum\nm,\n", "line 3: expected the header"));
    QVERIFY(table_refused(kHead + "method,a,a,erratum\nm,1,2,\n", "a different name for each column"));
    QVERIFY(table_refused(kHead + "method,,erratum\nm,1,\n", "a different name for each column"));
    QVERIFY(table_refused(kHead + "method,a,erratum\n", "expected at least one row"));
    QVERIFY(table_refused(kHead + "method,a,erratum\nm,1\n",
                          "line 4: expected 3 fields as in the header, found 2"));
    QVERIFY(table_refused(kHead + "method,a,erratum\n,1,\n", "line 4: expected the name of a method"));
    for (const std::string bad : {"x", "1.5x", "nan", "inf", "0x10", "1e999", "\"1,5\"", "+1", "--1"}) {
      QVERIFY2(
          table_refused(kHead + "method,a,erratum\nm," + bad + ",\n", "line 4: expected a number for 'a'"),
          bad.c_str());
    }
    QVERIFY(table_refused(kHead + "method,a,erratum\n\"m,1,\n", "opens in line 4 has no closing quote"));
    QVERIFY(table_refused(kHead + "method,a,erratum\n\"m\"x,1,\n", "line 4: expected a comma"));
    QVERIFY(table_refused(kHead + "method,a,erratum\nm\"x,1,\n", "line 4: a quote stands inside"));
    QVERIFY(table_refused(kHead + "method,a,erratum\n\"two\nlines\",1,\nm,2\n", "line 6: expected 3 fields"));
    QVERIFY(table_refused(kHead + "method,a,erratum\nm,\xC3\x28,\n", "line 4: expected UTF-8 text"));
    QVERIFY(table_refused(kHead + std::string("method,a\0,erratum\n", 18), "line 3: expected UTF-8 text"));
    QVERIFY(table_refused(kHead + std::string(2000, ',') + "\n", "at most 1000 fields"));
  }

  void damagedFilesNeverCrash() {
    Random random(1);
    for (int i = 0; i < 3000; ++i) {
      std::string text = kTable.substr(0, random.index(static_cast<std::uint32_t>(kTable.size()) + 1));
      for (int change = 0; change < 3 && !text.empty(); ++change) {
        static const std::string kBytes = "\",\n\r#:;=\xFF\x80 1";
        text[random.index(static_cast<std::uint32_t>(text.size()))] =
            kBytes[random.index(static_cast<std::uint32_t>(kBytes.size()))];
      }
      const auto table = parse_published_table(text, "t.csv");
      QVERIFY(table || table.error().message.starts_with("t.csv: line "));
    }
  }

  void utf8IsCheckedStrictly() {
    QCOMPARE(first_line_not_text("a\tb\r\nä€😀\n"), std::size_t{0});
    for (const std::string bad : {"\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82",
                                  "\x80", "\x01", "\x7F", "\xF8\x88\x80\x80\x80"}) {
      QCOMPARE(first_line_not_text("fine\n" + bad), std::size_t{2});
    }
  }

  void folderIsReadInTheOrderOfNames() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    QVERIFY(write_file_atomically(path / "b.csv", kTable));
    QVERIFY(write_file_atomically(path / "a.csv", kTable));
    QVERIFY(write_file_atomically(path / "c.csv", "broken"));
    QVERIFY(write_file_atomically(path / "README.md", "not a table"));
    std::vector<std::string> problems;
    const auto tables = read_published_tables(path, &problems);
    QCOMPARE(tables.size(), std::size_t{2});
    QCOMPARE(tables[0].id, std::string("a"));
    QCOMPARE(problems.size(), std::size_t{1});
    QVERIFY(problems[0].find("c.csv: line 1") != std::string::npos);
    problems.clear();
    QVERIFY(read_published_tables(path / "none", &problems).empty() && problems.size() == 1);
  }

  void shippedTablesAreWellFormed() {
    std::vector<std::string> problems;
    const auto tables = read_published_tables(source_path("resources/published"), &problems);
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems.front().c_str());
    QVERIFY(!tables.empty());
    for (const PublishedTable& table : tables) {
      for (const std::string& metric : table.metrics) {
        QVERIFY2(table.units.contains(metric), (table.id + ": " + metric + " has no unit").c_str());
      }
    }
  }

  void publishedRowsStandBesideOurOwn() {
    auto report = image_mean_report("ours", {{1.0, 0.0}});
    report.columns[0].id = "5deg2cm";
    report.columns.push_back(share_column("median_cm", "median t"));
    report.columns[1].unit = "cm";
    report.columns[1].higher_is_better = false;
    report.columns.push_back(share_column("iou_75", "IoU75"));
    for (MetricRow& row : report.rows) {
      row.cells.resize(3);
      row.cells[1].value = 0.01;
    }
    const auto published = parse_published_table(kTable, "t.csv");
    const std::vector<std::size_t> rows = {0, 1, 7};
    const MetricTable table = with_published(comparison_table({&report}), *published, rows);
    QCOMPARE(table.rows.size(), std::size_t{3});
    const MetricTable::Row& first = table.rows[1];
    QCOMPARE(first.name, std::string("Ours, \"big\" (K = 50, ranker = energy)"));
    QVERIFY(first.published && !table.rows[0].published);
    QVERIFY(first.note.starts_with("published: A study: part 2, Table 2; erratum: The caption"));
    QCOMPARE(first.cells[0].text, std::string("52.5"));
    QCOMPARE(first.cells[0].rank, Rank::kBest);
    QCOMPARE(table.rows[0].cells[0].rank, Rank::kSecond);
    QCOMPARE(first.cells[1].text, std::string("1.2"));
    QCOMPARE(table.rows[0].cells[1].rank, Rank::kBest);
    QCOMPARE(first.cells[2].reason, std::string("the paper's table has no such column"));
    QCOMPARE(table.rows[2].cells[1].reason, std::string("the paper prints no number here"));
    QVERIFY(table.rows[2].note.ends_with("erratum of this row: twice, in text"));
    auto other = *published;
    other.units["5deg2cm"] = "px";
    const MetricTable mixed = with_published(comparison_table({&report}), other, std::vector<std::size_t>{0});
    QCOMPARE(mixed.rows[1].cells[0].reason, std::string("printed in 'px', shown in '%'"));
  }
};

ALIDADE_TEST(PublishedTest)
#include "published_test.moc"
