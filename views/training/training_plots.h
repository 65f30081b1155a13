// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/base/provenance.h"
#include "views/training/training_quantities.h"

namespace alidade {

/// A run as a figure shows it.
struct ShownRun {
  std::shared_ptr<const TrainingHistory> history;
  int style = 0;  ///< color and dash
};

struct TrainingPlotOptions {
  QStringList quantities;  ///< TrainingQuantity::id; empty = the default ones
  double smoothing = 0.9;  ///< weight of the moving average; 0 = none
  bool by_arm = false;     ///< runs that differ in the seed alone become one mean with a band
};

/// A line of a panel: whole steps, one value each, NaN for a gap.
struct TrainingLine {
  std::vector<double> steps;
  std::vector<double> values;
};

/// What one run, or the seeds of one arm, contribute to a panel; in the unit of its title.
struct TrainingCurve {
  QString name;
  int style = 0;
  int runs = 1;
  bool arm = false;                ///< several seeds in one
  TrainingLine bold;               ///< smoothed; of an arm the mean of its smoothed runs
  std::vector<TrainingLine> pale;  ///< the raw values; of an arm its runs, smoothed
  std::vector<double> low, high;   ///< of an arm, or of a series with a band, per step of `bold`
};

struct TrainingPlot {
  TrainingQuantity quantity;
  bool smoothed = false;
  std::vector<TrainingCurve> curves;
};

/// Everything a figure draws, worked out once.
struct TrainingPlots {
  struct Entry {
    QString name;
    int style = 0;
  };
  std::vector<Entry> legend;  ///< runs or arms
  std::vector<TrainingPlot> plots;
  std::vector<double> boundaries;  ///< steps at which the pre-training of a run ends; rising, each once
  double smoothing = 0.0;
  double last_step = 1.0;  ///< of all runs; at least 1
  Provenance provenance;
};

std::shared_ptr<const TrainingPlots> makeTrainingPlots(const std::vector<ShownRun>& runs,
                                                       const TrainingPlotOptions& options);

/// A style per run such that the runs of an arm share one, in the order in which the arms come; a run without
/// an arm, or not read yet (null), has its own.
std::vector<int> armStyles(const std::vector<std::shared_ptr<const TrainingHistory>>& runs);

/// What the names of an arm's runs have in common: "joint-s1", "joint-s2" -> "joint".
QString armName(const QStringList& names);

}  // namespace alidade
