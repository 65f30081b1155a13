// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <vector>

#include <QObject>
#include <QString>

#include "core/data/dataset.h"
#include "core/results/pose_result.h"
#include "core/session/held_runs.h"
#include "core/session/selection.h"
#include "views/base/evidence_model.h"

class QUndoStack;

namespace alidade {

class FrameLoader;
class SampleQueue;

/// The only QObject over the session: what is open, what is selected, what was computed. Lives on the GUI
/// thread. Views hold a pointer and follow its signals; none of them knows another.
class SessionModel : public QObject {
  Q_OBJECT

 public:
  explicit SessionModel(QObject* parent = nullptr);
  ~SessionModel() override;

  /// What belongs to the dataset that was open goes; `keep_runs` for the same dataset read anew.
  void setDataset(std::shared_ptr<const Dataset> dataset, bool keep_runs = false);
  /// Opens another dataset as a step that can be undone: undoing brings back the dataset that was open, with
  /// its runs, its choices and its selection.
  void switchDataset(std::shared_ptr<const Dataset> dataset);
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

  /// The results that are held, of every type, and which of them are A and B.
  const HeldRuns& runs() const { return runs_; }
  /// Holds a result as a run, chosen by nobody yet; see HeldRuns::add.
  template <class Result>
  RunId addRun(const std::string& name, std::shared_ptr<const Result> result, bool of_dataset = true) {
    const RunId run = runs_.add(name, std::move(result), of_dataset);
    Q_EMIT runsChanged();
    return run;
  }
  /// A chosen one leaves its place empty. Cannot be undone.
  void removeRun(RunId run);
  /// Makes a run A or B of its type, as the user asked for.
  void chooseRun(Run side, RunId run);
  /// The same on the program's own account: the next one may replace it.
  void proposeRun(Run side, RunId run);
  /// Nothing is A or B of this type any more.
  void chooseNone(Run side, std::type_index type);
  /// What has been computed for A and B changes places.
  void swapResults();
  /// Another result of the same run, whose file has grown.
  template <class Result>
  void replaceRun(RunId run, std::shared_ptr<const Result> result) {
    editRun(run, [&](HeldRuns::Entry& entry) { entry.result = std::move(result); });
    Q_EMIT resultsChanged();
  }
  /// Changes what the list says of a run. Cannot be undone.
  void editRun(RunId run, const std::function<void(HeldRuns::Entry&)>& change);
  /// Gives a run another name, with a number when it is taken. Cannot be undone.
  void nameRun(RunId run, const std::string& name);
  /// The type of the results that belong to the open dataset: detections where it holds indoor scenes, poses
  /// where it holds images and where none is open. "A" and "B" without more are of this type.
  std::type_index resultType() const;
  /// A or B; 0 when none is chosen.
  RunId resultRun(Run side) const { return runs_.chosen_run(resultType(), side); }
  /// "demo · exp 1–15": the name of A or B; empty when none is chosen.
  QString resultName(Run side) const;
  /// The look of A or B (HeldRuns::Entry::style); of none, that of the first or second run.
  int resultStyle(Run side) const;
  /// The name of the run that holds this result, else the result's own.
  QString nameOf(const PoseResult& result) const;
  /// Asks the window to write a run to a file.
  void askSave(RunId run) { Q_EMIT saveAsked(run); }

  // Steps of the user, which can be undone.
  QUndoStack& undoStack() const { return *undo_; }
  void renameRun(RunId run, const QString& name);
  void setRunNote(RunId run, const QString& note);
  void setRunStyle(RunId run, int style);
  /// Whether tables and curves show it beside A and B.
  void setRunInTables(RunId run, bool shown);
  /// When A goes and B stays, B takes its place.
  void removeRuns(const std::vector<RunId>& runs);

  /// Result A is what views draw as the prediction; B is the reference to flip to. A result that is not held
  /// yet becomes a run under its own name; null chooses none.
  void setResultA(std::shared_ptr<const PoseResult> result) { setResult(Run::kA, std::move(result)); }
  void setResultB(std::shared_ptr<const PoseResult> result) { setResult(Run::kB, std::move(result)); }
  std::shared_ptr<const PoseResult> resultA() const { return runs_.chosen<PoseResult>(Run::kA); }
  std::shared_ptr<const PoseResult> resultB() const { return runs_.chosen<PoseResult>(Run::kB); }
  /// While Shift is held the views show B in place of A.
  void setShowReference(bool show);
  bool showsReference() const { return show_reference_; }
  /// The result that views draw now: A, or B while the reference is shown.
  std::shared_ptr<const PoseResult> shownResult() const;

  /// The session's model of this type, made when it is first asked for: whoever asks has registered it.
  template <class Model>
  Model& model() {
    static_assert(std::is_base_of_v<EvidenceModel, Model>);
    EvidenceModel*& held = models_[typeid(Model)];
    if (!held) {
      held = new Model(this);
      connect(held, &EvidenceModel::evidenceChanged, this, &SessionModel::evidenceChanged);
    }
    return static_cast<Model&>(*held);
  }
  /// Some model has something to show though no dataset is open.
  bool hasEvidence() const;

  /// Objects to look at one after the other; its entries become the selection.
  SampleQueue& queue() const { return *queue_; }

 Q_SIGNALS:
  void datasetChanged();
  void selectionChanged();
  void frameChanged();              ///< frame() is new, or became null because another one is loading
  void runsChanged();               ///< a run came or went, or what the list says of one changed
  void resultsChanged();            ///< A or B of some type is another one
  void evidenceChanged();           ///< of a model, see EvidenceModel::evidenceChanged
  void referenceShown(bool shown);  ///< Shift went down or up
  void saveAsked(int run);

 private:
  void startLoader();
  void takeFrame(int generation, std::size_t index, const Expected<std::shared_ptr<const Frame>>& loaded);
  void showFrame(std::shared_ptr<const Frame> frame);
  void setResult(Run side, std::shared_ptr<const PoseResult> result);
  void editAsStep(RunId run, const QString& text, const std::function<void(HeldRuns::Entry&)>& change);

  std::shared_ptr<const Dataset> dataset_;
  int generation_ = 0;  ///< counts datasets, to tell late frames of an old one
  Selection selection_;
  std::shared_ptr<const Frame> frame_;
  QString frame_problem_;
  HeldRuns runs_;
  bool show_reference_ = false;
  std::unique_ptr<FrameLoader> loader_;
  SampleQueue* queue_;                                ///< child of this object, as the models are
  QUndoStack* undo_;                                  ///< child of this object
  std::map<std::type_index, EvidenceModel*> models_;  ///< by their type
};

}  // namespace alidade
