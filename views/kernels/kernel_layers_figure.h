// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>

#include "core/sharing/sharing_numbers.h"
#include "views/base/hover_figure.h"

namespace alidade {

/// What is asked of the layers of a result.
struct LayersQuestion {
  std::shared_ptr<const KernelSharing> sharing;
  SharingThreshold tau{};
  std::optional<std::size_t> chosen{};  ///< a layer that is looked at
};

/// The layers of a network from its input on, with a bar for each source: the share of offsets that it
/// shares, and as a tick the share of the pairs. Bars of sources differ in color and stand in the order of
/// the legend.
class KernelLayersFigure : public HoverFigure {
 public:
  explicit KernelLayersFigure(const LayersQuestion& question) : asked_(question) {}

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// A row per layer and source.
  Table data() const override;
  Provenance provenance() const override { return asked_.sharing->provenance; }
  /// The layers; the id is the position.
  std::vector<Stop> stops(const QRectF& area, const PlotTheme& theme) const override;
  /// Height in which nothing is cut.
  double wantedHeight(const PlotTheme& theme) const;

 private:
  struct Layout;
  Layout layoutIn(const QRectF& area, const PlotTheme& theme) const;
  void paintLayer(QPainter& painter, const PlotTheme& theme, const Layout& layout, std::size_t layer) const;
  std::size_t bars() const;

  LayersQuestion asked_;
};

}  // namespace alidade
