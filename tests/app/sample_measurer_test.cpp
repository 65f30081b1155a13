// SPDX-License-Identifier: BSD-3-Clause
#include <QSignalSpy>
#include <QtTest>

#include "app/gui/sample_measurer.h"
#include "core/evaluation/errors/sample_basins.h"
#include "core/evaluation/errors/sample_measures.h"
#include "core/geometry/rotation.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

/// Samples of a half-turn symmetric object that turn away from its truth, two kept states.
std::shared_ptr<const ObjectSamples> turned(int count) {
  auto samples = std::make_shared<ObjectSamples>();
  samples->truth = Rigid3{};
  samples->symmetry.finite.push_back(
      {rotation_about(Eigen::Vector3d::UnitY(), 3.14159265358979), Eigen::Vector3d::Zero()});
  samples->times = {1.0, 0.0};
  samples->trajectory.resize(2);
  for (int i = 0; i < count; ++i) {
    const double angle = 3.0 * i / count;
    samples->trajectory[0].push_back(
        {rotation_about(Eigen::Vector3d::UnitX(), angle), Eigen::Vector3d(0.1 * angle, 0, 0)});
    samples->trajectory[1].push_back(
        {rotation_about(Eigen::Vector3d::UnitY(), angle), Eigen::Vector3d::Zero()});
  }
  samples->samples = samples->trajectory.back();
  return samples;
}

}  // namespace

class SampleMeasurerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void measuresComeLaterAndAreThoseOfTheCore() {
    SamplingModel model;
    const SampleMeasurer measurer(model);
    const auto samples = turned(200);
    QSignalSpy measured(&model, &SamplingModel::measured);
    model.askMeasures({SampleState{samples, 0}, SampleState{samples, 1}});
    QVERIFY(measured.isEmpty() && !model.measures(0));
    QTRY_VERIFY(!model.measuring());
    QCOMPARE(measured.size(), 1);  // all columns in one answer
    for (std::size_t state = 0; state < 2; ++state) {
      const SampleMeasures expected =
          sample_measures(samples->trajectory[state], *samples->truth, samples->symmetry);
      QCOMPARE(model.measures(state)->rotation_median, expected.rotation_median);
      QCOMPARE(model.measures(state)->translation_median, expected.translation_median);
      QCOMPARE(model.measures(state)->entropy, expected.entropy);
      QCOMPARE(model.measures(state)->outliers, expected.outliers);
    }
  }

  void theNewestQuestionWins() {
    SamplingModel model;
    const SampleMeasurer measurer(model);
    const auto many = turned(10000);
    std::shared_ptr<const ObjectSamples> last;
    for (int i = 0; i < 20; ++i) {
      model.askMeasures({SampleState{many, static_cast<std::size_t>(i % 2)}});
      last = turned(10 + i);
      model.askMeasures({SampleState{last, 0}});
    }
    QTRY_VERIFY_WITH_TIMEOUT(!model.measuring(), 20000);
    QCOMPARE(model.measures(0)->rotation_median,
             sample_measures(last->trajectory[0], *last->truth, last->symmetry).rotation_median);
  }

  void basinsAreAnswered() {
    SamplingModel model;
    const SampleMeasurer measurer(model);
    const auto samples = turned(30);
    model.askBasins({samples, {0, 29}});
    QVERIFY(!model.basins());
    QTRY_VERIFY(model.basins() != nullptr);
    const BasinReport expected = sample_basins(*samples, std::vector<int>{0, 29});
    QCOMPARE(model.basins()->samples.size(), expected.samples.size());
    for (std::size_t i = 0; i < expected.samples.size(); ++i) {
      QVERIFY(model.basins()->samples[i].last == expected.samples[i].last);
      QVERIFY(model.basins()->samples[i].first == expected.samples[i].first);
    }
  }

  void itEndsWhileAQuestionIsOpen() {
    SamplingModel model;
    {
      const SampleMeasurer measurer(model);
      model.askMeasures({SampleState{turned(10000), 0}});
    }
    QCoreApplication::processEvents();
    QVERIFY(model.measuring() && !model.measures(0));
  }
};

ALIDADE_TEST(SampleMeasurerTest)
#include "sample_measurer_test.moc"
