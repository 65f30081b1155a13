// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include <QString>

#include "core/evaluation/report/report.h"
#include "core/evaluation/slices/slice.h"
#include "core/evaluation/statistics/compared_slice.h"
#include "core/evaluation/text/published.h"
#include "core/session/held_runs.h"
#include "views/base/evidence_model.h"

namespace alidade {

/// What the results score under the chosen protocol. A view chooses the protocol and shows the numbers.
class EvaluationModel : public EvidenceModel {
  Q_OBJECT

 public:
  /// One result's numbers.
  struct Side {
    std::shared_ptr<const EvaluationReport> report;
    bool evaluating = false;  ///< being computed: `report` is of an older result or protocol, or null
    QString problem;          ///< why there is no report; one sentence

    bool operator==(const Side&) const = default;
  };
  /// A run that the tables show beside A and B, with its numbers.
  struct Other {
    RunId run = 0;
    Side side;

    bool operator==(const Other&) const = default;
  };

  using EvidenceModel::EvidenceModel;

  /// Protocol::id; emits protocolChanged.
  void setProtocol(const QString& id);
  const QString& protocol() const { return protocol_; }
  /// Tries once more what failed or was cancelled.
  void askAgain() { Q_EMIT againAsked(); }

  const Side& side(Run run) const { return sides_[static_cast<std::size_t>(run)]; }
  std::shared_ptr<const EvaluationReport> reportA() const { return side(Run::kA).report; }
  std::shared_ptr<const EvaluationReport> reportB() const { return side(Run::kB).report; }
  /// The further runs, in the order of the list of runs.
  const std::vector<Other>& others() const { return others_; }
  /// Something is being evaluated.
  bool evaluating() const;
  /// A against B; null until computed, and when the two cannot be compared.
  std::shared_ptr<const PairedTest> comparison() const { return comparison_; }
  /// Why a protocol cannot run on the open data, by Protocol::id; those that can are absent.
  const std::map<QString, QString>& obstacles() const { return obstacles_; }
  const std::vector<PublishedTable>& published() const { return published_; }

  /// The slices to evaluate, each with a name of its own; emits slicesChanged.
  void setSlices(std::vector<Slice> slices);
  const std::vector<Slice>& slices() const { return slices_; }
  /// Whether this view looks at slices: while none does, none is evaluated.
  void setSlicesShown(const QObject* view, bool shown);
  bool slicesShown() const { return !slice_views_.empty(); }
  /// The numbers of those slices that are evaluated under the shown reports; null when there are none.
  using ComparedSlices = std::shared_ptr<const std::vector<ComparedSlice>>;
  const ComparedSlices& comparedSlices() const { return compared_slices_; }
  /// Why the others have no numbers, one sentence; empty while they are being evaluated.
  const QString& sliceProblem() const { return slice_problem_; }

  // For those who compute.
  /// While held nothing is started: result A is a preview that is about to be replaced.
  void setHeld(bool held);
  bool held() const { return held_; }
  void setEvaluating(Run run);
  void setReport(Run run, std::shared_ptr<const EvaluationReport> report);
  void setProblem(Run run, const QString& problem);
  void clearSide(Run run) { setSide(run, {}); }
  /// Emits reportsChanged where it differs from what is there.
  void setSide(Run run, Side side);
  void setOthers(std::vector<Other> others);
  void setComparison(std::shared_ptr<const PairedTest> comparison);
  void setObstacles(std::map<QString, QString> obstacles);
  void setPublished(std::vector<PublishedTable> tables);
  void setComparedSlices(ComparedSlices slices, const QString& problem);

 Q_SIGNALS:
  void protocolChanged();
  void heldChanged();
  void againAsked();
  void reportsChanged();  ///< a side, a further run or the comparison changed
  void obstaclesChanged();
  void publishedChanged();
  void slicesChanged();          ///< other slices are asked for, or whether they are
  void comparedSlicesChanged();  ///< their numbers

 private:
  void putSide(Run run, Side side);

  QString protocol_ = QStringLiteral("nocs-exact");
  bool held_ = false;
  std::array<Side, 2> sides_;
  std::vector<Other> others_;
  std::shared_ptr<const PairedTest> comparison_;
  std::map<QString, QString> obstacles_;
  std::vector<PublishedTable> published_;
  std::vector<Slice> slices_;
  std::set<const QObject*> slice_views_;  ///< that show slices
  ComparedSlices compared_slices_;
  QString slice_problem_;
};

}  // namespace alidade
