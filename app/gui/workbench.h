// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <QObject>
#include <QString>
#include <QStringList>

#include "app/gui/view_table.h"
#include "core/studies/infer.h"
#include "views/base/job_runner.h"
#include "views/base/session_model.h"

namespace alidade {

class ScoreModel;

/// What the window does with datasets, checkpoints and results; everything slow is a job. The window only
/// shows it. Evidence of other kinds is computed by who is named beside the view of it (ViewSpec::answer).
class Workbench : public QObject {
  Q_OBJECT

 public:
  /// With whoever computes for these views.
  explicit Workbench(const std::vector<ViewSpec>& views = viewTable(), QObject* parent = nullptr);
  ~Workbench() override;

  SessionModel& session() { return session_; }
  JobRunner& jobs() { return jobs_; }

  /// A checkpoint (.safetensors), an exported figure, a training run or a dataset folder.
  void openPath(const QString& path);
  /// Who opens exported figures; it answers whether the file is one.
  void setFigureOpener(std::function<bool(const QString& path)> open) { open_figure_ = std::move(open); }
  void openDataset(const QString& path);
  void openCheckpoint(const QString& path);
  /// Folders of training runs, or folders with such in them.
  void openRuns(const QStringList& paths);
  /// The bundled dataset and checkpoint; result A is guided, B unguided (K = 50).
  void trySample();
  void reload();

  /// Estimates all frames with the open checkpoint, or once the one that is being opened is there; the frame
  /// that is shown comes first. The guided result becomes A and the previous A becomes B; the unguided one
  /// becomes B.
  void inferGuided();
  void inferUnguided();
  /// Estimates all frames with column A of the schedule lab; the result becomes A.
  void inferSchedule();
  /// Tracks the objects through all sequences of the dataset (K = 50, guided); the result becomes A.
  void inferTracking();
  void swapResults();

  bool hasCheckpoint() const { return network_ != nullptr; }
  /// The open checkpoint once more, for the one who samples beside the jobs: a network is used by one thread
  /// at a time.
  std::shared_ptr<ScoreModel> networkForLab() const { return network_for_lab_; }
  bool canInfer() const { return network_ && session_.dataset(); }
  /// Also needs a dataset with sequences.
  bool canTrack() const { return canInfer() && has_sequences_; }
  const QString& checkpointName() const { return checkpoint_name_; }
  const QString& datasetPath() const { return dataset_path_; }
  /// True while the sample is open or being opened.
  bool isSample() const { return sample_; }

 Q_SIGNALS:
  /// A dataset opened; `path` as it was asked for.
  void datasetOpened(const QString& path);
  void checkpointOpened(const QString& path);
  void networkForLabChanged();
  /// Training runs shall be shown.
  void runsAsked();
  /// Something could not be opened; `sentence` says what, where and what to do.
  void openFailed(const QString& sentence);

 private:
  enum class Slot { kPreviewA, kA, kB };

  void loadDataset(const QString& path);
  void loadCheckpoint(const QString& path);
  void inferSampleWhenReady();
  using Estimation = std::function<Expected<std::shared_ptr<const PoseResult>>(const Dataset&, ScoreModel&,
                                                                               const JobContext&)>;
  void startInference(const QString& title, InferOptions options, Slot slot);
  void startEstimation(const QString& title, Estimation estimation, Slot slot);
  void takeResult(std::shared_ptr<const PoseResult> result, Slot slot);
  void setPreview(bool preview);
  void setNetworkForLab(std::shared_ptr<ScoreModel> network);

  std::shared_ptr<ScoreModel> network_;  ///< used by jobs only, one at a time
  std::shared_ptr<ScoreModel> network_for_lab_;
  std::function<bool(const QString& path)> open_figure_;
  QString checkpoint_name_;
  QString dataset_path_;
  std::vector<int> inference_jobs_;
  bool sample_ = false;
  bool has_sequences_ = false;
  bool a_is_preview_ = false;
  bool loading_checkpoint_ = false;
  bool infer_when_loaded_ = false;
  SessionModel session_;
  JobRunner jobs_;  ///< its destructor waits for jobs that use the members above
  std::vector<std::unique_ptr<QObject>> answers_;
};

}  // namespace alidade
