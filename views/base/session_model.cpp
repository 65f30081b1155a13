// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/session_model.h"

#include <algorithm>

#include <QUndoStack>

#include "core/base/log.h"
#include "core/data/frame_loader.h"
#include "core/data/scene_dataset.h"
#include "core/results/detection_result.h"
#include "views/base/sample_queue.h"

namespace alidade {
namespace {

constexpr std::size_t kHeldFrames = 8;
/// Steps that can be undone: they hold on to what they would bring back.
constexpr int kMostUndoSteps = 20;

bool hasInstance(const Frame& frame, int index) {
  return std::any_of(frame.instances.begin(), frame.instances.end(),
                     [index](const Instance& i) { return i.index == index; });
}

}  // namespace

SessionModel::SessionModel(QObject* parent)
    : QObject(parent), queue_(new SampleQueue(this)), undo_(new QUndoStack(this)) {
  undo_->setUndoLimit(kMostUndoSteps);
  connect(queue_, &SampleQueue::arrived, this, &SessionModel::setSelection);
}
SessionModel::~SessionModel() = default;

void SessionModel::setDataset(std::shared_ptr<const Dataset> dataset, bool keep_runs) {
  loader_.reset();  // no callback of the old dataset runs after this
  ++generation_;
  dataset_ = std::move(dataset);
  selection_ = {};
  frame_.reset();
  frame_problem_.clear();
  const std::size_t held_runs = runs_.all().size();
  if (!keep_runs) {
    runs_.remove_of_dataset();
  }
  show_reference_ = false;
  queue_->clear();
  if (dataset_) {
    startLoader();
  }
  Q_EMIT datasetChanged();
  if (runs_.all().size() != held_runs) {
    Q_EMIT runsChanged();
    Q_EMIT resultsChanged();
  }
  if (dataset_ && dataset_->num_frames() > 0) {
    selectFrame(0);
  } else {
    Q_EMIT selectionChanged();
    Q_EMIT frameChanged();
  }
}

void SessionModel::startLoader() {
  loader_ = std::make_unique<FrameLoader>(
      dataset_, kHeldFrames,
      [this, generation = generation_](std::size_t index, Expected<std::shared_ptr<const Frame>> frame) {
        // Runs on the loader's thread. A queued call dies with this object, and a stale one is dropped below.
        QMetaObject::invokeMethod(
            this,
            [this, generation, index, loaded = std::move(frame)] { takeFrame(generation, index, loaded); },
            Qt::QueuedConnection);
      });
}

void SessionModel::takeFrame(int generation, std::size_t index,
                             const Expected<std::shared_ptr<const Frame>>& loaded) {
  if (generation != generation_ || selection_.frame != index) {
    return;
  }
  if (!loaded) {
    frame_problem_ = QString::fromStdString(loaded.error().message);
    log_warning("session", loaded.error().message);
    Q_EMIT frameChanged();
    return;
  }
  showFrame(*loaded);
}

void SessionModel::showFrame(std::shared_ptr<const Frame> frame) {
  frame_ = std::move(frame);
  frame_problem_.clear();
  // Annotations may skip indices, so the instance chosen before the frame was read need not exist.
  const bool keeps = selection_.instance && hasInstance(*frame_, *selection_.instance);
  if (!keeps && selection_.instance) {
    selection_.instance.reset();
    if (!frame_->instances.empty()) {
      selection_.instance = frame_->instances.front().index;
    }
    Q_EMIT selectionChanged();
  }
  Q_EMIT frameChanged();
}

void SessionModel::setSelection(const Selection& selection) {
  if (selection == selection_ || !dataset_ ||
      (selection.frame && *selection.frame >= dataset_->num_frames())) {
    return;
  }
  const bool other_frame = selection.frame != selection_.frame;
  selection_ = selection;
  if (!other_frame) {
    Q_EMIT selectionChanged();
    return;
  }
  auto held = selection.frame ? loader_->request(*selection.frame) : nullptr;
  frame_.reset();
  frame_problem_.clear();
  if (held) {
    frame_ = held;  // views asked by selectionChanged already see the frame that belongs to it
  }
  Q_EMIT selectionChanged();
  if (!held) {
    Q_EMIT frameChanged();
  } else if (selection_.frame == selection.frame) {
    showFrame(std::move(held));
  }
}

void SessionModel::selectFrame(std::size_t frame) {
  if (!dataset_ || frame >= dataset_->num_frames()) {
    return;
  }
  Selection next{frame, std::nullopt};
  if (!dataset_->frame_info(frame).categories.empty()) {
    next.instance = 0;
  }
  if (next.frame == selection_.frame) {
    return;
  }
  setSelection(next);
}

void SessionModel::selectInstance(int instance) {
  setSelection({selection_.frame, instance});
}

void SessionModel::stepFrame(int delta) {
  if (!dataset_ || dataset_->num_frames() == 0) {
    return;
  }
  const auto last = static_cast<std::ptrdiff_t>(dataset_->num_frames()) - 1;
  const auto now = static_cast<std::ptrdiff_t>(selection_.frame.value_or(0));
  selectFrame(static_cast<std::size_t>(std::clamp(now + delta, std::ptrdiff_t{0}, last)));
}

void SessionModel::step(int delta) {
  if (queue_->active()) {
    queue_->step(delta);
  } else {
    stepFrame(delta);
  }
}

void SessionModel::removeRun(RunId run) {
  if (!runs_.find(run)) {
    return;
  }
  const bool chosen = runs_.is_chosen(run);
  runs_.remove(run);
  Q_EMIT runsChanged();
  if (chosen) {
    Q_EMIT resultsChanged();
  }
}

void SessionModel::chooseRun(Run side, RunId run) {
  runs_.choose(side, run);
  Q_EMIT resultsChanged();
}

void SessionModel::proposeRun(Run side, RunId run) {
  runs_.choose(side, run, false);
  Q_EMIT resultsChanged();
}

void SessionModel::chooseNone(Run side, std::type_index type) {
  runs_.choose_none(side, type);
  Q_EMIT resultsChanged();
}

void SessionModel::setResult(Run side, std::shared_ptr<const PoseResult> result) {
  if (result) {
    const std::string name = result->name;
    proposeRun(side, addRun(name, std::move(result)));
  } else {
    chooseNone(side, typeid(PoseResult));
  }
}

std::type_index SessionModel::resultType() const {
  return scenes_of(dataset_.get()) ? std::type_index(typeid(DetectionResult))
                                   : std::type_index(typeid(PoseResult));
}

void SessionModel::setShowReference(bool show) {
  if (show == show_reference_) {
    return;
  }
  show_reference_ = show;
  if (resultRun(Run::kB) != 0) {
    Q_EMIT resultsChanged();
  }
  Q_EMIT referenceShown(show);
}

std::shared_ptr<const PoseResult> SessionModel::shownResult() const {
  const auto b = show_reference_ ? resultB() : nullptr;
  return b ? b : resultA();
}

bool SessionModel::hasEvidence() const {
  return std::any_of(models_.begin(), models_.end(),
                     [](const auto& entry) { return entry.second->standsAlone(); });
}

}  // namespace alidade
