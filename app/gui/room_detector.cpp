// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/room_detector.h"

#include <utility>
#include <vector>

#include "app/cli/command.h"
#include "app/gui/view_table.h"
#include "app/gui/workbench.h"
#include "core/base/log.h"
#include "core/data/scene_dataset.h"
#include "core/exchange/detection_file.h"
#include "core/studies/detect.h"
#include "core/studies/open_detector.h"
#include "core/studies/plain/evaluate_detections.h"
#include "views/base/job_runner.h"
#include "views/base/sample_queue.h"
#include "views/rooms/rooms_view.h"

namespace alidade {
namespace {

constexpr const char* kSampleRooms = "datasets/rooms-mini";
constexpr const char* kSampleDetector = "resources/checkpoints/detector-demo.safetensors";

}  // namespace

/// Filled on the computing thread, read on the GUI thread after it.
struct RoomDetector::Outcome {
  std::shared_ptr<const DetectionResult> result;
  std::vector<std::string> misfits;
  std::vector<SceneScore> scores;  ///< worst first; empty without ground truth
};

RoomDetector::RoomDetector(Workbench& workbench, QObject* parent) : QObject(parent), workbench_(workbench) {
  connect(&workbench, &Workbench::detectorOpened, this, &RoomDetector::detectWhenReady);
  connect(&workbench, &Workbench::datasetOpened, this, &RoomDetector::detectWhenReady);
  connect(&workbench, &Workbench::openFailed, this, [this] { waits_ = false; });
}

void RoomDetector::trySample() {
  waits_ = whole_ = true;
  workbench_.openCheckpoint(QString::fromStdString(share_path(kSampleDetector)));
  workbench_.openDataset(QString::fromStdString(share_path(kSampleRooms)));
}

void RoomDetector::detectWhenReady() {
  const bool both_idle = workbench_.showsScenes() && workbench_.detector();
  if (waits_ && both_idle) {
    waits_ = false;
    detect(whole_);
  }
}

void RoomDetector::detect(bool whole, const QString& head) {
  const auto scenes = scenes_of(workbench_.session().dataset().get());
  const auto detector = workbench_.detector();
  const auto frame = workbench_.session().selection().frame;
  if (!scenes || !detector || (!whole && !frame)) {
    waits_ = scenes && !detector;
    whole_ = whole;
    return;
  }
  const DetectorConfig& config = detector->config();
  DetectOptions options;
  options.source = head.toStdString();
  const auto answers = head_for(config, *scenes, options.source);
  if (!answers) {
    QStringList heads;
    for (const DetectorSource& source : config.sources) {
      heads << QString::fromStdString(source.name);
    }
    Q_EMIT headAsked(heads, whole);
    return;
  }
  if (!whole) {
    options.scenes = {*frame};
  }
  const auto outcome = std::make_shared<Outcome>();
  const auto work = [scenes, detector, options, outcome, head = config.sources[static_cast<std::size_t>(
                                                             *answers)]](const JobContext& job)
      -> Expected<void> {
    auto misfits = detector_misfits(head, *scenes, job);
    if (!misfits) {
      return misfits.error();
    }
    outcome->misfits = std::move(*misfits);
    auto result = detect_scenes(*detector, *scenes, options, job);
    if (!result) {
      return result.error();
    }
    outcome->result = *result;
    auto scores = worst_scenes(*scenes, **result, job);
    if (!scores) {
      return scores.error();
    }
    outcome->scores = std::move(*scores);
    return {};
  };
  const auto done = [this, dataset = workbench_.session().dataset(), outcome](const Expected<void>& ended) {
    if (!ended) {
      if (ended.error().code != ErrorCode::kCancelled) {
        Q_EMIT failed(QString::fromStdString(ended.error().message));
      }
    } else if (workbench_.session().dataset() == dataset) {
      take(*outcome);
    }
  };
  workbench_.jobs().start(whole ? tr("Detect objects") : tr("Detect objects in this scene"), work, done);
}

void RoomDetector::take(const Outcome& outcome) {
  SessionModel& session = workbench_.session();
  for (const std::string& sentence : outcome.result->skipped) {
    log_warning("detect", sentence);
  }
  for (const std::string& sentence : outcome.misfits) {
    log_warning("detect", sentence);
  }
  const RunId before = session.resultRun(Run::kA);
  const RunId run = session.addRun(run_name(*outcome.result), outcome.result);
  session.editRun(run, [](HeldRuns::Entry& entry) { entry.kind = "detected"; });
  if (before != 0 && !session.runs().chosen_by_user<DetectionResult>(Run::kB)) {
    session.proposeRun(Run::kB, before);
  }
  session.proposeRun(Run::kA, run);
  queueWorst(outcome.scores);
  if (!outcome.misfits.empty()) {
    Q_EMIT said(QString::fromStdString(outcome.misfits.front()));
  } else if (!outcome.result->skipped.empty()) {
    Q_EMIT said(QString::fromStdString(outcome.result->skipped.front()));
  }
  Q_EMIT detected(run);
}

void RoomDetector::queueWorst(const std::vector<SceneScore>& scores) {
  if (scores.size() < 2) {
    return;
  }
  std::vector<Selection> entries;
  for (const SceneScore& one : scores) {
    entries.push_back({one.scene, std::nullopt});
  }
  workbench_.session().queue().set(tr("Worst scenes first"), entries);
}

ViewSpec roomsView() {
  return {"rooms", "Room", makeView<RoomsView>, true};
}

}  // namespace alidade
