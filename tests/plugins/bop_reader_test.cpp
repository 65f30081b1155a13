// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QtTest>

#include "tests/plugins/bop_support.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using test::has_problem;

class BopReaderTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void well_formed_dataset_has_no_problems() {
    const test::TinyBop tiny;
    const auto dataset = tiny.open();
    QVERIFY(dataset);
    QVERIFY(dataset->problems().empty());
    QCOMPARE(dataset->num_frames(), std::size_t{4});
    QCOMPARE(dataset->frame_info(2).name, std::string("test/000002/000000"));
    QCOMPARE(dataset->frame_info(2).scene_id, 2);
    const auto frame = dataset->load(3, {});
    QVERIFY(frame);
    QVERIFY(frame->problems.empty());
    QCOMPARE(frame->depth.data[5], 0.5f);
    QCOMPARE(frame->camera.width, 8);
    QCOMPARE(frame->camera.cx, 4.0);
    const Instance& instance = frame->instances.at(0);
    QCOMPARE(instance.visible_fraction, 1.0);
    QVERIFY((instance.cam_from_obj.t - Eigen::Vector3d(0, 0, 0.5)).norm() < 1e-12);
    QVERIFY((instance.size - Eigen::Vector3d(0.02, 0.04, 0.06)).norm() < 1e-12);
    QVERIFY(instance.center_obj.norm() < 1e-12);
    QCOMPARE(frame->visible_masks.at(0).data, std::vector<std::uint8_t>(48, 255));
  }

  void layers_are_read_only_when_asked_for() {
    const test::TinyBop tiny;
    const auto frame = tiny.open()->load(0, {false, false, false, false});
    QVERIFY(frame);
    QVERIFY(frame->color.empty() && frame->depth.empty() && frame->visible_masks.empty());
    QCOMPARE(frame->instances.size(), std::size_t{1});
    QCOMPARE(frame->camera.width, 8);
  }

  void gray_and_other_image_formats() {
    const test::TinyBop tiny;
    std::filesystem::rename(tiny.scene("rgb"), tiny.scene("gray"));
    std::filesystem::remove(tiny.scene("gray/000000.png"));
    tiny.write("test/000001/gray/000000.jpg", *encode_jpeg(ImageU8(8, 6, 1, 77), 95));
    const auto frame = tiny.open()->load(0, {});
    QVERIFY(frame);
    QCOMPARE(frame->color.channels, 3);
    QVERIFY(std::abs(frame->color.data[0] - 77) <= 2);
    QCOMPARE(frame->color.data[0], frame->color.data[2]);
  }

  void symmetries_become_metres_with_identity_first() {
    const test::TinyBop tiny;
    tiny.write("models/models_info.json", R"({"1": {"diameter": 100, "min_x": 0, "min_y": 0, "min_z": 0,
      "size_x": 20, "size_y": 40, "size_z": 60, "symmetries_continuous": [{"axis": [0, 0, 2], "offset": [10, 0, 0]}],
      "symmetries_discrete": [[1,0,0,0, 0,1,0,0, 0,0,1,0, 0,0,0,1], [-1,0,0,20, 0,-1,0,0, 0,0,1,0, 0,0,0,1],
                              [-1,0,0,20, 0,-1,0,0, 0,0,1,0, 0,0,0,1]]}})");
    const auto dataset = tiny.open();
    const SymmetryGroup& group = dataset->model(1)->symmetry;
    QCOMPARE(group.finite.size(), std::size_t{2});
    QVERIFY(group.finite[0].R.isIdentity() && group.finite[0].t.isZero());
    QVERIFY((group.finite[1].t - Eigen::Vector3d(0.02, 0, 0)).norm() < 1e-12);
    QVERIFY((group.axes.at(0).axis - Eigen::Vector3d::UnitZ()).norm() < 1e-12);
    QVERIFY((group.axes.at(0).offset - Eigen::Vector3d(0.01, 0, 0)).norm() < 1e-12);
    QCOMPARE(group.name, std::string("C∞ z, 2-fold"));
    QVERIFY((dataset->model(1)->center_obj - Eigen::Vector3d(0.01, 0.02, 0.03)).norm() < 1e-12);
  }

  /// Alidade's own keys: category, name, symmetries_when_hidden and the per-instance flag.
  void extensions() {
    const test::TinyBop tiny;
    tiny.write("models/models_info.json", R"({"1": {"diameter": 100, "min_x": 0, "min_y": 0, "min_z": 0,
      "size_x": 20, "size_y": 40, "size_z": 60, "category": "mug", "name": "mug 3",
      "symmetries_when_hidden": [{"axis": [0, 1, 0], "offset": [0, 0, 0]}]}})");
    tiny.write("test/000001/scene_gt_info.json",
               R"({"0": [{"visib_fract": 0.5, "symmetric": true}], "1": [{"symmetric": false}]})");
    tiny.write("test/000001/nocs/000000.png", *encode_png(ImageU8(8, 6, 3, 9)));
    const auto dataset = tiny.open();
    QCOMPARE(dataset->model(1)->category, std::string("mug"));
    QCOMPARE(dataset->model(1)->name, std::string("mug 3"));
    QCOMPARE(dataset->frame_info(0).categories, std::vector<std::string>{"mug"});
    const auto hidden = dataset->load(0, {}), visible = dataset->load(1, {});
    QCOMPARE(hidden->instances.at(0).symmetry.name, std::string("C∞ y"));
    QVERIFY(visible->instances.at(0).symmetry.trivial());
    QCOMPARE(hidden->nocs.data.at(0), std::uint8_t{9});
    QVERIFY(visible->nocs.empty());
  }

  void box_comes_from_the_mesh_without_models_info() {
    const test::TinyBop tiny;
    std::filesystem::remove(tiny.root() / "models/models_info.json");
    const auto dataset = tiny.open();
    QVERIFY(has_problem(*dataset, "models_info.json", "missing"));
    QVERIFY((dataset->model(1)->size - Eigen::Vector3d(0.01, 0.02, 0)).norm() < 1e-6);
    QVERIFY(std::abs(dataset->model(1)->diameter - std::hypot(0.01, 0.02)) < 1e-6);
  }

  void digest_follows_content_and_names() {
    const test::TinyBop a, b;
    QCOMPARE(a.open()->digest(), b.open()->digest());
    b.write("test/000001/mask_visib/000000_000000.png", *encode_png(ImageU8(8, 6, 3, 1)));
    QVERIFY(a.open()->digest() != b.open()->digest());
  }

  void opening_can_be_stopped() {
    const test::TinyBop tiny;
    std::stop_source source;
    source.request_stop();
    const auto dataset = make_bop_reader()->open(tiny.root(), {source.get_token(), {}});
    QVERIFY(!dataset);
    QCOMPARE(dataset.error().code, ErrorCode::kCancelled);
  }
};

ALIDADE_TEST(BopReaderTest)
#include "bop_reader_test.moc"
