// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/pose_set_file.h"

#include <cmath>
#include <fstream>
#include <functional>
#include <limits>

#include <QTemporaryDir>
#include <QtTest>

#include "core/evaluation/pose_check.h"
#include "core/geometry/rotation.h"
#include "core/io/npz.h"
#include "core/studies/plain/evaluate.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

using Arrays = std::map<std::string, NpyArray>;
using Texts = std::vector<std::string>;

Eigen::Matrix3d turn(double angle) {
  return rotation_about(Eigen::Vector3d(1.0, 2.0, 3.0).normalized(), angle);
}

void append(const Eigen::Matrix3d& R, double z, std::vector<double>& out) {
  for (int i = 0; i < 3; ++i) {
    out.insert(out.end(), {R(i, 0), R(i, 1), R(i, 2), i == 2 ? z : 0.1 * i});
  }
  out.insert(out.end(), {0.0, 0.0, 0.0, 1.0});
}

/// Three objects in two images; the poses carry the scale 2 with `scaled`.
Arrays three_objects(bool scaled = false) {
  std::vector<double> pose;
  for (const double angle : {0.1, 0.7, 2.0}) {
    append((scaled ? 2.0 : 1.0) * turn(angle), 1.0 + angle, pose);
  }
  Arrays arrays;
  arrays["image"] = NpyArray::from(Texts{"a", "b", "a"});
  arrays["category"] = NpyArray::from(Texts{"mug", "bowl", "bowl"});
  arrays["pose"] = NpyArray::from(pose, {3, 4, 4});
  arrays["size"] = NpyArray::from(std::vector<double>{.1, .2, .3, .1, .1, .1, .2, .2, .2}, {3, 3});
  arrays["score"] = NpyArray::from(std::vector<double>{.5, .7, .9}, {3});
  return arrays;
}

double& element(NpyArray& array, std::size_t index) {
  return reinterpret_cast<double*>(array.data.data())[index];
}

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct BadFile {
  const char* name;
  std::function<void(Arrays&)> damage;
  const char* place;  ///< what the sentence has to name
};

const std::vector<BadFile>& bad_files() {
  static const std::vector<BadFile> all{
      {"no pose", [](Arrays& a) { a.erase("pose"); }, "\"pose\""},
      {"no image", [](Arrays& a) { a.erase("image"); }, "\"image\""},
      {"NaN pose", [](Arrays& a) { element(a["pose"], 16 + 3) = kNan; }, "pose[1]"},
      {"infinite pose", [](Arrays& a) { element(a["pose"], 32) = HUGE_VAL; }, "pose[2]"},
      {"no rotation", [](Arrays& a) { element(a["pose"], 0) += 0.5; }, "pose[0]"},
      {"last row", [](Arrays& a) { element(a["pose"], 15) = 2.0; }, "pose[0]"},
      {"zero size", [](Arrays& a) { element(a["size"], 4) = 0.0; }, "size[1]"},
      {"negative size", [](Arrays& a) { element(a["size"], 8) = -0.1; }, "size[2]"},
      {"NaN score", [](Arrays& a) { element(a["score"], 2) = kNan; }, "score[2]"},
      {"short scores", [](Arrays& a) { a["score"] = NpyArray::from(std::vector<double>{1.0}); }, "\"score\""},
      {"shape of pose",
       [](Arrays& a) {
         a["pose"].shape = {3, 16};
       },
       "\"pose\""},
      {"text size",
       [](Arrays& a) {
         a["size"] = NpyArray::from(Texts{"x", "y", "z"});
       },
       "\"size\""},
      {"float category",
       [](Arrays& a) {
         a["category"] = NpyArray::from(std::vector<double>{1.0, 2.0, 2.0});
       },
       "\"category\""},
      {"empty image",
       [](Arrays& a) {
         a["image"] = NpyArray::from(Texts{"a", "", "a"});
       },
       "image[1]"},
      {"unknown image",
       [](Arrays& a) {
         a["image"] = NpyArray::from(Texts{"a", "b", "c"});
       },
       "pose[2]"},
      {"unknown class",
       [](Arrays& a) {
         a["category"] = NpyArray::from(Texts{"mug", "cup", "bowl"});
       },
       "pose[1]"},
      {"class number without a list",
       [](Arrays& a) {
         a["category"] = NpyArray::from(std::vector<std::int32_t>{1, 2, 3});
       },
       "pose[0]"},
      {"box upside down",
       [](Arrays& a) {
         a["bbox"] = NpyArray::from(std::vector<double>{0, 0, 1, 1, 5, 0, 1, 1, 0, 0, 1, 1}, {3, 4});
       },
       "bbox[1]"},
      {"energy that is no number",
       [](Arrays& a) {
         a["hypotheses"] = a["pose"];
         a["hypotheses"].shape = {3, 1, 4, 4};
         a["energy"] = NpyArray::from(std::vector<double>{0.5, 0.5, 0.5, kNan, 0.5, 0.5}, {3, 1, 2});
       },
       "energy[1]"},
      {"energies of other samples",
       [](Arrays& a) {
         a["hypotheses"] = a["pose"];
         a["hypotheses"].shape = {3, 1, 4, 4};
         a["energy"] = NpyArray::from(std::vector<double>(12), {3, 2, 2});
       },
       "\"energy\""},
      {"energy without samples",
       [](Arrays& a) {
         a["energy"] = NpyArray::from(std::vector<double>(12), {3, 2, 2});
       },
       "\"energy\""},
      {"NaN hypothesis",
       [](Arrays& a) {
         a["hypotheses"] = a["pose"];
         a["hypotheses"].shape = {3, 1, 4, 4};
         element(a["hypotheses"], 20) = kNan;
       },
       "hypotheses[1, 0]"},
      {"instance too large",
       [](Arrays& a) {
         a["instance"] = NpyArray::from(std::vector<std::int64_t>{0, 1, std::int64_t{1} << 40});
       },
       "instance[2]"}};
  return all;
}

}  // namespace

class PoseSetFileTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

  std::filesystem::path path(const char* name) const {
    return std::filesystem::path(folder_.path().toStdString()) / name;
  }
  void write(const char* name, const Arrays& arrays) const {
    const auto written = write_npz(path(name), arrays);
    QVERIFY2(written, written ? "" : written.error().message.c_str());
  }
  Expected<std::shared_ptr<const EvaluationInput>> readBoth(const Texts& categories = {}) const {
    return read_exchange(path("gt.npz"), path("pred.npz"), categories);
  }

 private Q_SLOTS:
  void init() {
    write("gt.npz", three_objects());
    write("pred.npz", three_objects());
  }

  void rowsComeAsTheyStand() {
    const auto input = readBoth();
    QVERIFY2(input, input ? "" : input.error().message.c_str());
    QVERIFY(((*input)->categories == Texts{"bowl", "mug"}));
    QCOMPARE((*input)->images.size(), std::size_t{2});
    QCOMPARE((*input)->images[1].name, std::string("b"));
    const PoseRow& row = (*input)->predictions.rows[2];
    QCOMPARE(row.image, 0u);
    QCOMPARE(row.category, 0u);
    QCOMPARE(row.score, 0.9);
    QVERIFY(row.cam_from_obj.R == turn(2.0));
    QVERIFY(row.cam_from_obj.t == Eigen::Vector3d(0.0, 0.1, 3.0));
    QCOMPARE((*input)->truth.rows[2].instance, 1);
    QCOMPARE(row.instance, -1);
    QVERIFY((*input)->notes.empty());
  }

  void theScaleInsideAPoseGoesToTheSize() {
    write("pred.npz", three_objects(true));
    const auto input = readBoth();
    QVERIFY2(input, input ? "" : input.error().message.c_str());
    for (std::size_t i = 0; i < 3; ++i) {
      const PoseRow& scaled = (*input)->predictions.rows[i];
      const PoseRow& plain = (*input)->truth.rows[i];
      QVERIFY((scaled.size - 2.0 * plain.size).norm() < 1e-14);
      QVERIFY((scaled.cam_from_obj.R - plain.cam_from_obj.R).norm() < 1e-14);
      QVERIFY(scaled.cam_from_obj.t == plain.cam_from_obj.t);
    }
  }

  void nearlyRotationsAreRepairedAndNoted() {
    Arrays arrays = three_objects();
    element(arrays["pose"], 16) += 1e-3;
    write("pred.npz", arrays);
    const auto input = readBoth();
    QVERIFY2(input, input ? "" : input.error().message.c_str());
    const Eigen::Matrix3d& R = (*input)->predictions.rows[1].cam_from_obj.R;
    QVERIFY((R * R.transpose() - Eigen::Matrix3d::Identity()).norm() < 1e-14);
    QCOMPARE((*input)->notes.size(), std::size_t{1});
    QVERIFY((*input)->notes[0].find("pose[1]") != std::string::npos);
  }

  void badRowsAreNamed_data() {
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < bad_files().size(); ++i) {
      QTest::newRow(bad_files()[i].name) << static_cast<int>(i);
    }
  }

  void badRowsAreNamed() {
    QFETCH(int, index);
    const BadFile& bad = bad_files()[static_cast<std::size_t>(index)];
    Arrays arrays = three_objects();
    bad.damage(arrays);
    write("pred.npz", arrays);
    const auto input = readBoth();
    QVERIFY(!input);
    QVERIFY(input.error().code == ErrorCode::kInput);
    const QString message = QString::fromStdString(input.error().message);
    QVERIFY2(message.contains("pred.npz") && message.contains(bad.place), qPrintable(message));
    QVERIFY(message.endsWith('.') && !message.contains('\n'));
  }

  void pickledObjectsAreRefused() {
    std::string header = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }";
    header.resize(117, ' ');
    header += '\n';
    const std::string npy =
        std::string("\x93NUMPY\x01\x00", 8) + std::string("\x76\x00", 2) + header + "\x80";
    std::ofstream(path("object.npy"), std::ios::binary) << npy;
    QVERIFY(!read_npy(path("object.npy")));
  }

  void duplicateGroundTruthsAreRefused() {
    Arrays arrays = three_objects();
    arrays["instance"] = NpyArray::from(std::vector<std::int32_t>{4, 0, 4});
    write("gt.npz", arrays);
    const auto input = readBoth();
    QVERIFY(!input);
    QVERIFY2(input.error().message.find("instance[2]") != std::string::npos, input.error().message.c_str());
  }

  void repeatedPredictionsAndTiesAreNoted() {
    Arrays arrays = three_objects();
    arrays["score"] = NpyArray::from(std::vector<double>{.5, .7, .7});
    arrays["image"] = NpyArray::from(Texts{"a", "b", "b"});
    std::copy_n(arrays["pose"].data.begin() + 128, 128, arrays["pose"].data.begin() + 256);
    write("pred.npz", arrays);
    const auto input = readBoth();
    QVERIFY2(input, input ? "" : input.error().message.c_str());
    QCOMPARE((*input)->predictions.rows.size(), std::size_t{3});
    QCOMPARE((*input)->notes.size(), std::size_t{2});
    QVERIFY((*input)->notes[0].find("2 of 3") != std::string::npos);
    QVERIFY((*input)->notes[1].find("pose[2]") != std::string::npos);
  }

  void noPredictionsAreAllowed() {
    Arrays arrays;
    arrays["image"] = NpyArray::from(std::vector<double>{});
    arrays["category"] = NpyArray::from(std::vector<double>{});
    arrays["pose"] = NpyArray::from(std::vector<double>{}, {0, 4, 4});
    arrays["size"] = NpyArray::from(std::vector<double>{});
    write("pred.npz", arrays);
    const auto input = readBoth();
    QVERIFY2(input, input ? "" : input.error().message.c_str());
    QVERIFY((*input)->predictions.rows.empty());
    QCOMPARE((*input)->images.size(), std::size_t{2});
    QCOMPARE((*input)->notes.size(), std::size_t{1});
  }

  void numbersCountWithinTheListOfClasses() {
    Arrays truth = three_objects();
    truth["category"] = NpyArray::from(std::vector<std::int32_t>{2, 1, 1});
    truth["image"] = NpyArray::from(std::vector<std::int64_t>{7, 9, 7});
    truth["images"] = NpyArray::from(std::vector<std::int64_t>{7, 8, 9});
    Arrays predictions = truth;
    predictions.erase("images");
    predictions["image"] = NpyArray::from(Texts{"8", "9", "7"});
    write("gt.npz", truth);
    write("pred.npz", predictions);
    const auto plain = readBoth();
    QVERIFY2(plain, plain ? "" : plain.error().message.c_str());
    QVERIFY(((*plain)->categories == Texts{"1", "2"}));
    const auto named = readBoth({"bowl", "mug", "can"});
    QVERIFY2(named, named ? "" : named.error().message.c_str());
    QCOMPARE((*named)->categories.size(), std::size_t{3});
    QCOMPARE((*named)->truth.rows[0].category, 1u);
    QCOMPARE((*named)->predictions.rows[0].image, 1u);
    QVERIFY(!readBoth({"bowl"}));
  }

  void groundTruthComesBackAsItWasWritten() {
    Arrays arrays = three_objects();
    arrays["symmetry"] = NpyArray::from(Texts{"none", "C∞ y", "z-square-tube"});
    arrays["bbox"] =
        NpyArray::from(std::vector<double>{0, 1, 2, 3, kNan, kNan, kNan, kNan, 4, 5, 6, 7}, {3, 4});
    arrays["visible_fraction"] = NpyArray::from(std::vector<double>{-1.0, 0.25, 1.0});
    arrays["handle_visible"] = NpyArray::from(std::vector<bool>{false, true, true});
    arrays["center"] = NpyArray::from(std::vector<double>{0, 0, 0, .1, .2, .3, 0, 0, 0}, {3, 3});
    arrays["images"] = NpyArray::from(Texts{"b", "empty", "a"});
    write("gt.npz", arrays);
    auto first = read_pose_table(path("gt.npz"), PoseRole::kTruth);
    QVERIFY2(first, first ? "" : first.error().message.c_str());
    QVERIFY(write_ground_truth(*first, path("again.npz")));
    const auto second = read_pose_table(path("again.npz"), PoseRole::kTruth);
    QVERIFY2(second, second ? "" : second.error().message.c_str());
    QVERIFY(second->images == first->images);
    for (std::size_t i = 0; i < 3; ++i) {
      const PoseRow &a = first->rows[i], &b = second->rows[i];
      QVERIFY(a.cam_from_obj.R == b.cam_from_obj.R && a.cam_from_obj.t == b.cam_from_obj.t);
      QVERIFY(a.size == b.size && a.center_obj == b.center_obj && a.bbox == b.bbox);
      QVERIFY(a.symmetry->name == b.symmetry->name && a.handle_visible == b.handle_visible);
      QVERIFY(a.instance == b.instance && a.visible_fraction == b.visible_fraction);
      QCOMPARE(a.visibility_known, b.visibility_known);
    }
    QVERIFY(!first->rows[0].visibility_known && first->rows[1].visibility_known);
    QCOMPARE(first->rows[1].symmetry->name, std::string("C∞ y"));
    QVERIFY(first->rows[1].symmetry->axes[0].offset == Eigen::Vector3d(.1, .2, .3));
    QVERIFY(!first->rows[1].bbox);
    QCOMPARE(first->rows[0].visible_fraction, 1.0);
  }

  void everyNamedGroupHasItsNameBack() {
    for (const char* name : {"none", "any", "cube", "box", "x-flip", "z-square-pyramid", "y-square-tube",
                             "x-cone", "z-cylinder"}) {
      const auto group = named_symmetry(name);
      QVERIFY(group);
      QCOMPARE(text_of_symmetry(*group).value_or(""), std::string(name));
      const auto shown = symmetry_of_text(group->name);
      QVERIFY2(shown, group->name.c_str());
      QCOMPARE(shown->finite.size(), group->finite.size());
    }
    SymmetryGroup shifted = continuous_symmetry(Eigen::Vector3d::UnitY());
    shifted.axes[0].offset = Eigen::Vector3d(0.1, 0.0, 0.0);
    QCOMPARE(text_of_symmetry(shifted).value_or(""), std::string("y-cone"));
    QVERIFY(!text_of_symmetry(continuous_symmetry(Eigen::Vector3d(1.0, 1.0, 0.0))));
  }
};

ALIDADE_TEST(PoseSetFileTest)
#include "pose_set_file_test.moc"
