// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <QObject>
#include <QString>

#include "core/diffusion/sampler.h"
#include "core/results/object_samples.h"

namespace alidade {

/// Most columns that are compared side by side: A to D.
inline constexpr std::size_t kMostSamplingColumns = 4;

/// What a laboratory wants to see of the selected object. All columns start from the same noise.
struct SamplingRequest {
  std::vector<SamplerOptions> columns;  ///< at most kMostSamplingColumns
  int num_samples = 50;                 ///< K
  std::uint64_t seed = 0;               ///< of the noise
  bool analytic = false;                ///< the analytic score field even though a checkpoint is open

  bool operator==(const SamplingRequest&) const = default;
};

/// Samples of the selected object under several schedules. A view says what it wants; the workbench draws the
/// samples and fills in. Lives on the GUI thread.
class SamplingModel : public QObject {
  Q_OBJECT

 public:
  /// One column's answer.
  struct Column {
    std::shared_ptr<const ObjectSamples> samples;
    bool sampling = false;  ///< being drawn anew: `samples` are of older options or another object, or null
    QString problem;        ///< why there are none; one sentence
  };

  using QObject::QObject;

  /// Replaces the request; equal ones emit nothing.
  void ask(const SamplingRequest& request);
  const SamplingRequest& request() const { return request_; }
  /// A view that shows samples is visible. Nothing is drawn while none is.
  void setWanted(bool wanted);
  bool wanted() const { return wanted_; }

  const Column& column(std::size_t index) const { return columns_.at(index); }
  bool sampling() const;
  /// Why the selected object cannot be sampled at all; one sentence.
  const QString& problem() const { return problem_; }
  /// A checkpoint is open; without one every answer comes from the analytic field.
  bool hasNetwork() const { return has_network_; }

  // For the workbench.
  void setColumn(std::size_t index, Column column);
  void setSampling(std::size_t index);
  void setProblem(const QString& problem);
  void setHasNetwork(bool has_network);
  void clear();

 Q_SIGNALS:
  void asked();  ///< the request changed
  void wantedChanged();
  void answered();  ///< a column, the problem or hasNetwork changed

 private:
  SamplingRequest request_;
  std::array<Column, kMostSamplingColumns> columns_;
  QString problem_;
  bool wanted_ = false;
  bool has_network_ = false;
};

}  // namespace alidade
