// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/contention/part_gram.h"
#include "core/results/branch_accuracy.h"
#include "core/results/contention_history.h"
#include "core/session/held_runs.h"
#include "views/base/evidence_model.h"
#include "views/contention/contention_numbers.h"

namespace alidade {

class SessionModel;

/// In which order rows stand, the same on both axes.
enum class ContentionOrder { kGiven, kName, kDifficulty, kGroup, kCluster };
/// What a cell says. Readings of cosines are never mixed.
enum class ContentionReading {
  kMeans,      ///< cosines of mean gradients
  kBatches,    ///< mean cosines of single batches
  kEffects,    ///< measured changes of losses
  kProjected,  ///< cosines of what PCGrad makes of the mean gradients
  kBalanced,   ///< of what balancing their norms makes of them
  kBranches,   ///< accuracy of categories through every branch
};
inline constexpr ContentionReading kLastReading = ContentionReading::kBranches;
/// Whether the gradients are changed by a method before they are compared.
constexpr bool isBaseline(ContentionReading reading) {
  return reading == ContentionReading::kProjected || reading == ContentionReading::kBalanced;
}
/// Whose cells are shown.
enum class ContentionShown { kA, kB, kDifference };

/// What is looked at.
struct ContentionChoice {
  PartKind kind = PartKind::kBlock;
  std::string part;    ///< name; empty = every part of the kind side by side, as far as there are few
  double epoch = 0.0;  ///< position on the axis of the series; the nearest one is shown
  ContentionOrder order = ContentionOrder::kGiven;
  ContentionReading reading = ContentionReading::kMeans;
  ContentionShown shown = ContentionShown::kA;

  bool operator==(const ContentionChoice&) const = default;
};

/// Two rows against each other, in a part of the network.
struct ContentionPair {
  std::string part, row, other;

  bool operator==(const ContentionPair&) const = default;
};

/// Two samples of a pair of rows whose gradients oppose each other.
struct OpposedSamples {
  std::size_t frame = 0, other_frame = 0;  ///< of the open dataset
  int instance = 0, other_instance = 0;    ///< Instance::index
  double cosine = 0.0;
};

/// Of which pair, part and epoch the most opposing samples are asked.
struct SamplePairsQuestion {
  std::shared_ptr<const ContentionHistory> history;
  PartKind kind = PartKind::kBlock;
  std::size_t epoch = 0;
  ContentionPair pair;

  bool operator==(const SamplePairsQuestion&) const = default;
};

/// Measuring a history in this window.
struct MeasuringState {
  enum class Kind {
    kUnknown,   ///< nobody measures
    kLacks,     ///< something is missing
    kPossible,  ///< all is there
    kRunning,
  };
  Kind kind = Kind::kUnknown;
  QString sentence;  ///< what is missing, what would be measured, or how far it is

  bool operator==(const MeasuringState&) const = default;
};

/// Histories of gradient contention, and accuracies through branches: the runs A and B of the session, and
/// what views look at in them. What one view chooses holds for all.
class ContentionModel : public EvidenceModel {
  Q_OBJECT

 public:
  using History = std::shared_ptr<const ContentionHistory>;
  using Accuracy = std::shared_ptr<const BranchAccuracy>;

  explicit ContentionModel(SessionModel* session);

  History history(Run side) const;
  /// The one that is shown alone: B where B is chosen and there, else A.
  History shown() const;
  bool standsAlone() const override { return history(Run::kA) || accuracy(Run::kA) || accuracy(Run::kB); }
  QString name(Run side) const;
  /// Accuracies through branches: A and B of that type.
  Accuracy accuracy(Run side) const;
  QString accuracyName(Run side) const;

  /// Asks for the histories in these files, which somebody opens into the session.
  void askFiles(const QStringList& paths);
  /// What was asked and is not opened yet; it counts as opened then.
  QStringList takeAskedFiles();
  /// The files of the histories and accuracies that the session holds: A and B first.
  QStringList files() const;

  const ContentionChoice& choice() const { return choice_; }
  /// Equal choices emit nothing.
  void choose(const ContentionChoice& choice);
  /// Index of the epoch shown of a history: that next to the chosen one.
  std::size_t epochOf(const ContentionHistory& history) const;
  /// The parts shown of a history: the chosen one, or as many of its kind as stand side by side.
  std::vector<ContentionPart> shownParts(const History& history);

  /// The cell that is looked into; none = no drill-down. Rows that the histories lack are forgotten.
  void setPair(const std::optional<ContentionPair>& pair);
  const std::optional<ContentionPair>& pair() const { return pair_; }

  /// The groups that are tried: names of rows, a list per branch. Branches may be empty.
  using Groups = std::vector<std::vector<std::string>>;
  const Groups& groups() const { return groups_; }
  void setGroups(Groups groups);
  /// As the history is routed, or one group of all rows.
  void resetGroups();

  /// Cached statistics of the histories.
  ContentionNumbers& numbers() { return numbers_; }

  /// Whether a history can be measured in this window, and what is said of it.
  const MeasuringState& measuring() const { return measuring_; }
  /// Asks that the measurement that is under way ends.
  void askStop() { Q_EMIT stopAsked(); }

  /// Asks for the most opposing samples of a pair.
  void askSamplePairs(const SamplePairsQuestion& question);
  const std::optional<SamplePairsQuestion>& samplePairsQuestion() const { return question_; }
  /// The answer to the last question; null while there is none.
  const std::shared_ptr<const std::vector<OpposedSamples>>& samplePairs() const { return sample_pairs_; }
  /// Somebody measures sample pairs when they are asked for.
  bool measuresSamplePairs() const { return measures_sample_pairs_; }

  // For who computes.
  /// Equal states emit nothing.
  void setMeasuring(const MeasuringState& state);
  void setMeasuresSamplePairs(bool measures);
  /// Dropped where something else was asked meanwhile.
  void setSamplePairs(const SamplePairsQuestion& of, std::vector<OpposedSamples> pairs);

 Q_SIGNALS:
  void filesAsked();
  void measuringChanged();
  void stopAsked();
  void choiceChanged();
  void pairChanged();
  void groupsChanged();
  void samplePairsAsked();
  void samplePairsAnswered();

 private:
  void takeResults();
  /// The file of A was measured anew: who looked at its last epoch goes on with the last one.
  void followGrowth(const ContentionHistory& before, const ContentionHistory& now);

  SessionModel& session_;
  QStringList asked_files_;
  std::array<History, 2> held_;            ///< A and B when last looked
  RunId held_run_ = 0;                     ///< which run A was
  std::array<Accuracy, 2> held_accuracy_;  ///< A and B of accuracies
  ContentionChoice choice_;
  std::optional<ContentionPair> pair_;
  Groups groups_;
  ContentionNumbers numbers_;
  MeasuringState measuring_;
  std::optional<SamplePairsQuestion> question_;
  std::shared_ptr<const std::vector<OpposedSamples>> sample_pairs_;
  bool measures_sample_pairs_ = false;
};

/// How many parts stand side by side.
inline constexpr std::size_t kMostPanels = 4;

}  // namespace alidade
