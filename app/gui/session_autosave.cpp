// SPDX-License-Identifier: BSD-3-Clause
// How the session keeper writes the session of the moment.
#include <system_error>
#include <utility>

#include <QEventLoop>
#include <QFileInfo>
#include <QJsonDocument>

#include <unistd.h>

#include "app/gui/main_window.h"
#include "app/gui/native_path.h"
#include "app/gui/notice_bar.h"
#include "app/gui/session_keeper.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/results/detection_result.h"
#include "core/nn/score_model.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kBytesPerPose = 16 * sizeof(double);
constexpr std::uintmax_t kBytesPerRow = 1024;

fs::path absolutePath(const QString& path) {
  return path.isEmpty() ? fs::path() : fs::path(bytesOfPath(QFileInfo(path).absoluteFilePath()));
}

std::uintmax_t copyBytesOf(const PoseResult& result) {
  std::uintmax_t bytes = 0;
  for (const PoseEstimate& estimate : result.estimates) {
    bytes += kBytesPerRow + kBytesPerPose * (estimate.hypotheses.size() + 1);
  }
  return bytes;
}

std::uintmax_t copyBytesOf(const DetectionResult& result) {
  std::uintmax_t bytes = 0;
  for (const SceneDetections& scene : result.scenes) {
    bytes += kBytesPerRow * (scene.boxes.size() + 1);
  }
  return bytes;
}

std::uintmax_t copyBytesOf(const HeldRuns& runs, RunId run) {
  const auto poses = runs.get<PoseResult>(run);
  return poses ? copyBytesOf(*poses) : copyBytesOf(*runs.get<DetectionResult>(run));
}

/// What belongs to a dataset is kept with it.
bool isKept(const HeldRuns::Entry& entry) {
  return entry.type == typeid(PoseResult) || entry.type == typeid(DetectionResult);
}

}  // namespace

SessionFile SessionKeeper::snapshot() const {
  Workbench& bench = window_.workbench();
  const SessionModel& session = bench.session();
  SessionFile file;
  file.dataset.path = absolutePath(bench.datasetPath());
  file.checkpoint.path = absolutePath(bench.checkpointPath());
  if (const auto network = bench.networkForLab()) {
    file.checkpoint.sha256 = network->checkpoint_sha256();
  }
  for (const HeldRuns::Entry& entry : session.runs().all()) {
    const auto copy = copies_.find(entry.id);
    const bool unsaved = entry.file.empty();
    if (!isKept(entry) || (unsaved && (copy == copies_.end() || drops_unsaved_))) {
      continue;
    }
    SessionRun run{entry.name, entry.kind, entry.note, entry.style, {}, entry.part, unsaved, false, false};
    run.file = unsaved ? SessionPath{copy->second, {}} : SessionPath{entry.file, entry.sha256};
    run.is_a = session.runs().chosen_run(entry.type, Run::kA) == entry.id;
    run.is_b = session.runs().chosen_run(entry.type, Run::kB) == entry.id;
    run.in_tables = entry.in_tables;
    run.styled = entry.styled;
    file.runs.push_back(std::move(run));
  }
  if (const auto frame = session.selection().frame; frame && session.dataset()) {
    file.frame = session.dataset()->frame_info(*frame).name;
    file.instance = session.selection().instance;
  }
  file.window = QJsonDocument(window_.sessionState()).toJson(QJsonDocument::Compact).toStdString();
  return file;
}

void SessionKeeper::write() {
  if (!keeps() || restoring_) {
    return;
  }
  const SessionFile session = snapshot();
  std::string text = session_to_json(session, folder());
  if (text == written_) {
    return;
  }
  written_ = text;
  const auto work = [text = std::move(text), path = folder() / "session.json"](const JobContext&) {
    return write_folder_file(path, text);
  };
  writer_.start(tr("Keep session"), work, [this, session](const Expected<void>& outcome) {
    if (outcome) {
      removeOldCopies(session);
    } else {
      log_warning("session", outcome.error().message);
      written_.clear();  // tried again with the next period
    }
  });
}

/// Copies of results that are gone, or that have a file of their own now.
void SessionKeeper::removeOldCopies(const SessionFile& session) const {
  std::set<fs::path> wanted = kept_for_others_;
  for (const SessionRun& run : session.runs) {
    wanted.insert(run.file.path);
  }
  for (const auto& [run, path] : copies_) {
    wanted.insert(path);
  }
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder() / "runs", failure)) {
    if (!wanted.contains(entry.path()) && copying_.empty()) {
      std::error_code gone;
      fs::remove(entry.path(), gone);
    }
  }
}

void SessionKeeper::copyRuns() {
  if (!keeps() || restoring_) {
    return;
  }
  const HeldRuns& runs = window_.workbench().session().runs();
  std::erase_if(copies_, [&](const auto& copy) {
    const HeldRuns::Entry* entry = runs.find(copy.first);
    return entry == nullptr || !entry->file.empty();
  });
  for (const RunId run : window_.workbench().files().unsaved()) {
    if (copies_.contains(run) || copying_.contains(run) || too_large_.contains(run)) {
      continue;
    }
    const RunWriter result = writerOf(runs, run);
    const std::uintmax_t bytes = copyBytesOf(runs, run);
    if (copy_bytes_ + bytes > most_copy_bytes_) {
      too_large_.insert(run);
      window_.notice().say(
          NoticeBar::Kind::kProblem,
          tr("%1 takes %2 MB and is not kept with the session, whose copies may take %3 MB: save it.")
              .arg(QString::fromStdString(runs.find(run)->name))
              .arg(bytes >> 20)
              .arg(most_copy_bytes_ >> 20));
      continue;
    }
    copying_.insert(run);
    copy_bytes_ += bytes;
    const fs::path path =
        folder() / "runs" / (std::to_string(::getpid()) + "-" + std::to_string(run) + ".npz");
    const auto work = [result, path](const JobContext&) -> Expected<void> {
      std::error_code failure;
      fs::create_directories(path.parent_path(), failure);
      return result(path);
    };
    writer_.start(tr("Keep a result"), work, [this, run, path, bytes](const Expected<void>& outcome) {
      copying_.erase(run);
      if (outcome) {
        copies_[run] = path;
        write();
      } else {
        copy_bytes_ -= bytes;
        too_large_.insert(run);
        window_.notice().say(NoticeBar::Kind::kProblem,
                             tr("A result could not be kept with the session: %1")
                                 .arg(QString::fromStdString(outcome.error().message)));
      }
    });
  }
}

void SessionKeeper::flush() {
  if (!keeps()) {
    return;
  }
  write();
  // Only writing is waited for, which is short and cannot be stopped halfway.
  QEventLoop wait;
  while (writer_.busy()) {
    wait.processEvents(QEventLoop::ExcludeUserInputEvents | QEventLoop::WaitForMoreEvents);
  }
}

}  // namespace alidade
