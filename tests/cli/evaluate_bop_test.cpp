// SPDX-License-Identifier: BSD-3-Clause
#include "tests/cli/program.h"
#include "tests/plugins/bop_submission.h"

using namespace alidade;
using namespace alidade::test;

class EvaluateBopTest : public QObject {
  Q_OBJECT

  Workspace work_;
  const QString dataset_ = QString::fromStdString(source_path("datasets/tabletop-mini"));

  QStringList bop(const QString& results, const QStringList& more = {}) const {
    return QStringList{"evaluate", "bop", "--dataset", dataset_, "--results", results, "--bootstrap", "0"} +
           more;
  }
  static double value(const nlohmann::json& report, const std::string& column) {
    const auto& cell = report.at("rows").back().at("cells").at(column).at("value");
    return cell.is_null() ? -1.0 : cell.get<double>();
  }

 private Q_SLOTS:
  void initTestCase() {
    const fs::path split = fs::path(dataset_.toStdString()) / "test";
    work_.write("truth_tabletop-mini-test.csv", truth_submission(split));
    work_.write("moved_tabletop-mini-test.csv", truth_submission(split, [](nlohmann::json& item) {
                  item["cam_t_m2c"][2] = item["cam_t_m2c"][2].get<double>() + 30.0;
                  return true;
                }));
  }

  void theGroundTruthScoresAHundredPercent() {
    const auto run = work_.run(bop("truth_tabletop-mini-test.csv", {"--json"}));
    COMPARE_CODE(run, 0);
    const auto report = run.json();
    QCOMPARE(report.at("protocol").get<std::string>(), std::string("bop19"));
    QCOMPARE(report.at("name").get<std::string>(), std::string("truth"));
    QCOMPARE(value(report, "ar_mssd"), 100.0);
    QCOMPARE(value(report, "ar_mspd"), 100.0);
    QCOMPARE(value(report, "time"), 0.125);
    // VSD cannot see an instance that is wholly hidden, not even in its true pose.
    QVERIFY(value(report, "ar_vsd") > 90.0 && value(report, "ar_vsd") <= 100.0);
  }

  void everyProtocolOfTheFamilyRuns_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("column");
    QTest::newRow("bop24") << "bop24"
                           << "ap";
    QTest::newRow("add") << "add"
                         << "add_0.1d";
    QTest::newRow("adi-bop") << "adi-bop"
                             << "adi_0.1d";
    QTest::newRow("adi-mqat") << "adi-mqat"
                              << "adi_auc";
    QTest::newRow("add-s") << "add-s"
                           << "add_s_auc";
    QTest::newRow("add-s-mqat") << "add-s-mqat"
                                << "add_s_0.1d";
  }
  void everyProtocolOfTheFamilyRuns() {
    QFETCH(QString, id);
    QFETCH(QString, column);
    const auto right = work_.run(bop("truth_tabletop-mini-test.csv", {"--json", "--protocol", id}));
    COMPARE_CODE(right, 0);
    QCOMPARE(value(right.json(), column.toStdString()), 100.0);
    const auto wrong = work_.run(bop("moved_tabletop-mini-test.csv", {"--json", "--protocol", id}));
    COMPARE_CODE(wrong, 0);
    QVERIFY(value(wrong.json(), column.toStdString()) < 100.0);
  }

  void errorsLowerTheScore() {
    const auto run = work_.run(bop("moved_tabletop-mini-test.csv", {"--json"}));
    COMPARE_CODE(run, 0);
    QVERIFY(value(run.json(), "ar") > 0.0 && value(run.json(), "ar") < 99.0);
    QVERIFY(value(run.json(), "ar_mssd") < 100.0);
  }

  void malformedLinesEndWithCodeThree() {
    work_.write("bad.csv",
                work_.read("truth_tabletop-mini-test.csv") + "1,2,3\n1,0,1,nan,1 0 0 0 1 0 0 0 1,0 0 1,-1\n");
    const auto lines = QString::fromStdString(work_.read("bad.csv")).count('\n');
    const auto run = work_.run(bop("bad.csv", {"--json"}));
    COMPARE_CODE(run, 3);
    QVERIFY(run.out.isEmpty());
    for (const auto line : {lines - 1, lines}) {
      QVERIFY2(run.sentence().contains(QString("line %1: ").arg(line)), run.text().c_str());
    }
  }

  void missingFilesAreNamed() {
    const auto results = work_.run(bop("nowhere.csv"));
    COMPARE_CODE(results, 3);
    QVERIFY(results.sentence().contains("nowhere.csv"));
    const auto targets = work_.run(bop("truth_tabletop-mini-test.csv", {"--targets", "none.json"}));
    COMPARE_CODE(targets, 3);
    QVERIFY(targets.sentence().contains("none.json"));
  }
};

ALIDADE_TEST(EvaluateBopTest)
#include "evaluate_bop_test.moc"
