// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/session_keeper.h"

#include <system_error>
#include <utility>

#include <QDir>
#include <QFileInfo>

#include "app/gui/app_settings.h"
#include "app/gui/left_recordings.h"
#include "app/gui/main_window.h"
#include "app/gui/native_path.h"
#include "app/gui/notice_bar.h"
#include "app/gui/session_restore.h"
#include "core/base/file.h"
#include "core/base/log.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostSessionBytes = 16u << 20;
constexpr int kChangeMilliseconds = 500;
constexpr int kPeriodMilliseconds = 3000;
/// A session that has stood for so long has come up.
constexpr int kUpMilliseconds = 3000;

fs::path startingFile() {
  return SessionKeeper::folder() / "starting";
}

bool holdsUnsaved(const SessionFile& session) {
  for (const SessionRun& run : session.runs) {
    if (run.unsaved) {
      return true;
    }
  }
  return false;
}

Expected<SessionFile> readSession(const fs::path& path) {
  const auto text = read_file(path, kMostSessionBytes);
  if (!text) {
    return text.error();
  }
  return session_from_json(*text, path.parent_path(), path.string());
}

}  // namespace

SessionKeeper::SessionKeeper(MainWindow& window) : QObject(&window), window_(window) {
  changed_.setSingleShot(true);
  changed_.setInterval(kChangeMilliseconds);
  period_.setInterval(kPeriodMilliseconds);
  connect(&changed_, &QTimer::timeout, this, &SessionKeeper::write);
  connect(&period_, &QTimer::timeout, this, &SessionKeeper::write);
}

SessionKeeper::~SessionKeeper() {
  if (keeps() && !restoring_) {
    std::error_code failure;
    fs::remove(startingFile(), failure);
  }
}

fs::path SessionKeeper::folder() {
  return AppSettings::statePath().parent_path() / "session";
}

void SessionKeeper::start(bool restore_last) {
  auto lock = FolderLock::acquire(folder());
  if (!lock) {
    log_info("session", "another window keeps the session; this one is not kept: " + lock.error().message);
    return;
  }
  lock_.emplace(std::move(*lock));
  SessionModel& session = window_.workbench().session();
  const auto soon = [this] { changed_.start(); };
  connect(&session, &SessionModel::runsChanged, this, soon);
  // Queued: a run that has just come is told its kind and its file in the same breath.
  connect(&session, &SessionModel::runsChanged, this, &SessionKeeper::copyRuns, Qt::QueuedConnection);
  connect(&session, &SessionModel::resultsChanged, this, soon);
  connect(&session, &SessionModel::datasetChanged, this, soon);
  connect(&session, &SessionModel::selectionChanged, this, soon);
  connect(&window_.workbench(), &Workbench::checkpointOpened, this, soon);
  std::error_code missing;
  const bool failed = fs::exists(startingFile(), missing);
  if (failed || !restore_last) {
    setAside(failed);
  } else if (fs::exists(folder() / "session.json", missing)) {
    static_cast<void>(write_folder_file(startingFile(), "restoring\n"));
    openFile(folder() / "session.json");
  }
  offerRecording();
  period_.start();
}

/// What an estimate had when its process ended without it.
void SessionKeeper::offerRecording() {
  const auto left = takeLeftRecordings(Workbench::recoveryFolder());
  if (left.empty() || !window_.notice().sentence().isEmpty()) {
    return;
  }
  const QString path = pathOfBytes(left.front().string());
  window_.notice().say(NoticeBar::Kind::kWorthKnowing,
                       tr("An estimate did not come to its end; what it had is in %1.").arg(path), tr("Open it"),
                       [this, path] { window_.workbench().openPath(path); });
}

/// The last session is not brought up: it stays beside the new one, and is offered where that is worth it.
void SessionKeeper::setAside(bool failed) {
  const fs::path last = folder() / "session.json", aside = folder() / "session-before.json";
  std::error_code failure;
  fs::remove(startingFile(), failure);
  const auto session = readSession(last);
  if (!session || !(failed || holdsUnsaved(*session))) {
    return;
  }
  fs::rename(last, aside, failure);
  if (failure) {
    return;
  }
  for (const SessionRun& run : session->runs) {
    kept_for_others_.insert(run.file.path);
  }
  window_.notice().say(failed ? NoticeBar::Kind::kProblem : NoticeBar::Kind::kWorthKnowing,
                       failed ? tr("The last session did not come up.")
                              : tr("The last session holds results that were never saved."),
                       tr("Open it"), [this, aside] { openFile(aside); });
}

void SessionKeeper::open(const QString& path) {
  const QString absolute = QFileInfo(path).absoluteFilePath();
  openFile(bytesOfPath(absolute), [this, absolute] { Q_EMIT read(absolute); });
}

void SessionKeeper::openFile(const fs::path& path, const std::function<void()>& was_read) {
  auto session = std::make_shared<SessionFile>();
  const auto work = [path, session](const JobContext&) -> Expected<void> {
    auto read = readSession(path);
    if (!read) {
      return read.error();
    }
    *session = std::move(*read);
    return {};
  };
  restoring_ = true;
  writer_.start(tr("Open session"), work, [this, session, was_read](const Expected<void>& outcome) {
    if (outcome) {
      if (was_read) {
        was_read();
      }
      restore(std::move(*session));
      return;
    }
    restoring_ = false;
    window_.notice().say(NoticeBar::Kind::kProblem, QString::fromStdString(outcome.error().message));
  });
}

void SessionKeeper::restore(SessionFile session) {
  auto* restoring = new SessionRestore(window_, std::move(session), this);
  connect(restoring, &SessionRestore::finished, this,
          [this](const std::map<RunId, fs::path>& copies, const QString& problem) {
            restoring_ = false;
            copies_.insert(copies.begin(), copies.end());
            copyRuns();
            changed_.start();
            QTimer::singleShot(kUpMilliseconds, this, [] {
              std::error_code failure;
              fs::remove(startingFile(), failure);
            });
            if (!problem.isEmpty()) {
              window_.notice().say(NoticeBar::Kind::kProblem, problem);
            }
            Q_EMIT opened();
          });
  restoring->begin();
}

void SessionKeeper::save(const QString& path) {
  const QFileInfo info(path);
  const QDir beside(info.dir().filePath(info.completeBaseName() + QStringLiteral("-runs")));
  auto awaited = std::make_shared<std::size_t>(1);
  auto whole = std::make_shared<bool>(true);
  const auto written = [this, path, awaited, whole](bool success) {
    *whole = *whole && success;
    if (--*awaited == 0 && *whole) {
      saveFile(path);
    }
  };
  RunFiles& files = window_.workbench().files();
  for (const RunId run : files.unsaved()) {
    const QString name = fileNameOf(QString::fromStdString(window_.workbench().session().runs().find(run)->name));
    ++*awaited;
    files.save(run, beside.filePath(name + QStringLiteral(".npz")), written);
  }
  written(true);
}

void SessionKeeper::saveFile(const QString& path) {
  const fs::path file = bytesOfPath(QFileInfo(path).absoluteFilePath());
  SessionFile session = snapshot();
  const auto dataset = window_.workbench().session().dataset();
  const auto work = [session, dataset, file](const JobContext&) mutable -> Expected<void> {
    session.dataset.sha256 = dataset ? dataset->digest() : std::string();
    return write_file_atomically(file, session_to_json(session, file.parent_path()));
  };
  writer_.start(tr("Save session"), work, [this, path](const Expected<void>& outcome) {
    window_.notice().say(outcome ? NoticeBar::Kind::kWorthKnowing : NoticeBar::Kind::kProblem,
                         outcome ? tr("Saved as %1.").arg(path) : QString::fromStdString(outcome.error().message));
    if (outcome) {
      Q_EMIT saved(path);
    }
  });
}

}  // namespace alidade
