// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace alidade {

/// What the window remembers between runs. Preferences live in $XDG_CONFIG_HOME/alidade/settings.json, recent
/// files and layouts in $XDG_STATE_HOME/alidade/window.json; both are JSON with a "schema" number. A file of
/// a newer schema, or one that cannot be read, is kept as .bak and defaults are used.
struct AppSettings {
  static constexpr int kSchema = 1;
  static constexpr int kMaxRecent = 8;

  // Preferences
  QString theme = QStringLiteral("system");  ///< "system", "dark", "light"
  QJsonObject keys;  ///< command id -> list of keys, for the commands whose keys the user changed

  // State
  QStringList recent;       ///< dataset folders, newest first
  QStringList recent_results, recent_sessions;  ///< files, newest first
  QString last_checkpoint;  ///< path; empty for none
  QString result_folder;    ///< where results were last opened or saved
  QString perspective = QStringLiteral("inspect");
  QJsonObject layouts;  ///< perspective id -> what is kept of its layout (app/gui/layout_keeper.h)
  bool tour_taken = false;
  QJsonObject views;    ///< view id -> View::saveState
  QJsonArray further;   ///< ids of further views (app/gui/further_views.h)
  QByteArray geometry;  ///< QWidget::saveGeometry

  /// Puts a path in front of one of the lists above, as an absolute one.
  static void remember(QStringList& list, const QString& path);
  void addRecent(const QString& path) { remember(recent, path); }

  /// Where the two files lie; `XDG_*` variables are honored.
  static std::filesystem::path preferencesPath();
  static std::filesystem::path statePath();

  /// Never fails: what is missing or faulty becomes the default. `notes` receives one sentence per file that
  /// was set aside.
  static AppSettings load(QStringList* notes);
  /// Writes both files atomically; an empty list, or one sentence per file that could not be written.
  QStringList save() const;
};

}  // namespace alidade
