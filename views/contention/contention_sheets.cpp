// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/contention_sheets.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QCoreApplication>

#include "core/contention/effects.h"
#include "views/base/plot.h"
#include "views/contention/contention_facts.h"
#include "views/contention/contention_text.h"
#include "views/contention/epoch_bar.h"
#include "views/contention/row_order.h"

namespace alidade {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr double kPercent = 100.0;
constexpr double kLeastSpan = 1.0;  // percent

using History = std::shared_ptr<const ContentionHistory>;

QString tell(const char* text) {
  return QCoreApplication::translate("Contention", text);
}

QString summaryOf(const GramStatistics& statistics) {
  return tell("\u00b5 %1 \u00b7 \u03c3\u00b2 %2 \u00b7 N %3 \u00b7 %4 % below 0")
      .arg(cosineText(statistics.mean_cosine), cosineText(statistics.variance),
           cosineText(statistics.mean_negative_transfer),
           std::isfinite(statistics.conflict_rate) ? numberText(kPercent * statistics.conflict_rate, 0)
                                                   : QStringLiteral("\u2013"));
}

ContentionPanel meansPanel(ContentionNumbers& numbers, const History& history, const ContentionPart& part,
                           std::size_t epoch) {
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

ContentionPanel batchesPanel(ContentionNumbers& numbers, const History& history, const ContentionPart& part,
                             std::size_t epoch) {
  ContentionPanel panel;
  const ContentionSignal* signal = numbers.signal(history, part, epoch);
  if (!signal) {
    panel.values.assign(history->rows.size() * history->rows.size(), kUnknown);
    panel.note = tell("no gradients of batches were kept of this part");
    return panel;
  }
  panel.values = signal->batches.means;
  panel.conflict_rate = signal->batches.conflicts;
  panel.summary = tell("mean %1 \u00b7 batches in conflict %2 %")
                      .arg(cosineText(signal->batches.mean_cosine),
                           numberText(kPercent * signal->batches.conflict_rate, 0));
  panel.note = doubtOf(numbers, history, part, epoch);
  panel.greyed = !panel.note.isEmpty();
  return panel;
}

/// Values of B in the rows of A; undefined where B has no such row.
std::vector<double> inRowsOf(const ContentionHistory& a, const ContentionHistory& b,
                             const std::vector<double>& values, bool pairs) {
  const std::size_t n = a.rows.size(), m = b.rows.size();
  std::vector<double> taken(pairs ? n * n : n, kUnknown);
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

/// A - B. What tells signal from noise holds for one of them alone; where either is in doubt, so is this.
ContentionPanel differencePanel(ContentionPanel a, const ContentionPanel& b, const ContentionHistory& of_a,
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
  a.note = !a.note.isEmpty()   ? tell("A: %1").arg(a.note)
           : !b.note.isEmpty() ? tell("B: %1").arg(b.note)
                               : QString();
  a.summary = tell("A %1").arg(a.summary);
  return a;
}

ContentionPanel panelOf(ContentionNumbers& numbers, const History& history, const ContentionPart& part,
                        const ContentionChoice& choice) {
  const std::size_t epoch = nearestEpoch(*history, choice.epoch);
  ContentionPanel panel = choice.reading == ContentionReading::kBatches
                              ? batchesPanel(numbers, history, part, epoch)
                              : meansPanel(numbers, history, part, epoch);
  panel.part = QString::fromStdString(part.name);
  panel.epoch = history->epochs[epoch].epoch;
  return panel;
}

/// The part by whose cosines effects are predicted: the one that is chosen, else the network.
ContentionPart predictingPart(const SheetQuestion& question, ContentionNumbers& numbers) {
  const auto& parts = numbers.parts(leading(question), question.choice.kind);
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const ContentionPart& part) {
    return part.name == question.choice.part;
  });
  return found != parts.end() ? *found : numbers.parts(leading(question), PartKind::kNetwork).front();
}

QString agreementText(const RankAgreement& agreement) {
  if (!std::isfinite(agreement.correlation)) {
    return tell("too few pairs for a rank correlation");
  }
  const QString interval =
      std::isfinite(agreement.low)
          ? tell(" (%1 to %2)").arg(numberText(agreement.low, 2), numberText(agreement.high, 2))
          : QString();
  return tell("rank correlation %1%2, p %3, n %4")
      .arg(numberText(agreement.correlation, 2), interval, numberText(agreement.p, 3))
      .arg(agreement.pairs);
}

void fillEffects(ContentionSheet& sheet, const SheetQuestion& question, ContentionNumbers& numbers) {
  const History& history = leading(question);
  const ContentionEffect& effect = history->effects[*nearestEffect(*history, question.choice.epoch)];
  const ContentionPart part = predictingPart(question, numbers);
  const std::size_t n = history->rows.size();
  const auto& cosines = numbers.statistics(history, part, nearestEpoch(*history, effect.epoch)).cosines;
  ContentionPanel panel;
  panel.part = QString::fromStdString(part.name);
  panel.epoch = effect.epoch;
  panel.values = relative_changes(effect);
  panel.corrected = change_by_cosine(cosines);
  EffectScatter scatter;
  scatter.title = agreementText(matrix_agreement(panel.corrected, panel.values, n, kContentionSeed));
  sheet.span = kLeastSpan;
  for (std::size_t at = 0; at < panel.values.size(); ++at) {
    panel.values[at] *= kPercent;
    const bool known = std::isfinite(panel.values[at]);
    sheet.span = known ? std::max(sheet.span, std::abs(panel.values[at])) : sheet.span;
    if (at / n != at % n && known && std::isfinite(panel.corrected[at])) {
      scatter.predicted.push_back(panel.corrected[at]);
      scatter.measured.push_back(panel.values[at]);
    }
  }
  panel.summary =
      tell("column's loss after %1 steps on the row, rate %2").arg(effect.steps).arg(normText(effect.rate));
  sheet.kind = ContentionSheet::Kind::kEffects;
  sheet.gray_diagonal = false;
  sheet.value_name = tell("change of loss (%)");
  sheet.scatter = std::move(scatter);
  sheet.panels.push_back(std::move(panel));
}

QString titleOf(const SheetQuestion& question, const ContentionSheet& sheet) {
  const ContentionChoice& choice = question.choice;
  const QString part = sheet.panels.size() == 1 ? sheet.panels.front().part : tell("all blocks");
  const QString run = choice.shown == ContentionShown::kDifference
                          ? tell("%1 \u2212 %2").arg(question.name_a, question.name_b)
                      : choice.shown == ContentionShown::kB && question.b ? question.name_b
                                                                          : question.name_a;
  const QString what = choice.reading == ContentionReading::kEffects
                           ? tell("measured effect beside the cosine of %1").arg(part)
                           : part + QStringLiteral(" \u00b7 ") + readingText(choice.reading);
  return tell("%1 \u00b7 epoch %2 \u00b7 %3 \u00b7 %4")
      .arg(what, epochText(sheet.panels.front().epoch), spaceText(leading(question)->space), run);
}

void fillCosines(ContentionSheet& sheet, const SheetQuestion& question, ContentionNumbers& numbers) {
  const ContentionChoice& choice = question.choice;
  const History& history = leading(question);
  const bool difference = choice.shown == ContentionShown::kDifference && question.b;
  sheet.kind = difference ? ContentionSheet::Kind::kDifference : ContentionSheet::Kind::kCosines;
  sheet.gray_diagonal = choice.reading == ContentionReading::kMeans;
  sheet.value_name = difference ? tell("A \u2212 B") : tell("cosine");
  for (const ContentionPart& part : chosenParts(numbers.parts(history, choice.kind), choice)) {
    ContentionPanel panel = panelOf(numbers, history, part, choice);
    if (difference) {
      const auto other = find_part(*question.b, part.kind, part.name);
      panel =
          other ? differencePanel(panel, panelOf(numbers, question.b, *other, choice), *history, *question.b)
                : panel;
      if (!other) {
        panel.values.assign(panel.values.size(), kUnknown);
        panel.to_all.clear();
        panel.note = tell("B has no such part");
      }
    }
    sheet.panels.push_back(std::move(panel));
  }
}

}  // namespace

const History& leading(const SheetQuestion& question) {
  return question.choice.shown == ContentionShown::kB && question.b ? question.b : question.a;
}

std::size_t nearestEpoch(const ContentionHistory& history, double epoch) {
  const auto& all = history.epochs;
  const auto nearest = std::min_element(all.begin(), all.end(), [&](const auto& a, const auto& b) {
    return std::abs(a.epoch - epoch) < std::abs(b.epoch - epoch);
  });
  return static_cast<std::size_t>(nearest - all.begin());
}

std::optional<std::size_t> nearestEffect(const ContentionHistory& history, double epoch) {
  const auto& all = history.effects;
  const auto nearest = std::min_element(all.begin(), all.end(), [&](const auto& a, const auto& b) {
    return std::abs(a.epoch - epoch) < std::abs(b.epoch - epoch);
  });
  return all.empty() ? std::nullopt : std::optional(static_cast<std::size_t>(nearest - all.begin()));
}

std::vector<ContentionPart> chosenParts(const std::vector<ContentionPart>& parts,
                                        const ContentionChoice& choice) {
  const auto found = std::find_if(parts.begin(), parts.end(),
                                  [&](const ContentionPart& part) { return part.name == choice.part; });
  if (found != parts.end()) {
    return {*found};
  }
  const std::size_t count = choice.kind == PartKind::kBlock ? kMostPanels : 1;
  return {parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(std::min(count, parts.size()))};
}

QString sheetProblem(const SheetQuestion& question) {
  const ContentionChoice& choice = question.choice;
  const History& history = leading(question);
  if (!history) {
    return tell("Open a history of gradient contention (.npz) to see which categories fight.");
  }
  if (history->epochs.empty() || history->rows.empty()) {
    return tell("The history holds no epochs.");
  }
  if (choice.reading == ContentionReading::kEffects && history->effects.empty()) {
    return tell("No effects were measured for this history.");
  }
  if (choice.shown == ContentionShown::kDifference && choice.reading != ContentionReading::kEffects) {
    if (!question.b) {
      return tell("Choose a second history as B to see the difference.");
    }
    if (question.b->epochs.empty() || question.a->space != question.b->space) {
      return tell("A is of the %1 and B of the %2: cosines of different spaces are not subtracted.")
          .arg(spaceText(question.a->space), spaceText(question.b->space));
    }
  }
  return {};
}

std::shared_ptr<const ContentionSheet> makeSheet(const SheetQuestion& question, ContentionNumbers& numbers) {
  if (!sheetProblem(question).isEmpty()) {
    return nullptr;
  }
  const History& history = leading(question);
  auto sheet = std::make_shared<ContentionSheet>();
  sheet->colors = question.colors;
  sheet->provenance = history->provenance;
  for (const std::string& row : history->rows) {
    sheet->rows.push_back(QString::fromStdString(row));
  }
  if (question.choice.reading == ContentionReading::kEffects) {
    fillEffects(*sheet, question, numbers);
  } else {
    fillCosines(*sheet, question, numbers);
  }
  if (sheet->panels.empty()) {
    return nullptr;
  }
  sheet->order = orderOfRows(question, numbers);
  if (question.choice.order == ContentionOrder::kGroup) {
    sheet->groups = groupsOfRows(*history, question.groups);
    sheet->group_names = branchNames(*history, question.groups.size());
  }
  if (question.title) {
    sheet->title = titleOf(question, *sheet);
  }
  return sheet;
}

}  // namespace alidade
