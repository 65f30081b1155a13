// SPDX-License-Identifier: BSD-3-Clause
// What Workbench does with single frames: the camera that a user tells, and estimates of the filtered ones.
#include <utility>

#include "app/gui/workbench.h"
#include "core/base/log.h"
#include "core/data/camera_settings.h"
#include "core/studies/infer.h"
#include "core/studies/pose_estimator.h"
#include "views/base/frame_filter_model.h"

namespace alidade {

const CameraSettable* Workbench::settableCamera() {
  return dynamic_cast<const CameraSettable*>(session_.dataset().get());
}

void Workbench::setCamera(const CameraSettings& settings, bool save) {
  const auto dataset = session_.dataset();
  if (!settableCamera()) {
    return;
  }
  auto opened = std::make_shared<std::shared_ptr<const Dataset>>();
  const auto work = [dataset, settings, save, opened](const JobContext& job) -> Expected<void> {
    const auto& settable = dynamic_cast<const CameraSettable&>(*dataset);
    if (save) {
      if (auto saved = settable.save_camera(settings); !saved) {
        return saved.error();
      }
    }
    auto told = settable.with_camera(settings, job);
    if (!told) {
      return told.error();
    }
    *opened = *told;
    return {};
  };
  jobs_.start(tr("Open with this camera"), work,
              [this, dataset, settings, opened](const Expected<void>& outcome) {
                if (!outcome) {
                  if (outcome.error().code != ErrorCode::kCancelled) {
                    Q_EMIT openFailed(QString::fromStdString(outcome.error().message));
                  }
                } else if (session_.dataset() == dataset) {  // no other one was opened meanwhile
                  log_info("dataset", (*opened)->name() + ": opened with the camera that was entered");
                  paths_.emplace_back(*opened, dataset_path_);
                  session_.switchDataset(*opened);
                  told_camera_ = settings;
                }
              });
}

bool Workbench::canInferFiltered() {
  const auto& filter = session_.model<FrameFilterModel>();
  return canInfer() && !filter.frames().empty();
}

void Workbench::inferFiltered() {
  if (!canInferFiltered()) {
    return;
  }
  const auto& filter = session_.model<FrameFilterModel>();
  InferOptions options = default_infer_options();
  options.frames.assign(filter.frames().begin(), filter.frames().end());
  const std::string suffix = " \u00b7 " + filter.text().toStdString();
  const auto estimate = [options, suffix](const Dataset& dataset, const std::shared_ptr<Model>& network,
                                          const JobContext& job) -> Expected<std::shared_ptr<const PoseResult>> {
    const auto estimator = make_estimator(network, options);
    if (!estimator) {
      return estimator.error();
    }
    auto made = infer_poses(dataset, **estimator, options.frames, job);
    if (!made) {
      return made;
    }
    auto named = std::make_shared<PoseResult>(**made);
    named->name += suffix;  // a run of a part is told from one of the whole
    return std::shared_ptr<const PoseResult>(std::move(named));
  };
  startEstimation(tr("Estimate %n filtered frame(s)", nullptr, static_cast<int>(options.frames.size())),
                  estimate, Slot::kA);
}

}  // namespace alidade
