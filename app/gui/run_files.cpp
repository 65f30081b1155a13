// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/run_files.h"

#include <utility>

#include <QDir>
#include <QFileInfo>

#include "app/gui/native_path.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/data/scene_dataset.h"
#include "core/exchange/detection_file.h"
#include "core/exchange/result_file.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMostScheduleBytes = 16u << 20;

QString fileName(const QString& path) {
  return QFileInfo(QDir::cleanPath(path)).fileName();
}

}  // namespace

RunFiles::RunFiles(SessionModel& session, JobRunner& jobs, QObject* parent)
    : QObject(parent), session_(session), jobs_(jobs) {
  startFollowing();
}

void RunFiles::open(const QString& path, Opened opened) {
  const Request request{QDir::cleanPath(QFileInfo(path).absoluteFilePath()), std::move(opened)};
  auto kind = std::make_shared<OpenableKind>(OpenableKind::kUnknown);
  const auto work = [path = request.path, kind](const JobContext&) -> Expected<void> {
    const auto recognized = recognize_file(bytesOfPath(path));
    if (!recognized) {
      return recognized.error();
    }
    *kind = *recognized;
    return *kind == OpenableKind::kUnknown ? Expected<void>(unknown_file(bytesOfPath(path)))
                                           : Expected<void>();
  };
  const auto done = [this, request, kind](const Expected<void>& outcome) {
    if (outcome) {
      openKnown(*kind, request);
    } else {
      fail(request, outcome.error());
    }
  };
  jobs_.start(tr("Look into %1").arg(fileName(path)), work, done, JobLane::kFiles);
}

void RunFiles::fail(const Request& request, const Error& error) {
  if (error.code != ErrorCode::kCancelled) {
    Q_EMIT failed(QString::fromStdString(error.message));
  }
  if (request.opened) {
    request.opened({});
  }
}

void RunFiles::openKnown(OpenableKind kind, const Request& request) {
  if (needs_no_dataset(kind)) {
    openStandalone(request);
    return;
  }
  if (request.opened && kind != OpenableKind::kArrays && kind != OpenableKind::kBopResults) {
    fail(request, unknown_file(bytesOfPath(request.path)));
    return;
  }
  switch (kind) {
    case OpenableKind::kSchedule:
      openSchedule(request);
      return;
    case OpenableKind::kCheckpoint:
      Q_EMIT checkpointFound(request.path);
      return;
    case OpenableKind::kSession:
      Q_EMIT sessionFound(request.path);
      return;
    default:
      break;
  }
  if (session_.dataset()) {
    openOnDataset(request);
    return;
  }
  waiting_.push_back(request);
  Q_EMIT said(tr("%1 holds results and waits for its dataset: open the folder that its images are in.")
                  .arg(fileName(request.path)));
}

void RunFiles::openWaiting() {
  for (const Request& request : std::exchange(waiting_, {})) {
    openOnDataset(request);
  }
}

void RunFiles::openSchedule(const Request& request) {
  auto guidance = std::make_shared<Guidance>();
  const auto work = [path = request.path, guidance](const JobContext& job) -> Expected<void> {
    const auto text = read_file(bytesOfPath(path), kMostScheduleBytes, job.stop);
    if (!text) {
      return text.error();
    }
    auto read = guidance_from_json(*text, bytesOfPath(path));
    if (!read) {
      return read.error();
    }
    *guidance = std::move(*read);
    return {};
  };
  const auto done = [this, request, guidance](const Expected<void>& outcome) {
    if (outcome) {
      Q_EMIT scheduleOpened(*guidance, request.path);
    } else {
      fail(request, outcome.error());
    }
  };
  jobs_.start(tr("Open %1").arg(fileName(request.path)), work, done, JobLane::kFiles);
}

void RunFiles::openOnDataset(const Request& request) {
  if (scenes_of(session_.dataset().get())) {
    openOnScenes(request);
    return;
  }
  auto opened = std::make_shared<OpenedResult>();
  const auto dataset = session_.dataset();
  const auto work = [path = request.path, dataset, opened](const JobContext& job) -> Expected<void> {
    auto read = open_result(bytesOfPath(path), *dataset, job);
    if (!read) {
      return read.error();
    }
    *opened = std::move(*read);
    return {};
  };
  const auto done = [this, request, dataset, opened](const Expected<void>& outcome) {
    if (outcome && session_.dataset() != dataset) {
      fail(request, input_error(bytesOfPath(request.path), "", "another dataset was opened meanwhile",
                                "open the file again"));
    } else if (outcome) {
      takeOpened(request, *opened);
    } else {
      fail(request, outcome.error());
    }
  };
  jobs_.start(tr("Open %1").arg(fileName(request.path)), work, done, JobLane::kFiles);
}

void RunFiles::takeOpened(const Request& request, const OpenedResult& opened) {
  std::vector<RunId> runs;
  for (const DatasetResult& one : opened.results) {
    const RunId run = session_.addRun(one.result->name, one.result);
    session_.editRun(run, [&, part = static_cast<int>(runs.size())](HeldRuns::Entry& entry) {
      entry.kind = opened.kind;
      entry.file = bytesOfPath(request.path);
      entry.sha256 = opened.sha256;
      entry.part = part;
    });
    for (const std::string& note : one.notes) {
      log_info("open", note);
    }
    runs.push_back(run);
  }
  follow(request.path);
  for (const RunId run : runs) {
    const bool free_a = session_.runs().chosen_run<PoseResult>(Run::kA) == 0;
    const bool free_b = session_.runs().chosen_run<PoseResult>(Run::kB) == 0;
    if (!request.opened && (free_a || free_b)) {
      session_.proposeRun(free_a ? Run::kA : Run::kB, run);
    }
    Q_EMIT resultOpened(run);
  }
  if (!opened.results.empty() && !opened.results.front().notes.empty()) {
    Q_EMIT said(QString::fromStdString(opened.results.front().notes.front()));
  }
  if (request.opened) {
    request.opened(runs);
  }
}

void RunFiles::save(RunId run, const QString& path, std::function<void(bool)> written) {
  const auto write = writerOf(session_.runs(), run);
  if (!write) {
    Q_EMIT failed(tr("This run holds neither poses nor detections; export it from its view."));
    if (written) {
      written(false);
    }
    return;
  }
  auto sha256 = std::make_shared<std::string>();
  const auto work = [write, path, sha256](const JobContext& job) -> Expected<void> {
    if (auto done = write(bytesOfPath(path)); !done) {
      return done;
    }
    auto digest = sha256_file(bytesOfPath(path), kMostHashedBytes, job.stop);
    if (!digest) {
      return digest.error();
    }
    *sha256 = std::move(*digest);
    return {};
  };
  const auto done = [this, run, path, sha256, written = std::move(written)](const Expected<void>& outcome) {
    if (outcome) {
      session_.editRun(run, [&](HeldRuns::Entry& entry) {
        entry.file = bytesOfPath(QFileInfo(path).absoluteFilePath());
        entry.sha256 = *sha256;
        entry.part = 0;
      });
    } else {
      Q_EMIT failed(tr("The result is kept, but was not saved: %1")
                        .arg(QString::fromStdString(outcome.error().message)));
    }
    if (written) {
      written(bool(outcome));
    }
  };
  jobs_.start(tr("Save %1").arg(fileName(path)), work, done, JobLane::kFiles);
}

std::vector<RunId> RunFiles::unsaved() const {
  std::vector<RunId> runs;
  for (const HeldRuns::Entry& entry : session_.runs().all()) {
    const bool writable = entry.type == typeid(PoseResult) || entry.type == typeid(DetectionResult);
    if (writable && entry.file.empty() && entry.kind != kPreviewKind) {
      runs.push_back(entry.id);
    }
  }
  return runs;
}

}  // namespace alidade
