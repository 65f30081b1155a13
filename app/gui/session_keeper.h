// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <QObject>
#include <QString>
#include <QTimer>

#include "core/base/folder_lock.h"
#include "core/session/session_file.h"
#include "views/base/job_runner.h"
#include "views/base/session_model.h"

namespace alidade {

class MainWindow;

/// Saves and opens sessions, and keeps the present one in $XDG_STATE_HOME/alidade/session, so that a crash
/// costs at most a few seconds: `session.json`, and below `runs` a copy of every result that is in memory
/// alone, while all copies together stay within a limit. A session that did not come up when it was last
/// restored is offered instead of being restored again, and so is one with results that were never saved
/// when another start does not restore it.
class SessionKeeper : public QObject {
  Q_OBJECT

 public:
  explicit SessionKeeper(MainWindow& window);
  ~SessionKeeper() override;

  /// Writes the session as a file of the user's; results that are in memory alone are written beside it, into
  /// "NAME-runs".
  void save(const QString& path);
  void open(const QString& path);

  /// Begins to keep the session; with `restore` the last one comes up first. Only one process keeps it: in
  /// another one this does nothing.
  void start(bool restore);
  /// Writes what has changed and waits until it is on disk.
  void flush();
  /// Results that are in memory alone are not kept any more: the user wants none of them.
  void dropUnsaved() { drops_unsaved_ = true; }

  static std::filesystem::path folder();
  /// Bytes that copies of unsaved results may take together.
  void setMostCopyBytes(std::uintmax_t bytes) { most_copy_bytes_ = bytes; }

 Q_SIGNALS:
  void opened();                    ///< everything of a session that could be opened is
  void read(const QString& path);   ///< a session of the user's, by open()
  void saved(const QString& path);  ///< by save()

 private:
  /// `was_read` hears that it could be read.
  void openFile(const std::filesystem::path& path, const std::function<void()>& was_read = {});
  void restore(SessionFile session);
  void setAside(bool failed);
  void offerRecording();
  SessionFile snapshot() const;
  void write();
  void copyRuns();
  void removeOldCopies(const SessionFile& session) const;
  void saveFile(const QString& path);
  bool keeps() const { return lock_.has_value(); }

  MainWindow& window_;
  std::optional<FolderLock> lock_;
  std::map<RunId, std::filesystem::path> copies_;  ///< of unsaved results; on disk
  std::set<RunId> copying_, too_large_;
  std::set<std::filesystem::path> kept_for_others_;  ///< copies of a session that was set aside
  std::uintmax_t most_copy_bytes_ = std::uintmax_t{1} << 30;
  std::uintmax_t copy_bytes_ = 0;
  std::string written_;  ///< text of session.json as it was last written
  QTimer changed_, period_;
  bool restoring_ = false;
  bool drops_unsaved_ = false;
  JobRunner writer_;  ///< of its own: the list of jobs is not for what nobody asked for
};

}  // namespace alidade
