// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/contention_text.h"

#include <cmath>

#include <QCoreApplication>

#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kThousand = 1e3, kMillion = 1e6;

QString words(const char* text) {
  return QCoreApplication::translate("Contention", text);
}

}  // namespace

QString cosineText(double value) {
  return std::isfinite(value) ? numberText(value, 2) : QStringLiteral("\u2013");
}

QString intervalText(const ContentionInterval& interval) {
  return std::isfinite(interval.low) && std::isfinite(interval.high)
             ? words("%1 to %2").arg(numberText(interval.low, 2), numberText(interval.high, 2))
             : QString();
}

QString countText(std::int64_t count) {
  const auto value = static_cast<double>(count);
  if (value < kThousand) {
    return QString::number(count);
  }
  const bool millions = value >= kMillion;
  const double scaled = value / (millions ? kMillion : kThousand);
  return numberText(scaled, scaled < 10.0    ? 2
                            : scaled < 100.0 ? 1
                                             : 0) +
         (millions ? QStringLiteral(" M") : QStringLiteral(" k"));
}

QString normText(double value) {
  if (!std::isfinite(value)) {
    return QStringLiteral("\u2013");
  }
  const bool plain = value == 0.0 || (std::abs(value) >= 1e-3 && std::abs(value) < 1e4);
  QString text = plain ? QString::number(value, 'g', 3) : QString::number(value, 'e', 2);
  return text.replace(QLatin1Char('-'), QChar(0x2212));
}

QString spaceText(ContentionSpace space) {
  return space == ContentionSpace::kUpdate ? words("update space, Adam") : words("gradient space");
}

QString readingText(ContentionReading reading) {
  switch (reading) {
    case ContentionReading::kBatches:
      return words("mean cosine of single batches");
    case ContentionReading::kEffects:
      return words("measured effect");
    case ContentionReading::kProjected:
      return words("cosine after PCGrad");
    case ContentionReading::kBalanced:
      return words("cosine after norm balancing");
    case ContentionReading::kBranches:
      return words("accuracy through every branch");
    default:
      return words("cosine of mean gradients");
  }
}

QString kindText(PartKind kind) {
  switch (kind) {
    case PartKind::kBlock:
      return words("block");
    case PartKind::kModule:
      return words("module");
    case PartKind::kLayer:
      return words("layer");
    case PartKind::kTensor:
      return words("tensor");
    default:
      return words("network");
  }
}

QString rowsText(const ContentionHistory& history) {
  const QString one = QString::fromStdString(history.row_kind);
  if (one == QLatin1String("diffusion time")) {
    return words("diffusion times");
  }
  return one.endsWith(QLatin1Char('y')) ? one.left(one.size() - 1) + QStringLiteral("ies")
                                        : one + QStringLiteral("s");
}

}  // namespace alidade
