// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include <QColor>
#include <QImage>
#include <QSize>

#include "core/base/expected.h"

class vtkRenderer;

namespace alidade {

/// Renders what `build` puts into the renderer, without any display: a surfaceless EGL context of its own,
/// made for this call and released after it. `size` is in pixels, at most 4096 a side; the background is
/// transparent. `build` sets actors and camera; line widths and point sizes are pixels of the result.
/// ErrorCode::kDevice with one sentence where EGL or a driver is missing. `build` is called on another thread
/// while the caller waits.
Expected<QImage> renderOffscreen(const std::function<void(vtkRenderer&)>& build, const QSize& size);

}  // namespace alidade
