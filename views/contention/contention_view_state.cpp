// SPDX-License-Identifier: BSD-3-Clause
// What the contention view says of a cell, and what it remembers.
#include <cmath>

#include <QJsonArray>
#include <QJsonObject>

#include "views/base/color_map_action.h"
#include "views/base/plot.h"
#include "views/base/session_model.h"
#include "views/contention/cell_panel.h"
#include "views/contention/contention_canvas.h"
#include "views/contention/contention_facts.h"
#include "views/contention/contention_sheets.h"
#include "views/contention/contention_text.h"
#include "views/contention/contention_view.h"
#include "views/contention/epoch_bar.h"

namespace alidade {
namespace {

constexpr int kMostGroups = 64, kMostNames = 1024, kMostFiles = 16;

template <class Choice>
Choice chosenIn(const QJsonValue& value, Choice last) {
  const int index = value.toInt(0);
  return index >= 0 && index <= static_cast<int>(last) ? static_cast<Choice>(index) : Choice{};
}

QJsonArray savedGroups(const ContentionModel::Groups& groups) {
  QJsonArray lists;
  for (const auto& group : groups) {
    QJsonArray names;
    for (const std::string& name : group) {
      names.append(QString::fromStdString(name));
    }
    lists.append(names);
  }
  return lists;
}

ContentionModel::Groups restoredGroups(const QJsonArray& lists) {
  ContentionModel::Groups groups;
  for (const QJsonValue& list : lists) {
    std::vector<std::string> names;
    for (const QJsonValue& name : list.toArray()) {
      if (name.isString() && names.size() < kMostNames) {
        names.push_back(name.toString().toStdString());
      }
    }
    if (!names.empty() && groups.size() < kMostGroups) {
      groups.push_back(std::move(names));
    }
  }
  return groups;
}

}  // namespace

HoverCard ContentionView::describe(const ContentionCell& cell) const {
  HoverCard card;
  const auto history = model_.shown();
  const auto figure = canvas_->figure();
  if (!history || !figure) {
    return card;
  }
  const ContentionSheet& sheet = figure->sheet();
  const ContentionPanel& panel = sheet.panels[cell.panel];
  const auto row = static_cast<std::size_t>(cell.row), other = static_cast<std::size_t>(cell.other);
  const std::size_t at = row * sheet.rows.size() + other;
  const QString names = sheet.rows[row] + QStringLiteral(" \u00d7 ") + sheet.rows[other];
  if (sheet.kind == ContentionSheet::Kind::kEffects) {
    card.head = tr("%1 trained, loss of %2").arg(sheet.rows[row], sheet.rows[other]);
    card.lines = {{tr("measured"), std::isfinite(panel.values[at])
                                       ? numberText(panel.values[at], 2) + QStringLiteral(" %")
                                       : QStringLiteral("\u2013")},
                  {tr("predicted, \u2212cosine"), cosineText(panel.corrected[at])},
                  {tr("epoch"), epochText(panel.epoch)}};
    return card;
  }
  card.head = names;
  const auto parts = model_.shownParts(history);
  if (cell.panel >= parts.size()) {
    return card;
  }
  const ContentionReading reading = model_.choice().reading;
  if (sheet.kind == ContentionSheet::Kind::kDifference) {
    card.lines.emplace_back(tr("A \u2212 B"), cosineText(panel.values[at]));
    card.foot = panel.note;
  }
  const ContentionPart& part = parts[cell.panel];
  const std::size_t epoch = model_.epochOf(*history);
  if (isBaseline(reading)) {
    card.foot = reading == ContentionReading::kBalanced && card.foot.isEmpty()
                    ? tr("scaling changes no angle, but S_ca and N")
                    : card.foot;
  }
  const auto facts = isBaseline(reading)
                         ? factsOfBaseline(model_.numbers(), history, part, epoch, reading, row, other)
                         : factsOfPair(model_.numbers(), history, part, epoch, row, other);
  card.lines.insert(card.lines.end(), facts.begin(), facts.end());
  card.lines.emplace_back(panel.part, tr("epoch %1").arg(epochText(panel.epoch)));
  return card;
}

QJsonObject ContentionView::saveState() const {
  const ContentionChoice& choice = model_.choice();
  QJsonObject state{{QStringLiteral("files"), QJsonArray::fromStringList(model_.files())},
                    {QStringLiteral("kind"), static_cast<int>(choice.kind)},
                    {QStringLiteral("part"), QString::fromStdString(choice.part)},
                    {QStringLiteral("epoch"), choice.epoch},
                    {QStringLiteral("order"), static_cast<int>(choice.order)},
                    {QStringLiteral("reading"), static_cast<int>(choice.reading)},
                    {QStringLiteral("shown"), static_cast<int>(choice.shown)},
                    {QStringLiteral("groups"), savedGroups(model_.groups())},
                    {QStringLiteral("colors"), colors_->map().saved()},
                    {QStringLiteral("conflict_bound"), cell_->conflictBound()}};
  if (const auto& pair = model_.pair()) {
    state.insert(QStringLiteral("pair"),
                 QJsonArray{QString::fromStdString(pair->part), QString::fromStdString(pair->row),
                            QString::fromStdString(pair->other)});
  }
  return state;
}

void ContentionView::restoreState(const QJsonObject& state) {
  ContentionChoice choice;
  choice.kind = state.contains(QLatin1String("kind"))
                    ? chosenIn(state.value(QLatin1String("kind")), PartKind::kTensor)
                    : PartKind::kBlock;
  choice.part = state.value(QLatin1String("part")).toString().toStdString();
  const double epoch = state.value(QLatin1String("epoch")).toDouble();
  choice.epoch = std::isfinite(epoch) ? epoch : 0.0;
  choice.order = chosenIn(state.value(QLatin1String("order")), ContentionOrder::kCluster);
  choice.reading = chosenIn(state.value(QLatin1String("reading")), kLastReading);
  choice.shown = chosenIn(state.value(QLatin1String("shown")), ContentionShown::kDifference);
  colors_->restore(state.value(QLatin1String("colors")));
  cell_->setConflictBound(state.value(QLatin1String("conflict_bound")).toDouble());
  if (const auto groups = restoredGroups(state.value(QLatin1String("groups")).toArray()); !groups.empty()) {
    model_.setGroups(groups);
  }
  model_.choose(choice);
  QStringList files;
  for (const QJsonValue& file : state.value(QLatin1String("files")).toArray()) {
    if (file.isString() && files.size() < kMostFiles && !model_.files().contains(file.toString())) {
      files << file.toString();
    }
  }
  model_.askFiles(files);
  const QJsonArray pair = state.value(QLatin1String("pair")).toArray();
  model_.setPair(pair.size() == 3 ? std::optional(ContentionPair{pair[0].toString().toStdString(),
                                                                 pair[1].toString().toStdString(),
                                                                 pair[2].toString().toStdString()})
                                  : std::nullopt);
  takeEvidence();
}

}  // namespace alidade
