// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numeric>

#include "core/io/npz.h"
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

namespace {

using Arrays = std::map<std::string, NpyArray>;

/// The arrays of one side of a fixture set under the keys of the exchange format.
Arrays fixture_side(const std::string& set, const std::string& side) {
  const std::vector<std::pair<const char*, const char*>> keys{
      {"image", "image"}, {"class_ids", "category"}, {"RTs", "pose"}, {"scales", "size"}, {"bboxes", "bbox"}};
  const std::string stem = "nocs/" + set + "_" + side + "_";
  Arrays arrays;
  const auto add = [&](const std::string& name, const std::string& key) {
    auto array = read_npy(fixture(stem + name + ".npy"));
    if (array) {
      arrays[key] = std::move(*array);
    }
  };
  for (const auto& [name, key] : keys) {
    add(name, key);
  }
  side == "gt" ? add("handle_visibility", "handle_visible") : add("scores", "score");
  return arrays;
}

nlohmann::json expected_of(const std::string& set) {
  const auto bytes = read_file(fixture("nocs/" + set + "_expected.json"), 1 << 24);
  return bytes ? nlohmann::json::parse(*bytes) : nlohmann::json();
}

}  // namespace

class EvaluateCommandTest : public QObject {
  Q_OBJECT

  Workspace work_;
  nlohmann::json expected_;

  void write(const std::string& name, const Arrays& arrays) const {
    const auto written = write_npz(work_.path(name), arrays);
    QVERIFY2(written, written ? "" : written.error().message.c_str());
  }
  static QStringList nocs(const QStringList& more = {}, const QString& predictions = "pred.npz") {
    return QStringList{"evaluate", "nocs", "--ground-truth", "gt.npz", "--predictions", predictions} + more;
  }
  static double cell(const nlohmann::json& report, std::size_t row, const std::string& column) {
    const auto& value = report.at("rows").at(row).at("cells").at(column).at("value");
    return value.is_null() ? std::nan("") : value.get<double>();
  }
  void compare(const nlohmann::json& report, const std::string& column, const nlohmann::json& expected) {
    QCOMPARE(report.at("rows").size(), expected.size());
    for (std::size_t row = 0; row < expected.size(); ++row) {
      if (expected[row].is_null()) {
        QVERIFY(std::isnan(cell(report, row, column)));
      } else {
        QVERIFY(std::abs(cell(report, row, column) / 100.0 - expected[row].get<double>()) < 1e-6);
      }
    }
  }

 private Q_SLOTS:
  void initTestCase() {
    expected_ = expected_of("nocs");
    QVERIFY2(expected_.is_object(), "no fixture");
    Arrays truth = fixture_side("nocs", "gt");
    std::vector<std::int32_t> images(expected_.at("n_images").get<std::size_t>());
    std::iota(images.begin(), images.end(), 0);
    truth["images"] = NpyArray::from(images);
    truth["categories"] = NpyArray::from(expected_.at("classes").get<std::vector<std::string>>());
    write("gt.npz", truth);
    Arrays predictions = fixture_side("nocs", "pred");
    write("pred.npz", predictions);
    std::vector<double> scores = predictions["score"].as_doubles();
    std::reverse(scores.begin(), scores.end());
    predictions["score"] = NpyArray::from(scores);
    write("other.npz", predictions);
  }

  void theReferencesNumbersComeOut_data() {
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("block");
    QTest::newRow("legacy") << QStringList{} << "object_deformnet";
    QTest::newRow("all detections") << QStringList{"--all-detections"} << "ag_pose_all_detections";
    QTest::newRow("hull") << QStringList{"--overlap", "hull"} << "catre_axis_aligned_iou_ap";
    QTest::newRow("exact") << QStringList{"--overlap", "exact"} << "exact_oriented_iou_ap";
  }

  void theReferencesNumbersComeOut() {
    QFETCH(QStringList, options);
    QFETCH(QString, block);
    const auto done = work_.run(nocs(options + QStringList{"--json", "--bootstrap", "0"}));
    COMPARE_CODE(done, 0);
    const auto report = done.json();
    const auto expected = expected_.at(block.toStdString());
    for (const char* threshold : {"25", "50", "75"}) {
      compare(report, std::string("iou_") + threshold,
              (expected.contains("iou_ap") ? expected.at("iou_ap") : expected).at(threshold));
    }
    if (expected.contains("pose_ap")) {
      for (const char* column : {"5deg2cm", "5deg5cm", "10deg2cm", "10deg5cm"}) {
        compare(report, column, expected.at("pose_ap").at(column));
      }
    }
  }

  void intervalsHoldTheValuesAndRepeat() {
    const auto first = work_.run(nocs({"--json", "--bootstrap", "50", "-o", "report.json", "--samples"}));
    const auto second = work_.run(nocs({"--json", "--bootstrap", "50", "--samples"}));
    COMPARE_CODE(first, 0);
    COMPARE_CODE(second, 0);
    QCOMPARE(first.out, second.out);
    QCOMPARE(QString::fromStdString(work_.read("report.json")), first.out);
    const auto mean = first.json().at("rows").back().at("cells").at("5deg2cm");
    QVERIFY(mean.at("low").get<double>() <= mean.at("value").get<double>());
    QVERIFY(mean.at("high").get<double>() >= mean.at("value").get<double>());
    QVERIFY(first.json().at("samples").size() > 0);
    const auto other_seed = work_.run(nocs({"--json", "--bootstrap", "50", "--samples", "--seed", "3"}));
    QVERIFY(other_seed.out != first.out);
  }

  void aRunAgainstItselfDoesNotDiffer() {
    const auto done = work_.run(nocs({"--json", "--bootstrap", "20", "--against", "pred.npz"}));
    COMPARE_CODE(done, 0);
    QCOMPARE(done.json().at("report"), done.json().at("against"));
    const auto other = work_.run(nocs({"--json", "--bootstrap", "20", "--against", "other.npz"}));
    COMPARE_CODE(other, 0);
    QVERIFY(other.json().at("report") != other.json().at("against"));
    QVERIFY(other.json().contains("test"));
    const auto text = work_.run(nocs({"--bootstrap", "20", "--against", "other.npz"}));
    COMPARE_CODE(text, 0);
    QVERIFY(text.out.contains("other") && text.out.contains("bootstrap"));
  }

  void slicesStandBesideTheWhole() {
    const QStringList slices{"--slice", "all of it: everything", "--slice", "far: z > 1 m",
                             "--slice", "near: z <= 100 cm",     "--slice", "hidden: occluded > 40 %"};
    const auto plain = work_.run(nocs({"--json", "--bootstrap", "40", "--against", "other.npz"}));
    const auto done =
        work_.run(nocs(slices + QStringList{"--json", "--bootstrap", "40", "--against", "other.npz"}));
    COMPARE_CODE(done, 0);
    const auto json = done.json();
    QVERIFY(json.at("report") == plain.json().at("report") && json.at("test") == plain.json().at("test"));
    QCOMPARE(json.at("slices").size(), std::size_t{4});
    const auto& whole = json.at("slices").at(0);
    QCOMPARE(whole.at("name").get<std::string>(), std::string("all of it"));
    QCOMPARE(whole.at("run").at("report").at("rows"), json.at("report").at("rows"));
    QCOMPARE(whole.at("against").at("report").at("rows"), json.at("against").at("rows"));
    QCOMPARE(whole.at("test").at("cells"), json.at("test").at("cells"));
    const auto truths = [&](std::size_t slice, const char* run) {
      return json.at("slices").at(slice).at(run).at("truths").get<int>();
    };
    QCOMPARE(truths(1, "run") + truths(2, "run"), truths(0, "run"));
    QCOMPARE(truths(1, "run"), truths(1, "against"));
    // The fixture does not know what is hidden: that is said instead of numbers.
    const auto& hidden = json.at("slices").at(3).at("run");
    QVERIFY(hidden.at("report").is_null());
    QVERIFY(hidden.at("reason").get<std::string>().find("visibility is not known") != std::string::npos);
    const auto text =
        work_.run(nocs(slices + QStringList{"--bootstrap", "20", "--against", "other.npz", "--csv", "s.csv",
                                            "--latex", "s.tex", "--intervals"}));
    COMPARE_CODE(text, 0);
    QVERIFY(text.out.contains("slice far (z > 1 m), pred: ") && text.out.contains("visibility is not known"));
    QVERIFY(work_.read("s.csv").starts_with("slice,model,objects,"));
    QCOMPARE(std::ranges::count(work_.read("s.csv"), '\n'), 1 + 2 + 4 * 2);
    QVERIFY(work_.read("s.tex").starts_with("\\begin{tabular}{llr"));
  }

  void theTextSaysWhatWasCounted() {
    const auto done = work_.run(nocs({"--bootstrap", "0"}));
    COMPARE_CODE(done, 0);
    QVERIFY(done.out.contains("nocs-legacy") && done.out.contains("published"));
    QVERIFY(done.out.contains("mean") && done.out.contains("laptop"));
  }

  void tablesAreWrittenOnce() {
    const QStringList outputs{"--csv", "t.csv", "--markdown", "t.md", "--latex", "t.tex", "--bootstrap", "0"};
    const auto done = work_.run(nocs(outputs));
    COMPARE_CODE(done, 0);
    QVERIFY(work_.read("t.csv").find("5°2cm") != std::string::npos);
    QVERIFY(work_.read("t.md").starts_with("|"));
    QVERIFY(work_.read("t.tex").find("\\toprule") != std::string::npos);
    const std::string before = work_.read("t.md");
    const auto again = work_.run(nocs(outputs));
    COMPARE_CODE(again, 2);
    QVERIFY(again.sentence().contains("t.csv") && again.sentence().contains("--force"));
    const auto forced = work_.run(nocs(outputs + QStringList{"--force"}));
    COMPARE_CODE(forced, 0);
    QCOMPARE(work_.read("t.md"), before);
  }

  void everyObjectCanBeExplained() {
    const auto report = work_.run(nocs({"--json", "--samples", "--bootstrap", "0"}));
    COMPARE_CODE(report, 0);
    const auto json = report.json();
    const auto sample = std::find_if(json.at("samples").begin(), json.at("samples").end(),
                                     [](const auto& s) { return s.at("truth").is_number(); });
    QVERIFY(sample != json.at("samples").end());
    const QString object = QString("%1:%2")
                               .arg(QString::fromStdString(sample->at("image").template get<std::string>()))
                               .arg(sample->at("instance").template get<int>());
    const auto one = work_.run(nocs({"--bootstrap", "0", "--explain", object + ":iou_50"}));
    COMPARE_CODE(one, 0);
    QVERIFY(one.out.contains("IoU50") && one.out.count('\n') > 1);
    const auto all = work_.run(nocs({"--bootstrap", "0", "--json", "--explain", object}));
    COMPARE_CODE(all, 0);
    QVERIFY(all.json().size() > 1 && all.json().at(0).contains("verdict"));
    const auto none = work_.run(nocs({"--bootstrap", "0", "--explain", "nowhere:0"}));
    COMPARE_CODE(none, 2);
    QVERIFY(none.sentence().contains("nowhere"));
  }

  void publishedRowsStandBesideOurs() {
    const auto done = work_.run(nocs({"--bootstrap", "0", "--published", "score-scaling-table-3-a:1"}));
    COMPARE_CODE(done, 0);
    QVERIFY2(done.out.contains("published"), qPrintable(done.out));
    const auto unknown = work_.run(nocs({"--bootstrap", "0", "--published", "table-nine"}));
    COMPARE_CODE(unknown, 2);
    QVERIFY(unknown.sentence().contains("table-nine") && unknown.sentence().contains("score-scaling"));
    const auto beyond = work_.run(nocs({"--bootstrap", "0", "--published", "score-scaling-table-3-a:1000"}));
    COMPARE_CODE(beyond, 2);
  }

  void noPredictionsScoreZero() {
    Arrays none;
    none["image"] = NpyArray::from(std::vector<double>{});
    none["category"] = NpyArray::from(std::vector<double>{});
    none["pose"] = NpyArray::from(std::vector<double>{}, {0, 4, 4});
    none["size"] = NpyArray::from(std::vector<double>{}, {0, 3});
    none["score"] = NpyArray::from(std::vector<double>{});
    write("none.npz", none);
    const auto done = work_.run(nocs({"--json", "--bootstrap", "0"}, "none.npz"));
    COMPARE_CODE(done, 0);
    const auto report = done.json();
    QCOMPARE(cell(report, report.at("rows").size() - 1, "iou_50"), 0.0);
    QVERIFY(done.out.contains("no predictions"));
  }

  void badRowsAreNamed_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<int>("element");
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("place");
    QTest::newRow("NaN pose") << "pose" << 3 * 16 + 3 << std::nan("") << "pose[3]";
    QTest::newRow("no rotation") << "pose" << 5 * 16 << 40.0 << "pose[5]";
    QTest::newRow("negative size") << "size" << 7 * 3 + 1 << -0.1 << "size[7]";
    QTest::newRow("NaN score") << "score" << 9 << std::nan("") << "score[9]";
  }

  void badRowsAreNamed() {
    QFETCH(QString, key);
    QFETCH(int, element);
    QFETCH(double, value);
    QFETCH(QString, place);
    Arrays arrays = fixture_side("nocs", "pred");
    NpyArray& array = arrays[key.toStdString()];
    std::vector<double> values = array.as_doubles();
    QVERIFY(values.size() > static_cast<std::size_t>(element));
    values[static_cast<std::size_t>(element)] = value;
    array = NpyArray::from(values, array.shape);
    write("bad.npz", arrays);
    const auto done = work_.run(nocs({"--json", "-o", "bad.json"}, "bad.npz"));
    COMPARE_CODE(done, 3);
    QVERIFY(done.out.isEmpty() && !work_.has("bad.json"));
    QVERIFY2(done.sentence().contains("bad.npz") && done.sentence().contains(place), done.text().c_str());
  }

  void damagedFilesAreRefused() {
    work_.write("text.npz", "no archive");
    const std::string whole = work_.read("pred.npz");
    work_.write("cut.npz", whole.substr(0, whole.size() / 2));
    for (const char* file : {"text.npz", "cut.npz", "missing.npz"}) {
      const auto done = work_.run(nocs({}, file));
      COMPARE_CODE(done, 3);
      QVERIFY2(done.sentence().contains(file), done.text().c_str());
    }
  }

  void wrongUsage_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("named");
    QTest::newRow("unknown family") << QStringList{"evaluate", "nosc"} << "nosc";
    QTest::newRow("no input") << QStringList{"evaluate", "nocs"} << "--ground-truth";
    QTest::newRow("half an input") << QStringList{"evaluate", "nocs", "--dataset", "set"} << "--result";
    QTest::newRow("two inputs") << nocs({"--dataset", "set", "--result", "r.npz"}) << "--dataset";
    QTest::newRow("unknown overlap") << nocs({"--overlap", "round"}) << "--overlap";
    QTest::newRow("unknown protocol") << nocs({"--protocol", "nocs-2"}) << "nocs-2";
    QTest::newRow("one resample") << nocs({"--bootstrap", "1"}) << "--bootstrap";
    QTest::newRow("level") << nocs({"--level", "95"}) << "--level";
    QTest::newRow("slice") << nocs({"--slice", "far: z <"}) << "expected a number to compare z with";
    QTest::newRow("two slices of a name")
        << nocs({"--slice", "a: z > 1", "--slice", "a: z > 2"}) << "names something";
    QTest::newRow("same output twice") << nocs({"--csv", "x", "--latex", "x"}) << "x";
  }

  void wrongUsage() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, named);
    const auto done = work_.run(arguments);
    COMPARE_CODE(done, 2);
    QVERIFY2(done.err.contains(named), done.text().c_str());
    QVERIFY(done.out.isEmpty());
  }

  void protocolsAreListed() {
    const auto all = work_.run({"evaluate", "--list"});
    COMPARE_CODE(all, 0);
    for (const char* id : {"nocs-legacy", "housecat-exact-all", "genpose", "omni6d-script", "bop19", "add",
                           "swisscube", "speed", "hypotheses", "tracking"}) {
      QVERIFY2(all.out.contains(QString("%1: ").arg(id)), id);
    }
    const auto json = work_.run({"evaluate", "speed", "--list", "--json"});
    COMPARE_CODE(json, 0);
    QCOMPARE(json.json().at(0).at("id").get<std::string>(), std::string("speed"));
  }

  // The annotations as a file, and the dataset itself, are the same ground truth.
  void datasetsAndFilesGiveTheSameNumbers() {
    COMPARE_CODE(work_.run({"dataset", "make", "set.toml", "-o", "set"}), 0);
    COMPARE_CODE(work_.run({"dataset", "truth", "set", "-o", "truth.npz"}), 0);
    COMPARE_CODE(work_.run({"dataset", "truth", "set", "-o", "truth.npz"}), 2);
    const QString checkpoint = QString::fromStdString(source_path("resources/checkpoints/demo.safetensors"));
    COMPARE_CODE(
        work_.run({"infer", "--checkpoint", checkpoint, "--dataset", "set", "-k", "3", "-o", "result.npz"}),
        0);
    for (const char* family : {"nocs", "omni6d", "hypotheses", "tracking"}) {
      const QStringList head{"evaluate", family, "--json", "--bootstrap", "20"};
      const auto files =
          work_.run(head + QStringList{"--ground-truth", "truth.npz", "--predictions", "result.npz"});
      const auto dataset = work_.run(head + QStringList{"--dataset", "set", "--result", "result.npz"});
      COMPARE_CODE(files, 0);
      COMPARE_CODE(dataset, 0);
      QCOMPARE(files.json().at("rows").dump(), dataset.json().at("rows").dump());
    }
    const auto models = work_.run(
        {"evaluate", "add", "--json", "--bootstrap", "0", "--dataset", "set", "--result", "result.npz"});
    COMPARE_CODE(models, 0);
    QVERIFY(models.json().at("rows").size() > 1);
    const auto other = work_.run(nocs({"--bootstrap", "0"}, "result.npz"));
    COMPARE_CODE(other, 3);
    QVERIFY2(other.sentence().contains("result.npz"), other.text().c_str());
  }
};

ALIDADE_TEST(EvaluateCommandTest)
#include "evaluate_command_test.moc"
