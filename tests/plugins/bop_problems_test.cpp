// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>

#include <QtTest>

#include "core/data/dataset_problems.h"
#include "core/evaluation/protocol.h"
#include "plugins/bop/bop_evaluation.h"
#include "plugins/single_frame/single_frame_reader.h"
#include "tests/plugins/bop_support.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::test;

namespace {

namespace fs = std::filesystem;

constexpr const char* kGoodEntry =
    "[{\"obj_id\": 1, \"cam_R_m2c\": [1,0,0,0,1,0,0,0,1], \"cam_t_m2c\": [0,0,500]}]";

std::string two_images(const std::string& first) {
  return "{\"0\": " + first + ", \"1\": " + kGoodEntry + "}";
}

std::string annotated(const std::string& id, const std::string& rotation, const std::string& translation) {
  return "[{\"obj_id\": " + id + ", \"cam_R_m2c\": " + rotation + ", \"cam_t_m2c\": " + translation + "}]";
}

std::size_t count_of(const Dataset& dataset, ProblemKind kind) {
  const auto& all = dataset.problems();
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const DatasetProblem& p) { return p.kind == kind; }));
}

/// Results for both images of both scenes of TinyBop at its true pose.
std::string results_csv(double millimetres = 500.0) {
  std::string text = "scene_id,im_id,obj_id,score,R,t,time\n";
  for (const char* place : {"1,0", "1,1", "2,0", "2,1"}) {
    text += std::string(place) + ",1,0.9,1 0 0 0 1 0 0 0 1,0 0 " + std::to_string(millimetres) + ",0.1\n";
  }
  return text;
}

bop::EvaluationFiles evaluated(const TinyBop& tiny, bool allow = false, double millimetres = 500.0) {
  tiny.write("m_tiny-test.csv", results_csv(millimetres));
  return {tiny.root(), tiny.root() / "m_tiny-test.csv", {}, false, allow};
}

const MetricCell& cell_of(const EvaluationReport& report, const std::string& column) {
  return report.rows.back().cells.at(*report.column(column));
}

}  // namespace

class BopProblemsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void damagedAnnotationsAreIncompleteTruth_data() {
    const std::string unit = "[1,0,0,0,1,0,0,0,1]", place = "[0,0,500]";
    QTest::addColumn<QString>("content");
    QTest::addColumn<int>("frame");
    const auto row = [](const char* name, const std::string& content, int frame) {
      QTest::newRow(name) << QString::fromStdString(content) << frame;
    };
    row("zero rotation", two_images(annotated("1", "[0,0,0,0,0,0,0,0,0]", place)), 0);
    row("scaled rotation", two_images(annotated("1", "[1.3,0,0,0,1.3,0,0,0,1.3]", place)), 0);
    row("null", two_images(annotated("1", unit, "[null,0,500]")), 0);
    row("short translation", two_images(annotated("1", unit, "[0,500]")), 0);
    row("far away", two_images(annotated("1", unit, "[0,0,1e300]")), 0);
    row("half an id", two_images(annotated("1.5", unit, place)), 0);
    row("negative id", two_images(annotated("-1", unit, place)), 0);
    row("id as text", two_images(annotated("\"1\"", unit, place)), 0);
    row("misspelled key",
        two_images("[{\"obj_id\": 1, \"cam_R_m3c\": " + unit + ", \"cam_t_m2c\": " + place + "}]"), 0);
    row("no list", two_images("{}"), 0);
    row("no object", two_images("[7]"), 0);
    row("foreign key", "{\"zero\": [], \"0\": " + std::string(kGoodEntry) + ", \"1\": " + kGoodEntry + "}",
        -1);
    row("listed twice", "{\"0\": " + std::string(kGoodEntry) + ", \"00\": [], \"1\": " + kGoodEntry + "}", 0);
    row("image missing", "{\"1\": " + std::string(kGoodEntry) + "}", -1);
    row("track as text",
        two_images("[{\"obj_id\": 1, \"track_id\": \"a\", \"cam_R_m2c\": " + unit +
                   ", \"cam_t_m2c\": " + place + "}]"),
        0);
    row("no entries", "{}", -1);
    row("cut short", "{\"0\": [", -1);
    row("a list", "[]", -1);
    row("key twice", "{\"0\": [], \"0\": []}", -1);
  }

  void damagedAnnotationsAreIncompleteTruth() {
    QFETCH(QString, content);
    QFETCH(int, frame);
    const TinyBop tiny;
    tiny.write("test/000001/scene_gt.json", content.toStdString());
    const auto dataset = tiny.open();
    QVERIFY(dataset);
    QVERIFY(count_of(*dataset, ProblemKind::kGroundTruth) >= 1);
    for (const DatasetProblem& problem : dataset->problems()) {
      if (frame >= 0 && problem.kind == ProblemKind::kGroundTruth) {
        QCOMPARE(problem.frame, std::optional<std::size_t>(frame));
        break;
      }
    }
    const auto refused = require_ground_truth(*dataset, false);
    QVERIFY(!refused && refused.error().code == ErrorCode::kInput);
    QVERIFY(refused.error().message.find("scene_gt.json") != std::string::npos);
    QVERIFY(refused.error().message.find("--allow-problems") != std::string::npos);
    QVERIFY(require_ground_truth(*dataset, true));
    QCOMPARE(problem_sentences(*dataset).front(),
             *problem_sentence("tiny", dataset->problems(), ProblemKind::kGroundTruth) +
                 "; alidade dataset info lists all.");

    const auto input = bop::evaluation_input(evaluated(tiny), {});
    QVERIFY(!input && input.error().code == ErrorCode::kInput);
    QVERIFY2(input.error().message.find("--allow-problems") != std::string::npos,
             input.error().message.c_str());
    const auto allowed = bop::evaluation_input(evaluated(tiny, true), {});
    QVERIFY2(allowed, allowed ? "" : allowed.error().message.c_str());
    const auto report = evaluate(*find_protocol("bop19"), *allowed, {});
    QVERIFY2(report, report ? "" : report.error().message.c_str());
    QVERIFY((*report)->allowed_problems.find("scene_gt.json") != std::string::npos);
    QCOMPARE((*report)->notes.front(), "--allow-problems: " + (*report)->allowed_problems);
  }

  void whatIsNoTruthIsARemark_data() {
    QTest::addColumn<QString>("file");
    QTest::newRow("color") << "test/000001/rgb/000000.png";
    QTest::newRow("mesh") << "models/obj_000001.ply";
    QTest::newRow("models") << "models/models_info.json";
    QTest::newRow("camera") << "test/000001/scene_camera.json";
  }

  void whatIsNoTruthIsARemark() {
    QFETCH(QString, file);
    const TinyBop tiny;
    fs::remove(tiny.root() / file.toStdString());
    const auto dataset = tiny.open();
    QCOMPARE(count_of(*dataset, ProblemKind::kGroundTruth), std::size_t{0});
    QCOMPARE(count_of(*dataset, ProblemKind::kRemark), std::size_t{1});
    QVERIFY(require_ground_truth(*dataset, false));
    const auto sentences = problem_sentences(*dataset);
    QCOMPARE(sentences.size(), std::size_t{1});
    QVERIFY2(sentences[0].starts_with("tiny: 1 problem of images, meshes, masks or units ("),
             sentences[0].c_str());
  }

  void modelsThatCannotBeReadAreTruth() {
    for (const char* content : {"{", "[]", "{\"one\": {}}", "{\"1\": {\"symmetries_continuous\": 3}}"}) {
      const TinyBop tiny;
      tiny.write("models/models_info.json", content);
      QVERIFY(count_of(*tiny.open(), ProblemKind::kGroundTruth) >= 1);
    }
  }

  void notKnownIsNotNone() {
    const TinyBop tiny;
    for (const char* scene : {"000001", "000002"}) {
      fs::remove(tiny.root() / "test" / scene / "scene_gt.json");
    }
    const auto dataset = tiny.open();
    QCOMPARE(dataset->num_frames(), std::size_t{4});
    QVERIFY(!dataset->frame_info(0).annotated);
    for (const bool allow : {false, true}) {
      const auto refused = require_ground_truth(*dataset, allow);
      QVERIFY(!refused && refused.error().message.find("no image is annotated") != std::string::npos);
    }
    // An empty list says that nothing is there.
    for (const char* scene : {"000001", "000002"}) {
      tiny.write(std::string("test/") + scene + "/scene_gt.json", "{\"0\": [], \"1\": []}");
    }
    QVERIFY(require_ground_truth(*tiny.open(), false));
  }

  void everyProblemIsCounted() {
    const TinyBop tiny;
    tiny.write("test/000001/scene_gt.json", two_images(annotated("1", "[0,0,0,0,0,0,0,0,0]", "[0,0,500]")));
    tiny.write("test/000002/scene_gt.json", two_images(annotated("1", "[]", "[0,0,500]")));
    const auto sentence = problem_sentence("tiny", tiny.open()->problems(), ProblemKind::kGroundTruth);
    QVERIFY2(sentence->starts_with("tiny: the ground truth is incomplete, 2 parts of it"), sentence->c_str());
    QVERIFY(sentence->find("(first: ") != std::string::npos);
  }

  void unitsThatContradictAreNamed_data() {
    QTest::addColumn<double>("scale");
    QTest::addColumn<double>("millimetres");
    QTest::addColumn<QString>("numbers");
    QTest::newRow("good") << 0.5 << 500.0 << "";
    QTest::newRow("a wall behind") << 0.9 << 500.0 << "";
    QTest::newRow("depth in metres") << 0.0005 << 500.0
                                     << "the depth is 0.5 mm and the ground truth says 500 mm";
    QTest::newRow("translation in metres")
        << 0.5 << 0.5 << "the depth is 500 mm and the ground truth says 0.5 mm";
    QTest::newRow("ten times") << 5.0 << 500.0 << "the depth is 5e+03 mm and the ground truth says 500 mm";
  }

  void unitsThatContradictAreNamed() {
    QFETCH(double, scale);
    QFETCH(double, millimetres);
    QFETCH(QString, numbers);
    const TinyBop tiny;
    for (const char* scene : {"000001", "000002"}) {
      const std::string base = std::string("test/") + scene + "/";
      const std::string camera =
          "{\"cam_K\": [10,0,4,0,10,3,0,0,1], \"depth_scale\": " + std::to_string(scale) + "}";
      const std::string pose =
          annotated("1", "[1,0,0,0,1,0,0,0,1]", "[0,0," + std::to_string(millimetres) + "]");
      tiny.write(base + "scene_camera.json", "{\"0\": " + camera + ", \"1\": " + camera + "}");
      tiny.write(base + "scene_gt.json", "{\"0\": " + pose + ", \"1\": " + pose + "}");
    }
    const auto frame = tiny.open()->load(0, {});
    QVERIFY(frame && frame->problems.empty());
    QCOMPARE(frame->remarks.size(), std::size_t{numbers.isEmpty() ? 0U : 1U});
    const auto input = bop::evaluation_input(evaluated(tiny, false, millimetres), {});
    QVERIFY2(input, input ? "" : input.error().message.c_str());
    std::string notes;
    for (const std::string& note : (*input)->notes) {
      notes += note + "\n";
    }
    QCOMPARE(notes.find("units contradict") != std::string::npos, !numbers.isEmpty());
    if (!numbers.isEmpty()) {
      QVERIFY2(frame->remarks[0].find(numbers.toStdString()) != std::string::npos, frame->remarks[0].c_str());
      QVERIFY2(notes.find(numbers.toStdString()) != std::string::npos, notes.c_str());
      FrameProblems found;
      found.add(*frame);
      QVERIFY(found.sentences().at(0).starts_with("units contradict each other in 1 of 1 frames read ("));
    }
  }

  void rejectedDepthGivesNoNumber_data() {
    QTest::addColumn<QString>("bytes");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, const std::string& bytes, const char* reason) {
      QTest::newRow(name) << QString::fromLatin1(bytes.data(), static_cast<qsizetype>(bytes.size()))
                          << reason;
    };
    row("another size", *encode_png(ImageU16(4, 3, 1, 1000)), "it has 4 x 3 pixels, expected 8 x 6");
    row("damaged", "no picture", "not a PNG, JPEG or TIFF image");
    row("in color", *encode_png(ImageU8(8, 6, 3, 100)), "expected one channel");
    row("a pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
        "run git lfs pull");
  }

  void rejectedDepthGivesNoNumber() {
    QFETCH(QString, bytes);
    QFETCH(QString, reason);
    const TinyBop tiny;
    tiny.write("test/000002/depth/000001.png", bytes.toLatin1().toStdString());
    const auto input = bop::evaluation_input(evaluated(tiny), {});
    QVERIFY2(input, input ? "" : input.error().message.c_str());
    const auto report = evaluate(*find_protocol("bop19"), *input, {});
    QVERIFY2(report, report ? "" : report.error().message.c_str());
    for (const char* column : {"ar", "ar_vsd"}) {
      QVERIFY(!cell_of(**report, column).value);
      QVERIFY2(cell_of(**report, column).reason.find(reason.toStdString()) != std::string::npos,
               cell_of(**report, column).reason.c_str());
    }
    QCOMPARE(cell_of(**report, "ar_mssd").value, std::optional(1.0));
    QVERIFY(std::any_of((*report)->notes.begin(), (*report)->notes.end(), [&](const std::string& note) {
      return note.find("the depth of 1 of 4 images is rejected") != std::string::npos;
    }));
    // Good depth gives a value.
    const TinyBop good;
    const auto whole = evaluate(*find_protocol("bop19"), *bop::evaluation_input(evaluated(good), {}), {});
    QVERIFY(cell_of(**whole, "ar_vsd").value);
  }

  void sensorLayoutsAreNamed() {
    const TinyBop tiny;
    for (const char* scene : {"000001", "000002"}) {
      const fs::path folder = tiny.root() / "test" / scene;
      for (const char* kind : {"scene_gt", "scene_camera", "scene_gt_info"}) {
        fs::rename(folder / (std::string(kind) + ".json"), folder / (std::string(kind) + "_cam1.json"));
      }
    }
    QVERIFY(make_bop_reader()->can_read(tiny.root()) > 50);
    const auto opened = make_bop_reader()->open(tiny.root(), {});
    QVERIFY(!opened && opened.error().code == ErrorCode::kInput);
    QVERIFY2(
        opened.error().message.find("2 scenes have one file of annotations per sensor") != std::string::npos,
        opened.error().message.c_str());
    QVERIFY(opened.error().message.find("sensors cam1") != std::string::npos);
    const auto input = bop::evaluation_input(evaluated(tiny), {});
    QVERIFY(!input && input.error().message.find("per sensor") != std::string::npos);
  }

  void otherCameraModelsAreNamed() {
    const TinyBop tiny;
    const std::string camera = "{\"cam_model\": {\"projection_model_type\": \"CameraModelType.FISHEYE624\"}}";
    for (const char* scene : {"000001", "000002"}) {
      tiny.write(std::string("test/") + scene + "/scene_camera.json",
                 "{\"0\": " + camera + ", \"1\": " + camera + "}");
    }
    const auto dataset = tiny.open();
    QVERIFY(has_problem(*dataset, "scene_camera.json", "2 entries have the camera model FISHEYE624"));
    QVERIFY(has_problem(*dataset->load(0, {}), "has the camera model FISHEYE624"));
    const auto input = bop::evaluation_input(evaluated(tiny), {});
    QVERIFY(!input && input.error().message.find("FISHEYE624") != std::string::npos);
  }
};

ALIDADE_TEST(BopProblemsTest)
#include "bop_problems_test.moc"
