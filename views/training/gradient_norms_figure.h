// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <memory>
#include <string>

#include "core/sharing/gradient_norms.h"
#include "views/base/chart/chart.h"
#include "views/base/figure.h"

namespace alidade {

/// What is asked of a run.
struct GradientNormsQuestion {
  std::shared_ptr<const TrainingHistory> run;
  std::string group;  ///< of shared tensors; the first one where there is none of that name
};

/// Harmonization of gradient norms over the steps of a run (H2A2, NGH), for one group of shared tensors: n_k
/// of each source; Psi with its threshold and the share of tensors that were rescaled; the share of each
/// source in the sum of norms, before and after.
class GradientNormsFigure : public Figure {
 public:
  static constexpr std::size_t kPanels = 4;

  /// The run must have such norms (gradient_norms_of).
  explicit GradientNormsFigure(const GradientNormsQuestion& question);

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// A row per step: Psi, triggered, then of each source norm, share, and share after.
  Table data() const override;
  Provenance provenance() const override;
  /// What stands beside the mouse there; empty outside of the panels.
  QString describe(const QPointF& point, const QRectF& area, const PlotTheme& theme) const;
  /// The frames of the panels of the figure painted into `area`.
  std::array<ChartFrame, kPanels> frames(const QRectF& area, const PlotTheme& theme) const;

  const GroupNorms& group() const { return norms_.groups[group_]; }
  const GradientNorms& norms() const { return norms_; }

 private:
  struct Layout;
  Layout layoutIn(const QRectF& area, const PlotTheme& theme) const;
  Chart panel(std::size_t number, const PlotTheme& theme) const;
  QString panelTitle(std::size_t number) const;

  std::shared_ptr<const TrainingHistory> run_;
  GradientNorms norms_;
  std::size_t group_ = 0;
  std::vector<std::vector<double>> before_, after_;  ///< shares, [sources][steps]
  std::array<double, 2> ends_{0.0, 1.0}, threshold_{0.0, 0.0};
};

}  // namespace alidade
