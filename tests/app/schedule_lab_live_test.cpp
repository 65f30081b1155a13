// SPDX-License-Identifier: BSD-3-Clause
// The schedule lab with the thread that answers it: the analytic field and a network.
#include <cmath>

#include <QComboBox>
#include <QJsonArray>
#include <QLabel>
#include <QRegularExpression>
#include <QSlider>
#include <QSpinBox>
#include <QtTest>

#include "app/gui/key_filter.h"
#include "app/gui/resampler.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "tests/support/test_registry.h"
#include "tests/views/lab_support.h"
#include "views/schedule_lab/curve_editor.h"
#include "views/schedule_lab/figure_canvas.h"
#include "views/schedule_lab/time_bar.h"

using namespace alidade;
using namespace alidade::test;

namespace {

std::shared_ptr<PoseNetwork> tinyNetwork() {
  return PoseNetwork::create(*named_config("tiny"), 3);
}

/// A lab that is answered.
struct Live {
  Lab lab;
  Resampler resampler{lab.session};
  SamplingModel& model = lab.session.model<SamplingModel>();

  bool settled() {
    return QTest::qWaitFor(
        [this] {
          for (std::size_t i = 0; i < lab.view->columns().size(); ++i) {
            const auto& column = model.column(i);
            if (column.sampling || (!column.samples && column.problem.isEmpty())) {
              return false;
            }
          }
          return true;
        },
        60000);
  }
  void setColumns(const std::vector<SamplerOptions>& columns, int samples = 20) {
    QJsonObject state = lab.view->saveState();
    QJsonArray list;
    for (const SamplerOptions& options : columns) {
      list.append(QJsonObject{{"sampler", QString::fromStdString(to_text(options.kind))},
                              {"steps", options.steps},
                              {"start_time", options.start_time},
                              {"guidance", QString::fromStdString(to_text(options.guidance))}});
    }
    state["columns"] = list;
    state["current"] = 0;
    state["samples"] = samples;
    lab.view->restoreState(state);
  }
  std::shared_ptr<const ColumnsFigure> figure() {
    return std::dynamic_pointer_cast<const ColumnsFigure>(lab.view->figure());
  }
};

SamplerOptions diverging(SamplerKind kind, int steps, double w) {
  SamplerOptions options = samplerOf(GuidanceKind::kConstant, w, steps);
  options.kind = kind;
  return options;
}

/// Pixels of the alarm's color.
int alarming(const QImage& image, const QColor& alarm) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const QColor seen = image.pixelColor(x, y);
      count += std::abs(seen.red() - alarm.red()) + std::abs(seen.green() - alarm.green()) +
                           std::abs(seen.blue() - alarm.blue()) <
                       120
                   ? 1
                   : 0;
    }
  }
  return count;
}

bool finite(const ObjectSamples& samples) {
  bool all = true;
  for (const auto& state : samples.trajectory) {
    for (const Rigid3& pose : state) {
      all = all && pose.R.allFinite() && pose.t.allFinite();
    }
  }
  for (const SampleCurvePoint& point : samples.curve) {
    all = all && std::isfinite(point.rotation_mean) && std::isfinite(point.rotation_std) &&
          std::isfinite(point.translation_mean) && std::isfinite(point.translation_std);
  }
  return all;
}

}  // namespace

class ScheduleLabLiveTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void divergenceIsShown_data() {
    QTest::addColumn<bool>("network");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("steps");
    QTest::addColumn<double>("w");
    // Each step multiplies the state by about 1 - w (1 - s'/s); doubles and the network's floats end at
    // 1e308 and 1e38, and a square overflows earlier.
    QTest::newRow("analytic, naive DDIM") << false << static_cast<int>(SamplerKind::kDdim) << 300 << 9000.0;
    QTest::newRow("analytic, Euler") << false << static_cast<int>(SamplerKind::kEuler) << 100 << 9000.0;
    QTest::newRow("network, naive DDIM") << true << static_cast<int>(SamplerKind::kDdim) << 60 << 5000.0;
    QTest::newRow("network, Euler") << true << static_cast<int>(SamplerKind::kEuler) << 60 << 5000.0;
  }

  void divergenceIsShown() {
    QFETCH(bool, network);
    QFETCH(int, kind);
    QFETCH(int, steps);
    QFETCH(double, w);
    Live live;
    QVERIFY(live.lab.ready());
    if (network) {
      live.resampler.setNetwork(tinyNetwork());
    }
    live.setColumns(
        {diverging(static_cast<SamplerKind>(kind), steps, w), samplerOf(GuidanceKind::kNone, 1.0)});
    QVERIFY(live.settled());
    const ObjectSamples& broken = *live.model.column(0).samples;
    QCOMPARE(broken.analytic, !network);
    QVERIFY(broken.first_bad_step > 0 && broken.first_bad_step < steps);
    // The path up to the bad step is there, all of it finite, and so is what is measured on it.
    QCOMPARE(broken.times.size(), static_cast<std::size_t>(broken.first_bad_step) + 1);
    QCOMPARE(broken.trajectory.size(), broken.times.size());
    QCOMPARE(broken.curve.size(), broken.times.size());
    QVERIFY(broken.times.back() > 0.01);
    QVERIFY(finite(broken));
    QVERIFY(broken.measures && std::isfinite(broken.measures->rotation_median) &&
            std::isfinite(broken.measures->translation_median));
    QVERIFY(live.model.column(1).samples->first_bad_step < 0);

    const auto figure = live.figure();
    QVERIFY(figure);
    QCOMPARE(figure->columns()[0].position, broken.times.size() - 1);  // the last state there is
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
    const QSize size(900, 420);
    const QImage image = painted(*figure, size, plot);
    const int head = static_cast<int>(figure->mapArea(0, QRectF(QPointF(), QSizeF(size)), plot).top());
    QVERIFY(alarming(image.copy(0, 0, 440, head), plot.colors.error) > 40);
    QCOMPARE(alarming(image.copy(460, 0, 440, head), plot.colors.error), 0);
    for (QWidget* canvas : live.lab.view->findChildren<FigureCanvas*>()) {
      QVERIFY(!canvas->grab().isNull());  // far numbers stop no painter
    }
    // Back in time the column shows what it shows without the accident.
    live.lab.find<QSlider>()->setValue(0);
    QCOMPARE(live.figure()->columns()[0].position, std::size_t{0});
    QVERIFY(live.figure()->columns()[0].poses()[2].R.isApprox(live.figure()->columns()[1].poses()[2].R));
  }

  void whatDoesNotFitIsSaidInTheColumn() {
    Live live;
    QVERIFY(live.lab.ready());
    live.setColumns({samplerOf(GuidanceKind::kNone, 1.0, 2), samplerOf(GuidanceKind::kNone, 1.0, 1000)},
                    10000);
    QVERIFY(live.settled());
    QVERIFY(live.model.column(0).samples && live.model.column(0).problem.isEmpty());
    const QString problem = live.model.column(1).problem;
    QVERIFY(!live.model.column(1).samples && live.model.problem().isEmpty());
    // The K and the steps that it names do fit.
    const QRegularExpression numbers("K = (\\d+) fits.* (\\d+) steps fit");
    const auto found = numbers.match(problem);
    QVERIFY2(found.hasMatch(), qPrintable(problem));
    QCOMPARE(live.figure()->columns()[1].problem, problem);
    const int fitting = found.captured(2).toInt();
    QVERIFY(found.captured(1).toInt() > 1000 && fitting > 100 && fitting < 1000);
    const std::size_t poses = static_cast<std::size_t>(fitting + 1) * 10000;
    QVERIFY(poses * sizeof(Rigid3) <= kTrajectoryLimitBytes);
    QVERIFY((poses + 10000) * sizeof(Rigid3) > kTrajectoryLimitBytes);
  }

  void aNetworkAnswersEveryColumnFromOneNoise() {
    Live live;
    QVERIFY(live.lab.ready());
    live.resampler.setNetwork(tinyNetwork());
    QVERIFY(live.settled());
    const auto& first = *live.model.column(0).samples;
    QVERIFY(!first.analytic && first.truth && first.size);
    for (std::size_t i = 1; i < 4; ++i) {
      const auto& other = *live.model.column(i).samples;
      QVERIFY(other.trajectory.front()[7].R.isApprox(first.trajectory.front()[7].R));
      QVERIFY(!other.samples[7].R.isApprox(first.samples[7].R, 1e-9));
    }
    auto* field = live.lab.find<QComboBox>();
    field->setCurrentIndex(1);
    Q_EMIT field->activated(1);
    QVERIFY(live.settled());
    QVERIFY(QTest::qWaitFor([&] { return live.model.column(0).samples->analytic; }));
  }

  void theRegressionHeadsPoseIsTheWarmStart() {
    Live live;
    QVERIFY(live.lab.ready());
    const auto network = tinyNetwork();
    live.resampler.setNetwork(network);
    SamplerOptions late = samplerOf(GuidanceKind::kNone, 1.0);
    late.start_time = 0.02;  // the noise is small: the start is the head's pose
    live.setColumns({late}, 40);
    QVERIFY(live.settled());
    const auto cold = live.model.column(0).samples;
    SamplingRequest request = live.model.request();
    request.from_regression = true;
    live.model.ask(request);
    QVERIFY(live.settled());
    const auto warm = live.model.column(0).samples;
    QVERIFY(warm != cold);
    const auto subject = sample_subject(*live.lab.session.frame(), 0, *network, live.model.request().seed);
    QVERIFY(subject && subject->regressed);
    const auto distance = [&](const ObjectSamples& samples) {
      double sum = 0.0;
      for (const Rigid3& pose : samples.trajectory.front()) {
        sum += geodesic_distance(pose.R, subject->regressed->R);
      }
      return sum / static_cast<double>(samples.trajectory.front().size());
    };
    QVERIFY(distance(*warm) < 0.1);
    QVERIFY(distance(*cold) > 0.5);
    request.from_regression = false;
    live.model.ask(request);
    QVERIFY(live.settled());
    QVERIFY(live.model.column(0).samples->samples[3].R.isApprox(cold->samples[3].R));
  }

  void heldShiftShowsBInPlaceOfA() {
    Live live;
    KeyFilter filter(live.lab.session, nullptr);
    QVERIFY(live.lab.ready() && live.settled());
    live.lab.find<QSlider>()->setFocus();
    const auto first = [&] { return live.figure()->columns()[0].index; };
    const QImage before = mapsOf(*live.lab.view)->grab().toImage();
    QTest::keyPress(live.lab.view.get(), Qt::Key_Shift);
    QCOMPARE(first(), std::size_t{1});
    QVERIFY(mapsOf(*live.lab.view)->grab().toImage() != before);
    QTest::keyRelease(live.lab.view.get(), Qt::Key_Shift);
    QCOMPARE(first(), std::size_t{0});
    QCOMPARE(mapsOf(*live.lab.view)->grab().toImage(), before);
  }

  void draggingMovesTheSamplesOfItsColumnOnly() {
    Live live;
    QVERIFY(live.lab.ready());
    QVERIFY(live.settled());
    const auto a = live.model.column(0).samples, b = live.model.column(1).samples;
    const QImage before = mapsOf(*live.lab.view)->grab().toImage();
    auto* editor = live.lab.find<CurveEditor>();
    const QPoint from = editor->handlePosition(0).toPoint();
    drag(editor, from, from + QPoint(0, 40));
    QVERIFY(live.settled());
    QVERIFY(live.model.column(0).samples != a);
    QVERIFY(live.model.column(1).samples == b);
    QCOMPARE(QString::fromStdString(live.model.column(0).samples->name),
             QString::fromStdString(describe(editor->guidance())));
    QVERIFY(mapsOf(*live.lab.view)->grab().toImage() != before);
  }
};

ALIDADE_TEST(ScheduleLabLiveTest)
#include "schedule_lab_live_test.moc"
