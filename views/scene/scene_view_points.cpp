// SPDX-License-Identifier: BSD-3-Clause
// What SceneView tells of the points: their distance to the models, and lengths between them.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <QAction>
#include <QHBoxLayout>

#include "views/base/color_map_action.h"
#include "views/base/mesh_cache.h"
#include "views/base/newest_answer.h"
#include "views/base/plot.h"
#include "views/base/session_model.h"
#include "views/base/theme.h"
#include "views/base/choice_action.h"
#include "views/scene/scene_actors.h"
#include "views/scene/scene_distance.h"
#include "views/scene/scene_hud.h"
#include "views/scene/scene_twin.h"
#include "views/scene/scene_view.h"
#include "views/vtk/vtk_widget.h"

namespace alidade {
namespace {

constexpr double kMeasureTolerance = 0.006;                                      // radians
constexpr std::array<double, 6> kDistanceRanges{0.002, 0.005, 0.01, 0.02, 0.05, 0.1};  // metres

QString rangeText(double range) {
  return QString(QChar(0x2264)) + QChar(0x2009) + numberText(range * 1000.0, 0) + " mm";
}

int nearestRange(double range) {
  const auto nearest = std::min_element(
      kDistanceRanges.begin(), kDistanceRanges.end(),
      [range](double a, double b) { return std::abs(a - range) < std::abs(b - range); });
  return static_cast<int>(nearest - kDistanceRanges.begin());
}

}  // namespace

void SceneView::buildPointActions() {
  point_color_ = new ChoiceAction("Color of points", "Points: ",
                                  {"photo", "distance to truth", "distance to prediction"}, this);
  point_color_->setObjectName("scene-point-color");
  point_color_->setToolTip("Color of the points: of the photo, or by their distance to the meshes");
  QStringList ranges;
  for (const double range : kDistanceRanges) {
    ranges << rangeText(range);
  }
  distance_range_ = new ChoiceAction("Range of distances", "", ranges, this);
  distance_range_->setObjectName("scene-distance-range");
  distance_range_->setToolTip("Distance at the end of the color scale; points farther off are gray");
  distance_range_->setCurrent(nearestRange(contents_.layers.distance_range));
  distance_range_->setEnabled(false);
  connect(point_color_, &ChoiceAction::chosen, this, [this](int option) {
    contents_.layers.point_color = static_cast<PointColor>(option);
    distance_range_->setEnabled(option != 0);
    rebuild();
  });
  connect(distance_range_, &ChoiceAction::chosen, this, [this](int option) {
    contents_.layers.distance_range = kDistanceRanges.at(static_cast<std::size_t>(option));
    rebuild();
  });
  colors_ =
      new ColorMapAction("Colors of amounts", "Color map of distances, errors, energies and diffusion times",
                         contents_.layers.colors, false, this);
  colors_->setObjectName("scene-colors");
  addAction(colors_);
  connect(colors_, &ColorMapAction::chosen, this, [this] {
    contents_.layers.colors = colors_->map();
    rebuild();
  });
  measure_ = new QAction("Measure", this);
  measure_->setObjectName("scene-measure");
  measure_->setToolTip("Measure lengths: click two points of the cloud; Esc ends");
  measure_->setCheckable(true);
  measure_->setShortcut(Qt::Key_M);
  measure_->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  addAction(measure_);
  connect(measure_, &QAction::toggled, this, &SceneView::setMeasuring);
  beside_ = new QAction("A beside B", this);
  beside_->setObjectName("scene-beside");
  beside_->setToolTip("Results A and B beside each other, through the same camera");
  beside_->setCheckable(true);
  addAction(beside_);
  connect(beside_, &QAction::toggled, this, &SceneView::setBeside);
}

void SceneView::askDistances() {
  const PointColor color = contents_.layers.point_color;
  if (color == PointColor::kPhoto || contents_.frame->depth.empty() || !contents_.frame->camera.valid()) {
    contents_.distances.reset();
    asked_distances_.reset();
    distances_->forget();
    return;
  }
  if (meshes_->awaited(*contents_.frame)) {
    return;  // asked when the last one is there
  }
  DistanceQuestion question{contents_.frame, color == PointColor::kPrediction ? contents_.result : nullptr,
                            contents_.meshes, color, contents_.layers.distance_range};
  if (asked_distances_ == question) {
    return;
  }
  asked_distances_ = question;
  SceneContents asked;
  asked.frame = question.frame;
  asked.result = question.result;
  asked.meshes = question.meshes;
  asked.layers.point_color = color;
  asked.layers.distance_range = question.range;
  distances_->ask([this, asked, question]() -> NewestAnswer::Take {
    return [this, question, made = pointDistances(asked)] {
      if (asked_distances_ == question) {  // not of what was left meanwhile
        contents_.distances = made;
        rebuild();
      }
    };
  });
}

void SceneView::setMeasuring(bool on) {
  if (measuring_ == on || !vtk_) {
    return;
  }
  measuring_ = on;
  measure_->setChecked(on);
  if (!on) {
    contents_.measured.clear();
  }
  hud_->setMeasurePreview(std::nullopt);
  on ? vtk_->setCursor(Qt::CrossCursor) : vtk_->unsetCursor();
  vtk_->setFocus();  // Esc comes here
  showChoices();
}

bool SceneView::measureAt(const QPointF& at) {
  if (!measuring_ || !contents_.frame) {
    return false;
  }
  if (const auto point = actors_->pointOnRay(viewpoint_.eye_cam(), rayThrough(at), kMeasureTolerance)) {
    if (contents_.measured.size() == 2) {
      contents_.measured.clear();  // the third click begins anew
    }
    contents_.measured.push_back(*point);
    hud_->setMeasurePreview(std::nullopt);
    showChoices();
  }
  return true;
}

void SceneView::previewMeasure(const QPointF& at) {
  if (measuring_ && contents_.frame && contents_.measured.size() == 1) {
    hud_->setMeasurePreview(actors_->pointOnRay(viewpoint_.eye_cam(), rayThrough(at), kMeasureTolerance));
  }
}

QString SceneView::runCaption(Run side) const {
  const HeldRuns& runs = session().runs();
  const HeldRuns::Entry* run = runs.find(runs.chosen_run<PoseResult>(side));
  const QString letter = side == Run::kA ? "A" : "B";
  return run ? letter + " " + QChar(0x00b7) + " " + QString::fromStdString(run->name) : letter + " is empty";
}

void SceneView::setBeside(bool on) {
  beside_->setChecked(on);
  if (!vtk_ || on == (twin_ != nullptr)) {
    return;
  }
  if (on) {
    twin_ = new SceneTwin(this);
    twin_->vtkWidget().installEventFilter(this);
    pictures_->addWidget(twin_, 1);
    twin_->show();
  } else {
    twin_->vtkWidget().removeEventFilter(this);
    delete std::exchange(twin_, nullptr);
    hud_->setCaption({});
  }
  if (contents_.frame) {
    rebuild();
  }
}

void SceneView::showTwin(const SceneContents& contents) {
  if (!twin_) {
    return;
  }
  SceneContents other = contents;
  other.result = session().resultB();
  other.samples.reset();
  other.measured.clear();
  if (other.layers.point_color == PointColor::kPrediction) {
    other.layers.point_color = PointColor::kPhoto;  // the distances are A's
    other.distances.reset();
  }
  twin_->setContents(other, floor_, SceneStyle{themeOf(*this), vtk_->devicePixelRatioF()},
                     runCaption(Run::kB));
  hud_->setCaption(runCaption(session().showsReference() ? Run::kB : Run::kA));
}

void SceneView::savePoints(QJsonObject& state) const {
  state["point_color"] = static_cast<int>(contents_.layers.point_color);
  state["distance_range"] = contents_.layers.distance_range;
  state["colors"] = contents_.layers.colors.saved();
  state["beside"] = beside_->isChecked();
  QJsonObject viewpoints;
  for (std::size_t i = 0; i < kViewpoints; ++i) {
    if (kept_[i]) {
      viewpoints[QString::number(i + 1)] = toJson(*kept_[i]);
    }
  }
  state["viewpoints"] = viewpoints;
}

void SceneView::restorePoints(const QJsonObject& state) {
  contents_.layers.point_color =
      static_cast<PointColor>(std::clamp(state.value("point_color").toInt(), 0, 2));
  const int range = nearestRange(state.value("distance_range").toDouble(contents_.layers.distance_range));
  contents_.layers.distance_range = kDistanceRanges.at(static_cast<std::size_t>(range));
  point_color_->setCurrent(static_cast<int>(contents_.layers.point_color));
  distance_range_->setCurrent(range);
  colors_->restore(state.value("colors"));
  contents_.layers.colors = colors_->map();
  distance_range_->setEnabled(contents_.layers.point_color != PointColor::kPhoto);
  const QJsonObject viewpoints = state.value("viewpoints").toObject();
  for (std::size_t i = 0; i < kViewpoints; ++i) {
    kept_[i] = savedViewpoint(viewpoints.value(QString::number(i + 1)).toObject());
  }
  fillViewpointMenu();
  setBeside(state.value("beside").toBool());
}

}  // namespace alidade
