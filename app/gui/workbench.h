// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <QObject>
#include <QString>
#include <QStringList>

#include "app/gui/run_files.h"
#include "app/gui/view_table.h"
#include "core/data/camera_settings.h"
#include "core/studies/infer.h"
#include "views/base/job_runner.h"
#include "views/base/session_model.h"

namespace alidade {

class DetectorNetwork;
class Model;
class ScoreModel;
struct RecordingOptions;
struct TrackOptions;

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

  RunFiles& files() { return *files_; }

  /// A dataset folder, a training run, or a file: results, an exported figure, a checkpoint, a guidance
  /// schedule, a session. A file is opened itself, never the folder around it.
  void openPath(const QString& path);
  /// Who opens exported figures; it answers whether the file is one.
  void setFigureOpener(std::function<bool(const QString& path)> open) { open_figure_ = std::move(open); }
  void openDataset(const QString& path);
  void openCheckpoint(const QString& path);
  /// Folders of training runs, or folders with such in them.
  void openRuns(const QStringList& paths);
  /// The bundled dataset and checkpoint; result A is guided, B unguided (K = 50).
  void trySample();
  /// The bundled histories of gradient contention: A of the DecomPose demo, B of the same training without
  /// groups.
  void tryContention();
  /// The bundled sweep of bit widths of the keypoint network.
  void tryQuantization();
  /// What three detectors, alike but for their seeds, share between their sources.
  void tryKernels();
  void reload();

  /// Estimates all frames with the open checkpoint, or once the one that is being opened is there; the frame
  /// that is shown comes first. The guided result is a run of its own and becomes A; the previous A becomes B
  /// unless the user chose a B himself. The unguided one becomes B. While it goes, what there is so far is
  /// written to `recoveryFolder` now and then, and stays there when the run does not come to its end.
  void inferGuided();
  void inferUnguided();
  /// Estimates all frames with column A of the schedule lab; the result becomes A.
  void inferSchedule();
  /// Estimates the frames that pass the browser's filter (K = 50, guided); the result becomes A.
  void inferFiltered();
  /// Tracks the objects through all sequences of the dataset (K = 50, guided); the result becomes A.
  void inferTracking();

  /// $XDG_STATE_HOME/alidade/recovery.
  static std::filesystem::path recoveryFolder();
  /// How often a run that goes is recorded there.
  void setRecordingInterval(std::chrono::milliseconds every) { record_every_ = every; }

  /// The open dataset where its camera may be told (a loose frame), else null.
  const CameraSettable* settableCamera();
  /// Opens the dataset anew with this camera; `save` writes it beside the images first.
  void setCamera(const CameraSettings& settings, bool save);

  bool hasCheckpoint() const { return network_ != nullptr; }
  /// The open checkpoint once more, for the one who samples beside the jobs: a network is used by one thread
  /// at a time. Null for one that estimates poses without sampling.
  std::shared_ptr<ScoreModel> networkForLab() const { return network_for_lab_; }
  bool canInfer() const { return network_ && session_.dataset() && !showsScenes(); }
  /// The open dataset holds indoor scenes.
  bool showsScenes() const;
  /// The detector of the last checkpoint that was one; null before. Used by jobs only, one at a time.
  std::shared_ptr<DetectorNetwork> detector() const { return detector_; }
  const QString& detectorName() const { return detector_name_; }
  /// Also needs a network that samples poses.
  bool canSample() const { return canInfer() && network_for_lab_; }
  /// Also needs a filter that some frames pass.
  bool canInferFiltered();
  /// Also needs a dataset with sequences.
  bool canTrack() const { return canSample() && has_sequences_; }
  const QString& checkpointName() const { return checkpoint_name_; }
  const QString& checkpointPath() const { return checkpoint_path_; }
  const QString& datasetPath() const { return dataset_path_; }
  /// True while the sample is open or being opened.
  bool isSample() const { return sample_; }

 Q_SIGNALS:
  /// A dataset opened; `path` as it was asked for.
  void datasetOpened(const QString& path);
  void checkpointOpened(const QString& path);
  void networkForLabChanged();
  void detectorOpened(const QString& path);
  /// Training runs shall be shown.
  void runsAsked();
  /// Something could not be opened; `sentence` says what, where and what to do.
  void openFailed(const QString& sentence);
  /// A dataset was not opened, whether it could not be or was stopped; `path` as it was asked for.
  void datasetFailed(const QString& path);
  /// A file of results could not be opened or written; one sentence.
  void failed(const QString& sentence);
  /// Something worth knowing, one sentence.
  void said(const QString& sentence);
  void scheduleAsked();                    ///< a guidance schedule was opened into the lab
  void sessionAsked(const QString& path);  ///< the file of a session shall be opened

 private:
  enum class Slot { kPreviewA, kA, kB };

  void loadDataset(const QString& path);
  void loadCheckpoint(const QString& path);
  void inferSampleWhenReady();
  void takeDetector(std::shared_ptr<DetectorNetwork> detector, const QString& path);
  using Estimation = std::function<Expected<std::shared_ptr<const PoseResult>>(
      const Dataset&, const std::shared_ptr<Model>&, const JobContext&)>;
  RecordingOptions nextRecording();
  void startInference(const QString& title, InferOptions options, Slot slot);
  void startTracking(const QString& title, TrackOptions options, Slot slot);
  void connectFiles();
  void openSchedule(const Guidance& guidance, const QString& path);
  void followDataset();
  void forgetRecording(const std::filesystem::path& file);
  /// `recording` is where the estimation writes what there is so far; empty = nowhere.
  void startEstimation(const QString& title, Estimation estimation, Slot slot,
                       const std::filesystem::path& recording = {});
  void takeResult(std::shared_ptr<const PoseResult> result, Slot slot);
  void setPreview(bool preview);
  void setNetworkForLab(std::shared_ptr<ScoreModel> network);

  std::shared_ptr<Model> network_;  ///< used by jobs only, one at a time
  std::shared_ptr<ScoreModel> network_for_lab_;
  std::function<bool(const QString& path)> open_figure_;
  QString checkpoint_name_, checkpoint_path_;
  std::shared_ptr<DetectorNetwork> detector_;
  QString detector_name_;
  QString dataset_path_;
  std::vector<std::pair<std::weak_ptr<const Dataset>, QString>> paths_;  ///< of datasets that may come back
  int dataset_number_ = 0;  ///< counts those that were opened, the same one read anew excepted
  std::vector<std::filesystem::path> recordings_;  ///< of runs that came to their end
  std::chrono::milliseconds record_every_{20000};
  int recordings_begun_ = 0;
  std::vector<int> inference_jobs_;
  std::optional<CameraSettings> told_camera_;  ///< kept when the dataset is read again
  bool sample_ = false;
  bool has_sequences_ = false;
  bool reading_again_ = false;  ///< the same dataset once more: what is computed for it goes on
  RunId preview_run_ = 0;
  bool loading_checkpoint_ = false;
  bool infer_when_loaded_ = false;
  SessionModel session_;
  JobRunner unlisted_;  ///< the list of jobs is not for what nobody asked for
  JobRunner jobs_;      ///< its destructor waits for jobs that use the members above
  std::unique_ptr<RunFiles> files_;
  std::vector<std::unique_ptr<QObject>> answers_;
};

}  // namespace alidade
