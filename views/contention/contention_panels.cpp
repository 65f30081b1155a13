// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/contention_panels.h"

#include <cmath>
#include <limits>

#include <QCoreApplication>

#include "views/base/plot.h"
#include "views/contention/contention_facts.h"
#include "views/contention/contention_sheets.h"
#include "views/contention/contention_text.h"

namespace alidade {
namespace {

constexpr double kNothingKnown = std::numeric_limits<double>::quiet_NaN();
constexpr double kHundred = 100.0;

using HistoryPointer = std::shared_ptr<const ContentionHistory>;

QString inPanel(const char* text) {
  return QCoreApplication::translate("Contention", text);
}

QString percentText(double share) {
  return std::isfinite(share) ? numberText(kHundred * share, 0) + QStringLiteral(" %")
                              : QStringLiteral("\u2013");
}

QString summaryOf(const GramStatistics& statistics) {
  return inPanel("\u00b5 %1 \u00b7 \u03c3\u00b2 %2 \u00b7 N %3 \u00b7 %4 below 0")
      .arg(cosineText(statistics.mean_cosine), cosineText(statistics.variance),
           cosineText(statistics.mean_negative_transfer), percentText(statistics.conflict_rate));
}

ContentionPanel meansPanel(ContentionNumbers& numbers, const HistoryPointer& history,
                           const ContentionPart& part, std::size_t epoch) {
  const GramStatistics& statistics = numbers.statistics(history, part, epoch);
  ContentionPanel panel;
  panel.values = statistics.cosines;
  panel.to_all = statistics.to_others;
  panel.transfer = statistics.negative_transfer;
  panel.summary = summaryOf(statistics);
  panel.note = doubtOf(numbers, history, part, epoch);
  panel.greyed = !panel.note.isEmpty();
  if (const ContentionSignal* signal = numbers.signal(history, part, epoch)) {
    for (const ContentionInterval& interval : signal->intervals.cosines) {
      panel.low.push_back(interval.low);
      panel.high.push_back(interval.high);
    }
    panel.corrected = signal->corrected.values;
    panel.conflict_rate = signal->batches.conflicts;
  }
  return panel;
}

ContentionPanel batchesPanel(ContentionNumbers& numbers, const HistoryPointer& history,
                             const ContentionPart& part, std::size_t epoch) {
  ContentionPanel panel;
  const ContentionSignal* signal = numbers.signal(history, part, epoch);
  if (!signal) {
    panel.values.assign(history->rows.size() * history->rows.size(), kNothingKnown);
    panel.note = inPanel("no gradients of batches were kept of this part");
    return panel;
  }
  panel.values = signal->batches.means;
  panel.conflict_rate = signal->batches.conflicts;
  panel.summary = inPanel("mean %1 \u00b7 batches in conflict %2 %")
                      .arg(cosineText(signal->batches.mean_cosine),
                           numberText(kHundred * signal->batches.conflict_rate, 0));
  panel.note = doubtOf(numbers, history, part, epoch);
  panel.greyed = !panel.note.isEmpty();
  return panel;
}

/// What PCGrad, or balancing norms, makes of the gradients; how many pairs opposed each other before stands
/// beside.
ContentionPanel baselinePanel(ContentionNumbers& numbers, const HistoryPointer& history,
                              const ContentionPart& part, std::size_t epoch, ContentionReading reading) {
  const ContentionChange& change = reading == ContentionReading::kProjected
                                       ? numbers.projected(history, part, epoch)
                                       : numbers.balanced(history, part, epoch);
  const GramStatistics& before = numbers.statistics(history, part, epoch);
  ContentionPanel panel;
  panel.values = change.statistics.cosines;
  panel.to_all = change.statistics.to_others;
  panel.transfer = change.statistics.negative_transfer;
  const auto changed = [](const QString& was, const QString& is) {
    return was == is ? is : was + QStringLiteral(" \u2192 ") + is;
  };
  const GramStatistics& after = change.statistics;
  panel.summary =
      inPanel("\u00b5 %1 \u00b7 N %2 \u00b7 %3 below 0")
          .arg(changed(cosineText(before.mean_cosine), cosineText(after.mean_cosine)),
               changed(cosineText(before.mean_negative_transfer), cosineText(after.mean_negative_transfer)),
               changed(percentText(before.conflict_rate), percentText(after.conflict_rate)));
  panel.note = doubtOf(numbers, history, part, epoch);
  panel.greyed = !panel.note.isEmpty();
  return panel;
}

/// Values of B in the rows of A; undefined where B has no such row.
std::vector<double> inRowsOf(const ContentionHistory& a, const ContentionHistory& b,
                             const std::vector<double>& values, bool pairs) {
  const std::size_t n = a.rows.size(), m = b.rows.size();
  std::vector<double> taken(pairs ? n * n : n, kNothingKnown);
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = rowOf(b, a.rows[i]);
    if (row && !pairs) {
      taken[i] = values[*row];
    }
    for (std::size_t j = 0; row && pairs && j < n; ++j) {
      if (const auto other = rowOf(b, a.rows[j])) {
        taken[i * n + j] = values[*row * m + *other];
      }
    }
  }
  return taken;
}

void subtract(std::vector<double>& from, const std::vector<double>& values) {
  for (std::size_t i = 0; i < from.size(); ++i) {
    from[i] -= values[i];
  }
}

/// A - B of two panels. What tells signal from noise holds for one of them alone; where either is in doubt,
/// so is this.
ContentionPanel subtracted(ContentionPanel a, const ContentionPanel& b, const ContentionHistory& of_a,
                           const ContentionHistory& of_b) {
  subtract(a.values, inRowsOf(of_a, of_b, b.values, true));
  if (!a.to_all.empty() && !b.to_all.empty()) {
    subtract(a.to_all, inRowsOf(of_a, of_b, b.to_all, false));
    subtract(a.transfer, inRowsOf(of_a, of_b, b.transfer, false));
  }
  a.low.clear();
  a.high.clear();
  a.corrected.clear();
  a.conflict_rate.clear();
  a.greyed = a.greyed || b.greyed;
  a.note = !a.note.isEmpty()   ? inPanel("A: %1").arg(a.note)
           : !b.note.isEmpty() ? inPanel("B: %1").arg(b.note)
                               : QString();
  a.summary = inPanel("A %1").arg(a.summary);
  return a;
}

}  // namespace

ContentionPanel cosinePanel(ContentionNumbers& numbers, const HistoryPointer& history,
                            const ContentionPart& part, const ContentionChoice& choice) {
  const std::size_t epoch = nearestEpoch(*history, choice.epoch);
  ContentionPanel panel =
      isBaseline(choice.reading) ? baselinePanel(numbers, history, part, epoch, choice.reading)
      : choice.reading == ContentionReading::kBatches ? batchesPanel(numbers, history, part, epoch)
                                                      : meansPanel(numbers, history, part, epoch);
  panel.part = QString::fromStdString(part.name);
  panel.epoch = history->epochs[epoch].epoch;
  return panel;
}

ContentionPanel differencePanel(ContentionNumbers& numbers, const HistoryPointer& a, const HistoryPointer& b,
                                const ContentionPart& part, const ContentionChoice& choice) {
  ContentionPanel panel = cosinePanel(numbers, a, part, choice);
  if (const auto other = find_part(*b, part.kind, part.name)) {
    return subtracted(std::move(panel), cosinePanel(numbers, b, *other, choice), *a, *b);
  }
  panel.values.assign(panel.values.size(), kNothingKnown);
  panel.to_all.clear();
  panel.note = inPanel("B has no such part");
  return panel;
}

}  // namespace alidade
