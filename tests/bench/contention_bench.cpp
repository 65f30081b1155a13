// SPDX-License-Identifier: BSD-3-Clause
// Milliseconds per frame of the contention view on the software raster while epochs are scrubbed: 500 epochs,
// 10 categories and 3 blocks side by side, with all that tells signal from noise; the first time that an
// epoch is seen, and again. "numbers" are the statistics alone. Then what a click on a cell takes until the
// drill-down is painted, and until the scores of its layers are there. Usage: alidade_contention_bench [WIDTH
// HEIGHT]; needs no display with QT_QPA_PLATFORM=offscreen.
#include <cstdio>
#include <cstdlib>

#include <QApplication>
#include <QElapsedTimer>
#include <QImage>

#include "tests/bench/bench_clock.h"
#include "tests/support/contention_histories.h"
#include "views/base/session_model.h"
#include "views/base/theme.h"
#include "views/contention/cell_panel.h"
#include "views/contention/contention_canvas.h"
#include "views/contention/contention_view.h"

using namespace alidade;

namespace {

constexpr int kFrames = 200;
constexpr double kFrameMs = 1000.0 / 60.0;
constexpr double kDrillDownMs = 100.0;

test::MadeContention large() {
  test::MadeContention made;
  made.rows = {"bottle", "box", "can", "cup", "cutlery", "glass", "remote", "shoe", "teapot", "tube"};
  made.epochs = 500;
  made.batches = 8;
  made.layers = 20;
  return made;
}

}  // namespace

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  applyTheme(application, ThemeKind::kDark);
  const int width = argc > 2 ? std::atoi(argv[1]) : 1280;
  const int height = argc > 2 ? std::atoi(argv[2]) : 720;
  const auto history = test::contentionHistory(large());
  std::printf("view of %d x %d pixels, %zu epochs, %zu categories, %zu blocks, %zu layers\n", width, height,
              history->epochs.size(), history->rows.size(), history->blocks.size(), history->tensors.size());
  SessionModel session;
  auto& model = session.model<ContentionModel>();
  session.chooseRun(Run::kA, session.addRun("bench", history, false));
  ContentionView view(session);
  view.resize(width, height);
  view.show();
  QCoreApplication::processEvents();
  auto* canvas = view.findChild<ContentionCanvas*>();
  QImage screen(canvas->size(), QImage::Format_RGB32);
  std::size_t epoch = 0;
  const auto frame = [&] {
    epoch = (epoch + 1) % history->epochs.size();
    ContentionChoice choice = model.choice();
    choice.epoch = history->epochs[epoch].epoch;
    model.choose(choice);
    canvas->render(&screen);
  };
  const double first = bench::median_ms(kFrames, frame);
  epoch = 0;
  const double again = bench::median_ms(kFrames, frame);
  ContentionNumbers numbers;
  std::size_t at = 0;
  const double statistics = bench::median_ms(kFrames, [&] {
    at = (at + 1) % history->epochs.size();
    for (const ContentionPart& part : numbers.parts(history, PartKind::kBlock)) {
      static_cast<void>(numbers.signal(history, part, at));
    }
  });
  std::printf(
      "scrubbing: first %.2f ms per frame (%.1f of 60 frames/s), again %.2f ms (%.1f of 60 frames/s), "
      "numbers %.2f ms\n",
      first, kFrameMs / first, again, kFrameMs / again, statistics);
  QElapsedTimer clock;
  clock.start();
  model.setPair(ContentionPair{"correspondence", "box", "can"});
  view.findChild<CellPanel*>()->grab();
  const double opened = static_cast<double>(clock.nsecsElapsed()) * 1e-6;
  while (view.findChild<CellPanel*>()->scoring()) {
    QCoreApplication::processEvents();
  }
  std::printf("drill-down: %.1f ms (%.1f of %.0f ms), with the scores of all layers %.1f ms\n", opened,
              kDrillDownMs / opened, kDrillDownMs, static_cast<double>(clock.nsecsElapsed()) * 1e-6);
  const double moved = bench::median_ms(20, [&] {
    frame();
    view.findChild<CellPanel*>()->grab();
  });
  std::printf("scrubbing with the drill-down open: %.2f ms per frame\n", moved);
  return 0;
}
