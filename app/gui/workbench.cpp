// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/workbench.h"

#include <utility>

#include <QDir>
#include <QFileInfo>

#include "app/cli/command.h"
#include "app/gui/native_path.h"
#include "core/base/log.h"
#include "core/nn/registry/open_model.h"
#include "core/studies/track.h"
#include "core/training/training_history.h"
#include "plugins/builtin_readers.h"
#include "views/base/evaluation_model.h"
#include "views/base/sampling_model.h"
#include "views/base/training_model.h"

namespace alidade {
namespace {

constexpr const char* kSampleDataset = "datasets/tabletop-mini";
constexpr const char* kSampleCheckpoint = "resources/checkpoints/demo.safetensors";
/// Runs of poses that are held, A and B among them.
constexpr std::size_t kMostPoseRuns = 4;

InferOptions unguidedOptions() {
  InferOptions options = default_infer_options();
  options.sampler.guidance = {};
  return options;
}

QString baseName(const QString& path) {
  return QFileInfo(QDir::cleanPath(path)).fileName();
}

}  // namespace

Workbench::Workbench(const std::vector<ViewSpec>& views, QObject* parent) : QObject(parent) {
  for (const ViewSpec& view : views) {
    if (view.answer) {
      answers_.push_back(view.answer(*this));
    }
  }
}
Workbench::~Workbench() = default;

void Workbench::openPath(const QString& path) {
  if (path.endsWith(QLatin1String(".safetensors"), Qt::CaseInsensitive)) {
    openCheckpoint(path);
  } else if (open_figure_ && open_figure_(path)) {
    return;  // shown again by who has the window
  } else if (is_training_run(bytesOfPath(path))) {
    openRuns({path});
  } else {
    openDataset(path);
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

void Workbench::reload() {
  if (!dataset_path_.isEmpty()) {
    loadDataset(dataset_path_);
  }
}

void Workbench::loadDataset(const QString& path) {
  // Results of the old dataset are of no use any more, and the new one shall not wait for them.
  for (const int job : std::exchange(inference_jobs_, {})) {
    jobs_.cancel(job);
  }
  auto opened = std::make_shared<std::shared_ptr<const Dataset>>();
  const auto work = [path, opened](const JobContext& job) -> Expected<void> {
    auto dataset = builtin_readers().open(bytesOfPath(path), job);
    if (!dataset) {
      return dataset.error();
    }
    *opened = *dataset;
    return {};
  };
  jobs_.start(tr("Open %1").arg(baseName(path)), work, [this, path, opened](const Expected<void>& outcome) {
    if (!outcome) {
      if (outcome.error().code != ErrorCode::kCancelled) {
        Q_EMIT openFailed(QString::fromStdString(outcome.error().message));
      }
      return;
    }
    dataset_path_ = path;
    setPreview(false);
    log_info("dataset", (*opened)->name() + ": " + (*opened)->format() + ", " +
                            std::to_string((*opened)->num_frames()) + " frames, " +
                            std::to_string((*opened)->problems().size()) + " problems");
    has_sequences_ = !(*opened)->sequences().empty();
    session_.setDataset(*opened);
    Q_EMIT datasetOpened(path);
    inferSampleWhenReady();
  });
}

void Workbench::loadCheckpoint(const QString& path) {
  // Two copies: a network is used by one thread at a time, and the lab does not wait for jobs.
  struct Opened {
    std::shared_ptr<ScoreModel> for_jobs, for_lab;
  };
  auto opened = std::make_shared<Opened>();
  const auto work = [path, opened](const JobContext&) -> Expected<void> {
    for (auto* copy : {&opened->for_jobs, &opened->for_lab}) {
      auto network = open_score_model(bytesOfPath(path));
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
    network_ = opened->for_jobs;
    setNetworkForLab(opened->for_lab);
    const bool infer_now = std::exchange(infer_when_loaded_, false);
    checkpoint_name_ = baseName(path);
    Q_EMIT checkpointOpened(path);
    if (infer_now && !sample_) {
      inferGuided();
    }
    inferSampleWhenReady();
  });
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
  startInference(tr("Estimate poses · guided"), options, Slot::kA);
}

void Workbench::inferUnguided() {
  startInference(tr("Estimate poses · no guidance"), unguidedOptions(), Slot::kB);
}

void Workbench::inferSchedule() {
  const SamplingRequest& request = session_.model<SamplingModel>().request();
  if (request.columns.empty()) {
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
  const auto track = [options](const Dataset& dataset, ScoreModel& network,
                               const JobContext& job) -> Expected<std::shared_ptr<const PoseResult>> {
    auto tracked = track_poses(dataset, network, options, job);
    if (!tracked) {
      return tracked.error();
    }
    return std::move(tracked->tracking);
  };
  startEstimation(tr("Track through the sequence"), track, Slot::kA);
}

void Workbench::startInference(const QString& title, InferOptions options, Slot slot) {
  startEstimation(
      title,
      [options = std::move(options)](const Dataset& dataset, ScoreModel& network, const JobContext& job) {
        return infer_poses(dataset, network, options, job);
      },
      slot);
}

void Workbench::startEstimation(const QString& title, Estimation estimation, Slot slot) {
  if (!canInfer()) {
    return;
  }
  auto made = std::make_shared<std::shared_ptr<const PoseResult>>();
  const auto dataset = session_.dataset();
  const auto work = [network = network_, dataset, estimation = std::move(estimation),
                     made](const JobContext& job) -> Expected<void> {
    auto result = estimation(*dataset, *network, job);
    if (!result) {
      return result.error();
    }
    *made = *result;
    return {};
  };
  const int id = jobs_.start(title, work, [this, dataset, made, slot](const Expected<void>& outcome) {
    if (outcome && session_.dataset() == dataset) {
      takeResult(*made, slot);
    } else if (slot == Slot::kA) {
      session_.model<EvaluationModel>().setHeld(false);  // the preview is all there will be
    }
  });
  inference_jobs_.push_back(id);
}

void Workbench::takeResult(std::shared_ptr<const PoseResult> result, Slot slot) {
  if (slot == Slot::kB) {
    session_.setResultB(std::move(result));
    session_.keepPoseRuns(kMostPoseRuns);
    return;
  }
  const RunId preview = a_is_preview_ ? session_.runs().chosen_run<PoseResult>(Run::kA) : 0;
  if (slot == Slot::kA && session_.resultA() && !a_is_preview_) {
    session_.setResultB(session_.resultA());
  }
  setPreview(slot == Slot::kPreviewA);
  if (!a_is_preview_) {
    log_info("infer", result->name + ": " + std::to_string(result->estimates.size()) +
                          " objects estimated, " + std::to_string(result->skipped.size()) + " skipped");
    for (const std::string& sentence : result->skipped) {
      log_warning("infer", sentence);
    }
  }
  const std::string name = result->name + (a_is_preview_ ? " \u00b7 preview" : "");
  session_.chooseRun(Run::kA, session_.addRun(name, std::move(result)));
  session_.removeRun(preview);
  session_.keepPoseRuns(kMostPoseRuns);
}

void Workbench::setPreview(bool preview) {
  a_is_preview_ = preview;
  session_.model<EvaluationModel>().setHeld(preview);
}

void Workbench::setNetworkForLab(std::shared_ptr<ScoreModel> network) {
  network_for_lab_ = std::move(network);
  Q_EMIT networkForLabChanged();
}

void Workbench::swapResults() {
  if (const auto b = session_.resultB()) {
    const auto a = session_.resultA();
    session_.setResultA(b);
    session_.setResultB(a);
  }
}

}  // namespace alidade
