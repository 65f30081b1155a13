// SPDX-License-Identifier: BSD-3-Clause
// Histories of gradient contention and accuracies through branches become runs; they need no dataset.
#include <QFileInfo>

#include "app/gui/native_path.h"
#include "app/gui/run_files.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/exchange/branch_accuracy_file.h"
#include "core/exchange/contention_file.h"

namespace alidade {

/// What such a file holds; one of the two results.
struct RunFiles::Standalone {
  std::shared_ptr<const ContentionHistory> history;
  std::shared_ptr<const BranchAccuracy> accuracy;
  std::vector<std::string> notes;
  std::string sha256;

  const std::string& name() const { return history ? history->name : accuracy->name; }
};

namespace {

/// On a job's thread.
Expected<RunFiles::Standalone> readStandalone(const std::filesystem::path& path, const JobContext& job) {
  RunFiles::Standalone read;
  const auto kind = recognize_file(path);
  if (!kind) {
    return kind.error();
  }
  auto digest = sha256_file(path, kMostHashedBytes, job.stop);
  if (!digest) {
    return digest.error();
  }
  read.sha256 = std::move(*digest);
  if (*kind == OpenableKind::kBranches) {
    auto accuracy = read_branch_accuracy(path, job.stop);
    if (!accuracy) {
      return accuracy.error();
    }
    read.accuracy = std::make_shared<const BranchAccuracy>(std::move(*accuracy));
    return read;
  }
  auto file = read_contention_history(path);
  if (!file) {
    return file.error();
  }
  read.history = std::make_shared<const ContentionHistory>(std::move(file->history));
  read.notes = std::move(file->notes);
  return read;
}

}  // namespace

void RunFiles::openStandalone(const Request& request) {
  auto read = std::make_shared<Standalone>();
  const auto work = [path = request.path, read](const JobContext& job) -> Expected<void> {
    auto file = readStandalone(bytesOfPath(path), job);
    if (!file) {
      return file.error();
    }
    *read = std::move(*file);
    return {};
  };
  const auto done = [this, request, read](const Expected<void>& outcome) {
    if (!outcome) {
      fail(request, outcome.error());
      return;
    }
    for (const std::string& note : read->notes) {
      log_info("open", note);
    }
    if (!read->notes.empty()) {
      Q_EMIT said(QString::fromStdString(read->notes.front()));
    }
    takeStandalone(request, *read);
  };
  jobs_.start(tr("Open %1").arg(QFileInfo(request.path).fileName()), work, done, JobLane::kFiles);
}

void RunFiles::takeStandalone(const Request& request, const Standalone& read) {
  const std::string name =
      read.name().empty() ? QFileInfo(request.path).completeBaseName().toStdString() : read.name();
  const RunId run =
      read.history ? session_.addRun(name, read.history, false) : session_.addRun(name, read.accuracy, false);
  session_.editRun(run, [&](HeldRuns::Entry& entry) {
    entry.kind = read.history ? "contention" : "branch accuracy";
    entry.file = bytesOfPath(request.path);
    entry.sha256 = read.sha256;
  });
  follow(request.path);
  if (!request.opened) {
    const bool free_a = session_.runs().chosen_run(session_.runs().find(run)->type, Run::kA) == 0;
    session_.proposeRun(free_a ? Run::kA : Run::kB, run);
    Q_EMIT contentionOpened(run);
  }
  Q_EMIT resultOpened(run);
  if (request.opened) {
    request.opened({run});
  }
}

void RunFiles::readStandaloneAgain(const QString& path) {
  followed_[path].reading = true;
  auto read = std::make_shared<Standalone>();
  const auto work = [path, read](const JobContext& job) -> Expected<void> {
    auto file = readStandalone(bytesOfPath(path), job);
    if (!file) {
      return file.error();
    }
    *read = std::move(*file);
    return {};
  };
  const auto done = [this, path, read](const Expected<void>& outcome) {
    if (outcome) {
      takeStandaloneAgain(path, *read);
    }
    endReading(path, outcome);
  };
  jobs_.start(tr("Read %1 again").arg(QFileInfo(path).fileName()), work, done, JobLane::kFiles);
}

/// A file of the other kind in its place is nothing that the run could show.
void RunFiles::takeStandaloneAgain(const QString& path, const Standalone& read) {
  for (const RunId run : runsOf(path)) {
    const HeldRuns::Entry entry = *session_.runs().find(run);
    const bool same_kind = entry.type == (read.history ? typeid(ContentionHistory) : typeid(BranchAccuracy));
    if (entry.sha256 == read.sha256 || !same_kind) {
      continue;
    }
    followed_[path].grew = true;
    // Its state first: who hears of the new result finds it told.
    session_.editRun(run, [&](HeldRuns::Entry& held) {
      held.sha256 = read.sha256;
      held.state = read.history
                       ? tr("follows its file: %1 epochs").arg(read.history->epochs.size()).toStdString()
                       : tr("follows its file").toStdString();
    });
    if (read.history) {
      session_.replaceRun(run, read.history);
    } else {
      session_.replaceRun(run, read.accuracy);
    }
  }
}

}  // namespace alidade
