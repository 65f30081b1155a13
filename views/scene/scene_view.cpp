// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/scene_view.h"

#include <algorithm>
#include <cmath>

#include <QAction>
#include <QApplication>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <vtkRenderer.h>

#include "views/base/newest_answer.h"
#include "views/base/sampling_model.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/theme.h"
#include "views/scene/hypotheses.h"
#include "views/scene/hypothesis_wires.h"
#include "views/base/mesh_cache.h"
#include "views/scene/scene_actors.h"
#include "views/scene/scene_distance.h"
#include "views/scene/scene_figure.h"
#include "views/scene/scene_hud.h"
#include "views/scene/scene_twin.h"
#include "views/vtk/gl_probe.h"
#include "views/vtk/vtk_widget.h"

namespace alidade {
namespace {

constexpr std::size_t kMostSmoothLines = 2500;  // of hypotheses; in software more take too long to smooth

}  // namespace

SceneView::SceneView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      stack_(new QStackedWidget(this)),
      card_(new StateCard(this)),
      distances_(new NewestAnswer(this)),
      meshes_(new MeshCache(this)) {
  buildActions();
  auto* content = new QWidget(this);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(buildBar());
  column->addWidget(buildHypothesisBar());
  if (glProbe().usable) {
    vtk_ = new VtkWidget(content);
    vtk_->setAccessibleName("Scene");
    vtk_->installEventFilter(this);
    hud_ = new SceneHud(vtk_);
    hud_->setContents(&contents_);
    actors_ = std::make_unique<SceneActors>(vtk_->renderer());
    pictures_ = new QHBoxLayout;
    pictures_->setContentsMargins(0, 0, 0, 0);
    pictures_->setSpacing(1);
    pictures_->addWidget(vtk_, 1);
    column->addLayout(pictures_, 1);
  } else {
    auto* reason = new StateCard(content);
    reason->setContent("scene", glProbe().problem + " Figures of the scene can still be exported.");
    column->addWidget(reason, 1);
    measure_->setEnabled(false);
    beside_->setEnabled(false);
  }
  column->addWidget(buildPlayback());
  stack_->addWidget(card_);
  stack_->addWidget(content);
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(stack_);
  connect(&session, &SessionModel::datasetChanged, this, [this] {
    meshes_->setDataset(this->session().dataset());
    placed_ = false;
    takeFrame();
  });
  connect(&session, &SessionModel::frameChanged, this, &SceneView::takeFrame);
  connect(&session, &SessionModel::selectionChanged, this, &SceneView::takeFrame);
  connect(&session, &SessionModel::resultsChanged, this, &SceneView::takeFrame);
  connect(this, &View::watchedChanged, this, &SceneView::wantSamples);
  connect(meshes_, &MeshCache::loaded, this, &SceneView::rebuild);
  connect(meshes_, &MeshCache::missed, this, &SceneView::rebuild);
  connect(card_, &StateCard::triggered, this, [this] { Q_EMIT actionRequested("open-dataset"); });
  meshes_->setDataset(session.dataset());
  takeFrame();
  takeSamples();
}

SceneView::~SceneView() {
  delete distances_;  // nobody takes what it computes any more
  delete twin_;
  if (vtk_) {
    vtk_->removeEventFilter(this);
    delete vtk_;  // before the actors whose memory it reads
  }
}

void SceneView::takeFrame() {
  const auto frame = session().frame();
  if (!frame) {
    showCard();
    return;
  }
  const bool other = contents_.frame != frame;
  const auto result = session().shownResult();
  const auto selected = session().selection().instance;
  const bool twin_stands = !twin_ || twin_->contents().result == session().resultB();
  if (!other && contents_.result == result && contents_.selected == selected && twin_stands &&
      stack_->currentWidget() != card_) {
    return;  // several signals tell of one step
  }
  contents_.frame = frame;
  contents_.result = result;
  contents_.selected = selected;
  if (other) {
    contents_.measured.clear();
    contents_.distances.reset();  // of other pixels
  }
  const Floor old_floor = floor_;
  if (other) {
    floor_ = findFloor(*frame);
  }
  stack_->setCurrentIndex(1);
  if (!placed_) {
    setStandardView(StandardView::kThreeQuarter);
    placed_ = true;
  } else if (other && matches_image_) {
    setStandardView(StandardView::kCamera);
  } else if (other) {
    viewpoint_ = carriedOver(viewpoint_, old_floor, floor_);
  }
  rebuild();
  Q_EMIT contextChanged();
}

void SceneView::rebuild() {
  if (!contents_.frame) {
    return;
  }
  applyMeshes();
  askDistances();
  if (!vtk_) {
    showChoices();
    return;
  }
  showContents();
  showChoices();
  applyViewpoint();
}

void SceneView::showContents() {
  const Theme& colors = themeOf(*this);
  vtk_->renderer().SetBackground(colors.surface.redF(), colors.surface.greenF(), colors.surface.blueF());
  SceneStyle style{colors, vtk_->devicePixelRatioF()};
  style.most_hypothesis_lines = line_budget_ = lineBudget();
  actors_->setContents(contents_, floor_, style);
  showTwin(contents_);
  vtk_->setSmoothing(!glProbe().software() || actors_->hypotheses().lines() < kMostSmoothLines);
  shown_state_ = contents_.samples ? stateNear(*contents_.samples, contents_.time) : 0;
}

void SceneView::applyMeshes() {
  contents_.meshes.clear();
  if (contents_.layers.meshes || contents_.layers.point_color != PointColor::kPhoto) {
    contents_.meshes = meshes_->requestAll(*contents_.frame);
  }
}

void SceneView::applyViewpoint() {
  if (vtk_) {
    keepBudget();
    actors_->setViewpoint(viewpoint_, aspect());
    hud_->setViewpoint(viewpoint_);
    vtk_->redraw();
    if (twin_) {
      twin_->setViewpoint(viewpoint_);
    }
  }
}

double SceneView::aspect() const {
  const QSize size = vtk_ ? vtk_->size() : this->size();
  return static_cast<double>(std::max(1, size.width())) / std::max(1, size.height());
}

void SceneView::setViewpoint(const Viewpoint& viewpoint) {
  viewpoint_ = viewpoint;
  matches_image_ = false;
  placed_ = true;
  applyViewpoint();
}

void SceneView::setStandardView(StandardView view) {
  if (contents_.frame) {
    setViewpoint(standardView(*contents_.frame, floor_, view, aspect()));
    matches_image_ = view == StandardView::kCamera;
  }
}

void SceneView::frameSelection() {
  if (!contents_.frame) {
    return;
  }
  for (const Instance& instance : contents_.frame->instances) {
    if (contents_.selected == instance.index) {
      const OrientedBox box = instance.box_cam();
      setViewpoint(framed(viewpoint_, box.frame_from_box.t, 0.6 * box.size.norm(), aspect()));
      return;
    }
  }
  setStandardView(StandardView::kThreeQuarter);
}

Eigen::Vector3d SceneView::rayThrough(const QPointF& at) const {
  const PinholeCamera camera = viewpoint_.camera(vtk_->width(), vtk_->height());
  return viewpoint_.view_from_cam.R.transpose() * camera.unproject(at.x() - 0.5, at.y() - 0.5, 1.0);
}

std::optional<int> SceneView::instanceAt(const QPointF& at) const {
  if (!vtk_ || !contents_.frame) {
    return std::nullopt;
  }
  return instanceOnRay(drawnPoses(*contents_.frame, contents_.result.get()), contents_.layers.poses,
                       viewpoint_.eye_cam(), rayThrough(at));
}

QString SceneView::context() const {
  return session().frame() ? QString::fromStdString(session().frame()->info.name) + ", camera frame"
                           : QString();
}

std::shared_ptr<const Figure> SceneView::figure() const {
  if (!contents_.frame || stack_->currentWidget() == card_) {
    return nullptr;
  }
  distances_->wait();
  SceneFigureData described{contents_, viewpoint_, StandardView::kThreeQuarter, current_provenance()};
  if (contents_.layers.point_color != PointColor::kPhoto && meshes_->awaited(*contents_.frame)) {
    described.contents.meshes = meshesOf(*session().dataset(), *contents_.frame);
    described.contents.distances = pointDistances(described.contents);
  }
  if (!vtk_ || matches_image_) {
    described.viewpoint.reset();  // fitted anew to the figure's shape
    described.view = matches_image_ ? StandardView::kCamera : StandardView::kThreeQuarter;
  }
  if (showsPath()) {
    described.provenance = contents_.samples->provenance;
  } else if (contents_.result) {
    described.provenance = contents_.result->provenance;
  }
  return std::make_shared<const SceneFigure>(std::move(described));
}

void SceneView::showCard() {
  const bool loading =
      session().dataset() && session().selection().frame && session().frameProblem().isEmpty();
  if (loading && contents_.frame) {
    return;  // the old frame stays until the next one is read
  }
  contents_.frame.reset();
  if (loading) {
    card_->setContent("scene", "Reading the frame" + QString(QChar(0x2026)));
  } else if (!session().dataset()) {
    card_->setContent("scene", "Open a dataset to see its scenes.", "Open dataset" + QString(QChar(0x2026)));
  } else if (!session().frameProblem().isEmpty()) {
    card_->setContent("warning", session().frameProblem());
  } else {
    card_->setContent("scene", "Select a frame in the dataset browser.");
  }
  stack_->setCurrentIndex(0);
  Q_EMIT contextChanged();
}

void SceneView::showEvent(QShowEvent* event) {
  View::showEvent(event);
  wantSamples();
  takeTime(session().model<SamplingModel>().time());
}

void SceneView::changeEvent(QEvent* event) {
  // A switch of themes changes palettes several times on its way.
  if (event->type() == QEvent::PaletteChange && drawn_theme_ != themeOf(*this).name) {
    drawn_theme_ = themeOf(*this).name;
    rebuild();
  }
  View::changeEvent(event);
}

}  // namespace alidade
