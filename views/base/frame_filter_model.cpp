// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/frame_filter_model.h"

#include <utility>

namespace alidade {

void FrameFilterModel::set(const QString& text, std::vector<std::size_t> frames) {
  if (text != text_ || frames != frames_) {
    text_ = text;
    frames_ = std::move(frames);
    Q_EMIT changed();
  }
}

}  // namespace alidade
