// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <QString>

#include "core/diffusion/sampler.h"
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

/// Samples of the selected object under several schedules. A view says what it wants and shows what was
/// drawn.
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

  /// Replaces the request; equal ones emit nothing.
  void ask(const SamplingRequest& request);
  const SamplingRequest& request() const { return request_; }

  const Column& column(std::size_t index) const { return columns_.at(index); }
  bool sampling() const;
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

  // For those who draw.
  void setColumn(std::size_t index, Column column);
  void setSampling(std::size_t index);
  void setProblem(const QString& problem);
  void setHasNetwork(bool has_network);
  void clear();

 Q_SIGNALS:
  void asked();     ///< the request changed
  void answered();  ///< a column, the problem or hasNetwork changed
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
};

}  // namespace alidade
