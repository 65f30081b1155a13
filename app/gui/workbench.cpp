// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/workbench.h"

#include <utility>

#include <QDir>
#include <QFileInfo>

#include "app/cli/command.h"
#include "app/gui/native_path.h"
#include "core/base/log.h"
#include "core/data/scene_dataset.h"
#include "core/nn/registry/open_model.h"
#include "core/studies/open_detector.h"
#include "core/studies/plain/open_data.h"
#include "core/studies/track.h"
#include "plugins/builtin_readers.h"
#include "views/base/evaluation_model.h"
#include "views/base/sampling_model.h"
#include "views/base/training_model.h"

namespace alidade {
namespace {

constexpr const char* kSampleDataset = "datasets/tabletop-mini";
constexpr const char* kSampleCheckpoint = "resources/checkpoints/demo.safetensors";
constexpr const char* kSampleHistories[] = {"resources/histories/decompose-demo.npz",
                                            "resources/histories/decompose-no-groups.npz"};
constexpr const char* kSampleSweep = "resources/sweeps/mqat-demo.json";
constexpr const char* kSampleKernels[] = {"resources/kernels/joint-1.npz", "resources/kernels/joint-2.npz",
                                          "resources/kernels/joint-3.npz"};

InferOptions unguidedOptions() {
  InferOptions options = default_infer_options();
  options.sampler.guidance = {};
  return options;
}

QString baseName(const QString& path) {
  return QFileInfo(QDir::cleanPath(path)).fileName();
}

}  // namespace

Workbench::Workbench(const std::vector<ViewSpec>& views, QObject* parent)
    : QObject(parent), files_(std::make_unique<RunFiles>(session_, jobs_)) {
  connect(&session_, &SessionModel::datasetChanged, this, &Workbench::followDataset);
  connectFiles();
  for (const ViewSpec& view : views) {
    if (view.answer) {
      answers_.push_back(view.answer(*this));
    }
  }
}
void Workbench::openDataset(const QString& path) {
  sample_ = false;
  loadDataset(path);
}

void Workbench::openCheckpoint(const QString& path) {
  sample_ = false;
  loadCheckpoint(path);
}

void Workbench::openRuns(const QStringList& paths) {
  session_.model<TrainingModel>().open(paths);
  Q_EMIT runsAsked();
}

void Workbench::trySample() {
  sample_ = true;
  network_.reset();
  setNetworkForLab(nullptr);
  loadCheckpoint(QString::fromStdString(share_path(kSampleCheckpoint)));
  loadDataset(QString::fromStdString(share_path(kSampleDataset)));
}

void Workbench::tryContention() {
  for (const char* history : kSampleHistories) {
    files().open(QString::fromStdString(share_path(history)));
  }
}

void Workbench::tryQuantization() {
  files().open(QString::fromStdString(share_path(kSampleSweep)));
}

void Workbench::tryKernels() {
  for (const char* kernels : kSampleKernels) {
    files().open(QString::fromStdString(share_path(kernels)));
  }
}

void Workbench::reload() {
  if (told_camera_ && settableCamera()) {
    setCamera(CameraSettings(*told_camera_), false);
  } else if (!dataset_path_.isEmpty()) {
    loadDataset(dataset_path_);
  }
}

void Workbench::loadDataset(const QString& path) {
  struct Opened {
    std::shared_ptr<const Dataset> dataset;
    bool same = false;  ///< as the one that is open: its results still answer to it
  };
  auto opened = std::make_shared<Opened>();
  const auto before = path == dataset_path_ ? session_.dataset() : nullptr;
  const auto work = [path, before, opened](const JobContext& job) -> Expected<void> {
    auto dataset = open_shown(bytesOfPath(path), builtin_readers(), builtin_scene_readers(), job);
    if (!dataset) {
      return dataset.error();
    }
    opened->dataset = *dataset;
    opened->same = before && before->digest() == (*dataset)->digest();
    return {};
  };
  const auto done = [this, path, before, opened](const Expected<void>& outcome) {
    if (!outcome) {
      if (outcome.error().code != ErrorCode::kCancelled) {
        Q_EMIT openFailed(QString::fromStdString(outcome.error().message));
      }
      Q_EMIT datasetFailed(path);
      return;
    }
    const Dataset& dataset = *opened->dataset;
    log_info("dataset", dataset.name() + ": " + dataset.format() + ", " +
                            std::to_string(dataset.num_frames()) + " frames, " +
                            std::to_string(dataset.problems().size()) + " problems");
    paths_.emplace_back(opened->dataset, path);
    if (opened->same && before == session_.dataset()) {
      const Selection selection = session_.selection();
      reading_again_ = true;
      session_.setDataset(opened->dataset, true);
      reading_again_ = false;
      session_.setSelection(selection);
    } else {
      session_.switchDataset(opened->dataset);
    }
    Q_EMIT datasetOpened(path);
    files_->openWaiting();
    inferSampleWhenReady();
    // Figures and sessions name it; of a large dataset it takes longer than the window may wait.
    unlisted_.start(
        tr("Digest"),
        [read = opened->dataset](const JobContext&) -> Expected<void> {
          static_cast<void>(read->digest());
          return {};
        },
        [](const Expected<void>&) {});
  };
  jobs_.start(tr("Open %1").arg(baseName(path)), work, done, JobLane::kFiles);
}

void Workbench::loadCheckpoint(const QString& path) {
  // Two copies: a network is used by one thread at a time, and the lab does not wait for jobs.
  struct Opened {
    std::shared_ptr<Model> for_jobs, for_lab;
    std::shared_ptr<DetectorNetwork> detector;
  };
  auto opened = std::make_shared<Opened>();
  const auto work = [path, opened](const JobContext&) -> Expected<void> {
    if (const auto detects = is_detector(bytesOfPath(path)); detects && *detects) {
      auto detector = open_detector(bytesOfPath(path));
      if (!detector) {
        return detector.error();
      }
      opened->detector = std::move(*detector);
      return {};
    }
    for (auto* copy : {&opened->for_jobs, &opened->for_lab}) {
      auto network = open_pose_model(bytesOfPath(path));
      if (!network) {
        return network.error();
      }
      *copy = std::move(*network);
    }
    return {};
  };
  loading_checkpoint_ = true;
  jobs_.start(tr("Open %1").arg(baseName(path)), work, [this, path, opened](const Expected<void>& outcome) {
    loading_checkpoint_ = false;
    if (!outcome) {
      infer_when_loaded_ = false;
      if (outcome.error().code != ErrorCode::kCancelled) {
        Q_EMIT openFailed(QString::fromStdString(outcome.error().message));
      }
      return;
    }
    if (opened->detector) {
      takeDetector(opened->detector, path);
      return;
    }
    network_ = opened->for_jobs;
    setNetworkForLab(std::dynamic_pointer_cast<ScoreModel>(opened->for_lab));
    const bool infer_now = std::exchange(infer_when_loaded_, false);
    checkpoint_name_ = baseName(path);
    checkpoint_path_ = path;
    Q_EMIT checkpointOpened(path);
    if (infer_now && !sample_) {
      inferGuided();
    }
    inferSampleWhenReady();
  });
}

/// Poses and boxes are estimated by different networks: each stays when the other is opened.
void Workbench::takeDetector(std::shared_ptr<DetectorNetwork> detector, const QString& path) {
  detector_ = std::move(detector);
  infer_when_loaded_ = false;
  detector_name_ = baseName(path);
  checkpoint_path_ = path;
  Q_EMIT detectorOpened(path);
  Q_EMIT checkpointOpened(path);
}

bool Workbench::showsScenes() const {
  return scenes_of(session_.dataset().get()) != nullptr;
}

void Workbench::inferSampleWhenReady() {
  if (sample_ && canInfer() && QString::fromStdString(share_path(kSampleDataset)) == dataset_path_ &&
      !session_.resultA()) {
    inferGuided();
    inferUnguided();
  }
}

void Workbench::inferGuided() {
  if (!network_) {
    infer_when_loaded_ = loading_checkpoint_;
    return;
  }
  InferOptions options = default_infer_options();
  if (const auto frame = session_.selection().frame; frame && !session_.resultA()) {
    options.frames = {*frame};
    startInference(tr("Estimate this frame"), options, Slot::kPreviewA);
    options.frames.clear();
  }
  startInference(network_for_lab_ ? tr("Estimate poses · guided") : tr("Estimate poses"), options, Slot::kA);
}

void Workbench::inferUnguided() {
  if (canSample()) {
    startInference(tr("Estimate poses · no guidance"), unguidedOptions(), Slot::kB);
  }
}

void Workbench::inferSchedule() {
  const SamplingRequest& request = session_.model<SamplingModel>().request();
  if (request.columns.empty() || !canSample()) {
    return;
  }
  InferOptions options = default_infer_options();
  options.sampler = request.columns.front();
  options.num_samples = request.num_samples;
  options.seed = request.seed;
  options.from_regression = request.from_regression && !request.analytic;
  startInference(tr("Estimate poses \u00b7 %1").arg(QString::fromStdString(describe(options.sampler))),
                 options, Slot::kA);
}

void Workbench::inferTracking() {
  if (!canTrack()) {
    return;
  }
  TrackOptions options;
  options.infer = default_infer_options();
  options.compare = false;
  startTracking(tr("Track through the sequence"), std::move(options), Slot::kA);
}

void Workbench::setPreview(bool preview) {
  session_.model<EvaluationModel>().setHeld(preview);
}

void Workbench::setNetworkForLab(std::shared_ptr<ScoreModel> network) {
  network_for_lab_ = std::move(network);
  Q_EMIT networkForLabChanged();
}

}  // namespace alidade
