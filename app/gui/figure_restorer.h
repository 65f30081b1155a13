// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <optional>

#include <QObject>
#include <QStringList>

#include "core/base/job.h"
#include "core/session/figure_record.h"

namespace alidade {

class View;
class Workbench;

/// Shows again what an exported figure shows: finds dataset and checkpoint by their digests among what is
/// open and what was, asks for them where none fits, then selects frame, object and results and sets the
/// view. Nothing is opened because a figure names its place.
class FigureRestorer : public QObject {
  Q_OBJECT

 public:
  /// What it needs of the window.
  struct Surroundings {
    std::function<View*(const QString& id)> view;  ///< made when there is none; null for an unknown id
    std::function<void(const QString& id)> bring_forward;  ///< shows the view
    std::function<QStringList()> datasets;                 ///< folders that were open
    std::function<QStringList()> checkpoints;              ///< files that were open
    /// Asks for a folder (a dataset) or a file (a checkpoint); empty when the user has none.
    std::function<QString(const QString& sentence, bool folder)> ask;
  };

  FigureRestorer(Workbench& workbench, Surroundings surroundings, QObject* parent = nullptr);

  /// Reads the figure and begins; what is in the way comes by failed().
  void restore(const QString& path);

 Q_SIGNALS:
  void failed(const QString& sentence);
  /// The view is restored; the sentence tells what is missing, empty when nothing is.
  void restored(const QString& sentence);

 private:
  void needDataset();
  void needCheckpoint();
  void finish();
  void select();
  void chooseRuns();
  /// Looks in a job for the one of `paths` with a digest, and calls `found` with it or with an empty text.
  void search(const QString& title, const QStringList& paths,
              std::function<bool(const QString& path, const JobContext& job)> is_it,
              std::function<void(const QString& path)> found);
  void searchDataset(const QStringList& paths, bool asked);
  void searchCheckpoint(const QStringList& paths, bool asked);

  Workbench& workbench_;
  Surroundings surroundings_;
  std::optional<FigureRecord> record_;  ///< what is being restored
  QString awaited_path_;                ///< being opened for it
  QStringList missing_;
};

/// restore() of `restorer` for a file that is a figure of Alidade; false, and nothing is done, for any other.
bool restoreFigure(FigureRestorer& restorer, const QString& path);

}  // namespace alidade
