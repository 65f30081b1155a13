// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QObject>

#include "views/base/sampling_model.h"

namespace alidade {

/// Answers what views ask about samples that are drawn, measures and basins, on a thread of its own: a long
/// draw does not hold them up, and ten thousand samples do not hold up the window. The newest question wins.
class SampleMeasurer : public QObject {
  Q_OBJECT

 public:
  explicit SampleMeasurer(SamplingModel& model, QObject* parent = nullptr);
  /// Waits for the answer that is being computed.
  ~SampleMeasurer() override;

 private:
  class Worker;

  SamplingModel& model_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace alidade
