// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "views/base/chart/chart.h"
#include "views/base/figure.h"
#include "views/training/training_layout.h"
#include "views/training/training_plots.h"

namespace alidade {

/// Losses and accuracies of several runs: a panel per quantity over the same steps; raw values thin and pale
/// under the smoothed ones, the seeds of an arm as mean with a band from the least to the greatest (Fig. 4 of
/// the score-scaling paper), a dashed line where pre-training ends.
class TrainingFigure : public Figure {
 public:
  /// What can be changed without working anything out anew.
  struct Window {
    std::optional<std::pair<double, double>> steps;  ///< first and last; all when absent
    bool logarithmic = false;                        ///< vertical axes, but those of accuracies
  };
  /// A run's value at a step.
  struct Reading {
    QString name;
    int style = 0;
    std::optional<double> step;                     ///< of the record; none when the run has nothing there
    double value = 0.0;                             ///< smoothed, or the mean
    std::optional<double> raw;                      ///< where it is another one
    std::optional<std::pair<double, double>> span;  ///< of an arm
  };

  TrainingFigure(std::shared_ptr<const TrainingPlots> plots, Window window);

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// One row per run, quantity and step inside of the window.
  Table data() const override;
  Provenance provenance() const override { return plots_->provenance; }

  const TrainingPlots& plots() const { return *plots_; }
  /// First and last step shown.
  std::pair<double, double> steps() const;
  /// The frame of every panel of the figure painted into `area`: steps to the right, a quantity upwards.
  std::vector<ChartFrame> frames(const QRectF& area, const PlotTheme& theme) const;
  /// The recorded step of panel `plot` next to `step`; none in an empty panel.
  std::optional<double> recordedStep(std::size_t plot, double step) const;
  /// Every run's value in a panel at a step, or at its record next to it.
  std::vector<Reading> readings(std::size_t plot, double step) const;

 private:
  TrainingLayout layout(const QRectF& area, const PlotTheme& theme) const;
  Chart chart(std::size_t plot, const PlotTheme& theme) const;
  void paintPanel(QPainter& painter, const PlotTheme& theme, const TrainingLayout::Panel& panel,
                  std::size_t plot) const;

  std::shared_ptr<const TrainingPlots> plots_;
  Window window_;
  std::vector<ChartAxis> values_;  ///< the vertical axis of every panel
};

}  // namespace alidade
