// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/screenshot.h"

#include <memory>

#include <QApplication>
#include <QTimer>

#include "app/gui/main_window.h"
#include "core/base/log.h"

namespace alidade {
namespace {

constexpr int kPollMilliseconds = 100;
/// Polls without a job before the picture is taken: thumbnails and the scene settle.
constexpr int kQuietPolls = 12;

}  // namespace

void takeScreenshotWhenReady(MainWindow& window, const QString& file) {
  auto* timer = new QTimer(&window);
  const auto quiet = std::make_shared<int>(0);
  QObject::connect(timer, &QTimer::timeout, &window, [&window, timer, quiet, file] {
    *quiet = window.workbench().jobs().busy() ? 0 : *quiet + 1;
    if (*quiet < kQuietPolls) {
      return;
    }
    timer->stop();
    const bool written = window.grab().save(file);
    if (!written) {
      log_error("screenshot", file.toStdString() + ": could not be written; choose a writable .png path.");
    }
    QApplication::exit(written ? 0 : 1);
  });
  timer->start(kPollMilliseconds);
}

}  // namespace alidade
