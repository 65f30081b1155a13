// SPDX-License-Identifier: BSD-3-Clause
#include "views/quantization/quantization_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <QCoreApplication>
#include <QStringList>

namespace alidade {
namespace {

constexpr double kMega = 1e6, kGiga = 1e9, kKilo = 1e3;

QString dash() {
  return QStringLiteral("\u2013");
}

QString percentNumber(double share) {
  return numberText(kPercent * share, 1);
}

}  // namespace

QString worded(const char* text) {
  return QCoreApplication::translate("Quantization", text);
}

QString joined(const std::vector<std::string>& names, const QString& between) {
  QStringList all;
  for (const std::string& name : names) {
    all << QString::fromStdString(name);
  }
  return all.join(between);
}

Table::Cell numberCell(double value) {
  return std::isfinite(value) ? Table::Cell(value) : Table::Cell();
}

QString metricText(const std::string& metric) {
  QString text = QString::fromStdString(metric);
  if (text.startsWith(QLatin1String("add_")) || text.startsWith(QLatin1String("adi_"))) {
    return text.left(3).toUpper() + QLatin1Char('-') +
           text.mid(4).replace(QLatin1Char('_'), QLatin1Char(' '));
  }
  return text.replace(QLatin1Char('_'), QLatin1Char(' '));
}

QString shareText(double share) {
  return std::isfinite(share) ? percentNumber(share) + QStringLiteral(" %") : dash();
}

QString shareText(const IntervalNumber& share) {
  const QString value = shareText(share.value);
  return std::isfinite(share.low) && std::isfinite(share.high)
             ? value +
                   QStringLiteral(" (%1 \u2026 %2)").arg(percentNumber(share.low), percentNumber(share.high))
             : value;
}

QString gainText(const IntervalNumber& gain) {
  if (!std::isfinite(gain.value)) {
    return dash();
  }
  const QString sign = gain.value > 0.0 ? QStringLiteral("+") : QString();
  QString text = sign + percentNumber(gain.value);
  if (std::isfinite(gain.low) && std::isfinite(gain.high)) {
    text += QStringLiteral(" (%1 \u2026 %2)").arg(percentNumber(gain.low), percentNumber(gain.high));
    if (gain.low <= 0.0 && gain.high >= 0.0) {
      text += worded(", inside the noise");
    }
  }
  return text;
}

QString bytesText(double bytes) {
  if (!(bytes > 0.0)) {
    return dash();
  }
  return bytes >= kMega ? numberText(bytes / kMega, 2) + QStringLiteral(" MB")
                        : numberText(bytes / kKilo, bytes < 10.0 * kKilo ? 1 : 0) + QStringLiteral(" kB");
}

QString costText(SweepCost cost, double value) {
  if (!std::isfinite(value)) {
    return dash();
  }
  switch (cost) {
    case SweepCost::kSize:
      return bytesText(value);
    case SweepCost::kCompression:
      return numberText(value, 1) + QStringLiteral("\u00d7");
    case SweepCost::kBitOperations:
      return valueText(value / kGiga) + QStringLiteral(" G");
    case SweepCost::kLatency:
      return numberText(value, value < 10.0 ? 2 : 1) + QStringLiteral(" ms");
  }
  return dash();
}

ChartAxis costAxis(SweepCost cost, const QuantizationSweep& sweep) {
  ChartAxis axis;
  axis.scale = cost == SweepCost::kLatency ? ChartScale::kLinear : ChartScale::kLogarithmic;
  switch (cost) {
    case SweepCost::kSize:
      axis.label = worded("Weights with their scales (MB)");
      break;
    case SweepCost::kCompression:
      axis.label = worded("Compression of the weights (\u00d7)");
      axis.ticks = {1, 2, 4, 8, 16, 32};
      break;
    case SweepCost::kBitOperations:
      axis.label = worded(
          "Bit operations (10\u2079): MAC \u00d7 weight bits \u00d7 activation bits, float 32 \u00d7 32");
      break;
    case SweepCost::kLatency:
      axis.label = sweep.latency_setup.empty()
                       ? worded("Median latency (ms)")
                       : worded("Median latency (ms), %1").arg(QString::fromStdString(sweep.latency_setup));
      break;
  }
  return axis;
}

double onAxis(SweepCost cost, double value) {
  return cost == SweepCost::kSize ? value / kMega : cost == SweepCost::kBitOperations ? value / kGiga : value;
}

double fromAxis(SweepCost cost, double value) {
  return cost == SweepCost::kSize ? value * kMega : cost == SweepCost::kBitOperations ? value * kGiga : value;
}

QString methodText(SweepMethod method) {
  switch (method) {
    case SweepMethod::kFullPrecision:
      return worded("full precision");
    case SweepMethod::kPostTraining:
      return worded("post-training");
    case SweepMethod::kLsq:
      return QStringLiteral("LSQ");
    case SweepMethod::kInq:
      return QStringLiteral("INQ");
  }
  return {};
}

LegendEntry::Mark markOf(SweepMethod method) {
  switch (method) {
    case SweepMethod::kFullPrecision:
      return LegendEntry::Mark::kDiamond;
    case SweepMethod::kPostTraining:
      return LegendEntry::Mark::kTriangle;
    case SweepMethod::kLsq:
      return LegendEntry::Mark::kDot;
    case SweepMethod::kInq:
      return LegendEntry::Mark::kSquare;
  }
  return LegendEntry::Mark::kDot;
}

QString normText(NormMode norm) {
  switch (norm) {
    case NormMode::kNone:
      return {};
    case NormMode::kLive:
      return worded("batch norm live");
    case NormMode::kFrozen:
      return worded("batch norm frozen");
    case NormMode::kFolded:
      return worded("batch norm folded");
  }
  return {};
}

QString levelsText(const std::string& levels) {
  return levels == "32" ? worded("float32") : QString::fromStdString(levels);
}

QString scoreText(const std::string& score) {
  static constexpr std::array<std::pair<const char*, const char*>, 10> kScores{{
      {"hessian", "Hessian trace \u00d7 error"},
      {"fisher", "Fisher score"},
      {"sqnr_weights", "noise of the weights"},
      {"sqnr_alone", "output noise alone"},
      {"sqnr_accumulated", "output noise accumulated"},
      {"only_this", "only this quantized"},
      {"all_but_this", "all but this quantized"},
      {"weights_only", "weights only"},
      {"activations_only", "activations only"},
      {"metric", "drop of the metric"},
  }};
  for (const auto& [name, text] : kScores) {
    if (score == name) {
      return worded(text);
    }
  }
  return QString::fromStdString(score);
}

QString scoreValueText(double value, const std::string& unit) {
  const QString number = std::isfinite(value) ? valueText(value) : dash();
  return unit.empty() ? number : number + QLatin1Char(' ') + QString::fromStdString(unit);
}

}  // namespace alidade
