// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/perspectives.h"

#include <algorithm>

#include "app/gui/view_dock.h"

namespace alidade {
namespace {

constexpr int kLeftWidth = 270;
constexpr int kRightWidth = 380;

void arrangeInspect(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  const bool tabs = window.width() < kNarrowWindow;
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("browser"));
  window.splitDockWidget(dock("browser"), dock("image"), Qt::Horizontal);
  window.splitDockWidget(dock("image"), dock("mollweide"), Qt::Horizontal);
  window.splitDockWidget(dock("image"), dock("predictions"), Qt::Vertical);
  window.splitDockWidget(dock("image"), dock("scene"), Qt::Horizontal);
  window.tabifyDockWidget(dock("predictions"), dock("runs"));
  if (tabs) {
    window.tabifyDockWidget(dock("mollweide"), dock("inspector"));
    window.tabifyDockWidget(dock("inspector"), dock("jobs"));
  } else {
    window.splitDockWidget(dock("mollweide"), dock("inspector"), Qt::Vertical);
    window.splitDockWidget(dock("inspector"), dock("jobs"), Qt::Vertical);
  }
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  showOnly(docks, {"browser", "image", "scene", "predictions", "runs", "mollweide", "inspector", "jobs",
                   "log"});
  dock("predictions")->raise();
  dock(tabs ? "mollweide" : "jobs")->raise();
}

void sizeInspect(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  const bool tabs = window.width() < kNarrowWindow;
  const int right = tabs ? 330 : kRightWidth;
  const int middle = std::max(window.width() - kLeftWidth - right, 200);
  const int height = std::max(window.height() - 100, 300);
  window.resizeDocks({dock("browser"), dock("image"), dock("scene"), dock("mollweide")},
                     {tabs ? 240 : kLeftWidth, middle / 2, middle / 2, right}, Qt::Horizontal);
  window.resizeDocks({dock("image"), dock("predictions")}, {height * 2 / 3, height / 3}, Qt::Vertical);
  if (!tabs) {
    window.resizeDocks({dock("mollweide"), dock("inspector"), dock("jobs")},
                       {height * 37 / 100, height * 39 / 100, height * 24 / 100}, Qt::Vertical);
  }
}

void arrangeDiffusion(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("browser"));
  window.splitDockWidget(dock("browser"), dock("mollweide"), Qt::Horizontal);
  window.splitDockWidget(dock("mollweide"), dock("image"), Qt::Horizontal);
  window.splitDockWidget(dock("mollweide"), dock("predictions"), Qt::Vertical);
  window.tabifyDockWidget(dock("predictions"), dock("runs"));
  window.splitDockWidget(dock("image"), dock("inspector"), Qt::Vertical);
  window.splitDockWidget(dock("inspector"), dock("jobs"), Qt::Vertical);
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  showOnly(docks, {"browser", "mollweide", "image", "predictions", "runs", "inspector", "jobs", "log"});
  dock("predictions")->raise();
  dock("jobs")->raise();
}

void sizeDiffusion(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  const int height = std::max(window.height() - 100, 300);
  const int left = window.width() < kNarrowWindow ? 240 : kLeftWidth;
  window.resizeDocks({dock("browser"), dock("mollweide"), dock("image")},
                     {left, window.width() - left - kRightWidth, kRightWidth}, Qt::Horizontal);
  window.resizeDocks({dock("mollweide"), dock("predictions")}, {height * 2 / 3, height / 3}, Qt::Vertical);
  window.resizeDocks({dock("image"), dock("inspector"), dock("jobs")},
                     {height * 37 / 100, height * 39 / 100, height * 24 / 100}, Qt::Vertical);
}

void arrangeFigure(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("browser"));
  window.splitDockWidget(dock("browser"), dock("figure"), Qt::Horizontal);
  showOnly(docks, {"browser", "figure"});
}

void sizeFigure(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.resizeDocks({dock("browser"), dock("figure")}, {kLeftWidth, window.width() - kLeftWidth},
                     Qt::Horizontal);
}

void arrangeEvaluate(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("browser"));
  window.splitDockWidget(dock("browser"), dock("metrics"), Qt::Horizontal);
  window.splitDockWidget(dock("browser"), dock("runs"), Qt::Vertical);
  window.splitDockWidget(dock("metrics"), dock("image"), Qt::Horizontal);
  window.splitDockWidget(dock("image"), dock("inspector"), Qt::Vertical);
  window.splitDockWidget(dock("inspector"), dock("jobs"), Qt::Vertical);
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  showOnly(docks, {"browser", "runs", "metrics", "image", "inspector", "jobs", "log"});
  dock("jobs")->raise();
}

void sizeEvaluate(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  const bool narrow = window.width() < kNarrowWindow;
  const int left = narrow ? 200 : 230;
  const int right = narrow ? 300 : kRightWidth;
  const int height = std::max(window.height() - 100, 300);
  window.resizeDocks({dock("browser"), dock("metrics"), dock("image")},
                     {left, std::max(window.width() - left - right, 200), right}, Qt::Horizontal);
  window.resizeDocks({dock("image"), dock("inspector"), dock("jobs")},
                     {height * 40 / 100, height * 42 / 100, height * 18 / 100}, Qt::Vertical);
  window.resizeDocks({dock("browser"), dock("runs")}, {height * 65 / 100, height * 35 / 100}, Qt::Vertical);
}

void arrangeLab(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("browser"));
  window.splitDockWidget(dock("browser"), dock("schedule-lab"), Qt::Horizontal);
  window.splitDockWidget(dock("browser"), dock("image"), Qt::Vertical);
  window.splitDockWidget(dock("image"), dock("jobs"), Qt::Vertical);
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  showOnly(docks, {"browser", "schedule-lab", "image", "jobs", "log"});
  dock("jobs")->raise();
}

void sizeLab(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  const int left = window.width() < kNarrowWindow ? 240 : kLeftWidth;
  const int height = std::max(window.height() - 100, 300);
  window.resizeDocks({dock("browser"), dock("schedule-lab")}, {left, std::max(window.width() - left, 200)},
                     Qt::Horizontal);
  window.resizeDocks({dock("browser"), dock("image"), dock("jobs")},
                     {height * 52 / 100, height * 30 / 100, height * 18 / 100}, Qt::Vertical);
}

void arrangeTraining(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  window.addDockWidget(Qt::LeftDockWidgetArea, dock("training"));
  window.splitDockWidget(dock("training"), dock("jobs"), Qt::Vertical);
  window.tabifyDockWidget(dock("jobs"), dock("log"));
  showOnly(docks, {"training", "jobs", "log"});
  dock("jobs")->raise();
}

void sizeTraining(QMainWindow& window, const Docks& docks) {
  const auto dock = [&](const char* id) { return docks.at(QLatin1String(id)); };
  const int height = std::max(window.height() - 100, 300);
  window.resizeDocks({dock("training"), dock("jobs")}, {height * 86 / 100, height * 14 / 100}, Qt::Vertical);
}

}  // namespace

#define ALIDADE_PERSPECTIVE(perspective) Perspective perspective();
#include "app/gui/perspectives.def"
#undef ALIDADE_PERSPECTIVE

const std::vector<Perspective>& perspectiveTable() {
  static const std::vector<Perspective> table{
#define ALIDADE_PERSPECTIVE(perspective) perspective(),
#include "app/gui/perspectives.def"
#undef ALIDADE_PERSPECTIVE
  };
  return table;
}

const Perspective* findPerspective(const std::vector<Perspective>& table, const QString& id) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Perspective& one) { return id == QLatin1String(one.id); });
  return found == table.end() ? nullptr : &*found;
}

void showOnly(const Docks& docks, const QStringList& ids) {
  for (const auto& [id, dock] : docks) {
    dock->setVisible(ids.contains(id));
  }
}

Perspective inspectPerspective() {
  return {"inspect", "Inspect", "Image, scene, predictions.", arrangeInspect, true, sizeInspect};
}

Perspective diffusionPerspective() {
  return {"diffusion",      "Diffusion", "The distribution of the samples, large.",
          arrangeDiffusion, true,        sizeDiffusion};
}

Perspective figurePerspective() {
  return {"figure", "Figure", "Prepare the active view for print.", arrangeFigure, true, sizeFigure};
}

Perspective evaluatePerspective() {
  return {"evaluate",      "Evaluate", "Metrics, their samples, and the image.",
          arrangeEvaluate, true,       sizeEvaluate};
}

Perspective labPerspective() {
  return {"lab", "Lab", "The schedule lab: samples under several schedules.", arrangeLab, true, sizeLab};
}

Perspective trainingPerspective() {
  return {"training",      "Training", "Training dynamics: losses and accuracies of several runs.",
          arrangeTraining, false,      sizeTraining};
}

}  // namespace alidade
