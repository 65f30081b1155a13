// SPDX-License-Identifier: BSD-3-Clause
// How long the GUI thread is away from its events while the diffusion time slides or the shown column
// changes: the longest single event, for the schedule lab and the Mollweide view with 50, 200 and 10,000
// samples, and how often each canvas was painted per change. Usage: alidade_gap_bench [STEPS [K]]; needs no
// display with QT_QPA_PLATFORM=offscreen.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>

#include <QApplication>
#include <QElapsedTimer>
#include <QSlider>

#include "app/gui/sample_measurer.h"
#include "core/base/random.h"
#include "core/geometry/rotation.h"
#include "core/geometry/so3_statistics.h"
#include "tests/views/small_dataset.h"
#include "views/base/newest_answer.h"
#include "views/base/sampling_model.h"
#include "views/base/session_model.h"
#include "views/mollweide/mollweide_canvas.h"
#include "views/mollweide/mollweide_view.h"
#include "views/schedule_lab/figure_canvas.h"
#include "views/schedule_lab/schedule_lab_view.h"
#include "views/schedule_lab/time_bar.h"

using namespace alidade;

namespace {

constexpr int kStates = 21;
constexpr int kStep_ms = 16;  // between two moves of a mouse

double threadMilliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

/// Times every event that the event loop hands out.
class WatchedApplication : public QApplication {
 public:
  using QApplication::QApplication;

  double longest_ms = 0.0;      ///< by the wall clock: others on the machine count too
  double longest_cpu_ms = 0.0;  ///< of the GUI thread alone

  bool notify(QObject* receiver, QEvent* event) override {
    if (depth_ > 0) {
      return QApplication::notify(receiver, event);
    }
    QElapsedTimer clock;
    clock.start();
    const double before = threadMilliseconds();
    ++depth_;
    const bool taken = QApplication::notify(receiver, event);
    --depth_;
    longest_ms = std::max(longest_ms, 1e-6 * static_cast<double>(clock.nsecsElapsed()));
    longest_cpu_ms = std::max(longest_cpu_ms, threadMilliseconds() - before);
    return taken;
  }

 private:
  int depth_ = 0;
};

/// Counts the paintings of a widget.
class PaintCount : public QObject {
 public:
  explicit PaintCount(QWidget* widget) { widget->installEventFilter(this); }
  int count = 0;

 protected:
  bool eventFilter(QObject*, QEvent* event) override {
    count += event->type() == QEvent::Paint ? 1 : 0;
    return false;
  }
};

/// Samples that go from uniform rotations to a box's four equivalents.
std::shared_ptr<const ObjectSamples> denoised(int count, std::uint64_t seed) {
  auto samples = std::make_shared<ObjectSamples>();
  samples->name = "bench";
  samples->category = "box";
  samples->symmetry = *named_symmetry("box");
  samples->truth = Rigid3{rotation_about(Eigen::Vector3d(1, 2, 3).normalized(), 0.7), {0, 0, 1}};
  samples->size = Eigen::Vector3d(0.1, 0.2, 0.3);
  Random random(seed);
  std::vector<Eigen::Quaterniond> from, to;
  for (int i = 0; i < count; ++i) {
    from.emplace_back(uniform_rotation(random.uniform(), random.uniform(), random.uniform()));
    const auto& element =
        samples->symmetry.finite[static_cast<std::size_t>(i) % samples->symmetry.finite.size()];
    const Eigen::Vector3d axis(random.normal(), random.normal(), random.normal());
    to.emplace_back(samples->truth->R * element.R * rotation_about(axis.normalized(), 0.1 * random.normal()));
  }
  for (int state = 0; state < kStates; ++state) {
    const double t = 1.0 - static_cast<double>(state) / (kStates - 1);
    samples->times.push_back(t);
    samples->curve.push_back({t, 0.01 + 50.0 * t, 2.0 * t, t, t, 0.1 * t});
    auto& poses = samples->trajectory.emplace_back();
    for (int i = 0; i < count; ++i) {
      const auto k = static_cast<std::size_t>(i);
      poses.push_back({from[k].slerp(1.0 - t, to[k]).toRotationMatrix(), {0.1 * t, 0, 1}});
    }
  }
  samples->samples = samples->trajectory.back();
  return samples;
}

struct Desk {
  Desk(WatchedApplication& application, int count) : application_(application), count_(count) {
    session.setDataset(std::make_shared<test::SmallDataset>(1));
    for (std::size_t i = 0; i < kMostSamplingColumns; ++i) {
      model.setColumn(i, {denoised(count, i + 1), false, {}});
    }
  }

  static bool painting() {
    for (const QWidget* window : QApplication::topLevelWidgets()) {
      for (const NewestAnswer* answer : window->findChildren<NewestAnswer*>()) {
        if (answer->awaited()) {
          return true;
        }
      }
    }
    return false;
  }

  void idle(int milliseconds) {
    QElapsedTimer clock;
    clock.start();
    do {
      QCoreApplication::processEvents();
    } while (clock.elapsed() < milliseconds || model.measuring() || painting());
  }

  /// Makes `steps` changes, one each 16 ms, and says what the longest event was.
  void report(const char* what, QWidget* canvas, int steps, const std::function<void(int)>& change) {
    idle(300);
    application_.longest_ms = application_.longest_cpu_ms = 0.0;
    PaintCount paints(canvas);
    for (int i = 0; i < steps; ++i) {
      QMetaObject::invokeMethod(
          &session, [&change, i] { change(i); }, Qt::QueuedConnection);
      QElapsedTimer clock;
      clock.start();
      do {
        QCoreApplication::processEvents();
      } while (clock.elapsed() < kStep_ms);
    }
    idle(300);
    std::printf("%6d samples  %-44s longest event %6.1f ms (%6.1f ms CPU)  %.2f paintings a change\n", count_,
                what, application_.longest_ms, application_.longest_cpu_ms,
                static_cast<double>(paints.count) / steps);
  }

  SessionModel session;
  SamplingModel& model = session.model<SamplingModel>();
  SampleMeasurer measurer{model};

 private:
  WatchedApplication& application_;
  int count_;
};

void runLab(WatchedApplication& application, int count, int steps) {
  Desk desk(application, count);
  ScheduleLabView view(desk.session);
  view.resize(1360, 900);
  view.show();
  QWidget* maps = nullptr;
  for (auto* canvas : view.findChildren<FigureCanvas*>()) {
    maps = canvas->accessibleName().startsWith(QLatin1String("Samples")) ? canvas : maps;
  }
  auto* slider = view.findChild<TimeBar*>()->findChild<QSlider*>();
  desk.report("lab: time slides, 4 columns", maps, steps,
              [slider](int i) { slider->setValue((i * 1000 / (kStates - 1)) % 1001); });
  desk.report("lab: the shown column changes", maps, steps, [&desk](int i) {
    desk.model.setShownColumn(static_cast<std::size_t>(i) % kMostSamplingColumns);
  });
  slider->setValue(1000);
}

void runMollweide(WatchedApplication& application, int count, int steps) {
  Desk desk(application, count);
  MollweideView view(desk.session);
  view.resize(900, 560);
  view.show();
  auto* canvas = view.findChild<MollweideCanvas*>();
  const auto slide = [&desk](int i) { desk.model.setTime(1.0 - (i % kStates) / (kStates - 1.0)); };
  const auto step = [&desk](int i) {
    desk.model.setShownColumn(static_cast<std::size_t>(i) % kMostSamplingColumns);
  };
  const auto show = [&view](int drawn, int maps) {
    view.restoreState({{"source", static_cast<int>(MollweideView::kLab)}, {"drawn", drawn}, {"maps", maps}});
  };
  const char* const drawn_names[] = {"dots", "density"};
  const char* const maps_names[] = {"one map", "over t", "schedules", "schedules x t"};
  for (const int drawn : {MollweideView::kDots, MollweideView::kDensity}) {
    for (const int maps : {MollweideView::kOneMap, MollweideView::kOverTime, MollweideView::kOverSchedules,
                           MollweideView::kSchedulesOverTime}) {
      show(drawn, maps);
      const std::string what = std::string(drawn_names[drawn]) + ", " + maps_names[maps];
      desk.report((what + ": time slides").c_str(), canvas, steps, slide);
      desk.report((what + ": the column changes").c_str(), canvas, steps, step);
    }
  }
  show(MollweideView::kDots, MollweideView::kOneMap);
  std::vector<int> marked;
  for (int i = 0; i < count; ++i) {
    marked.push_back(i);
  }
  desk.model.setMarked(marked);
  desk.report("dots, all marked: time slides", canvas, steps, slide);
  desk.report("dots, all marked: the column changes", canvas, steps, step);
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  WatchedApplication application(argc, argv);
  const int steps = argc > 1 ? std::max(1, std::atoi(argv[1])) : 42;
  std::vector<int> counts{50, 200, 10000};
  if (argc > 2) {
    counts = {std::max(1, std::atoi(argv[2]))};
  }
  for (const int count : counts) {
    runLab(application, count, steps);
    runMollweide(application, count, steps);
  }
  return 0;
}
