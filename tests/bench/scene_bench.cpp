// SPDX-License-Identifier: BSD-3-Clause
// How fluid the scene's playback is: milliseconds from a change of the diffusion time to the painted picture,
// and how long the GUI thread moved the hypotheses and VTK rendered. Usage: alidade_scene_bench [PICTURES]
// [FOLDER for pictures]; needs a display (xvfb-run will do).
#include <algorithm>
#include <cstdio>
#include <vector>

#include <QAction>
#include <QApplication>
#include <QElapsedTimer>

#include "tests/views/path_samples.h"
#include "tests/views/scene_dataset.h"
#include "views/base/sampling_model.h"
#include "views/base/session_model.h"
#include "views/base/theme.h"
#include "views/scene/scene_view.h"
#include "views/vtk/surface_format.h"
#include "views/vtk/vtk_widget.h"

using namespace alidade;

namespace {

constexpr int kStates = 41;

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

void measure(SceneView& view, SamplingModel& model, const char* name, int pictures) {
  std::vector<double> move, render, whole;
  for (int i = 0; i < pictures; ++i) {
    QElapsedTimer clock;
    clock.start();
    model.setTime(1.0 - static_cast<double>(i % kStates) / (kStates - 1));
    move.push_back(1e-6 * static_cast<double>(clock.nsecsElapsed()));
    view.vtkWidget()->repaint();
    whole.push_back(1e-6 * static_cast<double>(clock.nsecsElapsed()));
    render.push_back(view.vtkWidget()->lastRender_ms());
    QCoreApplication::processEvents();
  }
  std::printf("%-34s move %6.1f   render %6.1f   whole %6.1f   worst %6.1f ms\n", name, quantile(move, 0.5),
              quantile(render, 0.5), quantile(whole, 0.5), quantile(whole, 1.0));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  prepareSurfaceFormat();
  QApplication application(argc, argv);
  const int pictures = argc > 1 ? std::max(3, std::atoi(argv[1])) : 41;
  const QString folder = argc > 2 ? QString(argv[2]) : QString();
  applyTheme(application, ThemeKind::kDark);
  SessionModel session;
  SceneView view(session);
  view.resize(640, 560);
  view.show();
  session.setDataset(std::make_shared<test::SceneDataset>());
  while (!session.frame()) {
    QCoreApplication::processEvents();
  }
  session.selectInstance(7);
  if (!view.vtkWidget()) {
    std::fprintf(stderr, "no OpenGL here\n");
    return 1;
  }
  for (QAction* action : view.viewActions()) {
    if (action->objectName() == "scene-hypotheses") {
      action->setChecked(true);
    }
  }
  view.frameSelection();
  for (const int count : {50, 1000, 10000}) {
    session.model<SamplingModel>().setColumn(
        0, {test::pathSamples(*session.frame(), session.frame()->instances[1], count, kStates), false, {}});
    for (const bool boxes : {false, true}) {
      for (const int trails : {0, 1}) {
        QJsonObject state = view.saveState();
        state["samples_source"] = "column";
        state["samples_mark"] = boxes ? "boxes" : "frames";
        state["samples_color"] = 2;
        state["samples_trails"] = trails;
        view.restoreState(state);
        const QString name =
            QString("K = %1 %2%3").arg(count).arg(boxes ? "boxes" : "frames", trails ? " with trails" : "");
        measure(view, session.model<SamplingModel>(), qPrintable(name), pictures);
        if (!folder.isEmpty()) {
          session.model<SamplingModel>().setTime(0.35);
          view.vtkWidget()->grabFramebuffer();
          view.grab().save(QString("%1/%2.png").arg(folder, QString(name).replace(' ', '-')));
        }
        QElapsedTimer clock;
        clock.start();
        view.vtkWidget()->grabFramebuffer();
        std::printf("%-34s smooth picture %6.1f ms\n", "", 1e-6 * static_cast<double>(clock.nsecsElapsed()));
      }
    }
  }
  return 0;
}
