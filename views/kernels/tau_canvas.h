// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QWidget>

#include "core/results/kernel_sharing.h"
#include "views/base/chart/chart_frame.h"

namespace alidade {

/// The histogram of alpha beta with tau as a line that can be dragged: what lies to its right is shared.
class TauCanvas : public QWidget {
  Q_OBJECT

 public:
  explicit TauCanvas(QWidget* parent = nullptr);

  /// Of a layer and a source; null shows nothing.
  void setSharing(std::shared_ptr<const KernelSharing> sharing, std::size_t layer, std::size_t source);
  void setTau(double tau);
  double tau() const { return tau_; }
  /// Where the line of tau is; pixels.
  double tauX() const;

 Q_SIGNALS:
  void tauDragged(double tau);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  ChartFrame frame() const;
  void drag(double x);

  std::shared_ptr<const KernelSharing> sharing_;
  std::vector<std::int64_t> counts_;
  double tau_ = 0.0;
};

}  // namespace alidade
