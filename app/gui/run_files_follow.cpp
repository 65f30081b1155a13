// SPDX-License-Identifier: BSD-3-Clause
// Runs follow the files that they came from: who evaluates a training writes the same file again and again.
#include <QDateTime>
#include <QFileInfo>

#include "app/gui/native_path.h"
#include "app/gui/run_files.h"
#include "core/base/log.h"
#include "core/results/contention_history.h"
#include "core/results/quantization_sweep.h"

namespace alidade {
namespace {

/// A writer may need several calls for one file; it is read when it has been still for so long.
constexpr int kSettleMilliseconds = 300;
constexpr int kQuietCheckMilliseconds = 250;

}  // namespace

void RunFiles::startFollowing() {
  settle_.setSingleShot(true);
  settle_.setInterval(kSettleMilliseconds);
  quiet_.setInterval(kQuietCheckMilliseconds);
  connect(&watcher_, &QFileSystemWatcher::fileChanged, this, &RunFiles::fileChanged);
  // A file that is replaced by another of its name leaves the watcher; its folder tells of the new one.
  connect(&watcher_, &QFileSystemWatcher::directoryChanged, this, [this](const QString& folder) {
    for (const auto& [path, followed] : followed_) {
      if (QFileInfo(path).path() == folder && !watcher_.files().contains(path)) {
        fileChanged(path);
      }
    }
  });
  connect(&settle_, &QTimer::timeout, this, [this] {
    QStringList changed;
    for (const auto& [path, followed] : followed_) {
      if (followed.again && !followed.reading) {
        changed << path;
      }
    }
    for (const QString& path : changed) {
      readAgain(path);
    }
  });
  connect(&quiet_, &QTimer::timeout, this, &RunFiles::sayQuiet);
}

void RunFiles::follow(const QString& path) {
  followed_.try_emplace(path);
  watcher_.addPath(path);
  watcher_.addPath(QFileInfo(path).path());
}

void RunFiles::fileChanged(const QString& path) {
  const auto found = followed_.find(path);
  if (found == followed_.end()) {
    return;
  }
  if (!QFileInfo::exists(path)) {
    setState(path, tr("its file is gone; the result is kept"));
    return;
  }
  watcher_.addPath(path);
  found->second.again = true;
  settle_.start();
}

void RunFiles::readAgain(const QString& path) {
  Followed& followed = followed_[path];
  followed.again = false;
  const auto dataset = session_.dataset();
  const auto runs = runsOf(path);
  const bool standalone = !runs.empty() && !session_.runs().get<PoseResult>(runs.front());
  if (runs.empty() || (!standalone && !dataset)) {
    followed_.erase(path);
    watcher_.removePath(path);
    return;
  }
  if (standalone) {
    readStandaloneAgain(path);
    return;
  }
  followed.reading = true;
  auto opened = std::make_shared<OpenedResult>();
  const auto work = [path, dataset, opened](const JobContext& job) -> Expected<void> {
    auto read = open_result(bytesOfPath(path), *dataset, job);
    if (!read) {
      return read.error();
    }
    *opened = std::move(*read);
    return {};
  };
  const auto done = [this, path, dataset, opened](const Expected<void>& outcome) {
    if (outcome && session_.dataset() == dataset && followed_.count(path) != 0) {
      takeAgain(path, *opened);
    }
    endReading(path, outcome);
  };
  jobs_.start(tr("Read %1 again").arg(QFileInfo(path).fileName()), work, done, JobLane::kFiles);
}

void RunFiles::endReading(const QString& path, const Expected<void>& outcome) {
  const auto found = followed_.find(path);
  if (found == followed_.end()) {
    return;
  }
  found->second.reading = false;
  if (!outcome) {
    // Half a file is nothing to alarm anybody with: what was read before stays until the rest is there.
    setState(path, tr("its file changes and cannot be read yet"));
    log_info("open", outcome.error().message);
  }
  found->second.changed_at = QDateTime::currentMSecsSinceEpoch();
  quiet_.start();
  if (found->second.again) {
    settle_.start();
  }
}

void RunFiles::takeAgain(const QString& path, const OpenedResult& opened) {
  for (const RunId run : runsOf(path)) {
    const HeldRuns::Entry entry = *session_.runs().find(run);
    if (entry.sha256 == opened.sha256 || static_cast<std::size_t>(entry.part) >= opened.results.size()) {
      continue;
    }
    followed_[path].grew = true;
    const auto& result = opened.results[static_cast<std::size_t>(entry.part)].result;
    session_.replaceRun(run, result);
    session_.editRun(run, [&](HeldRuns::Entry& held) {
      held.sha256 = opened.sha256;
      held.state = tr("follows its file: %1 objects").arg(result->estimates.size()).toStdString();
    });
  }
}

void RunFiles::sayQuiet() {
  const qint64 now = QDateTime::currentMSecsSinceEpoch();
  bool waits = false;
  for (auto& [path, followed] : followed_) {
    if (followed.changed_at == 0) {
      continue;
    }
    if (now - followed.changed_at < quiet_milliseconds_) {
      waits = true;
      continue;
    }
    followed.changed_at = 0;
    const auto runs = runsOf(path);
    if (followed.grew && !runs.empty()) {
      setState(path, tr("has stopped growing%1").arg(extentOf(runs.front())));
      Q_EMIT said(tr("%1 has stopped growing: nothing was written to it for %2 s.")
                      .arg(QFileInfo(path).fileName())
                      .arg(quiet_milliseconds_ / 1000));
    }
  }
  if (!waits) {
    quiet_.stop();
  }
}

/// " at 120 objects", " at 12 epochs", " at 26 networks"; nothing for what has no number.
QString RunFiles::extentOf(RunId run) const {
  if (const auto result = session_.runs().get<PoseResult>(run)) {
    return tr(" at %1 objects").arg(result->estimates.size());
  }
  if (const auto sweep = session_.runs().get<QuantizationSweep>(run)) {
    return tr(" at %1 networks").arg(sweep->points.size());
  }
  const auto history = session_.runs().get<ContentionHistory>(run);
  return history ? tr(" at %1 epochs").arg(history->epochs.size()) : QString();
}

std::vector<RunId> RunFiles::runsOf(const QString& path) const {
  std::vector<RunId> runs;
  for (const HeldRuns::Entry& entry : session_.runs().all()) {
    if (entry.file == bytesOfPath(path)) {
      runs.push_back(entry.id);
    }
  }
  return runs;
}

void RunFiles::setState(const QString& path, const QString& state) {
  for (const RunId run : runsOf(path)) {
    session_.editRun(run, [&](HeldRuns::Entry& entry) { entry.state = state.toStdString(); });
  }
}

}  // namespace alidade
