// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QJsonObject>
#include <QString>

#include "core/base/expected.h"

namespace alidade {

class MainWindow;

/// What a picture of the manual shows beyond an open dataset, as a JSON object; all keys are optional:
///   "views"    view id -> state as View::saveState gives it; goes into the settings the window starts with
///   "frame", "instance"    what is selected
///   "time"     diffusion time of the schedule lab and of what follows it
///   "marked"   numbers of samples that stand out
///   "drag"     {"handle": number, "by": [dx, dy]}: the mouse drags a handle of the guidance curve, pixels
///   "actions"  ids of actions to trigger, in turn
Expected<QJsonObject> readScreenshotScript(const QString& path);

/// Plays all but "views" in a window that has its dataset open.
void playScreenshotScript(MainWindow& window, const QJsonObject& script);

}  // namespace alidade
