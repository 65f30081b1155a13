// SPDX-License-Identifier: BSD-3-Clause
#include "views/kernels/kernel_sheet.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "views/base/chart/chart_axis.h"
#include "views/base/plot.h"
#include "views/kernels/kernel_text.h"

namespace alidade {
namespace {

constexpr double kLeastFill = 0.24;  // of a cell with any pairs

std::vector<double> weightShares(const LayerSharing& layer) {
  std::vector<double> shares(layer.offsets.size(), std::numeric_limits<double>::quiet_NaN());
  const auto& norms = layer.shared.weight;
  const double most =
      norms.empty() ? 0.0 : static_cast<double>(*std::max_element(norms.begin(), norms.end()));
  for (std::size_t j = 0; j < norms.size() && j < shares.size(); ++j) {
    shares[j] = most > 0.0 ? norms[j] / most : 0.0;
  }
  return shares;
}

QString intervalText(const GammaInterval& interval) {
  return QStringLiteral("%1 (%2\u2013%3)")
      .arg(numberText(interval.value, 2), numberText(interval.low, 2), numberText(interval.high, 2));
}

void addStates(const KernelSheet& sheet, std::size_t offset, HoverCard& card) {
  const LayerSharing& layer = sheet.layer();
  const auto add = [&](const QString& name, const KernelOwner& owner) {
    const CellState state = cell_states(layer, owner)[offset];
    const std::string text = state_text(state);
    if (!text.empty()) {
      card.lines.emplace_back(name, QString::fromStdString(text));
    }
  };
  add(kernelWords("shared kernel"), {});
  if (sheet.asked.source < layer.sources.size()) {
    add(kernelWords("own kernel"), sheet.asked.source);
  }
}

}  // namespace

QString KernelSheet::source() const {
  const auto& names = asked.sharing->sources;
  return asked.source < names.size() ? QString::fromStdString(names[asked.source]) : QString();
}

double KernelSheet::fill(std::int64_t pairs) const {
  if (!counted) {
    return 1.0;
  }
  if (pairs <= 0 || most_pairs <= 0) {
    return 0.0;
  }
  const double share = std::log1p(static_cast<double>(pairs)) / std::log1p(static_cast<double>(most_pairs));
  return std::max(kLeastFill, share);
}

CellNumbers cellNumbersOf(const KernelQuestion& question, KernelChannel channel, std::size_t source) {
  const LayerSharing& layer = question.sharing->layers[question.layer];
  CellNumbers cells;
  cells.values = channel == KernelChannel::kWeight
                     ? weightShares(layer)
                     : channel_values(layer, source, static_cast<SharingChannel>(channel), question.tau);
  cells.pairs.assign(layer.offsets.size(), 0);
  if (source < layer.sources.size()) {
    cells.pairs = layer.sources[source].pairs;
    cells.intervals = gamma_intervals(layer, source, question.tau);
    cells.agreement = seed_agreement(question.all, layer, question.sharing->sources[source], question.tau);
  }
  return cells;
}

std::shared_ptr<const KernelSheet> makeKernelSheet(const KernelQuestion& question) {
  auto sheet = std::make_shared<KernelSheet>();
  sheet->asked = question;
  const LayerSharing& layer = sheet->layer();
  sheet->channel = layer.alpha.empty() ? KernelChannel::kWeight : question.channel;
  sheet->cells = cellNumbersOf(question, sheet->channel, question.source);
  sheet->orbits = orbits_of(layer.offsets);
  for (const SourceSharing& source : layer.sources) {
    for (const std::int64_t pairs : source.pairs) {
      sheet->most_pairs = std::max(sheet->most_pairs, pairs);
    }
    sheet->counted |= source.outputs > 0;
  }
  sheet->counted |= sheet->most_pairs > 0;
  return sheet;
}

OrbitNumbers orbitNumbers(const CellNumbers& cells, const KernelOrbit& orbit) {
  OrbitNumbers numbers;
  for (const std::size_t j : orbit.members) {
    numbers.mean += cells.values[j] / static_cast<double>(orbit.members.size());
    numbers.pairs += cells.pairs[j];
  }
  return numbers;
}

HoverCard cardOfCell(const KernelSheet& sheet, std::size_t offset) {
  const LayerSharing& layer = sheet.layer();
  HoverCard card;
  card.head = offsetText(layer, offset);
  for (const KernelOrbit& orbit : sheet.orbits) {
    const bool is_in = std::find(orbit.members.begin(), orbit.members.end(), offset) != orbit.members.end();
    if (is_in && !layer.raw_order) {
      card.head += QStringLiteral(" \u00b7 ") + orbitText(orbit.name);
    }
  }
  if (offset < sheet.cells.intervals.size()) {
    card.lines.emplace_back(channelSign(KernelChannel::kGamma), intervalText(sheet.cells.intervals[offset]));
    for (const KernelChannel channel :
         {KernelChannel::kAlpha, KernelChannel::kBeta, KernelChannel::kProduct}) {
      const auto values = channel_values(layer, sheet.asked.source, static_cast<SharingChannel>(channel), {});
      if (std::isfinite(values[offset])) {
        card.lines.emplace_back(channelSign(channel), numberText(values[offset], 3));
      }
    }
  }
  if (offset < layer.shared.weight.size()) {
    card.lines.emplace_back(channelSign(KernelChannel::kWeight), valueText(layer.shared.weight[offset]));
  }
  if (sheet.counted) {
    card.lines.emplace_back(kernelWords("pairs"), pairsText(sheet.cells.pairs[offset]));
  }
  if (offset < sheet.cells.agreement.offsets.size()) {
    card.lines.emplace_back(kernelWords("networks alike"),
                            percentText(sheet.cells.agreement.offsets[offset]));
  }
  addStates(sheet, offset, card);
  if (sheet.few(sheet.cells.pairs[offset])) {
    card.foot = kernelWords("rests on fewer than %1 pairs").arg(kFewPairs);
  }
  return card;
}

}  // namespace alidade
