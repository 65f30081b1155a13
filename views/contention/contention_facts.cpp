// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/contention_facts.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>

#include "core/base/constants.h"
#include "views/base/plot.h"
#include "views/contention/contention_numbers.h"
#include "views/contention/contention_text.h"

namespace alidade {
namespace {

QString said(const char* text) {
  return QCoreApplication::translate("Contention", text);
}

QString both(const QString& a, const QString& b) {
  return a + QStringLiteral(" \u00b7 ") + b;
}

void addSignal(ContentionFacts& facts, const ContentionSignal& signal, std::size_t rows, std::size_t i,
               std::size_t j) {
  const std::size_t at = i * rows + j;
  if (const QString interval = intervalText(signal.intervals.cosines[at]); !interval.isEmpty()) {
    facts.emplace_back(said("95 % interval"), interval);
  }
  const double corrected = signal.corrected.values[at];
  facts.emplace_back(said("corrected"), !std::isfinite(corrected) ? said("too noisy")
                                        : signal.corrected.clipped[at]
                                            ? cosineText(corrected) + said(" (clipped)")
                                            : cosineText(corrected));
  facts.emplace_back(said("reliability"), both(cosineText(signal.reliability.reliability[i]),
                                               cosineText(signal.reliability.reliability[j])));
  facts.emplace_back(said("of batches"), cosineText(signal.batches.means[at]));
  facts.emplace_back(said("in conflict"),
                     numberText(100.0 * signal.batches.conflicts[at], 0) + QStringLiteral(" %"));
}

}  // namespace

std::optional<std::size_t> rowOf(const ContentionHistory& history, const std::string& name) {
  const auto found = std::find(history.rows.begin(), history.rows.end(), name);
  return found == history.rows.end() ? std::nullopt
                                     : std::optional(static_cast<std::size_t>(found - history.rows.begin()));
}

ContentionFacts factsOfPair(ContentionNumbers& numbers,
                            const std::shared_ptr<const ContentionHistory>& history,
                            const ContentionPart& part, std::size_t epoch, std::size_t i, std::size_t j) {
  const GramStatistics& statistics = numbers.statistics(history, part, epoch);
  const double cosine = statistics.cosine(i, j);
  ContentionFacts facts{{said("cosine"), std::isfinite(cosine) ? cosineText(cosine) : said("undefined")}};
  const ContentionSignal* signal = numbers.signal(history, part, epoch);
  if (signal && i != j && std::isfinite(cosine)) {
    addSignal(facts, *signal, statistics.rows, i, j);
  }
  if (std::isfinite(cosine)) {
    facts.emplace_back(said("angle"), numberText(std::acos(cosine) * kDegreesPerRadian, 0) + QChar(0x00b0));
  }
  facts.emplace_back(said("lengths"), both(normText(statistics.norms[i]), normText(statistics.norms[j])));
  if (history->samples.size() == statistics.rows) {
    facts.emplace_back(said("samples"),
                       both(QString::number(history->samples[i]), QString::number(history->samples[j])));
  }
  return facts;
}

ContentionFacts factsOfBaseline(ContentionNumbers& numbers,
                                const std::shared_ptr<const ContentionHistory>& history,
                                const ContentionPart& part, std::size_t epoch, ContentionReading reading,
                                std::size_t i, std::size_t j) {
  const bool projected = reading == ContentionReading::kProjected;
  const ContentionChange& change =
      projected ? numbers.projected(history, part, epoch) : numbers.balanced(history, part, epoch);
  return {
      {projected ? said("after PCGrad") : said("norms balanced"), cosineText(change.statistics.cosine(i, j))},
      {said("measured"), cosineText(numbers.statistics(history, part, epoch).cosine(i, j))},
      {said("with the step"), both(cosineText(change.with_step[i]), cosineText(change.with_step[j]))},
      {said("step, with the mean"), cosineText(change.steps)}};
}

QString doubtOf(ContentionNumbers& numbers, const std::shared_ptr<const ContentionHistory>& history,
                const ContentionPart& part, std::size_t epoch) {
  if (numbers.statistics(history, part, epoch).stationary) {
    return said("stationary: the mean gradient vanishes, opposition follows without a fight");
  }
  const ContentionSignal* signal = numbers.signal(history, part, epoch);
  if (signal && signal->reliability.median < kLeastReliability) {
    return said("noise: median reliability %1 is under %2")
        .arg(cosineText(signal->reliability.median), numberText(kLeastReliability, 1));
  }
  return {};
}

}  // namespace alidade
