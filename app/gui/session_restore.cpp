// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/session_restore.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>

#include "app/gui/main_window.h"
#include "app/gui/native_path.h"
#include "core/base/log.h"

namespace alidade {
namespace {

bool lies(const std::filesystem::path& path) {
  std::error_code failure;
  return std::filesystem::exists(path, failure);
}

}  // namespace

SessionRestore::SessionRestore(MainWindow& window, SessionFile session, QObject* parent)
    : QObject(parent), window_(window), session_(std::move(session)) {
  for (const std::string& sentence : session_.notes) {
    note(QString::fromStdString(sentence));
  }
}

void SessionRestore::note(const QString& sentence) {
  log_warning("session", sentence.toStdString());
  problem_ = problem_.isEmpty() ? sentence : problem_;
}

/// Where a path is now; empty when it is nowhere, which is noted.
std::filesystem::path SessionRestore::found(const std::filesystem::path& path, bool is_folder) {
  if (path.empty() || lies(path)) {
    return path;
  }
  const QString missing = pathOfBytes(path.string());
  const QString now = window_.questions().moved(missing, is_folder);
  if (now.isEmpty()) {
    note(tr("%1 is not there any more and is left out; the rest of the session is kept.").arg(missing));
    return {};
  }
  return bytesOfPath(now);
}

void SessionRestore::begin() {
  window_.showSessionState(QJsonDocument::fromJson(QByteArray::fromStdString(session_.window)).object());
  Workbench& bench = window_.workbench();
  const auto dataset = found(session_.dataset.path, true);
  if (dataset.empty()) {
    if (!session_.runs.empty()) {
      note(tr("Without its dataset the %1 runs of the session cannot be shown.").arg(session_.runs.size()));
    }
    finish();
    return;
  }
  const QString path = pathOfBytes(dataset.string());
  if (bench.session().dataset() && bench.datasetPath() == path) {
    openRuns();
    return;
  }
  connect(&bench, &Workbench::datasetOpened, this, [this, path](const QString& opened) {
    if (opened == path) {
      disconnect(&window_.workbench(), nullptr, this, nullptr);
      openRuns();
    }
  });
  connect(&bench, &Workbench::datasetFailed, this, [this, path](const QString& failed) {
    if (failed == path) {
      disconnect(&window_.workbench(), nullptr, this, nullptr);
      note(tr("The dataset %1 of the session could not be opened; nothing of it is shown.").arg(path));
      finish();
    }
  });
  bench.openDataset(path);
}

void SessionRestore::openRuns() {
  std::vector<RunsOfFile> files;
  for (const SessionRun& run : session_.runs) {
    const auto same = std::find_if(files.begin(), files.end(),
                                   [&](const RunsOfFile& of) { return of.file == run.file.path; });
    if (same != files.end()) {
      same->runs.push_back(run);
    } else {
      files.push_back({run.file.path, {run}});
    }
  }
  awaited_ = 1;  // so that a file which is answered at once does not end it
  for (const RunsOfFile& of : files) {
    const auto file = found(of.file, false);
    if (!file.empty()) {
      ++awaited_;
      window_.workbench().files().open(
          pathOfBytes(file.string()),
          [self = QPointer<SessionRestore>(this), of](const std::vector<RunId>& opened) {
            if (self) {
              self->takeRuns(of, opened);
            }
          });
    }
  }
  takeRuns({}, {});
}

void SessionRestore::takeRuns(const RunsOfFile& of, const std::vector<RunId>& opened) {
  SessionModel& session = window_.workbench().session();
  std::vector<RunId> unwanted = opened;
  for (const SessionRun& run : of.runs) {
    if (opened.empty()) {
      note(tr("%1 could not be opened and is left out; the rest of the session is kept.")
               .arg(pathOfBytes(of.file.string())));
      break;
    }
    if (static_cast<std::size_t>(run.part) >= opened.size()) {
      continue;
    }
    const RunId id = opened[static_cast<std::size_t>(run.part)];
    std::erase(unwanted, id);
    if (!run.unsaved && !run.file.sha256.empty() && session.runs().find(id)->sha256 != run.file.sha256) {
      note(tr("%1 has changed since the session was saved.").arg(pathOfBytes(of.file.string())));
    }
    session.nameRun(id, run.name);
    session.editRun(id, [&](HeldRuns::Entry& entry) {
      entry.note = run.note;
      entry.style = run.style;
      entry.styled = run.styled;
      entry.in_tables = run.in_tables;
      entry.kind = run.kind;
      if (run.unsaved) {
        copies_[id] = entry.file;
        entry.file.clear();
        entry.sha256.clear();
      }
    });
    a_ = run.is_a ? id : a_;
    b_ = run.is_b ? id : b_;
  }
  for (const RunId run : unwanted) {
    session.removeRun(run);
  }
  if (--awaited_ == 0) {
    finish();
  }
}

void SessionRestore::finish() {
  SessionModel& session = window_.workbench().session();
  if (a_ != 0) {
    session.chooseRun(Run::kA, a_);
  }
  if (b_ != 0) {
    session.chooseRun(Run::kB, b_);
  }
  const auto dataset = session.dataset();
  for (std::size_t i = 0; dataset && !session_.frame.empty() && i < dataset->num_frames(); ++i) {
    if (dataset->frame_info(i).name == session_.frame) {
      session.setSelection({i, session_.instance});
      break;
    }
  }
  const auto checkpoint = found(session_.checkpoint.path, false);
  if (!checkpoint.empty()) {
    window_.workbench().openCheckpoint(pathOfBytes(checkpoint.string()));
  }
  Q_EMIT finished(copies_, problem_);
  deleteLater();
}

}  // namespace alidade
