// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <functional>

#include <QTemporaryDir>
#include <QtTest>

#include "core/exchange/pose_set_file.h"
#include "core/exchange/sample_file.h"
#include "core/io/npz.h"
#include "core/studies/sample.h"
#include "tests/support/test_registry.h"

using namespace alidade;
namespace fs = std::filesystem;

namespace {

/// An object two thirds of a metre away whose group turns about a point beside its origin.
Instance bottle() {
  Instance instance;
  instance.index = 3;
  instance.category = "bottle";
  instance.cam_from_obj.R = Eigen::AngleAxisd(0.7, Eigen::Vector3d(1, 2, 3).normalized()).matrix();
  instance.cam_from_obj.t = {0.1, -0.05, 0.66};
  instance.center_obj = {0.0, 0.02, 0.01};
  instance.symmetry = centered_symmetry(*named_symmetry("y-cone"), instance.center_obj);
  return instance;
}

std::shared_ptr<const ObjectSamples> draw(const Guidance& guidance, bool path, int count = 20) {
  auto subject = analytic_subject(bottle(), "000001/000002", 4);
  SampleOptions options;
  options.num_samples = count;
  options.sampler.steps = 6;
  options.sampler.guidance = guidance;
  options.sampler.keep_trajectory = path;
  return *draw_samples(*subject, options, {});
}

bool same_poses(const std::vector<Rigid3>& a, const std::vector<Rigid3>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Rigid3& x, const Rigid3& y) { return x.R == y.R && x.t == y.t; });
}

}  // namespace

class SampleFileTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  fs::path path(const char* name) const { return fs::path(folder_.path().toStdString()) / name; }

  /// Writes two sets, lets `change` spoil the arrays, and gives what reading says.
  template <class Change>
  std::string messageAfter(Change change) const {
    auto first = draw({}, true), second = draw({GuidanceKind::kConstant, 1.0, 2.0}, false);
    if (!write_samples({first, second}, path("bad.npz"))) {
      return "could not be written";
    }
    auto arrays = *read_npz(path("bad.npz"));
    change(arrays);
    if (!write_npz(path("bad.npz"), arrays)) {
      return "could not be rewritten";
    }
    const auto read = read_samples(path("bad.npz"));
    return read ? "" : read.error().message;
  }

  static double* numbers(NpyArray& array) { return reinterpret_cast<double*>(array.data.data()); }

 private Q_SLOTS:
  void whatIsWrittenIsReadBack() {
    const std::vector<std::shared_ptr<const ObjectSamples>> sets{
        draw({GuidanceKind::kExponential, 1.0, 8.0}, true), draw({}, false)};
    QVERIFY(write_samples(sets, path("samples.npz")));
    const auto file = read_samples(path("samples.npz"));
    QVERIFY2(file, file ? "" : file.error().message.c_str());
    QVERIFY(file->notes.empty());
    QCOMPARE(file->samples.size(), sets.size());
    for (std::size_t i = 0; i < sets.size(); ++i) {
      const ObjectSamples &a = *sets[i], &b = *file->samples[i];
      QCOMPARE(b.name, a.name);
      QCOMPARE(b.sampler, a.sampler);
      QCOMPARE(b.frame_name, a.frame_name);
      QCOMPARE(b.frame, a.frame);
      QCOMPARE(b.instance, a.instance);
      QCOMPARE(b.category, a.category);
      QCOMPARE(b.analytic, a.analytic);
      QCOMPARE(b.evaluations, a.evaluations);
      QCOMPARE(b.steps, a.steps);
      QCOMPARE(b.first_bad_step, a.first_bad_step);
      QVERIFY(b.provenance == a.provenance);
      QVERIFY(same_poses(b.samples, a.samples));
      QCOMPARE(b.times, a.times);
      QCOMPARE(b.trajectory.size(), a.trajectory.size());
      for (std::size_t k = 0; k < a.trajectory.size(); ++k) {
        QVERIFY(same_poses(b.trajectory[k], a.trajectory[k]));
        QVERIFY(std::abs(b.curve[k].rotation_mean - a.curve[k].rotation_mean) < 1e-12);
        QCOMPARE(b.curve[k].sigma, a.curve[k].sigma);
      }
      QVERIFY(std::abs(b.measures->rotation_median - a.measures->rotation_median) < 1e-12);
      QCOMPARE(b.measures->coverage, a.measures->coverage);
      QVERIFY((b.symmetry.axes.at(0).axis.cross(a.symmetry.axes.at(0).axis)).norm() < 1e-12);
      // Offsets along the axis are the same axis.
      const Eigen::Vector3d apart = b.symmetry.axes[0].offset - a.symmetry.axes[0].offset;
      QVERIFY(apart.cross(a.symmetry.axes[0].axis).norm() < 1e-12);
    }
  }

  void theBytesDoNotDependOnTheClock() {
    QVERIFY(write_samples({draw({}, true)}, path("one.npz")));
    QVERIFY(write_samples({draw({}, true)}, path("two.npz")));
    QVERIFY(*read_npz(path("one.npz")) == *read_npz(path("two.npz")));
  }

  void noSetsAreAFileToo() {
    QVERIFY(write_samples({}, path("none.npz")));
    const auto file = read_samples(path("none.npz"));
    QVERIFY2(file, file ? "" : file.error().message.c_str());
    QVERIFY(file->samples.empty());
  }

  void setsOfDifferentSizesAreRefused() {
    const auto written = write_samples({draw({}, false, 4), draw({}, false, 5)}, path("mixed.npz"));
    QVERIFY(!written && written.error().code == ErrorCode::kUsage);
    QVERIFY(!fs::exists(path("mixed.npz")));
  }

  void nearRotationsAreProjectedAndNoted() {
    QVERIFY(write_samples({draw({}, false)}, path("near.npz")));
    auto arrays = *read_npz(path("near.npz"));
    numbers(arrays["samples"])[16 * 5 + 1] += 1e-3;
    QVERIFY(write_npz(path("near.npz"), arrays));
    const auto file = read_samples(path("near.npz"));
    QVERIFY2(file, file ? "" : file.error().message.c_str());
    QCOMPARE(file->notes.size(), std::size_t{1});
    QVERIFY(file->notes[0].find("samples[0, 5]") != std::string::npos);
    const Eigen::Matrix3d R = file->samples[0]->samples[5].R;
    QVERIFY((R * R.transpose() - Eigen::Matrix3d::Identity()).norm() < 1e-12);
  }

  void whatIsWrongIsNamed() {
    using Arrays = std::map<std::string, NpyArray>;
    const std::vector<std::pair<std::string, std::function<void(Arrays&)>>> cases{
        {"samples[1, 2]", [](Arrays& a) { numbers(a["samples"])[16 * 22] = -3.0; }},
        {"samples[0, 0]", [](Arrays& a) { numbers(a["samples"])[3] = std::nan(""); }},
        {"truth[1]", [](Arrays& a) { numbers(a["truth"])[16] = 7.0; }},
        {"path[2, 1]", [](Arrays& a) { numbers(a["path"])[16 * 41 + 15] = 0.5; }},
        {"path_time[1]", [](Arrays& a) { numbers(a["path_time"])[1] = 1.0; }},
        {"path_row[0]", [](Arrays& a) { a["path_row"] = NpyArray::from(std::vector<std::int32_t>(7, 2)); }},
        {"path_row[0]", [](Arrays& a) { a.erase("path_time"); }},
        {"\"path\"", [](Arrays& a) { a["path"] = NpyArray::from(std::vector<double>(7)); }},
        {"\"samples\"", [](Arrays& a) { a.erase("samples"); }},
        {"\"image\"", [](Arrays& a) { a["image"] = NpyArray::from(std::vector<std::string>{"a"}); }},
        {"samples",
         [](Arrays& a) {
           a["samples"].shape = {2, 0, 4, 4}, a["samples"].data.clear();
         }},
        {"samples[1000000]",
         [](Arrays& a) {
           a["samples"].shape = {2000000000, 0, 4, 4}, a["samples"].data.clear();
         }},
        {"symmetry[0]",
         [](Arrays& a) {
           a["symmetry"] = NpyArray::from(std::vector<std::string>{"odd", "none"});
         }},
        {"instance[1]",
         [](Arrays& a) {
           a["instance"] = NpyArray::from(std::vector<std::int32_t>{0, -7});
         }},
    };
    for (const auto& [place, change] : cases) {
      const std::string message = messageAfter(change);
      QVERIFY2(message.find("bad.npz: ") != std::string::npos && message.find(place) != std::string::npos,
               (place + " <- " + message).c_str());
    }
  }
};

ALIDADE_TEST(SampleFileTest)
#include "sample_file_test.moc"
