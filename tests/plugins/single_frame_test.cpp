// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>

#include <QtTest>

#include "core/data/camera_settings.h"
#include "core/data/depth_unit.h"
#include "plugins/single_frame/single_frame_reader.h"
#include "tests/plugins/bop_support.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using test::has_problem;
namespace fs = std::filesystem;

namespace {

const std::string kCamera =
    R"({"fx": 10, "fy": 10, "cx": 4, "cy": 3, "width": 8, "height": 6, "depth_scale": 0.5})";
const std::string kFramePose = R"([{"obj_id": 7, "cam_R_m2c": [1,0,0,0,1,0,0,0,1], "cam_t_m2c": [0,0,500]}])";

/// One complete 8 x 6 frame two folders below the temporary one.
class LooseFrame {
 public:
  LooseFrame() {
    write("rgb.png", *encode_png(ImageU8(8, 6, 3, 100)));
    write("depth.png", *encode_png(ImageU16(8, 6, 1, 1000)));
    ImageU8 mask(8, 6, 1);
    mask.data[9] = 1;
    write("mask.png", *encode_png(mask));
    write("camera.json", kCamera);
    write("ground_truth.json", kFramePose);
    Mesh mesh;
    mesh.vertices = {{0, 0, 0}, {0.03f, 0, 0}, {0, 0.04f, 0}};
    mesh.faces = {{0, 1, 2}};
    write("obj_000007.ply", to_ply_bytes(mesh, 1000.0));
  }
  fs::path top() const { return folder_.path().toStdString() + "/top"; }
  fs::path frame() const { return top() / "frame"; }
  void write(const std::string& name, const std::string& bytes) const {
    if (!write_file_atomically(frame() / name, bytes)) {
      qFatal("cannot write the test frame");
    }
  }
  void remove(const std::string& name) const { fs::remove(frame() / name); }
  std::shared_ptr<const Dataset> open() const {
    auto dataset = make_single_frame_reader()->open(frame(), {});
    return dataset ? *dataset : nullptr;
  }

 private:
  QTemporaryDir folder_;
};

void copy_sample(const LooseFrame& loose) {
  fs::remove_all(loose.frame());
  fs::copy(test::samples_folder() + "/ycbv_demo_frame/example_data", loose.frame());
}

}  // namespace

class SingleFrameTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_complete_frame() {
    const LooseFrame loose;
    const auto dataset = loose.open();
    QVERIFY(dataset);
    QVERIFY2(dataset->problems().empty(),
             dataset->problems().empty() ? "" : dataset->problems()[0].message.c_str());
    QCOMPARE(dataset->num_frames(), std::size_t{1});
    QCOMPARE(dataset->frame_info(0).categories, std::vector<std::string>{"obj 7"});
    const auto frame = dataset->load(0, {});
    QVERIFY(frame && frame->problems.empty());
    QCOMPARE(frame->depth.data.at(5), 0.5f);  // 1000 units of 0.5 mm
    QVERIFY(frame->camera.valid());
    QCOMPARE(frame->camera.width, 8);
    QCOMPARE(frame->instances.size(), std::size_t{1});
    QVERIFY((frame->instances[0].cam_from_obj.t - Eigen::Vector3d(0, 0, 0.5)).norm() < 1e-12);
    QVERIFY((frame->instances[0].size - Eigen::Vector3d(0.03, 0.04, 0)).norm() < 1e-6);
    QCOMPARE(frame->visible_masks.at(0).data[9], std::uint8_t{255});
    QCOMPARE(std::count(frame->visible_masks[0].data.begin(), frame->visible_masks[0].data.end(), 255), 1);
    QVERIFY(std::abs(dataset->model(7)->diameter - 0.05) < 1e-6);
    QCOMPARE((*dataset->mesh(7))->vertices.size(), std::size_t{3});
    QVERIFY(!dataset->mesh(8));
    QVERIFY(!dataset->load(1, {}));
  }

  void only_the_layers_asked_for() {
    const LooseFrame loose;
    const auto frame = loose.open()->load(0, {.color = false, .depth = false, .masks = false, .nocs = false});
    QVERIFY(frame->color.empty() && frame->depth.empty());
    QCOMPARE(frame->camera.height, 6);
    QCOMPARE(frame->instances.size(), std::size_t{1});
  }

  void missing_files_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("camera") << "camera.json"
                            << "the intrinsics are unknown";
    QTest::newRow("depth") << "depth.png"
                           << "there is no depth image";
    QTest::newRow("ground truth") << "ground_truth.json"
                                  << "the frame has no objects";
    QTest::newRow("mesh") << "obj_000007.ply"
                          << "there is no mesh";
  }

  void missing_files() {
    QFETCH(QString, file);
    QFETCH(QString, sentence);
    const LooseFrame loose;
    loose.remove(file.toStdString());
    const auto dataset = loose.open();
    QVERIFY(dataset);
    QVERIFY(has_problem(*dataset, "", sentence.toStdString()));
    const auto frame = dataset->load(0, {});
    QVERIFY(frame && !frame->color.empty());
    QCOMPARE(frame->instances.empty(), file == "ground_truth.json");
  }

  void depth_without_unit_is_not_shown() {
    const LooseFrame loose;
    loose.remove("camera.json");
    const auto dataset = loose.open();
    QVERIFY(
        has_problem(*dataset, "depth.png",
                    "not shown: its unit is unknown; add camera.json with depth_scale (0.1 for YCB-Video)"));
    const auto frame = dataset->load(0, {});
    QVERIFY(frame->depth.empty() && !frame->camera.valid());
    QVERIFY(has_problem(*frame, "depth.png is not shown: its unit is unknown"));
  }

  void a_camera_that_is_told_shows_depth_and_poses() {
    const LooseFrame loose;
    loose.remove("camera.json");
    const auto dataset = loose.open();
    QVERIFY(depth_unit_unknown(*dataset->load(0, {})));
    const auto* settable = dynamic_cast<const CameraSettable*>(dataset.get());
    QVERIFY(settable);
    QCOMPARE(settable->camera_settings(), CameraSettings());
    const CameraSettings told{10.0, 11.0, 4.0, 3.0, 0.5};
    const auto opened = settable->with_camera(told, {});
    QVERIFY(opened);
    const auto frame = (*opened)->load(0, {});
    QVERIFY(frame && frame->problems.empty());
    QCOMPARE(frame->depth.data.at(5), 0.5f);  // 1000 units of 0.5 mm
    QCOMPARE(frame->camera.fy, 11.0);
    QCOMPARE(frame->camera.width, 8);
    QVERIFY((*opened)->digest() != dataset->digest());
    QCOMPARE(dynamic_cast<const CameraSettable&>(**opened).camera_settings(), told);
    QVERIFY(!fs::exists(loose.frame() / "camera.json"));
    QVERIFY(settable->save_camera(told));
    const auto again = loose.open()->load(0, {});
    QCOMPARE(again->camera.fx, 10.0);
    QCOMPARE(again->depth.data.at(5), 0.5f);
  }

  void a_part_of_a_camera_may_be_told() {
    const LooseFrame loose;
    loose.remove("camera.json");
    const auto dataset = loose.open();
    const auto& settable = dynamic_cast<const CameraSettable&>(*dataset);
    const auto opened = settable.with_camera({0.0, 0.0, 0.0, 0.0, 1.0}, {});
    QVERIFY(opened);
    const auto frame = (*opened)->load(0, {});
    QVERIFY(!frame->camera.valid());
    QCOMPARE(frame->depth.data.at(5), 1.0f);
    QVERIFY(!depth_unit_unknown(*frame));
  }

  void a_wrong_camera_is_refused_data() {
    QTest::addColumn<double>("fx");
    QTest::addColumn<double>("fy");
    QTest::addColumn<double>("cx");
    QTest::addColumn<double>("scale");
    QTest::newRow("negative focal") << -1.0 << 1.0 << 0.0 << 1.0;
    QTest::newRow("one focal") << 1.0 << 0.0 << 0.0 << 1.0;
    QTest::newRow("not a number") << 1.0 << std::nan("") << 0.0 << 1.0;
    QTest::newRow("infinite") << 1.0 << 1.0 << std::numeric_limits<double>::infinity() << 1.0;
    QTest::newRow("negative scale") << 1.0 << 1.0 << 0.0 << -1.0;
    QTest::newRow("huge scale") << 1.0 << 1.0 << 0.0 << 1e7;
  }

  void a_wrong_camera_is_refused() {
    QFETCH(double, fx);
    QFETCH(double, fy);
    QFETCH(double, cx);
    QFETCH(double, scale);
    const LooseFrame loose;
    const auto dataset = loose.open();
    const auto& settable = dynamic_cast<const CameraSettable&>(*dataset);
    const CameraSettings wrong{fx, fy, cx, 0.0, scale};
    QVERIFY(!settable.with_camera(wrong, {}));
    QVERIFY(!settable.save_camera(wrong));
    QVERIFY(loose.open()->load(0, {})->camera.valid());  // the file is as it was
  }

  void camera_of_a_parent_folder() {
    const LooseFrame loose;
    loose.remove("camera.json");
    QVERIFY(write_file_atomically(loose.top() / "camera.json", kCamera));
    QVERIFY(loose.open()->load(0, {})->camera.valid());
    QVERIFY(!loose.open()->load(0, {})->depth.empty());
  }

  void hostile_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("content");
    QTest::addColumn<QString>("sentence");
    const QString camera = "camera.json", pose = "ground_truth.json", mesh = "obj_000007.ply";
    QTest::newRow("camera is text") << camera << "hello"
                                    << "not valid JSON";
    QTest::newRow("camera is a list") << camera << "[1]"
                                      << "expected fx, fy";
    QTest::newRow("camera is null") << camera << "null"
                                    << "expected fx, fy";
    QTest::newRow("camera rig") << camera << R"({"rig": {"camera": []}})"
                                << "camera rig";
    QTest::newRow("negative focal") << camera << R"({"fx": -1, "fy": 1, "cx": 1, "cy": 1})"
                                    << "focal lengths above 0";
    QTest::newRow("words") << camera << R"({"fx": "10", "fy": 1, "cx": 1, "cy": 1, "depth_scale": 1})"
                           << "focal lengths above 0";
    QTest::newRow("other size") << camera
                                << R"({"fx": 9, "fy": 9, "cx": 1, "cy": 1, "width": 16, "height": 12})"
                                << "8 x 6 pixels";
    QTest::newRow("depth scale zero") << camera << R"({"fx": 9, "fy": 9, "cx": 1, "cy": 1, "depth_scale": 0})"
                                      << "unit is unknown";
    QTest::newRow("pose is an object") << pose << "{}"
                                       << "expected a list";
    QTest::newRow("pose without numbers") << pose << R"([{"obj_id": 7}])"
                                          << "9 numbers in cam_R_m2c";
    QTest::newRow("reflection")
        << pose << R"([{"obj_id": 7, "cam_R_m2c": [1,0,0,0,1,0,0,0,-1], "cam_t_m2c": [0,0,1]}])"
        << "is not a rotation";
    QTest::newRow("pose cut off") << pose << "[{"
                                  << "line 1, column 2";
    QTest::newRow("other object")
        << pose << R"([{"obj_id": 8, "cam_R_m2c": [1,0,0,0,1,0,0,0,1], "cam_t_m2c": [0,0,1]}])"
        << "object 8";
    QTest::newRow("mesh lies")
        << mesh << "ply\nformat ascii 1.0\nelement vertex 99999999999\nproperty float x\nend_header\n"
        << "do not fit";
    QTest::newRow("mesh in metres")
        << mesh
        << "ply\nformat ascii 1.0\nelement vertex 2\nproperty float x\nproperty float y\n"
           "property float z\nend_header\n0 0 0\n0.1 0 0\n"
        << "scale the mesh to millimetres";
  }

  void hostile() {
    QFETCH(QString, file);
    QFETCH(QString, content);
    QFETCH(QString, sentence);
    const LooseFrame loose;
    loose.write(file.toStdString(), content.toStdString());
    const auto dataset = loose.open();
    QVERIFY(dataset);
    QVERIFY2(has_problem(*dataset, "", sentence.toStdString()),
             dataset->problems().empty() ? "no problem" : dataset->problems()[0].message.c_str());
    const auto frame = dataset->load(0, {});
    QVERIFY(frame);
    QCOMPARE(frame->color.width, 8);
  }

  void images_that_lie() {
    const LooseFrame loose;
    loose.write("rgb.png", "not an image");
    loose.write("depth.png", encode_png(ImageU16(8, 6, 1, 1))->substr(0, 40));
    loose.write("mask.png", *encode_png(ImageU8(4, 4, 1, 1)));
    const auto frame = loose.open()->load(0, {});
    QVERIFY(frame);
    QVERIFY(frame->color.empty() && frame->depth.empty());
    QVERIFY(has_problem(*frame, "not a PNG, JPEG or TIFF"));
    QVERIFY(has_problem(*frame, "depth.png"));
  }

  void a_mask_of_another_size_is_left_out() {
    const LooseFrame loose;
    loose.write("mask.png", *encode_png(ImageU8(4, 4, 1, 1)));
    const auto frame = loose.open()->load(0, {});
    QVERIFY(frame->visible_masks.at(0).empty());
    QVERIFY(has_problem(*frame, "the mask is left out"));
  }

  void what_is_recognized() {
    const auto reader = make_single_frame_reader();
    const LooseFrame loose;
    QCOMPARE(reader->can_read(loose.frame()), 30);
    QCOMPARE(reader->can_read(loose.frame() / "rgb.png"), 30);
    QCOMPARE(reader->can_read(loose.top()), 30);  // its only sub-folder is a frame
    QCOMPARE(reader->can_read("/nonexistent/folder"), 0);
    loose.remove("rgb.png");
    QCOMPARE(reader->can_read(loose.frame()), 0);
    loose.write("photo.JPG", *encode_jpeg(ImageU8(8, 6, 3, 90), 90));
    QCOMPARE(reader->can_read(loose.frame()), 30);
    loose.write("second.jpg", *encode_jpeg(ImageU8(8, 6, 3, 90), 90));
    QCOMPARE(reader->can_read(loose.frame()), 0);
    const test::TinyBop bop;
    QVERIFY(reader->can_read(bop.root()) < make_bop_reader()->can_read(bop.root()));
  }

  void the_refusal_names_a_folder_that_opens() {
    const LooseFrame loose;
    DatasetReaders readers;
    readers.add(make_single_frame_reader());
    fs::create_directory_symlink(loose.top(), loose.top().parent_path() / "a_link");
    const auto refused = readers.open(loose.top().parent_path(), {});
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.ends_with("for example " + loose.top().string() + "."),
             refused.error().message.c_str());
    const QTemporaryDir empty;
    QVERIFY(readers.open(empty.path().toStdString(), {}).error().message.ends_with("a split or a scene."));
  }

  void two_meshes_are_not_guessed_from() {
    const LooseFrame loose;
    loose.write("obj_000009.ply", "ply\n");
    QVERIFY(has_problem(*loose.open(), "", "2 meshes lie here, expected one"));
  }

  void digest_follows_the_annotations() {
    const LooseFrame loose;
    const std::string before = loose.open()->digest();
    QCOMPARE(loose.open()->digest(), before);
    loose.write("camera.json", kCamera + "\n");
    QVERIFY(loose.open()->digest() != before);
  }

  /// As shipped: color only. With the two facts its README names, depth comes out as measured there.
  void the_real_sample() {
    if (test::samples_folder().empty()) {
      QSKIP("the folder of sample files is absent (ALIDADE_SAMPLES)");
    }
    const LooseFrame loose;
    copy_sample(loose);
    auto dataset = loose.open();
    QVERIFY(dataset);
    QVERIFY(has_problem(*dataset, "depth.png", "0.1 for YCB-Video"));
    QVERIFY(has_problem(*dataset, "mask.png", "not shown"));
    QVERIFY((dataset->model(15)->size - Eigen::Vector3d(0.184, 0.187, 0.057)).norm() < 2e-3);
    QCOMPARE(dataset->load(0, {})->color.width, 640);
    loose.write(
        "camera.json",
        R"({"fx": 1066.778, "fy": 1067.487, "cx": 312.9869, "cy": 241.3109, "width": 640, "height": 480,
                                   "depth_scale": 0.1})");
    dataset = loose.open();
    const auto frame = dataset->load(0, {});
    QVERIFY(frame->problems.empty() && frame->camera.valid());
    const auto mask = read_mask(loose.frame() / "mask.png");
    for (std::size_t i = 0; i < mask->data.size(); ++i) {
      if (mask->data[i] && frame->depth.data[i] > 0.0f) {
        QVERIFY(frame->depth.data[i] > 0.7f && frame->depth.data[i] < 1.5f);
      }
    }
  }

  void the_rig_of_the_sample_is_reported() {
    if (test::samples_folder().empty()) {
      QSKIP("the folder of sample files is absent (ALIDADE_SAMPLES)");
    }
    const LooseFrame loose;
    copy_sample(loose);
    fs::copy_file(test::samples_folder() + "/ycbv_demo_frame/PoseCNN/data/LOV/camera.json",
                  loose.frame() / "camera.json");
    const auto dataset = loose.open();
    QVERIFY(
        has_problem(*dataset, "camera.json", "a camera rig with several cameras and distortion is not read"));
    QVERIFY(!dataset->load(0, {})->camera.valid());
  }
};

ALIDADE_TEST(SingleFrameTest)
#include "single_frame_test.moc"
