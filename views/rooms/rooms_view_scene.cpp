// SPDX-License-Identifier: BSD-3-Clause
// How RoomsView follows the session: scenes, runs, and the offset that is picked elsewhere.
#include <utility>

#include <QStackedWidget>

#include "core/data/scene_dataset.h"
#include "views/base/newest_answer.h"
#include "views/base/offset_pick_model.h"
#include "views/base/session_model.h"
#include "views/rooms/rooms_view.h"
#include "views/rooms/voxel_pairs.h"
#include "views/vtk/gl_probe.h"
#include "views/vtk/vtk_widget.h"

namespace alidade {
namespace {

constexpr std::size_t kMostSmoothPoints = 200000;  // in software more take too long to smooth

}  // namespace

void RoomsView::takeDataset() {
  const auto scenes = scenes_of(session().dataset().get());
  if (scenes != scenes_) {
    scenes_ = scenes;
    fitted_ = RoomSide::kCorner;
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
    fitted_.reset();
  } else if (!fitted_) {
    camera_.target = contents_.cloud->middle();
  }
  fit();
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

}  // namespace alidade
