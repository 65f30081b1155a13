// SPDX-License-Identifier: BSD-3-Clause
// How fast the schedule lab follows the mouse: time from a move of a dragged control point until the column's
// new samples are painted, one column at a time and all four at once, with the real view, editor and drawing
// thread. Usage: alidade_lab_bench CHECKPOINT DATASET [MOVES]; "-" in place of the checkpoint takes the
// analytic field. Runs on Qt's offscreen platform.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <QApplication>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonObject>
#include <QMouseEvent>
#include <QSpinBox>
#include <QTabBar>

#include "app/gui/resampler.h"
#include "core/base/blas_kernel.h"
#include "core/nn/compute.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "plugins/builtin_readers.h"
#include "views/base/session_model.h"
#include "views/schedule_lab/curve_editor.h"
#include "views/schedule_lab/figure_canvas.h"
#include "views/schedule_lab/schedule_lab_view.h"

using namespace alidade;

namespace {

constexpr int kPatience_ms = 5000;

/// Notes whether the maps were painted since the last answer.
class PaintWatch : public QObject {
 public:
  explicit PaintWatch(QWidget* widget) { widget->installEventFilter(this); }
  bool painted = false;

 protected:
  bool eventFilter(QObject*, QEvent* event) override {
    painted = painted || event->type() == QEvent::Paint;
    return false;
  }
};

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0.0
                        : values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

struct Lab {
  explicit Lab(std::shared_ptr<const Dataset> dataset) {
    session.setDataset(std::move(dataset));
    view.resize(1360, 900);
    view.show();
    for (auto* canvas : view.findChildren<FigureCanvas*>()) {
      if (canvas->accessibleName().startsWith(QLatin1String("Samples"))) {
        watch = std::make_unique<PaintWatch>(canvas);
      }
    }
    QObject::connect(&session.model<SamplingModel>(), &SamplingModel::answered, watch.get(),
                     [this] { watch->painted = false; });
  }

  /// Runs events until no column is being sampled and the newest samples are painted; milliseconds.
  double settle() {
    QElapsedTimer clock;
    clock.start();
    const auto all_there = [this] {
      for (std::size_t i = 0; i < view.columns().size(); ++i) {
        if (!session.model<SamplingModel>().column(i).samples) {
          return false;
        }
      }
      return !session.model<SamplingModel>().sampling();
    };
    while (!(all_there() && watch->painted) && clock.elapsed() < kPatience_ms) {
      QCoreApplication::processEvents();
    }
    return static_cast<double>(clock.nsecsElapsed()) * 1e-6;
  }

  void mouse(QEvent::Type type, const QPointF& at) {
    auto& editor = *view.findChild<CurveEditor*>();
    const bool moves = type == QEvent::MouseMove;
    QMouseEvent event(type, at, editor.mapToGlobal(at), moves ? Qt::NoButton : Qt::LeftButton,
                      type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&editor, &event);
  }

  SessionModel session;
  Resampler resampler{session};
  ScheduleLabView view{session};
  std::unique_ptr<PaintWatch> watch;
};

void report(const char* what, const std::vector<double>& all, double drawn) {
  std::printf("%-34s median %6.1f ms   90 %% %6.1f ms   worst %6.1f ms   (sampling itself %5.1f ms)\n", what,
              quantile(all, 0.5), quantile(all, 0.9), quantile(all, 1.0), drawn);
}

/// Drags the first handle of column `index` up and down; each move is answered before the next.
void dragColumn(Lab& lab, int index, int moves) {
  lab.view.findChild<QTabBar*>()->setCurrentIndex(index);
  QCoreApplication::processEvents();
  auto& editor = *lab.view.findChild<CurveEditor*>();
  const QPointF from = editor.handlePosition(0);
  lab.mouse(QEvent::MouseButtonPress, from);
  std::vector<double> times, drawn;
  for (int i = 0; i < moves; ++i) {
    QElapsedTimer clock;
    clock.start();
    lab.mouse(QEvent::MouseMove, from + QPointF(0.0, 4.0 + 2.0 * (i % 12)));
    lab.settle();
    times.push_back(static_cast<double>(clock.nsecsElapsed()) * 1e-6);
    drawn.push_back(
        lab.session.model<SamplingModel>().column(static_cast<std::size_t>(index)).samples->milliseconds);
  }
  lab.mouse(QEvent::MouseButtonRelease, from);
  const std::string what = std::string("drag in column ") + static_cast<char>('A' + index);
  report(what.c_str(), times, quantile(drawn, 0.5));
}

/// All four columns anew: K changes by one and back.
void resampleAll(Lab& lab, int moves) {
  QSpinBox* count = nullptr;
  for (auto* box : lab.view.findChildren<QSpinBox*>()) {
    count = box->accessibleName() == QLatin1String("Number of samples") ? box : count;
  }
  std::vector<double> times, drawn;
  for (int i = 0; i < moves; ++i) {
    QElapsedTimer clock;
    clock.start();
    count->setValue(i % 2 == 0 ? 51 : 50);
    lab.settle();
    times.push_back(static_cast<double>(clock.nsecsElapsed()) * 1e-6);
    double sum = 0.0;
    for (std::size_t c = 0; c < lab.view.columns().size(); ++c) {
      sum += lab.session.model<SamplingModel>().column(c).samples->milliseconds;
    }
    drawn.push_back(sum);
  }
  report("all four columns", times, quantile(drawn, 0.5));
}

void measure(Lab& lab, int steps, int moves) {
  QJsonObject state = lab.view.saveState();
  QJsonArray columns;
  for (const char* guidance : {"exponential:1:15", "linear:1:8", "constant:8", "exponential:1:8"}) {
    columns.append(QJsonObject{{"sampler", "ddim"}, {"steps", steps}, {"guidance", guidance}});
  }
  state["columns"] = columns;
  state["samples"] = 50;
  lab.view.restoreState(state);
  lab.settle();
  std::printf("K = 50, %d steps\n", steps);
  for (int column = 0; column < 4; ++column) {
    dragColumn(lab, column, moves);
  }
  resampleAll(lab, moves);
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  restart_with_better_blas_kernel(argv);
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s CHECKPOINT|- DATASET [MOVES]\n", argv[0]);
    return 2;
  }
  configure_compute(1);
  auto dataset = builtin_readers().open(argv[2], {});
  if (!dataset) {
    std::fprintf(stderr, "%s\n", dataset.error().message.c_str());
    return 3;
  }
  Lab lab(*dataset);
  if (std::strcmp(argv[1], "-") != 0) {
    auto network = PoseNetwork::load(argv[1]);
    if (!network) {
      std::fprintf(stderr, "%s\n", network.error().message.c_str());
      return 3;
    }
    lab.resampler.setNetwork(std::move(*network));
  }
  const int moves = argc > 3 ? std::max(1, std::atoi(argv[3])) : 60;
  for (const int steps : {10, 20}) {
    measure(lab, steps, moves);
  }
  return 0;
}
