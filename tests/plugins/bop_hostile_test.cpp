// SPDX-License-Identifier: BSD-3-Clause
// One fault at a time: each gets one sentence, and the other frames stay usable.
#include <QtTest>

#include "core/io/zip.h"
#include "tests/plugins/bop_support.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using test::has_problem;

namespace {

/// The second scene must be untouched by whatever happens in the first.
void verify_rest(const Dataset& dataset) {
  QVERIFY(dataset.num_frames() >= 2);
  const auto frame = dataset.load(dataset.num_frames() - 1, {});
  QVERIFY(frame);
  QVERIFY(frame->problems.empty());
  QCOMPARE(frame->instances.size(), std::size_t{1});
}

/// A PNG whose header names another size, with a correct checksum.
std::string lying_png(std::uint32_t width, std::uint32_t height) {
  std::string bytes = *encode_png(ImageU8(8, 6, 3, 1));
  for (int i = 0; i < 4; ++i) {
    bytes[16 + i] = static_cast<char>(width >> (24 - 8 * i) & 255);
    bytes[20 + i] = static_cast<char>(height >> (24 - 8 * i) & 255);
  }
  const std::uint32_t crc = crc32_of(bytes.substr(12, 17));
  for (int i = 0; i < 4; ++i) {
    bytes[29 + i] = static_cast<char>(crc >> (24 - 8 * i) & 255);
  }
  return bytes;
}

}  // namespace

class BopHostileTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void bad_json_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("content");
    QTest::addColumn<QString>("sentence");
    const QString gt = "scene_gt.json", camera = "scene_camera.json", info = "scene_gt_info.json";
    QTest::newRow("empty") << gt << ""
                           << "line 1, column 1";
    QTest::newRow("not json") << gt << "hello"
                              << "line 1, column 1";
    QTest::newRow("truncated") << gt << "{\"0\": [{\"obj_id\":"
                               << "not valid JSON";
    QTest::newRow("NaN pose") << gt << "{\"0\": [{\"obj_id\": 1,\n\"cam_t_m2c\": [NaN,0,0]}]}"
                              << "line 2, column 15";
    QTest::newRow("huge number") << gt << "{\"0\": [{\"obj_id\": 1e400}]}"
                                 << "not finite";
    QTest::newRow("duplicate key") << gt << "{\"0\": [], \"0\": []}"
                                   << "stands twice";
    QTest::newRow("list at the top") << gt << "[1, 2]"
                                     << "expected an object";
    QTest::newRow("key is a word") << gt << "{\"first\": []}"
                                   << "whole number";
    QTest::newRow("null translation") << gt
                                      << "{\"0\": [{\"obj_id\": 1, \"cam_R_m2c\": [1,0,0,0,1,0,0,0,1], "
                                         "\"cam_t_m2c\": [null,0,0]}]}"
                                      << "image 0, instance 0";
    QTest::newRow("no rotation") << gt
                                 << "{\"1\": [{\"obj_id\": 1, \"cam_R_m2c\": [1,0,0,0,1,0,0,0,-1], "
                                    "\"cam_t_m2c\": [0,0,1]}]}"
                                 << "is not a rotation";
    QTest::newRow("zero rotation") << gt
                                   << "{\"1\": [{\"obj_id\": 1, \"cam_R_m2c\": [0,0,0,0,0,0,0,0,0], "
                                      "\"cam_t_m2c\": [0,0,1]}]}"
                                   << "is not a rotation";
    QTest::newRow("rough rotation") << gt
                                    << "{\"0\": [{\"obj_id\": 1, \"cam_R_m2c\": [1.02,0,0,0,1,0,0,0,1], "
                                       "\"cam_t_m2c\": [0,0,1]}]}"
                                    << "1 rotations deviate from SO(3), the worst by 0.02";
    QTest::newRow("few numbers") << camera << "{\"0\": {\"cam_K\": [1,2,3]}}"
                                 << "no usable cam_K";
    QTest::newRow("negative focal") << camera << "{\"0\": {\"cam_K\": [-1,0,0,0,1,0,0,0,1]}}"
                                    << "no usable cam_K";
    QTest::newRow("wrong counts") << info << "{\"0\": [{}, {}, {}]}"
                                  << "expected 1 entries as in scene_gt.json";
    QTest::newRow("deep") << info << QString(100000, '[') << "64 levels";
  }

  void bad_json() {
    QFETCH(QString, file);
    QFETCH(QString, content);
    QFETCH(QString, sentence);
    const test::TinyBop tiny;
    tiny.write("test/000001/" + file.toStdString(), content.toStdString());
    const auto dataset = tiny.open();
    QVERIFY(dataset);
    QVERIFY2(has_problem(*dataset, file.toStdString(), sentence.toStdString()),
             dataset->problems().empty() ? "no problem" : dataset->problems()[0].message.c_str());
    QCOMPARE(dataset->num_frames(), std::size_t{4});
    QVERIFY(dataset->load(0, {}));
    verify_rest(*dataset);
  }

  void missing_files() {
    for (const char* file : {"scene_gt.json", "scene_camera.json"}) {
      const test::TinyBop tiny;
      std::filesystem::remove(tiny.scene(file));
      const auto dataset = tiny.open();
      QVERIFY(dataset);
      QVERIFY(has_problem(*dataset, file, "missing"));
      QVERIFY(dataset->load(0, {}));
      verify_rest(*dataset);
    }
  }

  void images_that_lie() {
    const test::TinyBop tiny;
    tiny.write("test/000001/rgb/000000.png", lying_png(30000, 30000));
    tiny.write("test/000001/depth/000000.png", lying_png(7000, 7000));
    tiny.write("test/000001/rgb/000001.png", "not an image");
    tiny.write("test/000001/mask_visib/000001_000000.png", encode_png(ImageU8(8, 6, 1, 1))->substr(0, 50));
    const auto dataset = tiny.open();
    const auto lies = dataset->load(0, {}), text = dataset->load(1, {});
    QVERIFY(lies && text);
    QVERIFY(has_problem(*lies, "exceed 64 megapixels"));
    QVERIFY(has_problem(*lies, "cannot hold them"));
    QVERIFY(lies->color.empty() && lies->depth.empty());
    QVERIFY(has_problem(*text, "not a PNG, JPEG or TIFF"));
    QVERIFY(has_problem(*text, "cannot hold them"));
    QVERIFY(text->visible_masks.at(0).empty() && !text->depth.empty());
    verify_rest(*dataset);
  }

  void layers_of_another_size_are_left_out() {
    const test::TinyBop tiny;
    tiny.write("test/000001/depth/000000.png", *encode_png(ImageU16(4, 3, 1, 5)));
    const auto frame = tiny.open()->load(0, {});
    QVERIFY(frame->depth.empty());
    QVERIFY(has_problem(*frame, "4 x 3 pixels, expected 8 x 6"));
  }

  void links() {
    namespace fs = std::filesystem;
    const test::TinyBop tiny;
    fs::create_directory_symlink(tiny.root(), tiny.root() / "loop");
    fs::create_symlink("b", tiny.root() / "a");
    fs::create_symlink("a", tiny.root() / "b");
    fs::create_symlink("nowhere.png", tiny.scene("rgb/000007.png"));
    fs::create_directory_symlink(tiny.root() / "test/000002", tiny.root() / "test/000003");
    const auto dataset = tiny.open();
    QVERIFY(dataset);
    QCOMPARE(dataset->num_frames(), std::size_t{4});
    QVERIFY(has_problem(*dataset, "000007.png", "leads nowhere"));
    QVERIFY(has_problem(*dataset, "tiny/a", "in a circle"));
    verify_rest(*dataset);
  }

  void damaged_mesh() {
    const test::TinyBop tiny;
    tiny.write("models/obj_000001.ply",
               "ply\nformat ascii 1.0\nelement vertex 99999999999\nproperty float x\nend_header\n");
    const auto dataset = tiny.open();
    const auto mesh = dataset->mesh(1);
    QVERIFY(!mesh);
    QVERIFY(mesh.error().message.find("do not fit") != std::string::npos);
    verify_rest(*dataset);
  }

  void folders_that_are_not_bop() {
    QTemporaryDir empty;
    const auto reader = make_bop_reader();
    QCOMPARE(reader->can_read(empty.path().toStdString()), 0);
    QCOMPARE(reader->can_read("/nonexistent/folder"), 0);
    QVERIFY(!reader->open(empty.path().toStdString(), {}));
    QVERIFY(!test::TinyBop().open()->load(99, {}));
  }
};

ALIDADE_TEST(BopHostileTest)
#include "bop_hostile_test.moc"
