// SPDX-License-Identifier: BSD-3-Clause
#include <QSignalSpy>
#include <QtTest>

#include "app/gui/resampler.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "views/base/session_model.h"

using namespace alidade;

namespace {

SamplingRequest requestOf(std::size_t columns, int steps = 20) {
  SamplingRequest request;
  for (std::size_t i = 0; i < columns; ++i) {
    SamplerOptions options;
    options.steps = steps;
    options.guidance.kind = GuidanceKind::kConstant;
    options.guidance.w_max = 1.0 + static_cast<double>(i);
    request.columns.push_back(options);
  }
  return request;
}

/// A session with a selected object and the thread that answers it.
struct Bench {
  SessionModel session;
  Resampler resampler{session};
  SamplingModel& model = session.model<SamplingModel>();
  QWidget viewer;

  Bench() {
    model.demand().follow(&viewer);
    session.setDataset(std::make_shared<test::SmallDataset>(4));
  }
  bool loaded() {
    return QTest::qWaitFor([this] { return session.frame() != nullptr; });
  }
  bool settled() {
    return QTest::qWaitFor([this] { return !model.sampling() && model.column(0).samples; }, 20000);
  }
};

}  // namespace

class ResamplerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void nothingIsDrawnUnlessWanted() {
    Bench bench;
    QVERIFY(bench.loaded());
    QSignalSpy answered(&bench.model, &SamplingModel::answered);
    bench.model.ask(requestOf(2));
    QTest::qWait(50);
    QVERIFY(answered.isEmpty());
    bench.viewer.show();
    QVERIFY(bench.settled());
  }

  void everyColumnIsAnsweredFromTheSameNoise() {
    Bench bench;
    QVERIFY(bench.loaded());
    bench.viewer.show();
    bench.model.ask(requestOf(4));
    QVERIFY(bench.settled());
    const auto& first = *bench.model.column(0).samples;
    QVERIFY(first.analytic);  // no checkpoint is open
    QCOMPARE(first.samples.size(), std::size_t{50});
    for (std::size_t i = 1; i < 4; ++i) {
      const auto& other = *bench.model.column(i).samples;
      QVERIFY(other.trajectory.front()[7].R.isApprox(first.trajectory.front()[7].R));
      QVERIFY(!other.trajectory.back()[7].R.isApprox(first.trajectory.back()[7].R, 1e-12));
    }
  }

  void onlyAChangedColumnIsDrawnAgain() {
    Bench bench;
    QVERIFY(bench.loaded());
    bench.viewer.show();
    bench.model.ask(requestOf(3));
    QVERIFY(bench.settled());
    const auto a = bench.model.column(0).samples, b = bench.model.column(1).samples;
    SamplingRequest changed = bench.model.request();
    changed.columns[1].guidance.w_max = 6.0;
    bench.model.ask(changed);
    QVERIFY(bench.model.column(1).sampling && !bench.model.column(0).sampling);
    QVERIFY(bench.settled());
    QVERIFY(bench.model.column(0).samples == a);
    QVERIFY(bench.model.column(1).samples != b);
    changed.columns.pop_back();
    bench.model.ask(changed);
    QVERIFY(!bench.model.column(2).samples);
  }

  void theNewestRequestWins() {
    Bench bench;
    QVERIFY(bench.loaded());
    bench.viewer.show();
    SamplingRequest request = requestOf(1);
    for (int i = 1; i <= 30; ++i) {
      request.columns[0].guidance.w_max = 1.0 + 0.1 * i;
      bench.model.ask(request);
      QTest::qWait(2);
    }
    QVERIFY(bench.settled());
    QCOMPARE(QString::fromStdString(bench.model.column(0).samples->name), QString("const 4"));
  }

  void longDrawsAreStopped() {
    Bench bench;
    QVERIFY(bench.loaded());
    bench.viewer.show();
    SamplingRequest request = requestOf(1, 1000);
    request.num_samples = 2000;  // many seconds
    bench.model.ask(request);
    QTest::qWait(250);
    QVERIFY(bench.model.sampling());
    bench.model.ask(requestOf(1));
    QVERIFY(bench.settled());
    QCOMPARE(bench.model.column(0).samples->samples.size(), std::size_t{50});
  }

  void theSelectionIsFollowed() {
    Bench bench;
    QVERIFY(bench.loaded());
    bench.viewer.show();
    bench.model.ask(requestOf(2));
    QVERIFY(bench.settled());
    bench.session.setSelection({3, 1});
    QVERIFY(QTest::qWaitFor([&] {
      const auto& samples = bench.model.column(1).samples;
      return samples && samples->frame == 3 && samples->instance == 1 && !bench.model.sampling();
    }));
    bench.session.setDataset(nullptr);
    QVERIFY(!bench.model.column(0).samples);
  }

  void whatDoesNotFitIsSaid() {
    Bench bench;
    QVERIFY(bench.loaded());
    bench.viewer.show();
    SamplingRequest request = requestOf(1, 1000);
    request.num_samples = 100000;
    bench.model.ask(request);
    QVERIFY(QTest::qWaitFor([&] { return !bench.model.column(0).problem.isEmpty(); }));
    QVERIFY(!bench.model.sampling());
    QVERIFY(bench.model.problem().isEmpty());
  }
};

ALIDADE_TEST(ResamplerTest)
#include "resampler_test.moc"
