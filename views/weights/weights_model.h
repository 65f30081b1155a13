// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QString>

#include "core/results/weight_histogram.h"
#include "core/session/held_runs.h"
#include "views/base/evidence_model.h"

namespace alidade {

/// Whether a network can be quantized and looked at in this window.
struct LookingState {
  enum class Kind {
    kUnknown,   ///< nobody computes
    kLacks,     ///< something is missing
    kPossible,  ///< all is there
    kRunning,
  };
  Kind kind = Kind::kUnknown;
  QString sentence;  ///< what is missing, what can be done, or how far it is

  bool operator==(const LookingState&) const = default;
};

/// The quantized network that is looked at beside the full one.
class WeightsModel : public EvidenceModel {
  Q_OBJECT

 public:
  using Look = std::shared_ptr<const QuantizedLook>;

  explicit WeightsModel(QObject* parent = nullptr) : EvidenceModel(parent) {}

  const Look& look() const { return look_; }
  bool standsAlone() const override { return look_ != nullptr; }
  /// The runs of the session that hold the poses of both; 0 where they are held no more.
  RunId fullRun() const { return full_; }
  RunId quantizedRun() const { return quantized_; }
  const LookingState& looking() const { return looking_; }
  /// Asks that what is under way ends.
  void askStop() { Q_EMIT stopAsked(); }

  // For who computes.
  void setLook(Look look, RunId full, RunId quantized);
  /// Equal states emit nothing.
  void setLooking(const LookingState& state);

 Q_SIGNALS:
  void lookChanged();
  void lookingChanged();
  void stopAsked();

 private:
  Look look_;
  RunId full_ = 0, quantized_ = 0;
  LookingState looking_;
};

}  // namespace alidade
