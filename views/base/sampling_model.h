// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <QString>

#include "core/diffusion/sampler.h"
#include "core/evaluation/errors/sample_basins.h"
#include "core/results/object_samples.h"
#include "views/base/evidence_model.h"

namespace alidade {

/// Most columns that are compared side by side: A to D.
inline constexpr std::size_t kMostSamplingColumns = 4;

/// What a laboratory wants to see of the selected object. All columns start from the same noise.
struct SamplingRequest {
  std::vector<SamplerOptions> columns;  ///< at most kMostSamplingColumns
  int num_samples = 50;                 ///< K
  std::uint64_t seed = 0;               ///< of the noise
  bool analytic = false;                ///< the analytic score field even though a checkpoint is open
  /// Warm start: each column's noise, of its start time's level, is added to the regression head's pose
  /// instead of the origin. Without effect on the analytic field, which has no such head.
  bool from_regression = false;

  bool operator==(const SamplingRequest&) const = default;
};

/// The poses of a sample set at one of its kept states; those at the end where no states were kept.
const std::vector<Rigid3>& posesAt(const ObjectSamples& samples, std::size_t state);

/// A column's samples at one of their kept states.
struct SampleState {
  std::shared_ptr<const ObjectSamples> samples;
  std::size_t state = 0;

  bool operator==(const SampleState&) const = default;
};
using SampleStates = std::array<SampleState, kMostSamplingColumns>;
using ColumnMeasures = std::array<std::optional<SampleMeasures>, kMostSamplingColumns>;

/// What is measured of the samples at these states; nothing without a truth. In any thread.
ColumnMeasures measuresOf(const SampleStates& states);

/// Samples, by number, that are followed from basin to basin.
struct BasinQuestion {
  std::shared_ptr<const ObjectSamples> samples;
  std::vector<int> numbers;

  bool operator==(const BasinQuestion&) const = default;
};

/// Samples of the selected object under several schedules, and what is measured of them. The model owns the
/// schedules: who edits one says so here, and everybody who shows one listens. Views ask and show the last
/// answer until the next one comes; nothing is computed here.
class SamplingModel : public EvidenceModel {
  Q_OBJECT

 public:
  /// One column's answer.
  struct Column {
    std::shared_ptr<const ObjectSamples> samples;
    bool sampling = false;  ///< being drawn anew: `samples` are of older options or another object, or null
    QString problem;        ///< why there are none; one sentence
  };

  using EvidenceModel::EvidenceModel;

  /// Replaces the request, and with it the shown column where one is given; equal ones emit nothing.
  void ask(const SamplingRequest& request, std::optional<std::size_t> shown = {});
  const SamplingRequest& request() const { return request_; }
  /// The schedule of the shown column; the default one while there are no columns.
  const SamplerOptions& shownSchedule() const;
  /// Asks with another schedule of the shown column.
  void setShownSchedule(const SamplerOptions& schedule);

  const Column& column(std::size_t index) const { return columns_.at(index); }
  bool sampling() const;
  /// Samples of this object are on their way: those that are held are of other options or another object.
  bool awaits(std::size_t frame, int instance) const;
  /// Why the selected object cannot be sampled at all; one sentence.
  const QString& problem() const { return problem_; }
  /// A checkpoint is open; without one every answer comes from the analytic field.
  bool hasNetwork() const { return has_network_; }

  /// The diffusion time that every view shows the samples at: 1 = noise, 0 = the end. Clamped to that range.
  void setTime(double t);
  double time() const { return time_; }
  /// The column that views of one sample set show, 0 = A.
  void setShownColumn(std::size_t column);
  std::size_t shownColumn() const { return shown_column_; }
  /// Samples that the user picked out, by number, ascending. Equal numbers of two columns began at the same
  /// noise, so that the mark is one for all columns. Forgotten when other samples are asked for.
  void setMarked(std::vector<int> samples);
  const std::vector<int>& marked() const { return marked_; }

  /// Asks for the measures of samples whose truth is known, a state of each column. What a sample set knows
  /// of its own end is answered at once.
  void askMeasures(const SampleStates& states);
  /// The last answer for a column, perhaps of an earlier state; nothing without samples or truth.
  const std::optional<SampleMeasures>& measures(std::size_t column) const { return measures_.at(column); }
  /// Asks what became of samples; a question without numbers needs no answer.
  void askBasins(BasinQuestion question);
  const BasinQuestion& basinQuestion() const { return basin_question_; }
  /// The last answer; null when there is none.
  const std::shared_ptr<const BasinReport>& basins() const { return basins_; }
  /// Measures are on their way.
  bool measuresAwaited() const;
  /// Measures or basins are on their way.
  bool measuring() const { return basins_awaited_ || measuresAwaited(); }

  // For those who measure. Answers about samples that nobody asks for any more are dropped.
  /// What is still to be measured, a column each; null samples where nothing is.
  const SampleStates& unmeasured() const { return unmeasured_; }
  void setMeasures(const SampleStates& of, const ColumnMeasures& measures);
  void setBasins(const BasinQuestion& of, std::shared_ptr<const BasinReport> report);

  // For those who draw.
  void setColumn(std::size_t index, Column column);
  void setSampling(std::size_t index);
  void setProblem(const QString& problem);
  void setHasNetwork(bool has_network);
  void clear();

 Q_SIGNALS:
  void asked();             ///< the request changed
  void schedulesChanged();  ///< the request's columns changed; before asked()
  void answered();          ///< a column's samples or problem changed
  void samplingChanged();   ///< sampling() changed
  void problemChanged();
  void hasNetworkChanged();
  void measuresAsked();
  void measured();
  void basinsAsked();
  void basinsAnswered();
  void timeChanged(double t);
  void shownColumnChanged();
  void markedChanged();

 private:
  SamplingRequest request_;
  std::array<Column, kMostSamplingColumns> columns_;
  QString problem_;
  double time_ = 0.0;
  std::size_t shown_column_ = 0;
  std::vector<int> marked_;
  bool has_network_ = false;
  SampleStates asked_states_, unmeasured_;
  ColumnMeasures measures_;
  BasinQuestion basin_question_;
  std::shared_ptr<const BasinReport> basins_;
  bool basins_awaited_ = false;
};

}  // namespace alidade
