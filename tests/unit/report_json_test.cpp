// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>

#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/evaluation/text/json_writer.h"
#include "core/evaluation/text/report_text.h"
#include "tests/support/test_registry.h"
#include "tests/unit/report_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// Two images, two categories, one column, samples, a curve and a missing value.
EvaluationReport full_report() {
  auto report = image_mean_report("run \"1\"", {{1.0, 0.0}, {0.1, 0.2}});
  report.rows[0].truths = 2;
  report.rows[1].cells[0].interval = Interval{0.1, 0.2, 0.95};
  report.rows[2].cells[0].value.reset();
  report.measures = {{"rotation_deg", "rotation error", "°", 10.0, false}};
  EvaluatedSample sample;
  sample.image = 1;
  sample.instance = 3;
  sample.truth = 1;
  sample.score = 0.25;
  sample.measures = {0.5};
  sample.outcomes = {Outcome::kCorrect};
  report.samples = {sample, sample};
  report.samples[1].measures = {std::nullopt};
  report.samples[1].outcomes = {Outcome::kNone};
  report.curves = {{"ap", "AP", "rotation (°)", "AP (%)", {0.0, 5.0}, {{0.5, std::nan("")}}}};
  report.notes = {"a note"};
  report.provenance.version = "1";
  return report;
}

}  // namespace

class ReportJsonTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void numbersReadBackExactly() {
    JsonWriter json;
    const std::vector<double> numbers = {0.1, 1.0 / 3.0, 5e-324, 1.7976931348623157e308, -0.0, 1e22, 52.3};
    json.begin_array();
    for (const double number : numbers) {
      json.value(number);
    }
    json.value(std::nan("")).value(std::numeric_limits<double>::infinity());
    json.value(std::numeric_limits<std::uint64_t>::max()).end();
    const auto parsed = nlohmann::json::parse(json.take());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      QCOMPARE(parsed[i].get<double>(), numbers[i]);
    }
    QVERIFY(parsed[7].is_null() && parsed[8].is_null());
    QCOMPARE(parsed[9].get<std::uint64_t>(), std::numeric_limits<std::uint64_t>::max());
  }

  void layoutIsExact() {
    JsonWriter json;
    json.begin_object().key("a").begin_array().end().key("b\"\n").begin_object(true).key("c").value(1);
    json.key("d").begin_array().value(0.5).value(true).end().end().key("e").value("\xFF").end();
    QCOMPARE(json.take(), std::string("{\n  \"a\": [],\n  \"b\\\"\\n\": {\"c\": 1, \"d\": [0.5, true]},\n"
                                      "  \"e\": \"\xEF\xBF\xBD\"\n}\n"));
  }

  void reportHoldsWhatTheTableShows() {
    const auto json = nlohmann::json::parse(to_json(full_report(), true));
    QCOMPARE(json["protocol"].get<std::string>(), std::string("test"));
    QCOMPARE(json["name"].get<std::string>(), std::string("run \"1\""));
    QCOMPARE(json["image_count"].get<int>(), 2);
    QCOMPARE(json["columns"][0]["unit"].get<std::string>(), std::string("%"));
    QCOMPARE(json["rows"][0]["cells"]["hit"]["value"].get<double>(), 50.0);
    QCOMPARE(json["rows"][0]["truths"].get<int>(), 2);
    QCOMPARE(json["rows"][1]["cells"]["hit"]["low"].get<double>(), 0.1 * 100.0);
    QCOMPARE(json["rows"][1]["cells"]["hit"]["level"].get<double>(), 0.95);
    QVERIFY(json["rows"][2]["mean"].get<bool>());
    QVERIFY(json["rows"][2]["cells"]["hit"]["value"].is_null());
    QCOMPARE(json["rows"][2]["cells"]["hit"]["reason"].get<std::string>(), std::string("no value"));
    QVERIFY(json["curves"][0]["y"][0][1].is_null());
    QCOMPARE(json["notes"][0].get<std::string>(), std::string("a note"));
    QCOMPARE(json["provenance"]["alidade"].get<std::string>(), std::string("1"));
    const auto& sample = json["samples"][0];
    QCOMPARE(sample["image"].get<std::string>(), std::string("image 1"));
    QCOMPARE(sample["category"].get<std::string>(), std::string("row 0"));
    QCOMPARE(sample["measures"][0].get<double>(), 5.0);
    QCOMPARE(sample["outcomes"][0].get<std::string>(), std::string("correct"));
    QVERIFY(json["samples"][1]["measures"][0].is_null() && json["samples"][1]["outcomes"][0].is_null());
  }

  void samplesComeOnlyWhenAsked() {
    const auto json = nlohmann::json::parse(to_json(full_report(), false));
    QVERIFY(!json.contains("samples") && !json.contains("images") && json.contains("rows"));
  }

  void equalReportsGiveEqualBytes() {
    QCOMPARE(to_json(full_report(), true), to_json(full_report(), true));
    auto other = full_report();
    other.rows[0].cells[0].value = std::nextafter(0.5, 1.0);
    QVERIFY(to_json(other, true) != to_json(full_report(), true));
  }

  void keysKeepTheirOrder() {
    std::vector<std::string> keys;
    const auto json = nlohmann::ordered_json::parse(to_json(full_report(), true));
    for (const auto& [key, value] : json.items()) {
      keys.push_back(key);
    }
    QCOMPARE(keys, (std::vector<std::string>{"schema", "protocol", "title", "name", "image_count", "columns",
                                             "rows", "curves", "notes", "images", "measures", "samples",
                                             "provenance"}));
  }

  void pairedTestIsPrintedInAllForms() {
    BootstrapOptions options;
    options.replicates = 99;
    const auto a = image_mean_report("a", {{1.0, 1.0, 1.0, 1.0}});
    auto b = image_mean_report("b", {{0.0, 0.0, 0.0, 0.0}});
    b.rows[1].cells[0].value.reset();
    const auto test = paired_test(a, b, options, JobContext{});
    QVERIFY(test);
    const auto json = nlohmann::json::parse(to_json(*test));
    QCOMPARE(json["replicates"].get<int>(), 99);
    QCOMPARE(json["cells"][0]["difference"].get<double>(), 100.0);
    QCOMPARE(json["cells"][0]["p"].get<double>(), 0.02);
    QCOMPARE(json["cells"][0]["low"].get<double>(), 100.0);
    QVERIFY(json["cells"][1]["p"].is_null() && !json["cells"][1]["reason"].get<std::string>().empty());
    const std::string text = to_text(*test);
    QVERIFY2(text.starts_with("A: a\nB: b\n\n"
                              "row    metric       A    B   A - B    95% interval       p\n"
                              "row 0  hit (%)  100.0  0.0  +100.0  [100.0, 100.0]  0.0200\n"
                              "mean   hit (%)  100.0    –       –               –       –\n"
                              "\nMethod: paired bootstrap over images, 99 resamples"),
             text.c_str());
    QVERIFY(text.ends_with("– mean, hit: no value in b\n"));
    QVERIFY(to_markdown(*test).find(
                "| row 0 | hit (%) | 100.0 | 0.0 | +100.0 | \\[100.0, 100.0\\] | 0.0200 |\n") !=
            std::string::npos);
    QCOMPARE(to_csv(to_table(*test)), std::string("row,metric,unit,A,B,A - B,low,high,p\n"
                                                  "row 0,hit,%,100,0,100,100,100,0.02\n"
                                                  "mean,hit,%,100,,,,,\n"));
  }
};

ALIDADE_TEST(ReportJsonTest)
#include "report_json_test.moc"
