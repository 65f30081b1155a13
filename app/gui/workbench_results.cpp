// SPDX-License-Identifier: BSD-3-Clause
// What the workbench does with files of results, and with results that are computed.
#include <algorithm>
#include <system_error>
#include <utility>

#include <QDir>
#include <QFileInfo>
#include <QTimer>
#include <QUndoStack>

#include <unistd.h>

#include "app/gui/app_settings.h"
#include "app/gui/native_path.h"
#include "app/gui/workbench.h"
#include "core/base/log.h"
#include "core/studies/infer_result.h"
#include "core/studies/recording_estimator.h"
#include "core/studies/pose_estimator.h"
#include "core/studies/plain/open_data.h"
#include "core/studies/track.h"
#include "core/training/training_history.h"
#include "plugins/builtin_readers.h"
#include "views/base/evaluation_model.h"
#include "views/base/sampling_model.h"
#include "views/base/undo_step.h"

namespace alidade {
namespace {

/// Long enough for the session to have written the whole result somewhere else.
constexpr int kKeepRecordingMilliseconds = 15000;

void warn_of_recording(const std::string& problem) {
  if (!problem.empty()) {
    log_warning("infer", "what is estimated so far could not be recorded: " + problem);
  }
}

}  // namespace

Workbench::~Workbench() {
  for (const auto& file : recordings_) {
    std::error_code gone;
    std::filesystem::remove(file, gone);
  }
}

void Workbench::connectFiles() {
  connect(files_.get(), &RunFiles::failed, this, &Workbench::failed);
  connect(files_.get(), &RunFiles::said, this, &Workbench::said);
  connect(files_.get(), &RunFiles::checkpointFound, this, &Workbench::openCheckpoint);
  connect(files_.get(), &RunFiles::sessionFound, this, &Workbench::sessionAsked);
  connect(files_.get(), &RunFiles::scheduleOpened, this, &Workbench::openSchedule);
}

void Workbench::openPath(const QString& path) {
  const QFileInfo info(path);
  if (path.endsWith(QLatin1String(".safetensors"), Qt::CaseInsensitive)) {
    openCheckpoint(path);
  } else if (open_figure_ && open_figure_(path)) {
    return;  // shown again by who has the window
  } else if (is_training_run(bytesOfPath(path))) {
    openRuns({path});
  } else if (info.isFile() && names_scenes(bytesOfPath(path), builtin_scene_readers())) {
    openDataset(path);
  } else if (info.isFile()) {
    files_->open(path);
  } else {
    openDataset(path);
  }
}

/// The lab's schedule is work of the user too: opening another one can be undone.
void Workbench::openSchedule(const Guidance& guidance, const QString& path) {
  auto& model = session_.model<SamplingModel>();
  Q_EMIT scheduleAsked();  // a lab that has not been shown yet makes its columns now
  const SamplerOptions before = model.shownSchedule();
  SamplerOptions after = before;
  after.guidance = guidance;
  model.setShownSchedule(after);
  session_.undoStack().push(new UndoStep(
      tr("open schedule %1").arg(QFileInfo(path).fileName()), [&model, before] { model.setShownSchedule(before); },
      [&model, after] { model.setShownSchedule(after); }));
}

/// Another dataset is open, by opening or by undoing.
void Workbench::followDataset() {
  if (!reading_again_) {
    ++dataset_number_;
    preview_run_ = 0;
    setPreview(false);
    for (const int job : std::exchange(inference_jobs_, {})) {
      jobs_.cancel(job);
    }
  }
  const auto dataset = session_.dataset();
  std::erase_if(paths_, [](const auto& entry) { return entry.first.expired(); });
  const auto known = std::find_if(paths_.rbegin(), paths_.rend(),
                                  [&](const auto& entry) { return entry.first.lock() == dataset; });
  dataset_path_ = known == paths_.rend() ? QString() : known->second;
  has_sequences_ = dataset && !dataset->sequences().empty();
  told_camera_.reset();
}

RecordingOptions Workbench::nextRecording() {
  RecordingOptions recording;
  recording.every = record_every_;
  recording.file = recoveryFolder() / ("estimate-" + std::to_string(::getpid()) + "-" +
                                       std::to_string(++recordings_begun_) + ".npz");
  return recording;
}

void Workbench::startInference(const QString& title, InferOptions options, Slot slot) {
  const RecordingOptions recording = nextRecording();
  const auto estimate = [options = std::move(options), recording](
                            const Dataset& dataset, const std::shared_ptr<Model>& network,
                            const JobContext& job) -> Expected<std::shared_ptr<const PoseResult>> {
    const auto estimator = make_estimator(network, options);
    if (!estimator) {
      return estimator.error();
    }
    RecordingEstimator recorder(**estimator, recording);
    auto result = infer_poses(dataset, recorder, options.frames, job);
    warn_of_recording(recorder.problem());
    return result;
  };
  startEstimation(title, estimate, slot, recording.file);
}

void Workbench::startTracking(const QString& title, TrackOptions options, Slot slot) {
  const RecordingOptions recording = nextRecording();
  const auto track = [options = std::move(options), recording](
                         const Dataset& dataset, const std::shared_ptr<Model>& network,
                         const JobContext& job) -> Expected<std::shared_ptr<const PoseResult>> {
    ResultRecorder recorder(recording);
    TrackOptions recorded = options;
    recorded.on_frame = [&recorder](const PoseResult& so_far) { recorder.offer(so_far); };
    // canTrack() has seen that it samples.
    auto tracked = track_poses(dataset, dynamic_cast<ScoreModel&>(*network), recorded, job);
    warn_of_recording(recorder.problem());
    if (!tracked) {
      return tracked.error();
    }
    return std::move(tracked->tracking);
  };
  startEstimation(title, track, slot, recording.file);
}

void Workbench::startEstimation(const QString& title, Estimation estimation, Slot slot,
                                const std::filesystem::path& recording) {
  if (!canInfer()) {
    return;
  }
  auto made = std::make_shared<std::shared_ptr<const PoseResult>>();
  const auto dataset = session_.dataset();
  const auto work = [network = network_, dataset, estimation = std::move(estimation),
                     made](const JobContext& job) -> Expected<void> {
    auto result = estimation(*dataset, network, job);
    if (!result) {
      return result.error();
    }
    *made = *result;
    return {};
  };
  const int number = dataset_number_;
  const auto done = [this, number, made, slot, recording](const Expected<void>& outcome) {
    if (outcome && number == dataset_number_) {
      takeResult(*made, slot);
      forgetRecording(recording);
      return;
    }
    if (slot == Slot::kA) {
      session_.model<EvaluationModel>().setHeld(false);  // the preview is all there will be
    }
    std::error_code missing;
    if (!recording.empty() && std::filesystem::exists(recording, missing)) {
      Q_EMIT said(tr("The run did not come to its end; what it had is in %1.").arg(pathOfBytes(recording.string())));
    }
  };
  inference_jobs_.push_back(jobs_.start(title, work, done));
}

void Workbench::forgetRecording(const std::filesystem::path& file) {
  if (!file.empty()) {
    recordings_.push_back(file);
    QTimer::singleShot(kKeepRecordingMilliseconds, this, [file] {
      std::error_code gone;
      std::filesystem::remove(file, gone);
    });
  }
}

std::filesystem::path Workbench::recoveryFolder() {
  return AppSettings::statePath().parent_path() / "recovery";
}

void Workbench::takeResult(std::shared_ptr<const PoseResult> result, Slot slot) {
  const RunId preview = slot == Slot::kB ? 0 : std::exchange(preview_run_, 0);
  const RunId before = session_.runs().chosen_run<PoseResult>(Run::kA);
  const bool is_preview = slot == Slot::kPreviewA;
  if (slot != Slot::kB) {
    setPreview(is_preview);
  }
  if (!is_preview) {
    log_info("infer", result->name + ": " + std::to_string(result->estimates.size()) +
                          " objects estimated, " + std::to_string(result->skipped.size()) + " skipped");
    for (const std::string& sentence : result->skipped) {
      log_warning("infer", sentence);
    }
  }
  const std::string name = result->name + (is_preview ? " \u00b7 preview" : "");
  const RunId run = session_.addRun(name, std::move(result));
  session_.editRun(run, [&](HeldRuns::Entry& entry) { entry.kind = is_preview ? kPreviewKind : "estimated"; });
  if (slot == Slot::kB) {
    session_.proposeRun(Run::kB, run);
    return;
  }
  // What the user compares with stays; else the run before is what one wants to compare with.
  if (slot == Slot::kA && before != 0 && before != preview && !session_.runs().chosen_by_user<PoseResult>(Run::kB)) {
    session_.proposeRun(Run::kB, before);
  }
  session_.proposeRun(Run::kA, run);
  session_.removeRun(preview);
  preview_run_ = is_preview ? run : 0;
}

}  // namespace alidade
