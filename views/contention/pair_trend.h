// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QWidget>

#include "views/base/chart/chart.h"

namespace alidade {

/// The cosine of two rows over the epochs, with the epoch that is shown. A click goes to an epoch.
class PairTrend : public QWidget {
  Q_OBJECT

 public:
  explicit PairTrend(QWidget* parent = nullptr);

  /// NaN leaves a gap.
  void setSeries(std::vector<double> epochs, std::vector<double> cosines);
  void setEpoch(double epoch);
  const std::vector<double>& cosines() const { return cosines_; }

  QSize sizeHint() const override { return {320, 120}; }

 Q_SIGNALS:
  void epochChosen(double epoch);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  Chart chart(const PlotTheme& theme) const;
  void choose(double x);

  std::vector<double> epochs_, cosines_, zeros_;
  double epoch_ = 0.0;
};

}  // namespace alidade
