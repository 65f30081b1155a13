// SPDX-License-Identifier: BSD-3-Clause
// Histories of gradient contention become runs; they need no dataset.
#include <QFileInfo>

#include "app/gui/native_path.h"
#include "app/gui/run_files.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/exchange/contention_file.h"

namespace alidade {

void RunFiles::openContention(const Request& request) {
  auto file = std::make_shared<ContentionFile>();
  auto sha256 = std::make_shared<std::string>();
  const auto work = [path = request.path, file, sha256](const JobContext& job) -> Expected<void> {
    auto digest = sha256_file(bytesOfPath(path), kMostHashedBytes, job.stop);
    if (!digest) {
      return digest.error();
    }
    auto read = read_contention_history(bytesOfPath(path));
    if (!read) {
      return read.error();
    }
    *sha256 = std::move(*digest);
    *file = std::move(*read);
    return {};
  };
  const auto done = [this, request, file, sha256](const Expected<void>& outcome) {
    if (!outcome) {
      fail(request, outcome.error());
      return;
    }
    for (const std::string& note : file->notes) {
      log_info("open", note);
    }
    if (!file->notes.empty()) {
      Q_EMIT said(QString::fromStdString(file->notes.front()));
    }
    takeContention(request, std::make_shared<const ContentionHistory>(std::move(file->history)), *sha256);
  };
  jobs_.start(tr("Open %1").arg(QFileInfo(request.path).fileName()), work, done, JobLane::kFiles);
}

void RunFiles::takeContention(const Request& request, std::shared_ptr<const ContentionHistory> history,
                              const std::string& sha256) {
  const std::string name =
      history->name.empty() ? QFileInfo(request.path).completeBaseName().toStdString() : history->name;
  const RunId run = session_.addRun(name, std::move(history), false);
  session_.editRun(run, [&](HeldRuns::Entry& entry) {
    entry.kind = "contention";
    entry.file = bytesOfPath(request.path);
    entry.sha256 = sha256;
  });
  if (!request.opened) {
    const bool free_a = session_.runs().chosen_run<ContentionHistory>(Run::kA) == 0;
    session_.proposeRun(free_a ? Run::kA : Run::kB, run);
    Q_EMIT contentionOpened(run);
  }
  Q_EMIT resultOpened(run);
  if (request.opened) {
    request.opened({run});
  }
}

}  // namespace alidade
