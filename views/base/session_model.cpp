// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/session_model.h"

#include <algorithm>

#include "core/base/log.h"
#include "core/data/frame_loader.h"
#include "views/base/evaluation_model.h"
#include "views/base/sample_queue.h"
#include "views/base/sampling_model.h"
#include "views/base/training_model.h"

namespace alidade {
namespace {

constexpr std::size_t kHeldFrames = 8;

bool hasInstance(const Frame& frame, int index) {
  return std::any_of(frame.instances.begin(), frame.instances.end(),
                     [index](const Instance& i) { return i.index == index; });
}

}  // namespace

SessionModel::SessionModel(QObject* parent)
    : QObject(parent),
      evaluation_(new EvaluationModel(this)),
      queue_(new SampleQueue(this)),
      sampling_(new SamplingModel(this)),
      training_(new TrainingModel(this)) {
  connect(queue_, &SampleQueue::arrived, this, &SessionModel::setSelection);
}
SessionModel::~SessionModel() = default;

void SessionModel::setDataset(std::shared_ptr<const Dataset> dataset) {
  loader_.reset();  // no callback of the old dataset runs after this
  ++generation_;
  dataset_ = std::move(dataset);
  selection_ = {};
  frame_.reset();
  frame_problem_.clear();
  const bool had_results = result_a_ || result_b_;
  result_a_.reset();
  result_b_.reset();
  show_reference_ = false;
  queue_->clear();
  if (dataset_) {
    startLoader();
  }
  Q_EMIT datasetChanged();
  if (had_results) {
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

void SessionModel::setResultA(std::shared_ptr<const PoseResult> result) {
  result_a_ = std::move(result);
  Q_EMIT resultsChanged();
}

void SessionModel::setResultB(std::shared_ptr<const PoseResult> result) {
  result_b_ = std::move(result);
  Q_EMIT resultsChanged();
}

void SessionModel::setShowReference(bool show) {
  if (show == show_reference_) {
    return;
  }
  show_reference_ = show;
  if (result_b_) {
    Q_EMIT resultsChanged();
  }
  Q_EMIT referenceShown(show);
}

std::shared_ptr<const PoseResult> SessionModel::shownResult() const {
  return show_reference_ && result_b_ ? result_b_ : result_a_;
}

}  // namespace alidade
