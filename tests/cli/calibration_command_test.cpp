// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "core/exchange/sample_file.h"
#include "tests/cli/program.h"
#include "tests/unit/pose_draws.h"

using namespace alidade;
using namespace alidade::test;

namespace {

using SampleSets = std::vector<std::shared_ptr<const ObjectSamples>>;

/// Two schedules of 40 objects: one that is calibrated, one whose samples are three times too narrow.
SampleSets two_schedules() {
  PoseDraws draws(31, 0.01, 0.04);
  SampleSets sets;
  for (int object = 0; object < 40; ++object) {
    const Rigid3 center = draws.anywhere();
    for (const double scale : {1.0, 0.33}) {
      auto set = std::make_shared<ObjectSamples>();
      set->name = scale == 1.0 ? "honest" : "narrow";
      set->frame_name = "image " + std::to_string(object / 2);
      set->instance = object % 2;
      set->category = object % 2 == 0 ? "cup" : "box";
      set->truth = draws.about(center);
      for (int k = 0; k < 20; ++k) {
        set->samples.push_back(draws.about(center, scale));
      }
      sets.push_back(set);
    }
  }
  return sets;
}

}  // namespace

class CalibrationCommandTest : public QObject {
  Q_OBJECT

  Workspace work_;

  static double value(const nlohmann::json& report, std::size_t row, const std::string& column) {
    return report.at("rows").at(row).at("cells").at(column).at("value").get<double>();
  }

 private Q_SLOTS:
  void initTestCase() {
    const auto written = write_samples(two_schedules(), work_.path("samples.npz"));
    QVERIFY2(written, written ? "" : written.error().message.c_str());
  }

  void sampleSetsAreEvaluatedAsTheyAre() {
    const QStringList base{"evaluate",    "calibration", "--sample-sets", "samples.npz", "--json",
                           "--bootstrap", "50"};
    const auto honest = work_.run(base + QStringList{"--set", "honest"});
    QVERIFY2(honest.code == 0, honest.text().c_str());
    const auto report = honest.json();
    QCOMPARE(report.at("name").get<std::string>(), std::string("honest"));
    QCOMPARE(report.at("image_count").get<int>(), 20);
    QCOMPARE(report.at("rows").size(), std::size_t{3});
    QCOMPARE(report.at("rows").at(2).at("truths").get<int>(), 40);
    QCOMPARE(report.at("columns").at(2).at("best_at").get<double>(), 90.0);
    QVERIFY(report.at("rows").at(2).at("cells").at("pose_90").contains("low"));
    // 40 objects: within four standard errors.
    QVERIFY(std::abs(value(report, 2, "pose_90") - 90.0) < 400.0 * std::sqrt(0.9 * 0.1 / 40.0));
    const auto narrow = work_.run(base + QStringList{"--set", "narrow"});
    QVERIFY2(narrow.code == 0, narrow.text().c_str());
    QVERIFY(value(narrow.json(), 2, "pose_90") < 50.0);
    QVERIFY(value(narrow.json(), 2, "spread_rotation") < 0.5 * value(report, 2, "spread_rotation"));
    const auto ranked = work_.run(base + QStringList{"--set", "honest", "--protocol", "calibration-density"});
    QVERIFY2(ranked.code == 0, ranked.text().c_str());
    QVERIFY(std::abs(value(ranked.json(), 2, "pose_80") - 80.0) < 400.0 * std::sqrt(0.8 * 0.2 / 40.0));
  }

  void whatIsMissingIsSaid_data() {
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<QString>("said");
    QTest::addColumn<int>("code");
    QTest::newRow("no choice") << QStringList{} << "\"honest\", \"narrow\"" << 3;
    QTest::newRow("unknown set") << QStringList{"--set", "other"} << "there is no set \"other\"" << 3;
    QTest::newRow("two inputs") << QStringList{"--set", "honest", "--predictions", "samples.npz"}
                                << "--sample-sets" << 2;
    QTest::newRow("categories") << QStringList{"--set", "honest", "--categories", "cup"} << "--categories"
                                << 2;
    QTest::newRow("no file") << QStringList{"--sample-sets", "none.npz"} << "none.npz" << 3;
  }

  void whatIsMissingIsSaid() {
    QFETCH(QStringList, more);
    QFETCH(QString, said);
    QFETCH(int, code);
    QStringList arguments{"evaluate", "calibration"};
    if (!more.contains("--sample-sets")) {
      arguments << "--sample-sets"
                << "samples.npz";
    }
    const auto outcome = work_.run(arguments + more);
    QVERIFY2(outcome.code == code, outcome.text().c_str());
    QVERIFY2(outcome.sentence().contains(said), outcome.text().c_str());
  }

  void setsBelongToSampleSets() {
    const auto outcome = work_.run(
        {"evaluate", "calibration", "--ground-truth", "a.npz", "--predictions", "b.npz", "--set", "honest"});
    QCOMPARE(outcome.code, 2);
    QVERIFY(outcome.sentence().contains("--set belongs to --sample-sets"));
  }

  void anObjectWithoutTruthIsNamed() {
    auto sets = two_schedules();
    auto unknown = std::make_shared<ObjectSamples>(*sets[4]);
    unknown->truth.reset();
    sets[4] = unknown;
    QVERIFY(write_samples(sets, work_.path("unknown.npz")));
    const auto outcome =
        work_.run({"evaluate", "calibration", "--sample-sets", "unknown.npz", "--set", "honest"});
    QCOMPARE(outcome.code, 3);
    QVERIFY2(outcome.sentence().contains("truth[4]"), outcome.text().c_str());
  }
};

ALIDADE_TEST(CalibrationCommandTest)
#include "calibration_command_test.moc"
