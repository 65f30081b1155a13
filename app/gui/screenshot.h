// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QJsonObject>
#include <QString>

namespace alidade {

class MainWindow;

/// Writes a picture of the window to `file` once the dataset is shown and no job runs, then ends the
/// application with exit code 0, or 1 when something could not be opened or a file could not be written.
/// `script` (screenshot_script.h) is played first, each step when the one before has come to rest, and `show`
/// opens something on top: "palette", "cheatsheet", "about", "export" or "problems". Without `file` the
/// window stays when the script is over. For the pictures of the manual.
void takeScreenshotWhenReady(MainWindow& window, const QString& file, const QString& show = {},
                             const QJsonObject& script = {});

}  // namespace alidade
