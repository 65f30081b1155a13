// SPDX-License-Identifier: BSD-3-Clause
// The rows of the README in the folder of cases: small inputs that public reports led to.
#include "core/io/image_file.h"
#include "core/io/npz.h"
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// What the sentence about a dataset's ground truth begins with.
const QString kIncomplete = QStringLiteral("the ground truth is incomplete, ");

}  // namespace

class CasesTest : public QObject {
  Q_OBJECT

  Workspace work_;
  QString cases_;

  QString at(const QString& name) const { return cases_ + "/" + name; }
  QString truth() const { return at("base/gt_ds-test.csv"); }
  Outcome bop(const QString& dataset, const QStringList& more = {}) const {
    return work_.run(
        QStringList{"evaluate", "bop", "--dataset", at(dataset), "--result", truth(), "--bootstrap", "0"} +
        more);
  }
  Outcome nocs(const QString& predictions, const QStringList& more = {}) const {
    return work_.run(QStringList{"evaluate", "nocs", "--ground-truth", at("npz/gt.npz"), "--predictions",
                                 predictions, "--bootstrap", "0", "--json"} +
                     more);
  }
  static nlohmann::json cell(const nlohmann::json& report, const char* column) {
    return report.at("rows").back().at("cells").at(column);
  }
  /// The only line on standard error that begins with "problem: " and holds the text.
  static QString problem(const Outcome& outcome, const QString& text) {
    QStringList found;
    for (const QString& line : outcome.err.split('\n')) {
      if (line.startsWith("problem: ") && line.contains(text)) {
        found << line;
      }
    }
    return found.size() == 1 ? found.front() : QString();
  }

 private Q_SLOTS:
  void initTestCase() {
    cases_ = QString::fromStdString(cases_folder());
    if (cases_.isEmpty()) {
      QSKIP("the folder of cases is absent (\"cases\" beside ALIDADE_FIXTURES, else ../shared/cases)");
    }
    work_.write("short.toml",
                "[network]\nconfig = \"tiny\"\n[data]\ntrain = \"set.toml\"\n[training]\nbatch = 4\n"
                "noise_draws = 2\npretrain_steps = 2\njoint_steps = 2\n");
    COMPARE_CODE(work_.run({"train", "short.toml", "-o", "run"}), 0);
    work_.write("overlay.json",
                QStringLiteral("{\"schema\": 1, \"figure\": \"image\", \"dataset\": \"%1\", \"frame\": 1}")
                    .arg(at("json-holes/onebad"))
                    .toStdString());
  }

  void theBaseIsGood() {
    const auto done = bop("base/ds", {"--json"});
    COMPARE_CODE(done, 0);
    QCOMPARE(cell(done.json(), "ar").at("value").get<double>(), 100.0);
    QVERIFY(!done.json().contains("allowed_problems"));
    QVERIFY(problem(done, "").isEmpty());
  }

  void depthOfAnotherSizeGivesNoNumber() {
    const auto done = bop("depth-size/ds", {"--json"});
    COMPARE_CODE(done, 0);
    for (const char* column : {"ar", "ar_vsd"}) {
      const auto value = cell(done.json(), column);
      QVERIFY2(value.at("value").is_null(), value.dump().c_str());
      QVERIFY(
          QString::fromStdString(value.at("reason")).contains("it has 40 x 30 pixels, expected 160 x 120"));
    }
    QCOMPARE(cell(done.json(), "ar_mssd").at("value").get<double>(), 100.0);
    const auto text = bop("depth-size/ds");
    QVERIFY2(text.out.contains("40 x 30") && text.out.contains(QString::fromUtf8("–")), text.text().c_str());
  }

  void annotationsLeftOutAreSaidEverywhere_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    const QString one = QString::fromStdString(cases_folder()) + "/json-holes/onebad";
    const QStringList infer{"infer", "--checkpoint", "run/final.safetensors", "--dataset", one};
    QTest::newRow("infer") << infer << 0;
    QTest::newRow("track") << infer + QStringList{"--track"} << 0;
    QTest::newRow("sample") << QStringList{"sample", "--analytic", "--dataset", one, "--all"} << 0;
    QTest::newRow("render") << QStringList{"render", "overlay.json", "-o", "overlay.png"} << 0;
    QTest::newRow("truth") << QStringList{"dataset", "truth", one, "-o", "refused.npz"} << 3;
    QTest::newRow("truth, allowed") << QStringList{"dataset", "truth",       one,
                                                   "-o",      "allowed.npz", "--allow-problems"}
                                    << 0;
  }

  void annotationsLeftOutAreSaidEverywhere() {
    if (cases_.isEmpty()) {
      QSKIP("no cases");
    }
    QFETCH(QStringList, arguments);
    QFETCH(int, code);
    const auto done = work_.run(arguments);
    COMPARE_CODE(done, code);
    const QString said = code == 0 ? problem(done, kIncomplete) : done.sentence();
    QVERIFY2(said.contains("onebad: " + kIncomplete +
                           "2 parts of it are missing, unreadable or left out (first: "),
             done.text().c_str());
    QVERIFY2(said.contains("scene_gt.json: image 1, instance 0: "), done.text().c_str());
    QVERIFY(!work_.has("refused.npz"));
  }

  void incompleteTruthStopsAnEvaluation() {
    const QStringList infer{"infer",     "--checkpoint",          "run/final.safetensors",
                            "--dataset", at("json-holes/onebad"), "-o",
                            "poses.npz"};
    COMPARE_CODE(work_.run(infer), 0);
    for (const QString& result : {truth(), QStringLiteral("poses.npz")}) {
      const QStringList evaluate{"evaluate",    result.endsWith(".npz") ? "nocs" : "bop",
                                 "--dataset",   at("json-holes/onebad"),
                                 "--result",    result,
                                 "--bootstrap", "0"};
      const auto refused = work_.run(evaluate);
      COMPARE_CODE(refused, 3);
      QVERIFY(refused.out.isEmpty());
      QVERIFY2(refused.sentence().contains(kIncomplete + "2 parts") &&
                   refused.sentence().contains("--allow-problems"),
               refused.text().c_str());
      const auto text = work_.run(evaluate + QStringList{"--allow-problems"});
      COMPARE_CODE(text, 0);
      QVERIFY2(text.out.contains("note: --allow-problems: onebad: " + kIncomplete + "2 parts"),
               text.text().c_str());
      const auto json = work_.run(evaluate + QStringList{"--allow-problems", "--json"}).json();
      QVERIFY(QString::fromStdString(json.at("allowed_problems")).contains(kIncomplete + "2 parts"));
    }
  }

  void unknownKeysAndEveryNumberAreRead_data() {
    QTest::addColumn<QString>("file");
    for (const char* file : {"c", "extra_dict", "longheader", "cat_i1", "cat_u4", "f16"}) {
      QTest::newRow(file) << QString("npz/%1.npz").arg(file);
    }
  }

  void unknownKeysAndEveryNumberAreRead() {
    if (cases_.isEmpty()) {
      QSKIP("no cases");
    }
    QFETCH(QString, file);
    // cat_i1 and cat_u4 number the classes in this order.
    const auto done = nocs(at(file), {"--categories", "mug,can,bowl"});
    COMPARE_CODE(done, 0);
    QCOMPARE(cell(done.json(), "iou_75").at("value").get<double>(), 100.0);
  }

  void unitsThatContradictAreNamed_data() {
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("numbers");
    QTest::newRow("d8") << "units/d8"
                        << "the depth is 134 mm and the ground truth says 560 mm";
    QTest::newRow("scale_0001") << "units/scale_0001"
                                << "the depth is 0.536 mm and the ground truth says 560 mm";
    QTest::newRow("t_in_m") << "units/t_in_m"
                            << "the depth is 536 mm and the ground truth says 0.56 mm";
    QTest::newRow("depth_ok") << "units/depth_ok"
                              << "";
  }

  void unitsThatContradictAreNamed() {
    if (cases_.isEmpty()) {
      QSKIP("no cases");
    }
    QFETCH(QString, folder);
    QFETCH(QString, numbers);
    const auto infer = work_.run({"infer", "--checkpoint", "run/final.safetensors", "--dataset", at(folder)});
    COMPARE_CODE(infer, 0);
    const auto info = work_.run({"dataset", "info", at(folder), "--check"});
    COMPARE_CODE(info, 0);
    const auto evaluated = bop(folder);
    COMPARE_CODE(evaluated, 0);
    if (numbers.isEmpty()) {
      QVERIFY2(!(infer.err + info.out + evaluated.out).contains("contradict"), infer.text().c_str());
    } else {
      QVERIFY2(problem(infer, "units contradict each other in 2 of 2 frames").contains(numbers),
               infer.text().c_str());
      QVERIFY2(info.out.contains(numbers), info.text().c_str());
      QVERIFY2(evaluated.out.contains("note: units contradict each other in 2 of 2 images"),
               evaluated.text().c_str());
    }
    // Predictions in millimetres for a truth in metres that was taken for millimetres.
    QCOMPARE(evaluated.out.contains("a factor near 1000"), folder.endsWith("t_in_m"));
  }

  void continuedLinesGiveTheSamePicture() {
    ImageU8 pictures[2];
    for (int i = 0; i < 2; ++i) {
      const QString folder = at(i == 0 ? "obj-lines/plain" : "obj-lines/backslash");
      COMPARE_CODE(work_.run({"dataset", "info", folder, "--check"}), 0);
      work_.write("obj.json", QStringLiteral("{\"schema\": 1, \"figure\": \"image\", \"dataset\": \"%1\"}")
                                  .arg(folder)
                                  .toStdString());
      COMPARE_CODE(work_.run({"render", "obj.json", "-o", QString("obj%1.png").arg(i)}), 0);
      const auto picture = read_color(work_.path("obj" + std::to_string(i) + ".png"));
      QVERIFY(picture);
      pictures[i] = *picture;
    }
    QVERIFY(pictures[0].data.size() > 1000 && pictures[0].data == pictures[1].data);
  }

  void layoutsOfSeveralSensorsAreNamed() {
    const auto refused = work_.run({"dataset", "info", at("bop-sensors/hot3d")});
    COMPARE_CODE(refused, 3);
    QVERIFY2(refused.sentence().contains("one file of annotations per sensor") &&
                 refused.sentence().contains("sensors gray1, rgb"),
             refused.text().c_str());
  }

  void pointersOfGitLfsAreNamed_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("file");
    const QString cases = QString::fromStdString(cases_folder()), base = cases + "/base/ds";
    QTest::newRow("results") << QStringList{"evaluate", "bop",      "--dataset",
                                            base,       "--result", cases + "/lfs/res_ds-test.csv"}
                             << "res_ds-test.csv";
    QTest::newRow("arrays") << QStringList{"evaluate", "nocs",     "--dataset",
                                           base,       "--result", cases + "/lfs/pred.npz"}
                            << "pred.npz";
    QTest::newRow("checkpoint") << QStringList{"infer", "--dataset", base, "--checkpoint",
                                               cases + "/lfs/model.safetensors"}
                                << "model.safetensors";
    QTest::newRow("mesh") << QStringList{"dataset", "info", cases + "/lfs/ds"} << "obj_000001.ply";
    QTest::newRow("mesh of an evaluation")
        << QStringList{"evaluate",        "bop",      "--dataset",
                       cases + "/lfs/ds", "--result", cases + "/base/gt_ds-test.csv"}
        << "obj_000001.ply";
  }

  void pointersOfGitLfsAreNamed() {
    if (cases_.isEmpty()) {
      QSKIP("no cases");
    }
    QFETCH(QStringList, arguments);
    QFETCH(QString, file);
    const auto done = work_.run(arguments);
    COMPARE_CODE(done, 3);
    QVERIFY2(
        done.sentence().contains(file + ": is a Git LFS pointer in place of the file; run git lfs pull."),
        done.text().c_str());
  }

  void pointersAmongTheImagesAreNamed() {
    const auto done = work_.run({"dataset", "info", at("lfs/ds"), "--check"});
    for (const char* file : {"rgb/000000.png", "depth/000001.png"}) {
      QVERIFY2(done.out.contains(QString(file) + ": is a Git LFS pointer"), done.text().c_str());
    }
  }

  void whatNobodyAnnotatedIsNotNothing() {
    const QString folder = at("no-annotations/itodd");
    for (const QStringList& more : {QStringList{}, QStringList{"--allow-problems"}}) {
      const auto refused = work_.run(QStringList{"dataset", "truth", folder, "-o", "none.npz"} + more);
      COMPARE_CODE(refused, 3);
      QVERIFY2(refused.sentence().contains("no image is annotated"), refused.text().c_str());
      QVERIFY(!work_.has("none.npz"));
    }
    const auto sample = work_.run({"sample", "--analytic", "--dataset", folder});
    COMPARE_CODE(sample, 3);
    QVERIFY2(!sample.sentence().contains("--analytic") && sample.sentence().contains("scene_gt.json"),
             sample.text().c_str());
  }

  void classNumbersAreThoseOfTheProtocol() {
    const auto named = nocs(at("npz/c.npz"), {"--categories", "bottle,bowl,camera,can,laptop,mug"});
    COMPARE_CODE(named, 0);
    // The truth's names as numbers in the order of the NOCS scripts.
    auto arrays = read_arrays(at("npz/gt.npz"));
    const auto predictions = read_arrays(at("npz/c.npz"));
    for (const bool wide : {false, true}) {
      for (const auto& [file, from] :
           {std::pair{"gt.npz", &std::as_const(arrays)}, std::pair{"pred.npz", &predictions}}) {
        auto numbered = *from;
        std::vector<std::int64_t> numbers;
        for (const std::string& name : numbered.at("category").as_texts()) {
          numbers.push_back(name == "bowl" ? 2 : name == "can" ? 4 : name == "mug" ? 6 : 0);
        }
        numbered["category"] = NpyArray::from(numbers);
        if (wide) {
          numbered["category"] = NpyArray::from(texts_of(numbers));
        }
        const auto written = write_npz(work_.path(file), numbered);
        QVERIFY(written);
      }
      const QStringList evaluate{"evaluate",      "nocs",     "--ground-truth", "gt.npz",
                                 "--predictions", "pred.npz", "--bootstrap",    "0"};
      const auto done = work_.run(evaluate + QStringList{"--json"});
      COMPARE_CODE(done, 0);
      QCOMPARE(done.json().at("rows"), named.json().at("rows"));
      const auto text = work_.run(evaluate);
      QVERIFY2(text.out.contains("in the protocol's own order: bottle, bowl, camera, can, laptop, mug"),
               text.text().c_str());
    }
    arrays["category"] = NpyArray::from(std::vector<std::int64_t>(arrays.at("category").size(), 7));
    const auto written = write_npz(work_.path("gt.npz"), arrays);
    QVERIFY(written);
    const auto refused =
        work_.run({"evaluate", "nocs", "--ground-truth", "gt.npz", "--predictions", "pred.npz"});
    COMPARE_CODE(refused, 3);
    QVERIFY2(refused.sentence().contains("--categories"), refused.text().c_str());
  }

 private:
  static std::map<std::string, NpyArray> read_arrays(const QString& path) {
    return *read_npz(path.toStdString());
  }
  static std::vector<std::string> texts_of(const std::vector<std::int64_t>& numbers) {
    std::vector<std::string> texts;
    for (const std::int64_t number : numbers) {
      texts.push_back(std::to_string(number));
    }
    return texts;
  }
};

ALIDADE_TEST(CasesTest)
#include "cases_test.moc"
