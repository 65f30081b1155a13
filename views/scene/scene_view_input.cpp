// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <QAction>
#include <QApplication>
#include <QJsonArray>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include "views/base/layer_bar.h"
#include "views/base/session_model.h"
#include "views/base/choice_action.h"
#include "views/scene/scene_actors.h"
#include "views/scene/scene_hud.h"
#include "views/scene/scene_twin.h"
#include "views/scene/scene_view.h"
#include "views/vtk/vtk_widget.h"

namespace alidade {
namespace {

constexpr double kOrbitPerPixel = 0.008;  // radians
constexpr double kPickTolerance = 0.006;  // radians

}  // namespace

QAction* SceneView::addToggle(const QString& id, const QString& text, const QString& tip, bool* flag,
                              const QKeySequence& key) {
  auto* action = new QAction(text, this);
  action->setObjectName("scene-" + id);
  action->setToolTip(tip);
  action->setCheckable(true);
  action->setChecked(*flag);
  action->setShortcut(key);
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  addAction(action);
  toggles_.push_back({action, flag});
  connect(action, &QAction::toggled, this, [this, flag](bool on) {
    *flag = on;
    rebuild();
  });
  return action;
}

void SceneView::addCommand(const QString& id, const QString& text, const QKeySequence& key,
                           const std::function<void()>& run) {
  auto* action = new QAction(text, this);
  action->setObjectName("scene-" + id);
  action->setShortcut(key);
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  addAction(action);
  connect(action, &QAction::triggered, this, run);
}

void SceneView::buildActions() {
  SceneLayers& layers = contents_.layers;
  addToggle("ground-truth", "Ground truth", "Ground truth: solid green", &layers.poses.ground_truth,
            Qt::Key_G)
      ->setIconText("GT");
  addToggle("prediction", "Prediction", "Prediction: dashed red-orange", &layers.poses.prediction, Qt::Key_P)
      ->setIconText("Pred");
  addToggle("box", "Box", "Oriented boxes", &layers.poses.boxes);
  addToggle("axes", "Axes", "Object axes: x red, y green, z blue", &layers.poses.axes);
  addToggle("labels", "Labels", "Names and rotation errors", &layers.poses.labels);
  addToggle("points", "Points", "Point cloud from depth", &layers.points);
  addToggle("meshes", "Meshes", "Meshes at the ground truth", &layers.meshes);
  addToggle("hypotheses", "Samples", "The K hypotheses of the selected object", &layers.hypotheses);
  addToggle("grid", "Grid", "Floor grid with cells of 10 cm", &layers.grid);
  addToggle("frustum", "Camera", "The camera's frustum", &layers.frustum);
  buildPointActions();
  addCommand("frame", "Frame selection", Qt::Key_F, [this] { frameSelection(); });
  addCommand("reset", "Reset camera", Qt::Key_R, [this] { setStandardView(StandardView::kThreeQuarter); });
  addCommand("front", "Front view", Qt::Key_1, [this] { setStandardView(StandardView::kFront); });
  addCommand("right", "Right view", Qt::Key_3, [this] { setStandardView(StandardView::kRight); });
  addCommand("top", "Top view", Qt::Key_7, [this] { setStandardView(StandardView::kTop); });
  addCommand("camera", "Camera view (matches the image)", Qt::Key_C,
             [this] { setStandardView(StandardView::kCamera); });
  addCommand("larger-points", "Larger points", Qt::Key_Plus, [this] {
    contents_.layers.point_size = std::min(12.0, contents_.layers.point_size + 1.0);
    rebuild();
  });
  addCommand("smaller-points", "Smaller points", Qt::Key_Minus, [this] {
    contents_.layers.point_size = std::max(1.0, contents_.layers.point_size - 1.0);
    rebuild();
  });
  buildCameraActions();
}

QWidget* SceneView::buildBar() {
  auto* bar = new LayerBar(this);
  for (const Toggle& toggle : toggles_) {
    bar->addLayer(toggle.action);
  }
  for (QAction* action : {static_cast<QAction*>(point_color_), static_cast<QAction*>(distance_range_),
                          measure_, beside_, viewpoints_}) {
    bar->addLayer(action);
  }
  return bar;
}

QList<QAction*> SceneView::viewActions() const {
  return actions();
}

QJsonObject SceneView::saveState() const {
  QJsonObject state;
  for (const Toggle& toggle : toggles_) {
    state[toggle.action->objectName().mid(6)] = *toggle.flag;
  }
  state["point_size"] = contents_.layers.point_size;
  saveLook(state);
  savePoints(state);
  if (const QJsonValue from = lookedFrom(); !from.isNull()) {
    state["viewpoint"] = from;
  }
  return state;
}

void SceneView::restoreState(const QJsonObject& state) {
  for (const Toggle& toggle : toggles_) {
    *toggle.flag = state.value(toggle.action->objectName().mid(6)).toBool(*toggle.flag);
    const QSignalBlocker blocker(toggle.action);
    toggle.action->setChecked(*toggle.flag);
  }
  contents_.layers.point_size =
      std::clamp(state.value("point_size").toDouble(contents_.layers.point_size), 1.0, 12.0);
  restoreLook(state);
  restorePoints(state);
  rebuild();
  lookFrom(state.value("viewpoint"));
}

bool SceneView::eventFilter(QObject* watched, QEvent* event) {
  const bool of_twin = twin_ && watched == &twin_->vtkWidget();
  if (watched != vtk_ && !of_twin) {
    return View::eventFilter(watched, event);
  }
  const auto mouse = [event] { return static_cast<QMouseEvent*>(event); };
  switch (event->type()) {
    case QEvent::ShortcutOverride:
    case QEvent::KeyPress:
      if (measuring_ && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        if (event->type() == QEvent::KeyPress) {
          setMeasuring(false);
        }
        event->accept();  // no shortcut of the window
        return true;
      }
      return false;
    case QEvent::Resize:
      if (of_twin) {
        return false;  // it looks to itself
      }
      hud_->setGeometry(vtk_->rect());
      if (matches_image_) {
        setStandardView(StandardView::kCamera);
      }
      applyViewpoint();
      return false;
    case QEvent::MouseButtonPress:
      return mousePress(mouse()->position());
    case QEvent::MouseMove:
      return mouseMove(mouse()->position(), mouse()->buttons(), mouse()->modifiers(),
                       mouse()->globalPosition().toPoint());
    case QEvent::MouseButtonRelease:
      return mouseRelease(mouse()->position(), mouse()->button());
    case QEvent::MouseButtonDblClick:
      if (measuring_) {
        return mousePress(mouse()->position());  // two quick clicks are two points
      }
      dragged_ = true;  // the release that follows is no click
      setPivotAt(mouse()->position());
      return true;
    case QEvent::Wheel:
      setViewpoint(
          dollied(viewpoint_, std::pow(1.15, -static_cast<QWheelEvent*>(event)->angleDelta().y() / 120.0)));
      return true;
    default:
      return false;
  }
}

bool SceneView::mousePress(const QPointF& at) {
  pressed_at_ = last_at_ = at;
  dragged_ = false;
  vtk_->setFocus();
  return true;
}

bool SceneView::mouseMove(const QPointF& at, Qt::MouseButtons buttons, Qt::KeyboardModifiers modifiers,
                          const QPoint& global) {
  if (buttons == Qt::NoButton) {
    previewMeasure(at);
    const auto instance = instanceAt(at);
    if (instance && contents_.frame) {
      QToolTip::showText(
          global, plainToolTip(instanceLabel(*contents_.frame, contents_.result.get(), *instance)), vtk_);
    } else {
      QToolTip::hideText();
    }
    return true;
  }
  dragged_ = dragged_ || (at - pressed_at_).manhattanLength() >= QApplication::startDragDistance();
  if (!dragged_) {
    return true;
  }
  const QPointF moved = at - last_at_;
  last_at_ = at;
  const bool pans = (buttons & (Qt::MiddleButton | Qt::RightButton)) || (modifiers & Qt::ControlModifier);
  if (pans) {
    setViewpoint(panned(viewpoint_, -moved.x() / vtk_->height(), -moved.y() / vtk_->height()));
  } else {
    setViewpoint(orbited(viewpoint_, floor_, -kOrbitPerPixel * moved.x(), kOrbitPerPixel * moved.y()));
  }
  return true;
}

bool SceneView::mouseRelease(const QPointF& at, Qt::MouseButton button) {
  if (button == Qt::LeftButton && !dragged_ && !measureAt(at)) {
    if (const auto view = hud_->gizmoAt(at)) {
      setStandardView(*view);
    } else if (const auto instance = instanceAt(at)) {
      session().selectInstance(*instance);
    }
  }
  dragged_ = false;
  return true;
}

void SceneView::setPivotAt(const QPointF& at) {
  const auto point = actors_->pointOnRay(viewpoint_.eye_cam(), rayThrough(at), kPickTolerance);
  if (!point) {
    return;
  }
  // Slide so that the point comes to the middle; the distance stays.
  Viewpoint next = viewpoint_;
  const Eigen::Vector3d in_view = viewpoint_.view_from_cam * *point;
  next.view_from_cam.t -= Eigen::Vector3d(in_view.x(), in_view.y(), 0.0);
  next.pivot_cam = *point;
  next.principal.setZero();
  setViewpoint(next);
}

}  // namespace alidade
