// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include <QObject>
#include <QString>

#include "core/session/session_file.h"
#include "views/base/session_model.h"

namespace alidade {

class MainWindow;

/// Brings a session up: dataset and checkpoint, then the runs from their files, then choices and selection.
/// What has moved is asked for; what cannot be opened is said and left out, and the rest is kept.
class SessionRestore : public QObject {
  Q_OBJECT

 public:
  SessionRestore(MainWindow& window, SessionFile session, QObject* parent);

  void begin();

 Q_SIGNALS:
  /// Everything that could be opened is. `copies` are the files that hold what was never saved.
  void finished(const std::map<RunId, std::filesystem::path>& copies, const QString& problem);

 private:
  /// Runs of one file, which is opened once.
  struct RunsOfFile {
    std::filesystem::path file;
    std::vector<SessionRun> runs;
  };

  std::filesystem::path found(const std::filesystem::path& path, bool is_folder);
  void openRuns();
  void takeRuns(const RunsOfFile& of, const std::vector<RunId>& opened);
  void finish();
  void note(const QString& sentence);

  MainWindow& window_;
  SessionFile session_;
  std::map<RunId, std::filesystem::path> copies_;
  RunId a_ = 0, b_ = 0;
  std::size_t awaited_ = 0;
  QString problem_;
};

}  // namespace alidade
