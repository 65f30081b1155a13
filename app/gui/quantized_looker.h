// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QObject>
#include <QString>

#include "core/studies/quantize_and_look.h"

namespace alidade {

class Dataset;
class WeightsModel;
class Workbench;

/// What is to be quantized and looked at.
struct LookOrder {
  QString checkpoint;  ///< path
  LookOptions options;
};

/// Quantizes a checkpoint in memory and estimates with both networks on the open dataset, as a job. The full
/// network becomes A, the quantized one B, the weights' view gets its histograms, and the queue of samples
/// the objects that got worst. Tells the model what can be done, or how far it is.
class QuantizedLooker : public QObject {
  Q_OBJECT

 public:
  explicit QuantizedLooker(Workbench& workbench, QObject* parent = nullptr);

  void start(const LookOrder& order);

 Q_SIGNALS:
  /// Both runs and the histograms are there.
  void looked();

 private:
  void update();
  void followDataset();
  void followJob();
  void show(const LookOutcome& outcome);
  void queueWorst(const QuantizedLook& look);

  Workbench& workbench_;
  WeightsModel& model_;
  std::string looked_at_;  ///< digest of the dataset that the model's look belongs to
  int job_ = 0;            ///< the one that is under way, or was last
};

}  // namespace alidade
