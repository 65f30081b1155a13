// SPDX-License-Identifier: BSD-3-Clause
#include <QSignalSpy>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "views/base/sampling_model.h"

using namespace alidade;

namespace {

/// Samples with a truth and three kept states.
std::shared_ptr<ObjectSamples> keptSamples() {
  auto samples = std::make_shared<ObjectSamples>();
  samples->truth = Rigid3{};
  samples->times = {1.0, 0.5, 0.0};
  samples->trajectory.assign(3, std::vector<Rigid3>(2));
  samples->samples = samples->trajectory.back();
  samples->measures.emplace().rotation_median = 0.25;
  return samples;
}

ColumnMeasures medianOfA(double rotation) {
  ColumnMeasures measures;
  measures[0].emplace().rotation_median = rotation;
  return measures;
}

SamplingRequest requestWith(std::size_t columns) {
  SamplingRequest request;
  request.columns.resize(columns);
  return request;
}

}  // namespace

class SamplingModelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyKindOfChangeHasItsSignal() {
    SamplingModel model;
    model.ask(requestWith(2));
    QSignalSpy asked(&model, &SamplingModel::asked), schedules(&model, &SamplingModel::schedulesChanged);
    QSignalSpy shown(&model, &SamplingModel::shownColumnChanged);
    SamplingRequest request = model.request();
    request.num_samples = 9;
    model.ask(request);
    QCOMPARE(asked.size(), 1);
    QVERIFY(schedules.isEmpty());
    SamplerOptions edited = model.shownSchedule();
    edited.steps = 3;
    model.setShownSchedule(edited);
    QCOMPARE(asked.size(), 2);
    QCOMPARE(schedules.size(), 1);
    model.setShownSchedule(edited);
    QCOMPARE(asked.size(), 2);
    QVERIFY(shown.isEmpty());
    request = model.request();
    request.columns.push_back({});
    connect(&model, &SamplingModel::schedulesChanged, &model,
            [&] { QCOMPARE(model.shownColumn(), std::size_t{2}); });  // both stand before either is said
    model.ask(request, 2);
    QCOMPARE(shown.size(), 1);
    model.disconnect();
    model.ask(requestWith(1));
    QCOMPARE(model.shownColumn(), std::size_t{0});
    model.ask(requestWith(kMostSamplingColumns + 1));
    QCOMPARE(model.request().columns.size(), std::size_t{1});
  }

  void anAnswerIsSaidOnce() {
    SamplingModel model;
    QSignalSpy answered(&model, &SamplingModel::answered), sampling(&model, &SamplingModel::samplingChanged);
    QSignalSpy problem(&model, &SamplingModel::problemChanged);
    for (std::size_t i = 0; i < 3; ++i) {
      model.setSampling(i);
    }
    QVERIFY(answered.isEmpty());
    QCOMPARE(sampling.size(), 1);
    model.setColumn(0, {keptSamples(), false, {}});
    QCOMPARE(answered.size(), 1);
    QCOMPARE(sampling.size(), 1);  // two others are under way
    model.clear();
    QCOMPARE(answered.size(), 2);
    QCOMPARE(sampling.size(), 2);
    model.clear();
    QCOMPARE(answered.size(), 2);
    QVERIFY(problem.isEmpty());
  }

  void measuresOfOtherSamplesAreDropped() {
    SamplingModel model;
    QSignalSpy asked(&model, &SamplingModel::measuresAsked), measured(&model, &SamplingModel::measured);
    const auto first = keptSamples(), second = keptSamples();
    model.askMeasures({SampleState{first, 2}});
    QVERIFY(asked.isEmpty() && !model.measuring());  // it knows its end
    QCOMPARE(model.measures(0)->rotation_median, 0.25);
    model.askMeasures({SampleState{first, 0}});
    const SampleStates noise = model.unmeasured();
    model.askMeasures({SampleState{first, 1}});
    QCOMPARE(asked.size(), 2);
    model.setMeasures(noise, medianOfA(3.0));  // on the way to the state that is asked for
    QCOMPARE(model.measures(0)->rotation_median, 3.0);
    QVERIFY(model.measuring());
    const SampleStates middle = model.unmeasured();
    model.askMeasures({SampleState{second, 1}});
    model.setMeasures(middle, medianOfA(2.0));
    QCOMPARE(model.measures(0)->rotation_median, 3.0);
    QCOMPARE(measured.size(), 1);
    model.setMeasures(model.unmeasured(), medianOfA(1.0));
    QCOMPARE(model.measures(0)->rotation_median, 1.0);
    QVERIFY(!model.measuring());
    model.setMeasures(noise, medianOfA(9.0));  // nobody waits
    QCOMPARE(model.measures(0)->rotation_median, 1.0);
    model.askMeasures({});
    QVERIFY(!model.measures(0));
  }

  void theEndOfABrokenPathIsMeasured() {
    SamplingModel model;
    const auto broken = keptSamples();
    broken->first_bad_step = 2;
    model.askMeasures({SampleState{broken, 2}});
    QVERIFY(model.measuring());
  }

  void basinsOfAnotherQuestionAreDropped() {
    SamplingModel model;
    QSignalSpy answered(&model, &SamplingModel::basinsAnswered);
    const auto samples = keptSamples();
    model.askBasins({samples, {0}});
    const BasinQuestion old = model.basinQuestion();
    model.askBasins({samples, {0, 1}});
    model.setBasins(old, std::make_shared<const BasinReport>());
    QVERIFY(answered.isEmpty() && !model.basins() && model.measuring());
    const auto report = std::make_shared<const BasinReport>();
    model.setBasins(model.basinQuestion(), report);
    QCOMPARE(answered.size(), 1);
    QVERIFY(model.basins() == report && !model.measuring());
    model.askBasins({samples, {}});
    QVERIFY(!model.basins() && !model.measuring());
  }
};

ALIDADE_TEST(SamplingModelTest)
#include "sampling_model_test.moc"
