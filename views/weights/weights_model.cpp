// SPDX-License-Identifier: BSD-3-Clause
#include "views/weights/weights_model.h"

#include <utility>

namespace alidade {

void WeightsModel::setLook(Look look, RunId full, RunId quantized) {
  look_ = std::move(look);
  full_ = full;
  quantized_ = quantized;
  Q_EMIT lookChanged();
  Q_EMIT evidenceChanged();
}

void WeightsModel::setLooking(const LookingState& state) {
  if (state != looking_) {
    looking_ = state;
    Q_EMIT lookingChanged();
  }
}

}  // namespace alidade
