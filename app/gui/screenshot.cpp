// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/screenshot.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <QApplication>
#include <QBuffer>
#include <QDialog>
#include <QPainter>
#include <QPixmap>
#include <QTimer>

#include "app/gui/actions.h"
#include "app/gui/main_window.h"
#include "app/gui/screenshot_script.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "views/base/newest_answer.h"
#include "views/base/sampling_model.h"
#include "views/browser/problem_list.h"

namespace alidade {
namespace {

constexpr int kShotPollMilliseconds = 100;
/// Polls without a job before the picture is taken: thumbnails and the scene settle.
constexpr int kQuietPolls = 12;
constexpr int kOpeningMilliseconds = 700;

void showOnTop(MainWindow& window, const QString& what) {
  const std::pair<const char*, const char*> triggers[] = {{"palette", "command-palette"},
                                                          {"cheatsheet", "cheat-sheet"},
                                                          {"about", "about"},
                                                          {"export", "export"}};
  for (const auto& [name, action] : triggers) {
    if (what == QLatin1String(name)) {
      window.actions().trigger(QLatin1String(action));
    }
  }
  if (what == QLatin1String("problems")) {
    if (auto* problems = window.findChild<ProblemList*>()) {
      problems->setOpen(true);
    }
  }
}

/// The window with its dialogs, which are windows of their own, in its middle.
QPixmap pictureOf(MainWindow& window) {
  QPixmap picture = window.grab();
  for (QDialog* dialog : window.findChildren<QDialog*>()) {
    if (dialog->isVisible()) {
      QPainter painter(&picture);
      painter.drawPixmap((window.width() - dialog->width()) / 2, (window.height() - dialog->height()) / 2,
                         dialog->grab());
    }
  }
  return picture;
}

bool busy(MainWindow& window) {
  Workbench& workbench = window.workbench();
  const SamplingModel& samples = workbench.session().model<SamplingModel>();
  const auto pictures = window.findChildren<NewestAnswer*>();
  return workbench.jobs().busy() || samples.sampling() || samples.measuring() ||
         std::any_of(pictures.begin(), pictures.end(),
                     [](NewestAnswer* answer) { return answer->awaited(); });
}

}  // namespace

void takeScreenshotWhenReady(MainWindow& window, const QString& file, const QString& show,
                             const QJsonObject& script) {
  auto* timer = new QTimer(&window);
  const auto quiet = std::make_shared<int>(0);
  const auto played = std::make_shared<bool>(script.isEmpty());
  const auto failed = std::make_shared<bool>(false);
  QObject::connect(&window.workbench(), &Workbench::openFailed, timer, [failed] { *failed = true; });
  const auto take = [&window, file, failed] {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    const bool drawn = buffer.open(QIODevice::WriteOnly) && pictureOf(window).save(&buffer, "PNG");
    const auto written = write_file_atomically(file.toStdString(), bytes.toStdString());
    if (!written) {
      log_error("screenshot", written.error().message);
    }
    QApplication::exit(drawn && written && !*failed ? 0 : 1);
  };
  QObject::connect(timer, &QTimer::timeout, &window, [&window, timer, quiet, played, show, script, take] {
    *quiet = busy(window) ? 0 : *quiet + 1;
    if (*quiet < kQuietPolls) {
      return;
    }
    if (!std::exchange(*played, true)) {
      playScreenshotScript(window, script);
      *quiet = 0;
      return;
    }
    timer->stop();
    showOnTop(window, show);
    QTimer::singleShot(show.isEmpty() ? 0 : kOpeningMilliseconds, &window, take);
  });
  timer->start(kShotPollMilliseconds);
}

}  // namespace alidade
