// SPDX-License-Identifier: BSD-3-Clause
#include "views/kernels/kernel_cube_figure.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <QPainter>

#include "views/base/plot.h"
#include "views/kernels/kernel_paint.h"
#include "views/kernels/kernel_text.h"

namespace alidade {
namespace {

constexpr double kIntervalCell = 3.6;  // times the size of text: smaller cells have no interval

CellLook lookOf(const KernelSheet& sheet, std::size_t j, bool interval) {
  const CellNumbers& cells = sheet.cells;
  CellLook look;
  look.value = cells.values[j];
  look.fill = sheet.fill(cells.pairs[j]);
  look.hatched = sheet.few(cells.pairs[j]);
  look.text = std::isfinite(look.value) ? numberText(look.value, 2) : QString();
  if (interval && sheet.channel == KernelChannel::kGamma && j < cells.intervals.size()) {
    look.interval = cells.intervals[j];
  }
  return look;
}

QString titleOf(const KernelSheet& sheet) {
  const QString layer = layerText(sheet.layer().name), source = sheet.source();
  return source.isEmpty() ? layer : QStringLiteral("%1, %2").arg(layer, source);
}

/// What the cells are of: threshold, share, agreement.
QString remarkOf(const KernelSheet& sheet) {
  const LayerSharing& layer = sheet.layer();
  if (layer.sources.empty()) {
    return layer.raw_order ? kernelWords("order of the offsets unknown: cells stand by index")
                           : kernelWords("a kernel of another library: nothing is selected");
  }
  const ShareRatio ratio = share_ratio(layer, sheet.asked.source, sheet.asked.tau);
  const double tau = sheet.asked.tau.value_or(sheet.asked.sharing->tau);
  return kernelWords("\u03c4 = %1 \u00b7 %2 of the offsets shared, %3 of the pairs \u00b7 %4")
      .arg(numberText(tau, 3), percentText(ratio.offsets), percentText(ratio.pairs),
           agreementText(sheet.cells.agreement));
}

/// Far tiles first: a near one may lie before a far one.
std::vector<std::size_t> paintingOrder(const std::vector<std::array<int, 3>>& offsets) {
  std::vector<std::size_t> order(offsets.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(offsets[a][2], -offsets[a][1]) < std::pair(offsets[b][2], -offsets[b][1]);
  });
  return order;
}

}  // namespace

void KernelCubeFigure::paintCells(QPainter& painter, const PlotTheme& theme,
                                  const KernelCubeLayout& layout) const {
  for (const KernelCubeLayout::Plane& plane : layout.planes) {
    if (layout.planes.size() > 1) {
      drawText(painter, theme, plane.label, Qt::AlignHCenter | Qt::AlignTop,
               QStringLiteral("z = %1").arg(numberText(plane.z, 0)),
               {TextRole::kSmall, theme.colors.muted, true});
    }
  }
  std::optional<std::size_t> picked;
  for (const std::size_t j : paintingOrder(sheet_->layer().offsets)) {
    const bool flat = layout.tops.empty();
    const CellLook look =
        lookOf(*sheet_, j, flat && layout.boxes[j].width() > kIntervalCell * theme.text_size);
    if (sheet_->asked.picked == std::optional(sheet_->layer().offsets[j])) {
      picked = j;
    }
    if (flat) {
      paintCell(painter, theme, layout.boxes[j], look);
    } else {
      paintTile(painter, theme, layout.tops[j], layout.tile_height, look);
    }
  }
  if (picked) {
    paintPicked(painter, theme,
                layout.tops.empty() ? QPolygonF(layout.boxes[*picked]) : layout.tops[*picked]);
  }
}

void KernelCubeFigure::paintAgreement(QPainter& painter, const PlotTheme& theme,
                                      const KernelCubeLayout& layout) const {
  const SeedAgreement& agreement = sheet_->cells.agreement;
  if (layout.alike.empty()) {
    return;
  }
  drawText(painter, theme, layout.alike_label, Qt::AlignHCenter | Qt::AlignTop,
           kernelWords("%1 networks alike").arg(agreement.networks), {TextRole::kSmall, theme.colors.muted});
  for (std::size_t j = 0; j < layout.alike.size(); ++j) {
    const QRectF& box = layout.alike[j];
    painter.setPen(QPen(theme.colors.grid, theme.hairline));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(box);
    const double edge = agreement.offsets[j] * (box.width() - 2.0 * theme.hairline);
    painter.fillRect(QRectF(box.center() - QPointF(0.5 * edge, 0.5 * edge), QSizeF(edge, edge)),
                     theme.colors.muted);
  }
}

void KernelCubeFigure::paintOrbits(QPainter& painter, const PlotTheme& theme,
                                   const KernelCubeLayout& layout) const {
  const double gap = theme.spacing;
  const TextStyle words{TextRole::kSmall}, digits{TextRole::kSmall, theme.colors.text, true},
      faint{TextRole::kSmall, theme.colors.muted, true};
  const double names = textWidth(theme, kernelWords("12 corners"), words) + 3.0 * gap;
  const double numbers = textWidth(theme, QStringLiteral("0.00"), digits) + 2.0 * gap;
  for (std::size_t i = 0; i < layout.orbits.size(); ++i) {
    const QRectF& row = layout.orbits[i];
    const KernelOrbit& orbit = sheet_->orbits[i];
    const OrbitNumbers sums = orbitNumbers(sheet_->cells, orbit);
    const double middle = row.center().y(), bar = std::min(0.4 * row.width(), 60.0 * gap);
    drawText(painter, theme, {row.left(), middle}, Qt::AlignLeft | Qt::AlignVCenter,
             QStringLiteral("%1 %2").arg(orbit.members.size()).arg(orbitText(orbit.name)), words);
    const QRectF track(row.left() + names, middle - gap, bar, 2.0 * gap);
    painter.setPen(QPen(theme.colors.grid, theme.hairline));
    painter.drawRect(track);
    if (std::isfinite(sums.mean)) {
      painter.fillRect(QRectF(track.topLeft(), QSizeF(sums.mean * track.width(), track.height())),
                       kernelColor(theme, sums.mean));
      drawText(painter, theme, {track.right() + gap, middle}, Qt::AlignLeft | Qt::AlignVCenter,
               numberText(sums.mean, 2), digits);
    }
    if (sheet_->counted) {
      drawText(painter, theme, {track.right() + gap + numbers, middle}, Qt::AlignLeft | Qt::AlignVCenter,
               kernelWords("%1 pairs").arg(pairsText(sums.pairs)), faint);
    }
  }
}

void KernelCubeFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  paintBackground(painter, theme, area);
  const KernelCubeLayout layout = layoutKernelCube(area, theme, *sheet_);
  const TextStyle remark{TextRole::kSmall, theme.colors.muted};
  drawText(painter, theme, layout.title.topLeft(), Qt::AlignLeft | Qt::AlignTop,
           elided(theme, titleOf(*sheet_), layout.title.width()));
  drawText(painter, theme, layout.remark.topLeft(), Qt::AlignLeft | Qt::AlignTop,
           elided(theme, remarkOf(*sheet_), layout.remark.width(), remark), remark);
  paintCells(painter, theme, layout);
  paintAgreement(painter, theme, layout);
  paintOrbits(painter, theme, layout);
  paintKernelKey(painter, theme, layout.key, *sheet_);
}

Table KernelCubeFigure::data() const {
  const LayerSharing& layer = sheet_->layer();
  const CellNumbers& cells = sheet_->cells;
  Table table;
  table.columns = {"x",     "y",         "z",          "orbit", channelSign(sheet_->channel).toStdString(),
                   "gamma", "gamma low", "gamma high", "pairs", "share of network pairs alike"};
  table.look.names = 0;
  std::vector<std::string> orbit(layer.offsets.size());
  for (const KernelOrbit& one : sheet_->orbits) {
    for (const std::size_t j : one.members) {
      orbit[j] = one.name;
    }
  }
  for (std::size_t j = 0; j < layer.offsets.size(); ++j) {
    const bool known = j < cells.intervals.size();
    table.rows.push_back(
        {static_cast<double>(layer.offsets[j][0]), static_cast<double>(layer.offsets[j][1]),
         static_cast<double>(layer.offsets[j][2]), orbit[j], knownCell(cells.values[j]),
         known ? knownCell(cells.intervals[j].value) : Table::Cell(),
         known ? knownCell(cells.intervals[j].low) : Table::Cell(),
         known ? knownCell(cells.intervals[j].high) : Table::Cell(),
         sheet_->counted ? Table::Cell(static_cast<double>(cells.pairs[j])) : Table::Cell(),
         j < cells.agreement.offsets.size() ? Table::Cell(cells.agreement.offsets[j]) : Table::Cell()});
  }
  return table;
}

std::vector<HoverFigure::Stop> KernelCubeFigure::stops(const QRectF& area, const PlotTheme& theme) const {
  const KernelCubeLayout layout = layoutKernelCube(area, theme, *sheet_);
  std::vector<Stop> stops;
  for (std::size_t j = 0; j < sheet_->layer().offsets.size(); ++j) {
    stops.push_back({layout.spot(j), cardOfCell(*sheet_, j), static_cast<int>(j), false});
  }
  return stops;
}

}  // namespace alidade
