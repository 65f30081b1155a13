// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <QtTest>

#include "core/geometry/rotation.h"
#include "plugins/bop/bop_results.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::bop;

namespace {

const std::string kHeader = "scene_id,im_id,obj_id,score,R,t,time\n";
const std::string kRotation = "1 0 0 0 1 0 0 0 1";
const std::string kGood = "1,2,3,0.5," + kRotation + ",10 20 300,0.25\n";

Expected<Results> parse(const std::string& text) {
  std::istringstream stream(text);
  return read_results(stream, "results.csv", {});
}

std::string error_of(const std::string& text) {
  const auto results = parse(text);
  return results ? "no error" : results.error().message;
}

bool result_has_note(const Results& results, const std::string& text) {
  return std::any_of(results.notes.begin(), results.notes.end(),
                     [&](const std::string& note) { return note.find(text) != std::string::npos; });
}

}  // namespace

class BopResultsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aLineIsReadInMetresAndSeconds() {
    for (const std::string& text : {kHeader + kGood, kGood, "\xEF\xBB\xBF" + kHeader + "\r\n" + kGood,
                                    std::string("1, 2 ,3,0.5,1  0 0\t0 1 0 0 0 1, 10 20 300 ,0.25")}) {
      const auto results = parse(text);
      QVERIFY2(results, error_of(text).c_str());
      QCOMPARE(results->estimates.size(), std::size_t{1});
      const Estimate& e = results->estimates[0];
      QCOMPARE(e.scene_id, 1);
      QCOMPARE(e.image_id, 2);
      QCOMPARE(e.object_id, 3);
      QCOMPARE(e.score, 0.5);
      QCOMPARE(e.seconds, 0.25);
      QVERIFY(e.cam_from_obj.R.isIdentity(0.0));
      QVERIFY((e.cam_from_obj.t - Eigen::Vector3d(0.01, 0.02, 0.3)).norm() < 1e-15);
      QVERIFY(results->notes.empty());
    }
  }

  void rotationsAreRowMajor() {
    const auto results = parse("1,1,1,1,0 -1 0 1 0 0 0 0 1,0 0 1,-1\n");
    QVERIFY(results);
    QVERIFY(results->estimates[0].cam_from_obj.R.isApprox(rotation_about(Eigen::Vector3d::UnitZ(), M_PI / 2),
                                                          1e-12));
  }

  void malformedLinesAreNamed_data() {
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& line, const char* says) {
      QTest::newRow(name) << QString::fromStdString(line) << QString(says);
    };
    row("six fields", "1,2,3,0.5," + kRotation + ",10 20 300", "7 fields separated by commas, found 6");
    row("eight fields", "1,2,3,0.5," + kRotation + ",10 20 300,1,1", "7 fields separated by commas, found 8");
    row("no fields", "hello", "found 1");
    row("fraction in id", "1.5,2,3,0.5," + kRotation + ",10 20 300,1",
        "whole number in scene_id, found \"1.5\"");
    row("negative id", "1,-2,3,0.5," + kRotation + ",10 20 300,1", "whole number in im_id");
    row("huge id", "1,2,99999999999,0.5," + kRotation + ",10 20 300,1", "whole number in obj_id");
    row("text as score", "1,2,3,high," + kRotation + ",10 20 300,1",
        "finite number in score, found \"high\"");
    row("empty score", "1,2,3,," + kRotation + ",10 20 300,1", "finite number in score");
    row("NaN score", "1,2,3,nan," + kRotation + ",10 20 300,1", "finite number in score, found \"nan\"");
    row("NaN time", "1,2,3,1," + kRotation + ",10 20 300,nan", "finite number in time");
    row("infinite t", "1,2,3,1," + kRotation + ",10 inf 300,1", "finite numbers in the translation");
    row("NaN in R", "1,2,3,1,1 0 0 0 nan 0 0 0 1,10 20 300,1", "finite numbers in the rotation");
    row("eight numbers in R", "1,2,3,1,1 0 0 0 1 0 0 0,10 20 300,1",
        "9 numbers separated by spaces in R, found 8");
    row("ten numbers in R", "1,2,3,1,1 0 0 0 1 0 0 0 1 0,10 20 300,1", "found 10");
    row("commas inside R", "1,2,3,1,1,0,0,0,1,0,0,0,1,10 20 300,1", "found 15");
    row("semicolons inside R", "1,2,3,1,1;0;0;0;1;0;0;0;1,10 20 300,1", "found \"1;0;0;0;1;0;0;0;1\"");
    row("two numbers in t", "1,2,3,1," + kRotation + ",10 20,1",
        "3 numbers separated by spaces in t, found 2");
    row("empty t", "1,2,3,1," + kRotation + ",,1", "found 0 numbers");
    row("t beyond bounds", "1,2,3,1," + kRotation + ",1e30 0 0,1", "above 1e9");
    row("reflection", "1,2,3,1,1 0 0 0 1 0 0 0 -1,10 20 300,1", "reflection");
    row("scale", "1,2,3,1,2 0 0 0 2 0 0 0 2,10 20 300,1", "scaled by 2");
    row("zeros", "1,2,3,1,0 0 0 0 0 0 0 0 0,10 20 300,1", "determinant is 0");
    row("shear", "1,2,3,1,1 0.3 0 0 1 0 0 0 1,10 20 300,1", "expected a rotation");
    row("quoted fields", "1,2,3,1,\"" + kRotation + "\",10 20 300,1", "9 numbers");
    row("endless line", std::string(3 << 20, '7'), "at most 8192 characters");
    row("binary", std::string("\0\1\2\xFF\xFE", 5), "found 1");
  }
  void malformedLinesAreNamed() {
    QFETCH(QString, line);
    QFETCH(QString, says);
    const std::string text = kHeader + kGood + line.toStdString() + "\n" + kGood;
    const auto results = parse(text);
    QVERIFY(!results);
    QVERIFY(results.error().code == ErrorCode::kInput);
    const QString message = QString::fromStdString(results.error().message);
    QVERIFY2(message.startsWith("results.csv: line 3: "), qPrintable(message));
    QVERIFY2(message.contains(says), qPrintable(message));
    QVERIFY2(message.endsWith("correct this line, nothing was scored."), qPrintable(message));
    QVERIFY(message.size() < 400);
  }

  void allBadLinesAreListedUpToTwenty() {
    std::string text = kHeader;
    for (int i = 0; i < 25; ++i) {
      text += kGood + "oops\n";
    }
    const QString message = QString::fromStdString(error_of(text));
    QVERIFY2(message.contains("line 3: ") && message.contains("line 41: ") && !message.contains("line 43: "),
             qPrintable(message));
    QVERIFY2(message.contains("and 5 more lines"), qPrintable(message));
  }

  void aWrongHeaderIsNamed() {
    QVERIFY(QString::fromStdString(error_of("scene_id,im_id,obj_id,R,t,score,time\n" + kGood))
                .startsWith("results.csv: line 1: expected the header"));
  }

  void emptyFilesAndEmptyResultsDiffer() {
    for (const char* text : {"", "\n \n\r\n"}) {
      QVERIFY(QString::fromStdString(error_of(text)).contains("found an empty file"));
    }
    const auto nothing = parse(kHeader);
    QVERIFY(nothing);
    QVERIFY(nothing->estimates.empty());
    QVERIFY(result_has_note(*nothing, "holds no estimate"));
  }

  void slightDeviationsAreProjectedAndNoted() {
    const auto results = parse(kHeader + kGood + "1,2,4,1,1.001 0 0 0 1 0 0 0 1,10 20 300,0.25\n");
    QVERIFY(results);
    const Eigen::Matrix3d R = results->estimates[1].cam_from_obj.R;
    QVERIFY((R * R.transpose()).isIdentity(1e-14));
    QVERIFY(result_has_note(*results, "1 rotations were projected onto SO(3), the worst in line 3 by 0.001"));
  }

  void equalLinesAreNotedAndKept() {
    const auto results = parse(kHeader + kGood + "1,2,3,0.4," + kRotation + ",10 20 300,0.25\n" + kGood);
    QVERIFY(results);
    QCOMPARE(results->estimates.size(), std::size_t{3});
    QVERIFY(
        result_has_note(*results, "1 lines repeat an earlier line exactly (first line 4, equal to line 2)"));
  }

  void unequalTimesOfAnImageAreNoted() {
    const auto results = parse(kGood + "1,2,4,0.4," + kRotation + ",10 20 300,0.35\n");
    QVERIFY(results);
    QVERIFY(results->time_problem.find("scene 1, image 2 differ (line 2)") != std::string::npos);
    QVERIFY(result_has_note(*results, "no time per image"));
    const auto unknown = parse("1,2,4,0.4," + kRotation + ",10 20 300,-1\n");
    QVERIFY(unknown && !unknown->time_problem.empty() && unknown->notes.empty());
  }

  // Lines that straddle the reader's blocks come out whole.
  void largeFilesAreReadInBlocks() {
    std::string text = kHeader;
    const int count = 40000;
    for (int i = 0; i < count; ++i) {
      char line[160];
      std::snprintf(line, sizeof line, "%d,%d,%d,%.6f,1 0 0 0 1 0 0 0 1,%d.125 0 1000,-1\n", i % 7, i % 1000,
                    i % 30, i / 40000.0, i);
      text += line;
    }
    const auto results = parse(text);
    QVERIFY2(results, error_of(text).c_str());
    QCOMPARE(results->estimates.size(), static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      const Estimate& e = results->estimates[i];
      QVERIFY(e.object_id == i % 30 && e.line == static_cast<std::size_t>(i) + 2);
      QVERIFY(std::abs(e.cam_from_obj.t.x() - (i + 0.125) * 1e-3) < 1e-12);
    }
  }

  void readingStopsOnRequest() {
    std::stop_source source;
    source.request_stop();
    std::istringstream stream(kHeader + kGood);
    const auto results = read_results(stream, "results.csv", {source.get_token(), {}});
    QVERIFY(!results && results.error().code == ErrorCode::kCancelled);
  }

  void namesAreSplitFromTheRight_data() {
    QTest::addColumn<QString>("stem");
    QTest::addColumn<QStringList>("parts");
    QTest::newRow("plain") << "method_lm-test" << QStringList{"method", "lm", "test", ""};
    QTest::newRow("type") << "a-b_c_tless-test-primesense"
                          << QStringList{"a-b_c", "tless", "test", "primesense"};
    QTest::newRow("id") << "gdrnppdet-pbrreal_ycbv-test_abe6c5f1-cb26-4bbd-addc-bb76dd722a96"
                        << QStringList{"gdrnppdet-pbrreal", "ycbv", "test", ""};
    QTest::newRow("dash in dataset") << "m_tabletop-mini-val" << QStringList{"m", "tabletop-mini", "val", ""};
    QTest::newRow("task") << "gt_ycbv-test_pose" << QStringList{"gt", "ycbv", "test", ""};
    QTest::newRow("none") << "results" << QStringList{};
    QTest::newRow("no method") << "_lm-test" << QStringList{};
    QTest::newRow("no split") << "method_lm-final" << QStringList{};
    QTest::newRow("empty") << "" << QStringList{};
  }
  void namesAreSplitFromTheRight() {
    QFETCH(QString, stem);
    QFETCH(QStringList, parts);
    const auto name = split_results_name(stem.toStdString());
    QCOMPARE(name.has_value(), !parts.isEmpty());
    if (name) {
      QCOMPARE(QString::fromStdString(name->method), parts[0]);
      QCOMPARE(QString::fromStdString(name->dataset), parts[1]);
      QCOMPARE(QString::fromStdString(name->split), parts[2]);
      QCOMPARE(QString::fromStdString(name->type), parts[3]);
    }
  }

  // A submission as it was sent to the benchmark: every line is read, and the first as it is written.
  void genuineSubmissionsAreRead() {
    if (test::samples_folder().empty()) {
      QSKIP("no sample files");
    }
    const std::filesystem::path folder =
        std::filesystem::path(test::samples_folder()) / "bop_results" / "results_sub";
    int csv_files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const auto results = read_results(entry.path(), {});
      if (entry.path().extension() != ".csv") {
        QVERIFY2(!results && results.error().message.find("line 1: ") != std::string::npos,
                 "compressed detections are refused by line");
        continue;
      }
      ++csv_files;
      QVERIFY2(results, results ? "" : results.error().message.c_str());
      std::ifstream file(entry.path());
      std::string line;
      std::getline(file, line);
      for (const Estimate& e : results->estimates) {
        QVERIFY(std::getline(file, line));
        int scene = 0, image = 0, object = 0;
        double score = 0.0;
        QVERIFY(std::sscanf(line.c_str(), "%d,%d,%d,%lf", &scene, &image, &object, &score) == 4);
        QVERIFY(scene == e.scene_id && image == e.image_id && object == e.object_id && score == e.score);
      }
      QVERIFY(!std::getline(file, line) || line.empty());
      QVERIFY(results->named.has_value());
      QVERIFY(entry.path().filename().string().starts_with(
          results->named->method + "_" + results->named->dataset + "-" + results->named->split));
    }
    QVERIFY(csv_files > 0);
  }

  void missingFilesAndFoldersAreNamed() {
    for (const char* path : {"nowhere.csv", "."}) {
      const auto results = read_results(std::filesystem::path(path), {});
      QVERIFY(!results && results.error().code == ErrorCode::kInput);
      QVERIFY(results.error().message.starts_with(path));
    }
  }
};

ALIDADE_TEST(BopResultsTest)
#include "bop_results_test.moc"
