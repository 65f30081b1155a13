// SPDX-License-Identifier: BSD-3-Clause
// Accuracies through branches: what wrong labels cost, and their files.
#include <cmath>
#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/contention/branch_costs.h"
#include "core/exchange/branch_accuracy_file.h"
#include "tests/support/branch_accuracies.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

/// The file of the made accuracies, with `change` done to it, read again.
template <class Change>
Expected<BranchAccuracy> changedAccuracies(const Change& change) {
  const QTemporaryDir dir;
  auto json = nlohmann::ordered_json::parse(branch_accuracy_json(test::branchAccuracies()));
  change(json);
  const std::filesystem::path path = dir.filePath(QStringLiteral("branches.json")).toStdString();
  std::ofstream(path) << json.dump();
  return read_branch_accuracy(path);
}

}  // namespace

class BranchAccuracyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void wrongLabelsCostWhatTheOtherBranchesLack() {
    const BranchAccuracy made = test::branchAccuracies();
    const BranchCosts costs = branch_costs(made);
    QCOMPARE(costs.own[0], 75.0);
    QCOMPARE(costs.other[0], 18.75);
    QCOMPARE(costs.other[2], 20.0);  // the one that is undefined is left out
    QVERIFY(std::isnan(costs.own[3]) && std::isnan(costs.other[3]));
    QCOMPARE(costs.mean_own, (75.0 + 62.5 + 50.0) / 3.0);
    QCOMPARE(costs.mean_other, (18.75 + 5.0 + 20.0) / 3.0);
    const Table table = branch_table(made);
    QCOMPARE(table.columns.size(), std::size_t{7});
    QCOMPARE(std::get<std::string>(table.rows[2][1]), std::string("H 2"));
    QCOMPARE(std::get<double>(table.rows[0][6]), 18.75 - 75.0);
    QVERIFY(std::holds_alternative<std::monostate>(table.rows[2][5]));
  }

  void filesHoldAllOfIt() {
    const QTemporaryDir dir;
    const std::filesystem::path path = dir.filePath(QStringLiteral("branches.json")).toStdString();
    const BranchAccuracy made = test::branchAccuracies();
    QVERIFY(write_branch_accuracy(made, path));
    const auto read = read_branch_accuracy(path);
    QVERIFY2(bool(read), read ? "" : read.error().message.c_str());
    QVERIFY(read->name == made.name && read->architecture == made.architecture);
    QVERIFY(read->categories == made.categories && read->branches == made.branches);
    QVERIFY(read->own == made.own && read->objects == made.objects);
    QVERIFY(read->provenance == made.provenance);
    QCOMPARE(branch_accuracy_json(*read), branch_accuracy_json(made));
  }

  void badFilesAreRefusedByFileAndPlace_data() {
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("word");
    QTest::newRow("format") << "/format"
                            << "\"other\""
                            << "alidade-branch-accuracy";
    QTest::newRow("schema") << "/schema"
                            << "2"
                            << "schema";
    QTest::newRow("no branches") << "/branches"
                                 << "[]"
                                 << "branches";
    QTest::newRow("one branch") << "/branches"
                                << "[\"H 1\"]"
                                << "branches";
    QTest::newRow("branch twice") << "/branches/1"
                                  << "\"H 1\""
                                  << "branches[1]";
    QTest::newRow("branch no name") << "/branches/1"
                                    << "3"
                                    << "branches[1]";
    QTest::newRow("no rows") << "/rows"
                             << "[]"
                             << "rows";
    QTest::newRow("row") << "/rows/1"
                         << "3"
                         << "rows[1].category";
    QTest::newRow("category twice") << "/rows/1/category"
                                    << "\"bottle\""
                                    << "rows[1].category";
    QTest::newRow("own") << "/rows/2/own"
                         << "\"H 9\""
                         << "rows[2].own";
    QTest::newRow("objects") << "/rows/2/objects"
                             << "-4"
                             << "rows[2].objects";
    QTest::newRow("objects and a half") << "/rows/2/objects"
                                        << "1.5"
                                        << "rows[2].objects";
    QTest::newRow("percent") << "/rows/0/percent"
                             << "7"
                             << "rows[0].percent";
    QTest::newRow("unknown branch") << "/rows/0/percent"
                                    << "{\"H 9\": 1}"
                                    << "H 9";
    QTest::newRow("share") << "/rows/0/percent/H 1"
                           << "100.5"
                           << "rows[0].percent.H 1";
    QTest::newRow("text") << "/rows/0/percent/H 1"
                          << "\"75\""
                          << "rows[0].percent.H 1";
  }

  void badFilesAreRefusedByFileAndPlace() {
    QFETCH(QString, pointer);
    QFETCH(QString, value);
    QFETCH(QString, word);
    const auto read = changedAccuracies([&](nlohmann::ordered_json& json) {
      json[nlohmann::ordered_json::json_pointer(pointer.toStdString())] =
          nlohmann::ordered_json::parse(value.toStdString());
    });
    QVERIFY(!read);
    QVERIFY(read.error().code == ErrorCode::kInput);
    const QString sentence = QString::fromStdString(read.error().message);
    QVERIFY2(sentence.contains(QStringLiteral("branches.json: ")) && sentence.contains(word),
             qPrintable(sentence));
  }

  void hugeFilesAreRefused() {
    const auto rows = changedAccuracies([](nlohmann::ordered_json& json) {
      for (int i = 0; i < 300; ++i) {
        json["rows"].push_back({{"category", "c" + std::to_string(i)}});
      }
    });
    QVERIFY(!rows && rows.error().message.find("256") != std::string::npos);
    const QTemporaryDir dir;
    const std::filesystem::path path = dir.filePath(QStringLiteral("half.json")).toStdString();
    std::ofstream(path) << branch_accuracy_json(test::branchAccuracies()).substr(0, 200);
    const auto half = read_branch_accuracy(path);
    QVERIFY(!half && half.error().message.find("half.json") != std::string::npos);
  }
};

ALIDADE_TEST(BranchAccuracyTest)
#include "branch_accuracy_test.moc"
