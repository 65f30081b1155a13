// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QLabel>

#include "views/base/view.h"

namespace alidade {

/// A label in the muted color.
inline QLabel* mutedLabel(const QString& text = {}) {
  auto* label = new QLabel(text);
  label->setProperty("muted", true);
  return label;
}

}  // namespace alidade
