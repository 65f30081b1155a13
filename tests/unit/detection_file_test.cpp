// SPDX-License-Identifier: BSD-3-Clause
// Detections in files, and against the scenes that they belong to.
#include <filesystem>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/data/scene_dataset.h"
#include "core/exchange/detection_file.h"
#include "core/exchange/pose_set_file.h"
#include "core/studies/plain/evaluate_detections.h"
#include "tests/support/small_rooms.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class DetectionFileTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::filesystem::path file(const char* name) const { return folder_.filePath(name).toStdString(); }

 private Q_SLOTS:
  void whatIsWrittenIsReadBack() {
    const auto result = test::smallDetections();
    QVERIFY(write_detections(*result, file("found.npz")));
    const auto read = read_detections(file("found.npz"));
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    QCOMPARE(read->source, result->source);
    QCOMPARE(read->categories, result->categories);
    QCOMPARE(read->scenes.size(), result->scenes.size());
    QCOMPARE(run_name(*read), std::string("tiny.safetensors \u00b7 rooms"));
    for (std::size_t s = 0; s < read->scenes.size(); ++s) {
      const SceneDetections &a = result->scenes[s], &b = read->scenes[s];
      QCOMPARE(b.name, a.name);
      QCOMPARE(b.seconds, a.seconds);
      QCOMPARE(b.boxes.size(), a.boxes.size());
      for (std::size_t i = 0; i < a.boxes.size(); ++i) {
        QVERIFY((a.boxes[i].box.center - b.boxes[i].box.center).norm() < 1e-12);
        QVERIFY((a.boxes[i].box.size - b.boxes[i].box.size).norm() < 1e-12);
        QVERIFY(std::abs(a.boxes[i].box.yaw - b.boxes[i].box.yaw) < 1e-12);
        QCOMPARE(b.boxes[i].category, a.boxes[i].category);
        QCOMPARE(b.boxes[i].score, a.boxes[i].score);
      }
    }
    // The same file is predictions for everybody else.
    const auto poses = read_pose_table(file("found.npz"), PoseRole::kPredictions);
    QVERIFY(poses && poses->rows.size() == 4 && poses->has_scores);
  }

  void equalDetectionsGiveEqualBytes() {
    for (const char* name : {"a.npz", "b.npz"}) {
      QVERIFY(write_detections(*test::smallDetections(), file(name)));
    }
    QCOMPARE(*read_file(file("a.npz"), 1 << 20), *read_file(file("b.npz"), 1 << 20));
  }

  void nothingFoundIsAFileToo() {
    DetectionResult none = *test::smallDetections();
    for (SceneDetections& scene : none.scenes) {
      scene.boxes.clear();
    }
    QVERIFY(write_detections(none, file("none.npz")));
    const auto read = read_detections(file("none.npz"));
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    QCOMPARE(read->scenes.size(), std::size_t{2});
  }

  void scenesAreFoundByName() {
    QVERIFY(write_detections(*test::smallDetections(), file("found.npz")));
    const test::SmallRooms rooms(2);
    const auto opened = open_detections(file("found.npz"), rooms);
    QVERIFY(opened && opened->notes.empty());
    QCOMPARE(opened->result->scenes[1].scene, std::size_t{1});
    DetectionResult others = *test::smallDetections();
    others.scenes[1].name = "attic";
    QVERIFY(write_detections(others, file("others.npz")));
    const auto partly = open_detections(file("others.npz"), rooms);
    QVERIFY(partly && partly->notes.size() == 1 && partly->result->scenes.size() == 1);
    others.scenes[0].name = "cellar";
    QVERIFY(write_detections(others, file("others.npz")));
    const auto none = open_detections(file("others.npz"), rooms);
    QVERIFY(!none && none.error().code == ErrorCode::kInput);
    QVERIFY2(none.error().message.find("none of its 2 scenes") != std::string::npos,
             none.error().message.c_str());
  }

  void theIndoorProtocolJudgesThem() {
    const test::SmallRooms rooms(3);
    const auto result = test::smallDetections();
    QVERIFY(has_scene_truth(rooms, *result));
    QCOMPARE(indoor_protocol(rooms, *result).id, std::string("indoor-rotated"));
    const auto input = detection_input(rooms, *result, {});
    QVERIFY2(input, input ? "" : input.error().message.c_str());
    QCOMPARE((*input)->truth.rows.size(), std::size_t{4});  // of the two rooms that were searched
    const auto report = evaluate(indoor_protocol(rooms, *result), *input, {});
    QVERIFY(bool(report));
    // Tables: both found. Chairs: one of two, ranked first (0.7 before 0.4).
    QCOMPARE(mean_over_truths(**report, "map_25").value_or(-1.0), 0.75);
    const auto worst = worst_scenes(rooms, *result, {});
    QVERIFY(worst && worst->size() == 2);
    QCOMPARE((*worst)[0].scene, std::size_t{0});
    QCOMPARE((*worst)[0].map25, 0.5);
    QCOMPARE((*worst)[1].map25, 1.0);
  }

  void classesThatTheSetDoesNotHaveAreLeftOut() {
    const test::SmallRooms rooms(3);
    DetectionResult result = *test::smallDetections();
    result.categories = {"table", "lamp"};
    const auto input = detection_input(rooms, result, {});
    QVERIFY(input && (*input)->predictions.rows.size() == 2);
    QVERIFY2((*input)->notes.back().find("lamp") != std::string::npos, (*input)->notes.back().c_str());
  }

  void scenesAreFramesOfADataset() {
    const auto dataset = scene_dataset(std::make_shared<test::SmallRooms>(3, 20000, true), {});
    QVERIFY(bool(dataset));
    QVERIFY(scenes_of(dataset->get()) != nullptr && scenes_of(nullptr) == nullptr);
    QCOMPARE((*dataset)->num_frames(), std::size_t{3});
    QCOMPARE((*dataset)->frame_info(0).categories, (std::vector<std::string>{"table", "chair"}));
    QVERIFY(!(*dataset)->frame_info(2).annotated);
    const auto frame = (*dataset)->load(0, {});
    QVERIFY(frame && frame->instances.size() == 2 && !frame->camera.valid());
    // Seen from above, the table is red in the upper right quarter, and no ceiling hides it.
    const ImageU8& picture = frame->color;
    const std::uint8_t* at = picture.pixel(picture.width * 5 / 8 - 10, picture.height / 4 + 5);
    QVERIFY2(at[0] > 200 && at[1] < 60, qPrintable(QString("%1 %2 %3").arg(at[0]).arg(at[1]).arg(at[2])));
    const auto unread = (*dataset)->load(2, {});
    QVERIFY(!unread && unread.error().message.find("broken.bin") != std::string::npos);
    QVERIFY((*dataset)->load(2, {false, false, false, false}));
  }
};

ALIDADE_TEST(DetectionFileTest)
#include "detection_file_test.moc"
