// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/contention_sheets.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>

#include "core/contention/effects.h"
#include "views/base/plot.h"
#include "views/contention/contention_facts.h"
#include "views/contention/contention_panels.h"
#include "views/contention/contention_text.h"
#include "views/contention/epoch_bar.h"
#include "views/contention/row_order.h"

namespace alidade {
namespace {

constexpr double kPercent = 100.0;
constexpr double kLeastSpan = 1.0;  // percent

using History = std::shared_ptr<const ContentionHistory>;

QString tell(const char* text) {
  return QCoreApplication::translate("Contention", text);
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
  sheet.gray_diagonal = choice.reading == ContentionReading::kMeans || isBaseline(choice.reading);
  sheet.value_name = difference ? tell("A \u2212 B") : tell("cosine");
  for (const ContentionPart& part : chosenParts(numbers.parts(history, choice.kind), choice)) {
    sheet.panels.push_back(difference ? differencePanel(numbers, history, question.b, part, choice)
                                      : cosinePanel(numbers, history, part, choice));
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
