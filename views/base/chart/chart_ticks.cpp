// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "views/base/chart/chart_axis.h"
#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kThousand = 1000.0;
constexpr double kManyCounts = 10000.0;
constexpr int kTickDigits = 6;
constexpr int kMostDecimals = 2;  // alike; zero with more of them is hard to read

double niceStep(double span, int count) {
  const double rough = span / std::max(1, count);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double ratio = rough / power;
  for (const auto& [limit, factor] : {std::pair{1.5, 1.0}, std::pair{3.0, 2.0}, std::pair{7.0, 5.0}}) {
    if (ratio < limit) {
      return factor * power;
    }
  }
  return 10.0 * power;
}

std::vector<double> logarithmicTicks(double low, double high, const std::vector<double>& factors) {
  std::vector<double> ticks;
  const int last = static_cast<int>(std::floor(std::log10(high)));
  for (int power = static_cast<int>(std::floor(std::log10(low))); power <= last; ++power) {
    for (const double factor : factors) {
      const double tick = factor * std::pow(10.0, power);
      if (tick >= low * 0.999 && tick <= high * 1.001) {
        ticks.push_back(tick);
      }
    }
  }
  return ticks;
}

/// Of the finest kind that gives at most `most`; every few decades where even they are too many.
std::vector<double> fewLogarithmicTicks(double low, double high, std::size_t most) {
  static const std::vector<std::vector<double>> kFactors{{1.0, 2.0, 5.0}, {1.0, 3.0}, {1.0}};
  std::vector<double> ticks;
  for (const auto& factors : kFactors) {
    ticks = logarithmicTicks(low, high, factors);
    if (ticks.size() <= most) {
      return ticks;
    }
  }
  std::vector<double> fewer;
  const std::size_t stride = ticks.size() / std::max<std::size_t>(most, 1) + 1;
  for (std::size_t i = 0; i < ticks.size(); i += stride) {
    fewer.push_back(ticks[i]);
  }
  return fewer;
}

QString withTrueMinus(QString text) {
  return text.replace(QLatin1Char('-'), QChar(0x2212));
}

QString shortText(double value) {
  return withTrueMinus(QString::number(value, 'g', kTickDigits));
}

QString countText(double value) {
  return std::abs(value) >= kManyCounts ? valueText(value / kThousand) + QLatin1Char('k') : shortText(value);
}

}  // namespace

std::vector<double> niceTicks(double low, double high, int count) {
  if (!(high > low) || !std::isfinite(low) || !std::isfinite(high)) {
    return {low};
  }
  const double step = niceStep(high - low, count);
  std::vector<double> ticks;
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k += 1.0) {
    ticks.push_back(k * step);
  }
  return ticks;
}

std::vector<double> axisTicks(const ChartAxis& axis, int count) {
  std::vector<double> ticks = axis.ticks;
  if (ticks.empty() && axis.logarithmic()) {
    ticks = fewLogarithmicTicks(axis.low, axis.high, static_cast<std::size_t>(count) + 2);
  }
  if (axis.ticks.empty() && (!axis.logarithmic() || ticks.size() < 2)) {
    ticks = niceTicks(axis.low, axis.high, count);
  }
  std::erase_if(ticks, [&axis](double tick) {
    const double share = axis.draws(tick) ? axis.share(tick) : -1.0;
    return share < -1e-6 || share > 1.0 + 1e-6 || (axis.counts && tick != std::floor(tick));
  });
  return ticks;
}

std::vector<QString> tickTexts(const ChartAxis& axis, const std::vector<double>& ticks) {
  const double step = ticks.size() > 1 ? std::abs(ticks[1] - ticks[0]) : 0.0;
  const int decimals = step > 0.0 ? static_cast<int>(std::ceil(-std::log10(step) - 1e-9)) : kMostDecimals + 1;
  const bool alike =
      axis.ticks.empty() && !axis.logarithmic() && decimals <= kMostDecimals && decimals > -kTickDigits;
  std::vector<QString> texts;
  for (const double tick : ticks) {
    texts.push_back(axis.counts ? countText(tick)
                    : alike     ? numberText(tick, std::max(0, decimals))
                                : shortText(tick));
  }
  return texts;
}

QString valueText(double value) {
  return withTrueMinus(QString::number(value, 'g', 4));
}

}  // namespace alidade
