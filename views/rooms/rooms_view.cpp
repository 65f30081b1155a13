// SPDX-License-Identifier: BSD-3-Clause
#include "views/rooms/rooms_view.h"

#include <algorithm>
#include <utility>

#include <QAction>
#include <QEvent>
#include <QLabel>
#include <QSlider>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <vtkRenderer.h>

#include "views/base/newest_answer.h"
#include "views/base/offset_pick_model.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/theme.h"
#include "views/rooms/room_actors.h"
#include "views/rooms/room_figure.h"
#include "views/rooms/room_hud.h"
#include "views/vtk/gl_probe.h"
#include "views/vtk/vtk_widget.h"

namespace alidade {
namespace {

constexpr int kRestMilliseconds = 250;

}  // namespace

RoomsView::RoomsView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      stack_(new QStackedWidget(this)),
      card_(new StateCard(this)),
      loader_(new NewestAnswer(this)),
      pairs_(new NewestAnswer(this)) {
  buildActions();
  auto* content = new QWidget(this);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(buildBar());
  if (glProbe().usable) {
    vtk_ = new VtkWidget(content);
    vtk_->setAccessibleName(tr("Room"));
    vtk_->setMouseTracking(true);
    vtk_->installEventFilter(this);
    hud_ = new RoomHud(vtk_);
    hud_->setContents(&contents_);
    actors_ = std::make_unique<RoomActors>(vtk_->renderer());
    column->addWidget(vtk_, 1);
  } else {
    auto* reason = new StateCard(content);
    reason->setContent("scene", glProbe().problem + tr(" Figures of the room can still be exported."));
    column->addWidget(reason, 1);
  }
  column->addWidget(buildSliders());
  stack_->addWidget(card_);
  stack_->addWidget(content);
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(stack_);
  resting_.setSingleShot(true);
  resting_.setInterval(kRestMilliseconds);
  connect(&resting_, &QTimer::timeout, this, &RoomsView::rest);
  connect(&session, &SessionModel::datasetChanged, this, &RoomsView::takeDataset);
  connect(&session, &SessionModel::selectionChanged, this, &RoomsView::takeScene);
  connect(&session, &SessionModel::resultsChanged, this, &RoomsView::takeRuns);
  connect(&session, &SessionModel::referenceShown, this, &RoomsView::takeRuns);
  connect(&session.model<OffsetPickModel>(), &OffsetPickModel::pickChanged, this, &RoomsView::takePick);
  connect(card_, &StateCard::triggered, this, [this] { Q_EMIT actionRequested("open-dataset"); });
  takeDataset();
}

RoomsView::~RoomsView() {
  delete loader_;  // nobody takes what they read any more
  delete pairs_;
  if (vtk_) {
    vtk_->removeEventFilter(this);
    delete vtk_;  // before the actors whose memory it reads
  }
}

void RoomsView::rebuild() {
  if (!contents_.cloud) {
    return;
  }
  boxes_ = shownBoxes(contents_);
  showNumbers();
  if (!vtk_) {
    return;
  }
  const Theme& colors = themeOf(*this);
  vtk_->renderer().SetBackground(colors.surface.redF(), colors.surface.greenF(), colors.surface.blueF());
  RoomStyle style{colors, vtk_->devicePixelRatioF()};
  if (!glProbe().software()) {
    style.moving_points = contents_.cloud->size();
  }
  actors_->setContents(contents_, style);
  hud_->setBoxes(boxes_);
  applyCamera();
}

void RoomsView::applyCamera() {
  if (vtk_ && contents_.cloud) {
    actors_->setCamera(camera_);
    hud_->setCamera(camera_);
    hud_->setNote(noteText());
    vtk_->redraw();
  }
}

void RoomsView::move() {
  if (actors_) {
    actors_->setWhole(false);
    resting_.start();
  }
}

void RoomsView::rest() {
  actors_->setWhole(true);
  if (!contents_.cloud) {
    return;  // it went while it moved
  }
  hud_->setNote(noteText());
  vtk_->redraw();
}

void RoomsView::setCamera(const RoomCamera& camera) {
  camera_ = camera;
  placed_ = true;
  move();
  applyCamera();
}

void RoomsView::setSide(RoomSide side) {
  if (contents_.cloud) {
    setCamera(roomCamera(*contents_.cloud, side, aspect()));
  }
}

void RoomsView::setLit(std::shared_ptr<const std::vector<RoomPair>> pairs) {
  contents_.lit = std::move(pairs);
  rebuild();
}

double RoomsView::aspect() const {
  const QSize size = vtk_ ? vtk_->size() : this->size();
  return static_cast<double>(std::max(1, size.width())) / std::max(1, size.height());
}

std::size_t RoomsView::drawnPoints() const {
  return actors_ ? actors_->drawnPoints() : 0;
}

QString RoomsView::context() const {
  return contents_.cloud ? QString::fromStdString(contents_.cloud->name) : QString();
}

QString RoomsView::awaited() const {
  return asked_ ? tr("The scene is still being read.") : QString();
}

std::shared_ptr<const Figure> RoomsView::figure() const {
  loader_->wait();
  pairs_->wait();
  if (!contents_.cloud) {
    return nullptr;
  }
  RoomFigureData described{contents_, camera_, RoomSide::kCorner,
                           contents_.result ? contents_.result->provenance : current_provenance()};
  if (!contents_.result && scenes_) {
    described.provenance.dataset = scenes_->name();
    described.provenance.dataset_sha256 = scenes_->digest();
  }
  return std::make_shared<const RoomFigure>(std::move(described));
}

void RoomsView::showCard() {
  if (asked_ && contents_.cloud) {
    return;  // the old scene stays until the next one is read
  }
  if (contents_.cloud) {
    stack_->setCurrentIndex(1);
    return;
  }
  if (asked_) {
    card_->setContent("rooms", tr("Reading the scene\u2026"));
  } else if (!problem_.isEmpty()) {
    card_->setContent("warning", problem_);
  } else if (!scenes_) {
    card_->setContent("rooms", tr("Open indoor scenes to see them in space."), tr("Open dataset\u2026"));
  } else {
    card_->setContent("rooms", tr("Select a scene in the dataset browser."));
  }
  stack_->setCurrentIndex(0);
  Q_EMIT contextChanged();
}

void RoomsView::changeEvent(QEvent* event) {
  // A switch of themes changes palettes several times on its way.
  if (event->type() == QEvent::PaletteChange && drawn_theme_ != themeOf(*this).name) {
    drawn_theme_ = themeOf(*this).name;
    rebuild();
  }
  View::changeEvent(event);
}

}  // namespace alidade
