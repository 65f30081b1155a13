// SPDX-License-Identifier: BSD-3-Clause
#include "views/kernels/kernel_text.h"

#include <cmath>

#include <QCoreApplication>
#include <QLocale>

#include "views/base/plot.h"

namespace alidade {

QString kernelWords(const char* text) {
  return QCoreApplication::translate("KernelsView", text);
}

QString offsetText(const LayerSharing& layer, std::size_t offset) {
  const auto& of = layer.offsets[offset];
  if (layer.raw_order) {
    return kernelWords("index %1").arg(of[0]);
  }
  return QStringLiteral("(%1, %2, %3)").arg(numberText(of[0], 0), numberText(of[1], 0), numberText(of[2], 0));
}

QString pairsText(std::int64_t pairs) {
  constexpr double kMillion = 1e6, kManyMillions = 1e7;
  const auto count = static_cast<double>(pairs);
  if (count >= kMillion) {
    return numberText(count / kMillion, count >= kManyMillions ? 0 : 1) + QStringLiteral(" M");
  }
  return QLocale(QLocale::English).toString(static_cast<qlonglong>(pairs));
}

QString channelSign(KernelChannel channel) {
  switch (channel) {
    case KernelChannel::kGamma:
      return QStringLiteral("\u03b3");
    case KernelChannel::kAlpha:
      return QStringLiteral("\u03b1");
    case KernelChannel::kBeta:
      return QStringLiteral("\u03b2");
    case KernelChannel::kProduct:
      return QStringLiteral("\u03b1\u00b7\u03b2");
    case KernelChannel::kWeight:
      return QStringLiteral("|W|");
  }
  return {};
}

QString channelName(KernelChannel channel) {
  constexpr std::array<const char*, 5> kWords{"decision", "prior", "posterior", "product", "weights"};
  return channelSign(channel) + QLatin1Char(' ') + kernelWords(kWords[static_cast<std::size_t>(channel)]);
}

QString channelText(KernelChannel channel) {
  switch (channel) {
    case KernelChannel::kGamma:
      return kernelWords("\u03b3: share of scenes that share the kernel");
    case KernelChannel::kAlpha:
      return kernelWords("\u03b1: prior of sharing");
    case KernelChannel::kBeta:
      return kernelWords("\u03b2: mean posterior of the scenes");
    case KernelChannel::kProduct:
      return kernelWords("\u03b1\u00b7\u03b2: what \u03c4 is compared with");
    case KernelChannel::kWeight:
      return kernelWords("|W|: norm of the weights, of the largest");
  }
  return {};
}

QString percentText(double share) {
  constexpr double kHundred = 100.0;
  return std::isfinite(share) ? numberText(kHundred * share, 0) + QStringLiteral("\u202f%")
                              : QStringLiteral("\u2013");
}

QString layerText(const std::string& name) {
  QString text = QString::fromStdString(name);
  if (text.startsWith(QLatin1String("backbone."))) {
    text.remove(0, 9);
  }
  return text.replace(QLatin1Char('.'), QStringLiteral(" \u00b7 "));
}

QString agreementText(const SeedAgreement& agreement) {
  if (agreement.offsets.empty()) {
    return kernelWords("one network: nothing to compare with");
  }
  const QString chance = std::isfinite(agreement.kappa)
                             ? kernelWords("by chance %1, \u03ba %2")
                                   .arg(numberText(agreement.expected, 2), numberText(agreement.kappa, 2))
                             : kernelWords("all decide one thing");
  return kernelWords("agreement of %1 networks %2 (%3)")
      .arg(agreement.networks)
      .arg(numberText(agreement.observed, 2), chance);
}

QString orbitText(const std::string& name) {
  return kernelWords(name.c_str());
}

Table::Cell knownCell(double value) {
  return std::isfinite(value) ? Table::Cell(value) : Table::Cell();
}

}  // namespace alidade
