// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/results/training_history.h"

namespace alidade {

/// Something that a training log follows: one panel.
struct TrainingQuantity {
  QString id;             ///< the series' name; "accuracy/" before the name of an accuracy
  QString title;          ///< with unit
  bool accuracy = false;  ///< shown in percent
  bool linear = false;    ///< never on a logarithmic axis
  /// Measured at every record, so with noise on it. What is exact, or measured only now and then, is never
  /// smoothed: an average over past steps would show it late.
  bool noisy = false;
  bool sparse = false;  ///< measured now and then: its records are worth a dot

  double factor() const { return accuracy ? 100.0 : 1.0; }
};

/// Every quantity of the runs: losses, gradient norm, learning rate, accuracies, contention, in this order.
std::vector<TrainingQuantity> quantitiesOf(const std::vector<std::shared_ptr<const TrainingHistory>>& runs);

/// Which of them to show unless somebody chooses: all losses of training, gradient norm, learning rate, and
/// the strictest accuracies.
QStringList defaultQuantities(const std::vector<TrainingQuantity>& all);

/// The run's series of a quantity; null when it has none.
const TrainingSeries* seriesOf(const TrainingHistory& run, const TrainingQuantity& quantity);

}  // namespace alidade
