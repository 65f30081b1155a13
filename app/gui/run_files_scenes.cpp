// SPDX-License-Identifier: BSD-3-Clause
// Files of detections become runs on the indoor scenes that are open, and runs become files.
#include <utility>

#include <QFileInfo>

#include "app/gui/native_path.h"
#include "app/gui/run_files.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/data/scene_dataset.h"
#include "core/exchange/detection_file.h"
#include "core/exchange/result_file.h"
#include "core/studies/plain/evaluate_detections.h"

namespace alidade {

RunWriter writerOf(const HeldRuns& runs, RunId run) {
  if (const auto poses = runs.get<PoseResult>(run)) {
    PoseResult named = *poses;  // the file bears the name that the run has now
    named.name = runs.find(run)->name;
    return [named](const std::filesystem::path& path) { return write_pose_result(named, path); };
  }
  if (const auto found = runs.get<DetectionResult>(run)) {
    return [found](const std::filesystem::path& path) { return write_detections(*found, path); };
  }
  return {};
}

void RunFiles::openOnScenes(const Request& request) {
  struct Read {
    OpenedDetections detections;
    std::string sha256;
  };
  auto read = std::make_shared<Read>();
  const auto scenes = scenes_of(session_.dataset().get());
  const auto work = [path = request.path, scenes, read](const JobContext& job) -> Expected<void> {
    auto opened = open_detections(bytesOfPath(path), *scenes);
    if (!opened) {
      return opened.error();
    }
    auto digest = sha256_file(bytesOfPath(path), kMostHashedBytes, job.stop);
    if (!digest) {
      return digest.error();
    }
    *read = {std::move(*opened), std::move(*digest)};
    return {};
  };
  const auto done = [this, request, scenes, read](const Expected<void>& outcome) {
    if (!outcome) {
      fail(request, outcome.error());
      return;
    }
    if (scenes_of(session_.dataset().get()) != scenes) {
      fail(request, input_error(bytesOfPath(request.path), "", "another dataset was opened meanwhile",
                                "open the file again"));
      return;
    }
    const auto& result = read->detections.result;
    const RunId run = session_.addRun(run_name(*result), result);
    session_.editRun(run, [&](HeldRuns::Entry& entry) {
      entry.kind = "detections";
      entry.file = bytesOfPath(request.path);
      entry.sha256 = read->sha256;
    });
    for (const std::string& note : read->detections.notes) {
      log_info("open", note);
    }
    if (!read->detections.notes.empty()) {
      Q_EMIT said(QString::fromStdString(read->detections.notes.front()));
    }
    if (request.opened) {
      request.opened({run});
      return;
    }
    const bool free_a = session_.resultRun(Run::kA) == 0;
    if (free_a || session_.resultRun(Run::kB) == 0) {
      session_.proposeRun(free_a ? Run::kA : Run::kB, run);
    }
    Q_EMIT resultOpened(run);
  };
  jobs_.start(tr("Open %1").arg(QFileInfo(request.path).fileName()), work, done, JobLane::kFiles);
}

}  // namespace alidade
