// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QObject>
#include <QString>

#include "core/data/dataset.h"
#include "core/results/pose_result.h"
#include "core/session/selection.h"

namespace alidade {

class EvaluationModel;
class FrameLoader;
class SampleQueue;
class SamplingModel;
class TrainingModel;

/// The only QObject over the session: what is open, what is selected, what was computed. Lives on the GUI
/// thread. Views hold a pointer and follow its signals; none of them knows another.
class SessionModel : public QObject {
  Q_OBJECT

 public:
  explicit SessionModel(QObject* parent = nullptr);
  ~SessionModel() override;

  void setDataset(std::shared_ptr<const Dataset> dataset);
  std::shared_ptr<const Dataset> dataset() const { return dataset_; }

  /// Equal selections emit nothing. A frame out of range is ignored.
  void setSelection(const Selection& selection);
  const Selection& selection() const { return selection_; }
  void selectFrame(std::size_t frame);  ///< keeps no instance but the first
  void selectInstance(int instance);
  void stepFrame(int delta);  ///< clamps at both ends
  /// The next or previous thing to look at: walks the queue while there is one, else the frames.
  void step(int delta);

  /// The selected frame with its images; null while it loads (frameChanged follows) or when none is selected.
  std::shared_ptr<const Frame> frame() const { return frame_; }
  /// Why the selected frame could not be read; empty when it was, or while it loads.
  const QString& frameProblem() const { return frame_problem_; }

  /// Result A is what views draw as the prediction; B is the reference to flip to.
  void setResultA(std::shared_ptr<const PoseResult> result);
  void setResultB(std::shared_ptr<const PoseResult> result);
  std::shared_ptr<const PoseResult> resultA() const { return result_a_; }
  std::shared_ptr<const PoseResult> resultB() const { return result_b_; }
  /// While Shift is held the views show B in place of A.
  void setShowReference(bool show);
  bool showsReference() const { return show_reference_; }
  /// The result that views draw now: A, or B while the reference is shown.
  std::shared_ptr<const PoseResult> shownResult() const;

  /// What the results score.
  EvaluationModel& evaluation() const { return *evaluation_; }
  /// Objects to look at one after the other; its entries become the selection.
  SampleQueue& queue() const { return *queue_; }
  /// Samples of the selected object under several schedules.
  SamplingModel& sampling() const { return *sampling_; }
  /// Training runs that are compared; no dataset is needed for them.
  TrainingModel& training() const { return *training_; }

 Q_SIGNALS:
  void datasetChanged();
  void selectionChanged();
  void frameChanged();  ///< frame() is new, or became null because another one is loading
  void resultsChanged();
  void referenceShown(bool shown);  ///< Shift went down or up

 private:
  void startLoader();
  void takeFrame(int generation, std::size_t index, const Expected<std::shared_ptr<const Frame>>& loaded);
  void showFrame(std::shared_ptr<const Frame> frame);

  std::shared_ptr<const Dataset> dataset_;
  int generation_ = 0;  ///< counts datasets, to tell late frames of an old one
  Selection selection_;
  std::shared_ptr<const Frame> frame_;
  QString frame_problem_;
  std::shared_ptr<const PoseResult> result_a_, result_b_;
  bool show_reference_ = false;
  std::unique_ptr<FrameLoader> loader_;
  EvaluationModel* evaluation_;  ///< children of this object
  SampleQueue* queue_;
  SamplingModel* sampling_;
  TrainingModel* training_;
};

}  // namespace alidade
