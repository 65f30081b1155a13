// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/screenshot.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

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

bool writePicture(MainWindow& window, const QString& file) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  const bool drawn = buffer.open(QIODevice::WriteOnly) && pictureOf(window).save(&buffer, "PNG");
  const auto written = write_file_atomically(file.toStdString(), bytes.toStdString());
  if (!written) {
    log_error("screenshot", written.error().message);
  }
  return drawn && written;
}

/// The steps of a script, and how far it has been played.
struct Film {
  explicit Film(std::vector<QJsonObject> script) : steps(std::move(script)) {}

  /// Takes the picture of the step that has come to rest and plays the next one; false when there is none.
  bool next(MainWindow& window) {
    const QString shot = played == 0 ? QString() : steps[played - 1].value(QLatin1String("shot")).toString();
    if (!shot.isEmpty()) {
      failed = !writePicture(window, shot) || failed;
    }
    if (played == steps.size()) {
      return false;
    }
    if (const auto done = playScreenshotStep(window, steps[played++]); !done) {
      log_error("screenshot", done.error().message);
      failed = true;
    }
    return true;
  }

  std::vector<QJsonObject> steps;
  std::size_t played = 0;
  bool failed = false;
};

}  // namespace

void takeScreenshotWhenReady(MainWindow& window, const QString& file, const QString& show,
                             const QJsonObject& script) {
  auto* timer = new QTimer(&window);
  const auto quiet = std::make_shared<int>(0);
  const auto film = std::make_shared<Film>(screenshotSteps(script));
  QObject::connect(&window.workbench(), &Workbench::openFailed, timer, [film] { film->failed = true; });
  const auto end = [&window, file, film] {
    film->failed = !writePicture(window, file) || film->failed;
    QApplication::exit(film->failed ? 1 : 0);
  };
  QObject::connect(timer, &QTimer::timeout, &window, [&window, timer, quiet, film, file, show, end] {
    *quiet = busy(window) ? 0 : *quiet + 1;
    if (*quiet < kQuietPolls) {
      return;
    }
    *quiet = 0;
    if (film->next(window)) {
      return;
    }
    timer->stop();
    if (!file.isEmpty()) {
      showOnTop(window, show);
      QTimer::singleShot(show.isEmpty() ? 0 : kOpeningMilliseconds, &window, end);
    }
  });
  timer->start(kShotPollMilliseconds);
}

}  // namespace alidade
