// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <QFileSystemWatcher>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>

#include "app/cli/open_result.h"
#include "core/diffusion/guidance.h"
#include "views/base/job_runner.h"
#include "views/base/session_model.h"

namespace alidade {

/// Writes the result of a run of poses or detections under the run's name; empty for runs of other types.
using RunWriter = std::function<Expected<void>(const std::filesystem::path& path)>;
RunWriter writerOf(const HeldRuns& runs, RunId run);

/// HeldRuns::Entry::kind of a run that is about to be replaced by a whole one.
inline constexpr const char* kPreviewKind = "preview";

/// The files of runs: opens results as runs, writes runs, and follows files that change. Everything slow is
/// a job that does not wait for what is computed.
class RunFiles : public QObject {
  Q_OBJECT

 public:
  /// The runs that came from a file, in its order; none when it could not be opened.
  using Opened = std::function<void(const std::vector<RunId>& runs)>;

  /// What a file holds that needs no dataset.
  struct Standalone;

  RunFiles(SessionModel& session, JobRunner& jobs, QObject* parent = nullptr);

  /// Looks into a file that somebody chose, dropped or named, and opens what it holds: results become runs,
  /// of a schedule, a checkpoint or a session the signals below tell. Results that come before their dataset
  /// wait for it.
  void open(const QString& path, Opened opened = {});
  /// Opens what has waited for a dataset.
  void openWaiting();

  /// Writes a run of poses or detections under its name as NPZ. The run stays whatever happens; `written`
  /// hears how it went.
  void save(RunId run, const QString& path, std::function<void(bool)> written = {});
  /// The runs of poses and detections that are in memory alone, without previews.
  std::vector<RunId> unsaved() const;

  /// A file that has not grown for so long is said to have stopped.
  void setQuietTime(int milliseconds) { quiet_milliseconds_ = milliseconds; }

 Q_SIGNALS:
  void scheduleOpened(const Guidance& guidance, const QString& path);
  void checkpointFound(const QString& path);
  void sessionFound(const QString& path);
  /// Something could not be opened or written: one sentence.
  void failed(const QString& sentence);
  /// What is worth knowing of what was opened: one sentence.
  void said(const QString& sentence);
  void resultOpened(int run);
  /// A history of contention, or accuracies through branches, that the user opened have become a run.
  void contentionOpened(int run);
  /// A quantization sweep that the user opened has become a run.
  void sweepOpened(int run);
  /// Shared kernels that the user opened have become a run.
  void kernelsOpened(int run);

 private:
  struct Request {
    QString path;
    Opened opened;
  };

  void fail(const Request& request, const Error& error);
  void openKnown(OpenableKind kind, const Request& request);
  void openOnDataset(const Request& request);
  void openOnScenes(const Request& request);
  void takeOpened(const Request& request, const OpenedResult& opened);
  void openSchedule(const Request& request);
  void openStandalone(const Request& request);
  void takeStandalone(const Request& request, const Standalone& read);
  void startFollowing();
  void follow(const QString& path);
  void fileChanged(const QString& path);
  void readAgain(const QString& path);
  void takeAgain(const QString& path, const OpenedResult& opened);
  void readStandaloneAgain(const QString& path);
  void takeStandaloneAgain(const QString& path, const Standalone& read);
  void endReading(const QString& path, const Expected<void>& outcome);
  QString extentOf(RunId run) const;
  void setState(const QString& path, const QString& state);
  void sayQuiet();
  std::vector<RunId> runsOf(const QString& path) const;

  /// A file whose run follows it.
  struct Followed {
    bool grew = false;     ///< since it was opened
    bool reading = false;  ///< a job reads it
    bool again = false;    ///< it changed once more meanwhile
    qint64 changed_at = 0;
  };

  SessionModel& session_;
  JobRunner& jobs_;
  std::vector<Request> waiting_;
  QFileSystemWatcher watcher_;
  std::map<QString, Followed> followed_;
  QTimer settle_, quiet_;
  int quiet_milliseconds_ = 60000;
};

}  // namespace alidade
