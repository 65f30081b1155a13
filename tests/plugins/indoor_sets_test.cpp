// SPDX-License-Identifier: BSD-3-Clause
// ScanNet, SUN RGB-D and S3DIS as mmdetection3d prepares them, in files that the test writes.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/io/pickle.h"
#include "plugins/builtin_readers.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

namespace fs = std::filesystem;

PickleValue numbers(const std::vector<double>& values) {
  std::vector<PickleValue> items;
  for (const double value : values) {
    items.push_back(PickleValue::of(value));
  }
  return PickleValue::list(std::move(items));
}

PickleValue instance(const std::vector<double>& box, std::int64_t label) {
  return PickleValue::dict({{"bbox_3d", numbers(box)}, {"bbox_label_3d", PickleValue::of(label)}});
}

PickleValue entry(const std::string& file, std::vector<PickleValue> instances,
                  std::vector<std::pair<std::string, PickleValue>> more = {}) {
  more.emplace_back("lidar_points", PickleValue::dict({{"num_pts_feats", PickleValue::of(std::int64_t{6})},
                                                       {"lidar_path", PickleValue::of(file)}}));
  more.emplace_back("instances", PickleValue::list(std::move(instances)));
  return PickleValue::dict(std::move(more));
}

/// A folder in which one test writes its set.
class Folder {
 public:
  fs::path path(const std::string& name = "") const { return fs::path(folder_.path().toStdString()) / name; }

  void infos(const std::string& name, const std::string& dataset, std::vector<PickleValue> entries) const {
    write(name, to_pickle_bytes(PickleValue::dict(
                    {{"metainfo", PickleValue::dict({{"dataset", PickleValue::of(dataset)}})},
                     {"data_list", PickleValue::list(std::move(entries))}})));
  }
  void points(const std::string& name, const std::vector<float>& values) const {
    write("points/" + name, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
  }
  void write(const std::string& name, const std::string& bytes) const {
    QVERIFY(write_file_atomically(path(name), bytes));
  }
  std::shared_ptr<const PointSceneSet> open(const std::string& name = "") const {
    auto set = builtin_scene_readers().open(path(name), {});
    if (!set) {
      qWarning("%s", set.error().message.c_str());
      return nullptr;
    }
    return *set;
  }

 private:
  QTemporaryDir folder_;
};

bool mentions(const std::vector<DatasetProblem>& problems, const std::string& text) {
  return std::any_of(problems.begin(), problems.end(), [&](const DatasetProblem& problem) {
    return (problem.file + ": " + problem.message).find(text) != std::string::npos;
  });
}

bool mentions(const std::vector<std::string>& sentences, const std::string& text) {
  return std::any_of(sentences.begin(), sentences.end(),
                     [&](const std::string& sentence) { return sentence.find(text) != std::string::npos; });
}

}  // namespace

class IndoorSetsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// The alignment turns the points, never again the boxes; colors are bytes.
  void scannet() {
    const Folder folder;
    const PickleValue quarter = PickleValue::list(
        {numbers({0, -1, 0, 10}), numbers({1, 0, 0, 20}), numbers({0, 0, 1, 0.5}), numbers({0, 0, 0, 1})});
    folder.infos("scannet_infos_train.pkl", "scannet",
                 {entry("scene0000_00.bin", {instance({1, 2, 3, 0.4, 0.5, 0.6}, 4)},
                        {{"axis_align_matrix", quarter}})});
    folder.infos("scannet_infos_val.pkl", "scannet",
                 {entry("scene0001_00.bin", {instance({0, 0, 0, 1, 1, 1}, 17)})});
    folder.points("scene0000_00.bin", {1, 2, 3, 255, 0, 51});
    folder.points("scene0001_00.bin", {0, 0, 0, 128, 128, 128, 1, 1, 1, 0, 0, 0});
    const auto set = folder.open();
    QVERIFY(set);
    QCOMPARE(set->num_scenes(), std::size_t{2});
    QCOMPARE(set->categories().size(), std::size_t{18});
    QVERIFY(!set->rotated_boxes() && set->problems().empty());
    QCOMPARE(set->split(), std::string());
    const auto train = split_of(set, "train");
    QVERIFY(train && (*train)->num_scenes() == 1);
    QVERIFY((*train)->digest() != set->digest());
    QVERIFY(!split_of(set, "test"));
    const auto scene = (*train)->load(0);
    QVERIFY(scene);
    QCOMPARE(scene->name, std::string("scene0000_00"));
    QCOMPARE(scene->points, (std::vector<float>{8, 21, 3.5F}));
    QCOMPARE(scene->colors, (std::vector<float>{1, 0, 0.2F}));
    QCOMPARE(scene->boxes.size(), std::size_t{1});
    QCOMPARE(scene->boxes[0].category, 4);
    QCOMPARE(set->categories()[4], std::string("table"));
    QVERIFY(scene->boxes[0].box.center == Eigen::Vector3d(1, 2, 3));
    QVERIFY(scene->boxes[0].box.size == Eigen::Vector3d(0.4, 0.5, 0.6));
    QVERIFY(!(*train)->load(1));
    // One info file alone.
    QCOMPARE(folder.open("scannet_infos_val.pkl")->split(), std::string("val"));
  }

  void sunrgbd() {
    const Folder folder;
    folder.infos("sunrgbd_infos_val.pkl", "sunrgbd",
                 {entry("000001.bin",
                        {instance({0, 2, 0.5, 2, 1, 1, -2.5}, 0), instance({0, 2, 0.5, 2, 1, 1, 0}, -1)})});
    folder.points("000001.bin", {1, 2, 3, 0.25F, 0.5F, 1});
    const auto set = folder.open();
    QVERIFY(set && set->rotated_boxes());
    QCOMPARE(set->categories().front(), std::string("bed"));
    const auto scene = set->load(0);
    QVERIFY(scene && scene->problems.empty() && scene->remarks.empty());
    QCOMPARE(scene->colors, (std::vector<float>{0.25F, 0.5F, 1}));
    QCOMPARE(scene->boxes.size(), std::size_t{1});  // -1 is mmdetection3d's "ignore"
    QCOMPARE(scene->boxes[0].box.yaw, -2.5);
    QCOMPARE(scene->boxes[0].box.center.z(), 0.5);  // of gravity, as it is stored
  }

  void area_5_of_s3dis_is_its_test_split() {
    const Folder folder;
    for (const int area : {1, 2, 5}) {
      const std::string name = "Area_" + std::to_string(area);
      folder.infos("s3dis_infos_" + name + ".pkl", "s3dis",
                   {entry(name + "_office_1.bin", {instance({1, 1, 1, 1, 1, 1}, 3)})});
      folder.points(name + "_office_1.bin", {0, 0, 0, 0, 0, 255, 4, 3, 2, 255, 0, 0});
    }
    const auto set = folder.open();
    QVERIFY(set);
    QCOMPARE((*split_of(set, "train"))->num_scenes(), std::size_t{2});
    const auto test = *split_of(set, "test");
    QCOMPARE(test->num_scenes(), std::size_t{1});
    QCOMPARE(test->scene_info(0).name, std::string("Area_5_office_1"));
    QCOMPARE(set->categories()[3], std::string("bookcase"));
    QVERIFY(test->load(0)->remarks.empty());
    folder.points("Area_5_office_1.bin", {5, 5, 5, 0, 0, 255});
    QVERIFY(mentions(test->load(0)->remarks, "lowest corner"));
  }

  void points_that_make_no_sense_are_counted() {
    const Folder folder;
    const float nan = std::numeric_limits<float>::quiet_NaN();
    folder.infos("sunrgbd_infos_train.pkl", "sunrgbd",
                 {entry("a.bin", {}), entry("b.bin", {}), entry("c.bin", {})});
    folder.points("a.bin",
                  {nan, 0, 0, 0, 0, 0, 3e8F, 0, 0, 0, 0, 0, 1, 1, 1, nan, 0.5F, 2, 1, 1, 1, 0, 0, 0});
    folder.points("b.bin", {});
    folder.points("c.bin", {0, 0, 0, 200, 100, 0});
    const auto set = folder.open();
    const auto a = set->load(0), b = set->load(1), c = set->load(2);
    QVERIFY(a && b && c);
    QCOMPARE(a->num_points(), std::size_t{2});  // duplicates stay
    QVERIFY(mentions(a->problems, "2 of 4 points"));
    QVERIFY(std::all_of(a->colors.begin(), a->colors.end(), [](float v) { return v >= 0 && v <= 1; }));
    QCOMPARE(b->num_points(), std::size_t{0});
    QVERIFY(mentions(b->problems, "no points"));
    QCOMPARE(c->num_points(), std::size_t{1});
    QVERIFY(mentions(c->remarks, "taken as 0 to 255"));
    QCOMPARE(c->colors[0], 200.0F / 255.0F);
  }

  void damaged_files_are_named_and_leave_the_others_readable() {
    const Folder folder;
    folder.infos(
        "scannet_infos_train.pkl", "scannet",
        {entry("whole.bin", {instance({0, 0, 0, 1, 1, 1}, 18), instance({0, 0, 0, 1, -1, 1}, 2),
                             instance({0, 0, 0, 1, 1}, 2), instance({std::nan(""), 0, 0, 1, 1, 1}, 2),
                             instance({0, 0, 0, 1, 1, 1}, 2)}),
         entry("cut.bin", {}), entry("missing.bin", {}), entry("../../etc/passwd", {}),
         entry("skew.bin", {}, {{"axis_align_matrix", numbers({1, 0, 0, 0})}}), entry("whole.bin", {})});
    folder.points("whole.bin", {0, 0, 0, 1, 2, 300});
    folder.write("points/cut.bin", std::string(25, 'x'));
    const auto set = folder.open();
    QVERIFY(set);
    QCOMPARE(set->num_scenes(), std::size_t{3});
    for (const char* text :
         {"instances[0]: bbox_label_3d 18", "instances[1]: bbox_3d", "instances[2]: bbox_3d",
          "instances[3]: bbox_3d", "cut.bin: its 25 bytes", "missing.bin: its points are missing",
          "data_list[3]: it names no file", "data_list[4]: axis_align_matrix", "listed twice"}) {
      QVERIFY2(mentions(set->problems(), text), text);
    }
    QCOMPARE(set->load(0)->boxes.size(), std::size_t{1});
    const auto cut = set->load(1);
    QVERIFY(!cut && cut.error().message.find("no whole number of points") != std::string::npos);
    QVERIFY(!set->load(2));
  }

  void info_files_that_are_none_are_refused() {
    const Folder folder;
    const auto sentence = [&folder](const std::string& bytes) {
      folder.write("scannet_infos_train.pkl", bytes);
      const auto set = builtin_scene_readers().open(folder.path(), {});
      return set ? std::string("it was read") : set.error().message;
    };
    QVERIFY(sentence(to_pickle_bytes(PickleValue::list({}))).find("older version") != std::string::npos);
    QVERIFY(sentence(to_pickle_bytes(PickleValue::dict({}))).find("metainfo") != std::string::npos);
    QVERIFY(sentence(std::string("\x80\x02") + "cos\nsystem\n.").find("\"os.system\"") != std::string::npos);
    const auto categories = [&](PickleValue value) {
      return sentence(to_pickle_bytes(
          PickleValue::dict({{"metainfo", PickleValue::dict({{"categories", std::move(value)}})},
                             {"data_list", PickleValue::list({})}})));
    };
    const std::int64_t zero = 0, two = 2;
    QVERIFY(categories(PickleValue::dict({{"a", PickleValue::of(zero)}, {"b", PickleValue::of(two)}}))
                .find("categories") != std::string::npos);
    QCOMPARE(categories(PickleValue::dict({{"a", PickleValue::of(zero)}})), std::string("it was read"));
    QCOMPARE(categories(PickleValue::list({PickleValue::of("a")})), std::string("it was read"));
    QVERIFY(!builtin_scene_readers().can_read(folder.path("points")));
    const auto other = builtin_scene_readers().open(folder.path("nothing"), {});
    QVERIFY(!other && other.error().code == ErrorCode::kInput);
  }

  void sets_without_annotations_say_so() {
    const Folder folder;
    folder.infos("scannet_infos_test.pkl", "scannet",
                 {PickleValue::dict(
                     {{"lidar_points", PickleValue::dict({{"lidar_path", PickleValue::of("a.bin")}})}})});
    folder.points("a.bin", {0, 0, 0, 1, 2, 3});
    const auto set = folder.open();
    QVERIFY(set && !set->scene_info(0).annotated && set->boxes(0)->empty());
  }

  void the_bundled_sample() {
    const auto set = *builtin_scene_readers().open(test::source_path("datasets/rooms-mini"), {});
    QCOMPARE(set->num_scenes(), std::size_t{2});
    QVERIFY(set->problems().empty());
    std::uintmax_t bytes = 0;
    for (const auto& file : fs::recursive_directory_iterator(test::source_path("datasets/rooms-mini"))) {
      bytes += file.is_regular_file() ? file.file_size() : 0;
    }
    QVERIFY(bytes < 1500000);
    for (std::size_t i = 0; i < 2; ++i) {
      const auto scene = set->load(i);
      QVERIFY(scene && scene->problems.empty() && scene->remarks.empty());
      QCOMPARE(scene->num_points(), std::size_t{18000});
      QVERIFY(scene->boxes.size() >= 4);
    }
  }

  /// What its README states of the genuine file.
  void the_genuine_sample() {
    if (test::samples_folder().empty()) {
      QSKIP("the folder of sample files is absent (ALIDADE_SAMPLES)");
    }
    const fs::path folder = fs::path(test::samples_folder()) / "indoor_sunrgbd";
    const auto set = *builtin_scene_readers().open(folder / "demo/data/sunrgbd", {});
    QCOMPARE(set->num_scenes(), std::size_t{1});
    const auto scene = set->load(0);
    QVERIFY(scene && scene->problems.empty() && scene->remarks.empty());
    QCOMPARE(scene->num_points(), std::size_t{50000});
    const auto bed = std::find_if(scene->boxes.begin(), scene->boxes.end(), [&](const SceneBox& box) {
      return set->categories()[box.category] == "bed";
    });
    QVERIFY(bed != scene->boxes.end());
    int inside = 0;
    for (std::size_t i = 0; i < scene->points.size(); i += 3) {
      const Eigen::Vector3d p(scene->points[i], scene->points[i + 1], scene->points[i + 2]);
      const Eigen::Vector3d d = p - bed->box.center;
      const double c = std::cos(bed->box.yaw), s = std::sin(bed->box.yaw);
      const Eigen::Vector3d own(c * d.x() + s * d.y(), c * d.y() - s * d.x(), d.z());
      inside += (own.cwiseAbs().array() <= bed->box.size.array() / 2).all();
    }
    QCOMPARE(inside, 18117);
    const auto other = *builtin_scene_readers().open(folder / "tests/data/sunrgbd", {});
    QCOMPARE(other->load(0)->num_points(), std::size_t{100});
  }
};

ALIDADE_TEST(IndoorSetsTest)
#include "indoor_sets_test.moc"
