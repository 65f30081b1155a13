// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include <QObject>

#include "app/gui/sample_measurer.h"
#include "core/nn/score_model.h"
#include "core/studies/sample.h"
#include "views/base/sampling_model.h"

namespace alidade {

class SessionModel;

/// Answers the session's SamplingModel: measures what is drawn (SampleMeasurer), and draws samples of the
/// selected object on a thread of its own, so that neither the window nor a job waits for it. The newest
/// options of a column win. A draw that is under way for older ones is stopped when it takes long; short ones
/// end, so that a curve that is being dragged moves its samples. The object is encoded once for all of its
/// schedules.
class Resampler : public QObject {
  Q_OBJECT

 public:
  explicit Resampler(SessionModel& session, QObject* parent = nullptr);
  /// Stops the draw that is under way and waits for it.
  ~Resampler() override;

  /// The network to sample with, used by nobody else; null for the analytic field.
  void setNetwork(std::shared_ptr<ScoreModel> network);

 private:
  /// What is sampled; without a network by the analytic field.
  struct Subject {
    std::shared_ptr<const Frame> frame;
    std::size_t position = 0;
    std::shared_ptr<ScoreModel> network;
    std::uint64_t seed = 0;
    bool operator==(const Subject&) const = default;
  };
  /// One column's options.
  struct Task {
    SamplerOptions sampler;
    int num_samples = 0;
    std::uint64_t seed = 0;
    bool from_regression = false;
    std::uint64_t version = 0;
  };
  struct Answer;
  class Worker;

  void update();
  void updateColumn(std::size_t index, bool other_subject);
  std::optional<Subject> wantedSubject() const;
  void take(const Answer& answer);

  SessionModel& session_;
  SamplingModel& model_;
  std::shared_ptr<ScoreModel> network_;
  std::optional<Subject> subject_;
  std::uint64_t generation_ = 0;  ///< counts subjects, to tell late answers of an old one
  std::uint64_t version_ = 0;     ///< counts tasks
  std::array<std::optional<Task>, kMostSamplingColumns> tasks_;
  std::unique_ptr<Worker> worker_;
  SampleMeasurer measurer_;
};

}  // namespace alidade
