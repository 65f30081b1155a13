// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>

#include <QString>

class QWidget;

namespace alidade {

/// What the window asks of the user about files. An empty answer is "none".
struct FileQuestions {
  /// What becomes of results that are in memory alone when the window is closed.
  enum class Unsaved { kSave, kDiscard, kStay };

  std::function<QString(const QString& title, const QString& start, const QString& filter)> open_file;
  std::function<QString(const QString& title, const QString& start, const QString& filter)> save_file;
  std::function<QString(const QString& title, const QString& start)> folder;
  std::function<Unsaved(std::size_t count)> unsaved;
  /// A file or a folder that has moved: where it is now.
  std::function<QString(const QString& missing, bool is_folder)> moved;
};

/// Those that ask with dialogs over `window`.
FileQuestions dialogQuestions(QWidget* window);

/// A run's name as the name of a file: what no file system takes is left out.
QString fileNameOf(const QString& name);

}  // namespace alidade
