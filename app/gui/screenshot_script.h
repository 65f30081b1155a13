// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QJsonObject>
#include <QString>

#include "core/base/expected.h"

namespace alidade {

class MainWindow;

/// What a picture of the manual shows beyond an open dataset, as a JSON object; all keys are optional:
///   "views"    view id -> state as View::saveState gives it; goes into the settings the window starts with
///   "steps"    objects with the keys below, played one after the other; without it the script is one step
///   "frame", "instance"    what is selected
///   "perspective"    id of the perspective
///   "drop"     path of a file or folder that is dropped on the window
///   "press"    accessible name or text of a button that can be seen
///   "type"     {"into": accessible name of a line that can be seen, "text": text}: typed, with Enter behind
///   it "export"   path: the figure of the active view, as *Export* writes it "time"     diffusion time of
///   the schedule lab and of what follows it "marked"   numbers of samples that stand out "drag" {"handle":
///   number, "by": [dx, dy]}: the mouse drags a handle of the guidance curve, pixels "actions"  ids of
///   actions to trigger, in turn "shot"     path of a picture of the window, taken when the step has come to
///   rest
Expected<QJsonObject> readScreenshotScript(const QString& path);

std::vector<QJsonObject> screenshotSteps(const QJsonObject& script);

/// Plays one step, without "shot". The Error says what of it could not be done.
Expected<void> playScreenshotStep(MainWindow& window, const QJsonObject& step);

}  // namespace alidade
