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

#include "core/data/scene_dataset.h"
#include "views/base/newest_answer.h"
#include "views/base/offset_pick_model.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/theme.h"
#include "views/rooms/room_actors.h"
#include "views/rooms/room_figure.h"
#include "views/rooms/room_hud.h"
#include "views/rooms/voxel_pairs.h"
#include "views/vtk/gl_probe.h"
#include "views/vtk/vtk_widget.h"

namespace alidade {
namespace {

constexpr int kRestMilliseconds = 250;
constexpr std::size_t kMostSmoothPoints = 200000;  // in software more take too long to smooth

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

void RoomsView::takeDataset() {
  const auto scenes = scenes_of(session().dataset().get());
  if (scenes != scenes_) {
    scenes_ = scenes;
    placed_ = false;
    contents_.cloud.reset();
    contents_.categories = scenes ? scenes->categories() : std::vector<std::string>();
    asked_.reset();
    loader_->forget();
    fillClasses();
  }
  takeRuns();
  takeScene();
}

void RoomsView::takeScene() {
  contents_.selected = session().selection().instance;
  const auto frame = session().selection().frame;
  if (!scenes_ || !frame) {
    contents_.cloud.reset();
    asked_.reset();
    loader_->forget();
    showCard();
    return;
  }
  const bool shown = contents_.cloud && contents_.scene == *frame;
  if (shown && !asked_) {
    rebuild();
  } else if (asked_ != *frame) {
    load();
  }
}

void RoomsView::load() {
  const std::size_t scene = *session().selection().frame;
  asked_ = scene;
  problem_.clear();
  showCard();
  loader_->ask([this, set = scenes_, scene]() -> NewestAnswer::Take {
    const auto read = set->load(scene);
    const auto cloud = read ? makeRoomCloud(*read) : nullptr;
    const QString problem = read ? QString() : QString::fromStdString(read.error().message);
    return [this, set, scene, cloud, problem] {
      if (set != scenes_ || asked_ != scene) {
        return;
      }
      asked_.reset();
      problem_ = problem;
      cloud ? showScene(cloud, scene) : contents_.cloud.reset();
      showCard();
    };
  });
}

void RoomsView::showScene(std::shared_ptr<const RoomCloud> cloud, std::size_t scene) {
  contents_.cloud = std::move(cloud);
  contents_.scene = scene;
  contents_.lit.reset();  // of another room
  stack_->setCurrentIndex(1);
  if (vtk_) {
    vtk_->setSmoothing(!glProbe().software() || contents_.cloud->size() < kMostSmoothPoints);
  }
  if (const auto restored = std::exchange(restored_, std::nullopt)) {
    camera_ = *restored;
    placed_ = true;
  } else if (!placed_) {
    camera_ = roomCamera(*contents_.cloud, RoomSide::kCorner, aspect());
    placed_ = true;
  } else {
    camera_.target = contents_.cloud->middle();
  }
  move();  // a part of a large cloud is there first
  rebuild();
  takePick();
  Q_EMIT contextChanged();
}

void RoomsView::takeRuns() {
  const HeldRuns& runs = session().runs();
  const auto b = session().showsReference() ? runs.chosen<DetectionResult>(Run::kB) : nullptr;
  contents_.result = b ? b : runs.chosen<DetectionResult>(Run::kA);
  fillClasses();
  rebuild();
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
  actors_->setContents(contents_, RoomStyle{colors, vtk_->devicePixelRatioF()});
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

/// The voxel pairs of the offset that is picked in the view of shared kernels.
void RoomsView::takePick() {
  const auto pick = session().model<OffsetPickModel>().pick();
  if (!pick || !contents_.cloud || !(pick->cell_m > 0.0)) {
    pairs_->forget();
    lit_text_.clear();
    if (contents_.lit) {
      setLit(nullptr);
    }
    return;
  }
  pairs_->ask([this, cloud = contents_.cloud, pick = *pick]() -> NewestAnswer::Take {
    auto found = std::make_shared<VoxelPairs>(voxelPairs(*cloud, pick.offset, pick.cell_m));
    return [this, cloud, pick, found] {
      if (contents_.cloud != cloud) {
        return;
      }
      lit_text_ = tr("%1 pairs at (%2, %3, %4)")
                      .arg(found->count)
                      .arg(pick.offset[0])
                      .arg(pick.offset[1])
                      .arg(pick.offset[2]);
      setLit(std::make_shared<const std::vector<RoomPair>>(std::move(found->pairs)));
    };
  });
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
  RoomFigureData data{contents_, camera_, RoomSide::kCorner,
                      contents_.result ? contents_.result->provenance : current_provenance()};
  if (!contents_.result && scenes_) {
    data.provenance.dataset = scenes_->name();
    data.provenance.dataset_sha256 = scenes_->digest();
  }
  return std::make_shared<const RoomFigure>(std::move(data));
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
