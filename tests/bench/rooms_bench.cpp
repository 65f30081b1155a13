// SPDX-License-Identifier: BSD-3-Clause
// A room of 1,000,000 points: seconds from choosing the scene to its first picture, milliseconds a frame
// while it moves, and until all points are drawn. Usage: alidade_rooms_bench [POINTS] [FRAMES] [PICTURE.png];
// needs a display (xvfb-run will do).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include <QApplication>
#include <QElapsedTimer>
#include <QThread>

#include "core/data/point_scene.h"
#include "core/data/procedural/rooms/rooms.h"
#include "core/data/scene_dataset.h"
#include "views/base/session_model.h"
#include "views/base/theme.h"
#include "views/rooms/rooms_view.h"
#include "views/vtk/surface_format.h"
#include "views/vtk/vtk_widget.h"

using namespace alidade;

namespace {

/// One scene that is there already, as if it had been read.
class OneScene : public PointSceneSet {
 public:
  explicit OneScene(PointScene scene, std::vector<std::string> categories)
      : scene_(std::move(scene)), categories_(std::move(categories)), info_{scene_.name, "test", true} {}
  std::string name() const override { return "one"; }
  std::string format() const override { return "bench"; }
  std::filesystem::path root() const override { return {}; }
  const std::vector<std::string>& categories() const override { return categories_; }
  bool rotated_boxes() const override { return true; }
  std::size_t num_scenes() const override { return 1; }
  const PointSceneInfo& scene_info(std::size_t) const override { return info_; }
  const std::vector<DatasetProblem>& problems() const override { return problems_; }
  const std::string& digest() const override { return digest_; }
  Expected<std::vector<SceneBox>> boxes(std::size_t) const override { return scene_.boxes; }
  Expected<PointScene> load(std::size_t) const override { return scene_; }

 private:
  PointScene scene_;
  std::vector<std::string> categories_;
  PointSceneInfo info_;
  std::vector<DatasetProblem> problems_;
  std::string digest_ = "0";
};

/// Points again, two millimetres beside themselves, until there are so many.
void repeatPoints(PointScene& scene, std::size_t wanted) {
  const std::size_t own = scene.points.size();
  for (std::size_t i = 0; own > 0 && scene.points.size() < 3 * wanted; ++i) {
    scene.points.push_back(scene.points[i % own] + (i / own % 2 == 0 ? 0.002F : -0.002F));
    scene.colors.push_back(scene.colors[i % own]);
  }
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

}  // namespace

int main(int argc, char** argv) {
  prepareSurfaceFormat();
  QApplication application(argc, argv);
  applyTheme(application, ThemeKind::kDark);
  RoomsRecipe recipe;
  recipe.source = RoomsRecipe::Source::kOffices;
  recipe.points = argc > 1 ? std::max(1000, std::atoi(argv[1])) : 1000000;
  const int frames = argc > 2 ? std::max(3, std::atoi(argv[2])) : 40;
  const auto wanted = static_cast<std::size_t>(recipe.points);
  PointScene scene = make_rooms_scene(recipe, 0).scene;
  repeatPoints(scene, wanted);
  std::printf("%zu points\n", scene.num_points());
  const auto set = std::make_shared<OneScene>(std::move(scene), rooms_categories(recipe.source));
  const auto dataset = *scene_dataset(set, {});
  SessionModel session;
  RoomsView view(session);
  view.resize(900, 700);
  view.show();
  QCoreApplication::processEvents();
  if (!view.vtkWidget()) {
    std::fprintf(stderr, "no OpenGL here\n");
    return 1;
  }
  QElapsedTimer clock;
  const std::clock_t begun = std::clock();
  clock.start();
  session.setDataset(dataset);
  while (!view.contents().cloud) {
    QCoreApplication::processEvents();
    QThread::msleep(1);
  }
  view.vtkWidget()->repaint();
  std::printf("first picture after %.2f s, processor %.2f s (%zu points drawn)\n",
              1e-3 * static_cast<double>(clock.elapsed()),
              static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC, view.drawnPoints());
  std::vector<double> whole;
  const std::clock_t before = std::clock();
  for (int i = 0; i < frames; ++i) {
    clock.start();
    view.setCamera(view.camera().orbited(0.01, 0.0));
    view.vtkWidget()->repaint();
    whole.push_back(1e-6 * static_cast<double>(clock.nsecsElapsed()));
  }
  const double processor = 1e3 * static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC / frames;
  std::printf("moving: median %.1f ms, worst %.1f ms, processor %.1f ms a frame (%zu points)\n",
              quantile(whole, 0.5), quantile(whole, 1.0), processor, view.drawnPoints());
  while (view.isMoving()) {
    QCoreApplication::processEvents();
  }
  clock.start();
  view.vtkWidget()->repaint();
  std::printf("at rest: %.0f ms (%zu points)\n", 1e-6 * static_cast<double>(clock.nsecsElapsed()),
              view.drawnPoints());
  if (argc > 3) {
    view.grab().save(QString(argv[3]));
  }
  return 0;
}
