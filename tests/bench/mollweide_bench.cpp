// SPDX-License-Identifier: BSD-3-Clause
// Milliseconds per frame of the Mollweide view on the software raster while the diffusion time changes: the
// view itself takes the new time and paints, for 50, 1,000 and 10,000 samples as dots, and as a density.
// "plain" is the same figure painted whole with one vector ellipse per sample, as for export. Usage:
// alidade_mollweide_bench [WIDTH HEIGHT]; needs no display with QT_QPA_PLATFORM=offscreen.
#include <cstdio>
#include <cstdlib>

#include <QApplication>
#include <QImage>
#include <QPainter>

#include "core/base/random.h"
#include "core/geometry/rotation.h"
#include "core/geometry/so3_statistics.h"
#include "tests/bench/bench_clock.h"
#include "tests/views/small_dataset.h"
#include "views/base/sampling_model.h"
#include "views/base/session_model.h"
#include "views/mollweide/mollweide_canvas.h"
#include "views/mollweide/mollweide_view.h"

using namespace alidade;

namespace {

constexpr int kStates = 21;
constexpr int kFrames = 40;
constexpr double kFrameMs = 1000.0 / 30.0;

/// Samples that go from uniform rotations to a box's four equivalents.
std::shared_ptr<const ObjectSamples> denoised(int count) {
  auto samples = std::make_shared<ObjectSamples>();
  samples->name = "bench";
  samples->category = "box";
  samples->symmetry = *named_symmetry("box");
  samples->truth = Rigid3{rotation_about(Eigen::Vector3d(1, 2, 3).normalized(), 0.7), {0, 0, 1}};
  Random random(1);
  std::vector<Eigen::Quaterniond> from, to;
  for (int i = 0; i < count; ++i) {
    from.emplace_back(uniform_rotation(random.uniform(), random.uniform(), random.uniform()));
    const auto& element =
        samples->symmetry.finite[static_cast<std::size_t>(i) % samples->symmetry.finite.size()];
    const Eigen::Vector3d axis(random.normal(), random.normal(), random.normal());
    to.emplace_back(samples->truth->R * element.R * rotation_about(axis.normalized(), 0.1 * random.normal()));
  }
  for (int state = 0; state < kStates; ++state) {
    samples->times.push_back(1.0 - static_cast<double>(state) / (kStates - 1));
    auto& poses = samples->trajectory.emplace_back();
    for (int i = 0; i < count; ++i) {
      const auto k = static_cast<std::size_t>(i);
      poses.push_back({from[k].slerp(1.0 - samples->times.back(), to[k]).toRotationMatrix(), {0, 0, 1}});
    }
  }
  samples->samples = samples->trajectory.back();
  return samples;
}

}  // namespace

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  const int width = argc > 2 ? std::atoi(argv[1]) : 900;
  const int height = argc > 2 ? std::atoi(argv[2]) : 560;
  std::printf("view of %d x %d pixels\n", width, height);
  for (const int count : {50, 1000, 10000}) {
    SessionModel session;
    session.setDataset(std::make_shared<test::SmallDataset>(1));
    SamplingModel::Column column;
    column.samples = denoised(count);
    session.model<SamplingModel>().setColumn(0, column);
    MollweideView view(session);
    view.resize(width, height);
    view.restoreState({{"source", static_cast<int>(MollweideView::kLab)}});
    view.show();
    QCoreApplication::processEvents();
    auto* canvas = view.findChild<MollweideCanvas*>();
    QImage screen(canvas->size(), QImage::Format_RGB32);
    int state = 0;
    const auto frame = [&] {
      state = (state + 1) % kStates;
      session.model<SamplingModel>().setTime(column.samples->times[static_cast<std::size_t>(state)]);
      static_cast<void>(view.figure());  // waits for what another thread makes
      canvas->render(&screen);
    };
    const double dots = bench::median_ms(kFrames, frame);
    const double plain = bench::median_ms(kFrames / 4, [&] {
      QPainter painter(&screen);
      PlotTheme theme = screenPlotTheme(themeOf(*canvas));
      theme.print = true;  // vectors
      view.figure()->paint(painter, canvas->rect(), theme);
    });
    view.restoreState({{"source", static_cast<int>(MollweideView::kLab)},
                       {"drawn", static_cast<int>(MollweideView::kDensity)}});
    const double density = bench::median_ms(kFrames / 4, frame);
    std::printf(
        "%6d samples: dots %.2f ms per frame (%.0f frames/s, %.1f of 30 frames/s), plain %.1f ms "
        "(%.1f times slower); density %.1f ms\n",
        count, dots, 1000.0 / dots, kFrameMs / dots, plain, plain / dots, density);
  }
  return 0;
}
