// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/clip_tracker.h"

#include <QRegion>

namespace alidade {

const std::optional<QPainterPath> ClipTracker::kNone;

void ClipTracker::update(const QPaintEngineState& state) {
  const auto dirty = state.state();
  if (dirty & QPaintEngine::DirtyClipEnabled) {
    enabled_ = state.isClipEnabled();
  }
  if (dirty & QPaintEngine::DirtyClipPath) {
    combine(state.clipOperation(), state.transform().map(state.clipPath()));
  }
  if (dirty & QPaintEngine::DirtyClipRegion) {
    QPainterPath path;
    path.addRegion(state.clipRegion());
    combine(state.clipOperation(), state.transform().map(path));
  }
}

void ClipTracker::combine(Qt::ClipOperation operation, const QPainterPath& path) {
  if (operation == Qt::NoClip) {
    clip_.reset();
  } else if (operation == Qt::IntersectClip && clip_) {
    clip_ = clip_->intersected(path);
  } else {
    clip_ = path;
  }
}

}  // namespace alidade
