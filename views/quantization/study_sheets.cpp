// SPDX-License-Identifier: BSD-3-Clause
#include "views/quantization/study_sheets.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "core/sweep/studies.h"
#include "core/sweep/sweep_numbers.h"
#include "views/quantization/quantization_text.h"

namespace alidade {
namespace {

IntervalNumber inPercent(const IntervalNumber& share) {
  return {kPercent * share.value, kPercent * share.low, kPercent * share.high};
}

HoverCard studyCard(const SweepPoint& point, const SweepAccuracy& accuracy, const std::string& metric) {
  HoverCard card;
  card.head = QString::fromStdString(point.name);
  card.lines.emplace_back(worded("bits"), QString::fromStdString(assignment_text(point)));
  card.lines.emplace_back(worded("method"), methodText(point.method));
  if (const QString norm = normText(point.norm); !norm.isEmpty()) {
    card.lines.emplace_back(worded("norms"), norm);
  }
  card.lines.emplace_back(worded("seed"), QString::number(point.seed));
  if (!point.order.empty()) {
    card.lines.emplace_back(worded("order"), joined(point.order, QStringLiteral(" \u2192 ")));
  }
  card.lines.emplace_back(metricText(metric), shareText(judged(accuracy)));
  if (std::isfinite(accuracy.selection.value)) {
    card.lines.emplace_back(worded("selection split"), shareText(accuracy.selection));
  }
  if (std::isfinite(accuracy.held_out_gain.value)) {
    card.lines.emplace_back(worded("to full precision (points)"), gainText(accuracy.held_out_gain));
  }
  return card;
}

StudySheet::Fill fillOf(NormMode norm) {
  return norm == NormMode::kLive     ? StudySheet::Fill::kHollow
         : norm == NormMode::kFolded ? StudySheet::Fill::kHalf
                                     : StudySheet::Fill::kFull;
}

/// Nothing for a network that was not measured by this metric.
std::optional<StudySheet::Mark> markOfPoint(const QuantizationSweep& sweep, std::size_t point,
                                            const std::string& metric, std::size_t series, bool own) {
  const SweepAccuracy* accuracy = accuracy_of(sweep.points[point], metric);
  if (accuracy == nullptr || !std::isfinite(judged(*accuracy).value)) {
    return std::nullopt;
  }
  return StudySheet::Mark{inPercent(judged(*accuracy)),
                          series,
                          markOf(sweep.points[point].method),
                          fillOf(sweep.points[point].norm),
                          QString::number(sweep.points[point].seed),
                          studyCard(sweep.points[point], *accuracy, metric),
                          own ? static_cast<int>(point) : -1};
}

/// What is seen of the marks of all columns.
struct SeenKinds {
  std::set<SweepMethod> methods;
  std::set<NormMode> norms;
  std::set<std::uint64_t> seeds;

  void add(const SweepPoint& point) {
    methods.insert(point.method);
    norms.insert(point.norm);
    seeds.insert(point.seed);
  }
};

/// Marks of one kind side by side, their seeds rising; legend entries for what there is more than one of.
void tellApart(StudySheet& sheet, const SeenKinds& seen) {
  for (StudySheet::Column& column : sheet.columns) {
    std::stable_sort(column.marks.begin(), column.marks.end(), [](const auto& a, const auto& b) {
      return std::tuple(a.series, a.shape, a.fill, a.seed.size(), a.seed) <
             std::tuple(b.series, b.shape, b.fill, b.seed.size(), b.seed);
    });
    for (StudySheet::Mark& mark : column.marks) {
      mark.seed = seen.seeds.size() > 1 ? mark.seed : QString();
    }
  }
  for (const SweepMethod method : seen.methods) {
    if (seen.methods.size() > 1) {
      sheet.kinds.push_back({markOf(method), StudySheet::Fill::kFull, methodText(method)});
    }
  }
  for (const NormMode norm : seen.norms) {
    if (seen.norms.size() > 1 && norm != NormMode::kNone) {
      sheet.kinds.push_back({LegendEntry::Mark::kDot, fillOf(norm), normText(norm)});
    }
  }
  if (seen.seeds.size() > 1) {
    sheet.remark += (sheet.remark.isEmpty() ? QString() : QStringLiteral(" ")) +
                    worded("Side by side: seeds, their numbers below where there is room.");
  }
}

void addBaseline(StudySheet& sheet, const QuantizationSweep& sweep, const std::string& metric,
                 const QString& name, std::size_t series) {
  const auto full = full_precision_point(sweep);
  const SweepAccuracy* accuracy = full ? accuracy_of(sweep.points[*full], metric) : nullptr;
  if (accuracy != nullptr && std::isfinite(judged(*accuracy).value)) {
    const QString text = worded("full precision %1").arg(shareText(judged(*accuracy).value));
    sheet.baselines.push_back(
        {name.isEmpty() ? text : name + QStringLiteral(": ") + text, inPercent(judged(*accuracy)), series});
  }
}

void addRow(Table& table, const QString& column, const SweepPoint& point, const StudySheet::Mark& mark,
            const QString& network) {
  table.rows.push_back({network.toStdString(), column.toStdString(), point.name,
                        methodText(point.method).toStdString(),
                        joined(point.order, QStringLiteral(" > ")).toStdString(), numberCell(mark.y.value),
                        numberCell(mark.y.low), numberCell(mark.y.high)});
}

Table studyTable(const char* column, const std::string& metric) {
  Table table;
  table.columns = {"sweep", column, "network", "method", "order", metric + " (%)", "low (%)", "high (%)"};
  table.look.names = 5;
  return table;
}

QString combinationName(const QuantizationSweep& sweep, const ModuleCombination& combination) {
  QStringList names;
  for (std::size_t i = 0; i < combination.aggressive.size(); ++i) {
    if (combination.aggressive[i]) {
      names << QString::fromStdString(sweep.modules[i].name);
    }
  }
  return names.isEmpty() ? worded("none") : names.join(QStringLiteral(" + "));
}

/// "ternary", "3 levels"; "8 bit", "256 levels".
std::pair<QString, QString> widthLabel(const std::string& levels) {
  const QStringList parts = QString::fromStdString(level_label(levels)).split(QStringLiteral(", "));
  return parts.size() < 2
             ? std::pair(parts.front(), QString())
             : std::pair(parts.mid(0, parts.size() - 1).join(QStringLiteral(", ")), parts.back());
}

std::optional<WidthStudy> chosenStudy(const QuantizationSweep& sweep, const std::string& module) {
  for (std::size_t i = 0; i < sweep.modules.size(); ++i) {
    if (sweep.modules[i].name == module) {
      return width_study(sweep, i);
    }
  }
  return module.empty() ? widest_study(sweep) : std::nullopt;
}

QString othersText(const QuantizationSweep& sweep, const WidthStudy& study) {
  QStringList names;
  for (std::size_t i = 0; i < study.others.size(); ++i) {
    if (i != study.module) {
      names << QString::fromStdString(sweep.modules[i].name) + QLatin1Char(' ') + levelsText(study.others[i]);
    }
  }
  return names.isEmpty() ? QString() : worded("the others: %1").arg(names.join(QStringLiteral(", ")));
}

}  // namespace

QString orderProblem(const StudyQuestion& question) {
  if (!question.a) {
    return worded("No quantization sweep is open.");
  }
  if (question.a->modules.size() > kMostCombinedModules) {
    return worded("%1 modules have too many combinations to be shown.").arg(question.a->modules.size());
  }
  const auto study = combination_study(*question.a);
  return study ? QString() : worded("The sweep holds no two combinations of aggressively quantized modules.");
}

std::shared_ptr<const StudySheet> makeOrderStudy(const StudyQuestion& question) {
  if (!orderProblem(question).isEmpty()) {
    return nullptr;
  }
  const QuantizationSweep& sweep = *question.a;
  const auto study = *combination_study(sweep);
  auto sheet = std::make_shared<StudySheet>();
  sheet->title = question.titled ? question.name_a : QString();
  sheet->y_label = metricText(question.metric) + QStringLiteral(" (%)");
  sheet->provenance = sweep.provenance;
  sheet->numbers = studyTable("quantized modules", question.metric);
  sheet->series << QString();
  for (const SweepModule& module : sweep.modules) {
    sheet->matrix_rows << QString::fromStdString(module.name);
  }
  SeenKinds seen;
  for (const ModuleCombination& combination : study.combinations) {
    StudySheet::Column column;
    column.matrix = combination.aggressive;
    for (const std::size_t point : combination.points) {
      if (auto mark = markOfPoint(sweep, point, question.metric, 0, true)) {
        addRow(sheet->numbers, combinationName(sweep, combination), sweep.points[point], *mark,
               question.name_a);
        column.marks.push_back(std::move(*mark));
        seen.add(sweep.points[point]);
      }
    }
    sheet->columns.push_back(std::move(column));
  }
  addBaseline(*sheet, sweep, question.metric, {}, 0);
  sheet->remark = worded("filled: %1; empty: float32. %2 of %3 combinations measured.")
                      .arg(QString::fromStdString(level_label(study.levels)))
                      .arg(study.measured())
                      .arg(study.combinations.size());
  if (!sweep.best_first.empty()) {
    sheet->remark += worded(" Quantized first: %1.").arg(QString::fromStdString(sweep.best_first));
  }
  tellApart(*sheet, seen);
  return sheet;
}

std::vector<std::string> modulesWithWidths(const QuantizationSweep& sweep) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < sweep.modules.size(); ++i) {
    if (width_study(sweep, i)) {
      names.push_back(sweep.modules[i].name);
    }
  }
  return names;
}

QString widthsProblem(const StudyQuestion& question) {
  if (!question.a) {
    return worded("No quantization sweep is open.");
  }
  return chosenStudy(*question.a, question.module)
             ? QString()
             : worded("The sweep holds no networks that differ in the width of one module alone.");
}

std::shared_ptr<const StudySheet> makeWidths(const StudyQuestion& question) {
  if (!widthsProblem(question).isEmpty()) {
    return nullptr;
  }
  const auto study = *chosenStudy(*question.a, question.module);
  const std::string& module = question.a->modules[study.module].name;
  auto sheet = std::make_shared<StudySheet>();
  sheet->title = question.titled ? question.name_a : QString();
  sheet->y_label = metricText(question.metric) + QStringLiteral(" (%)");
  sheet->x_label = worded("width of %1").arg(QString::fromStdString(module));
  sheet->connected = true;
  sheet->provenance = question.a->provenance;
  sheet->numbers = studyTable("levels", question.metric);
  sheet->remark = othersText(*question.a, study);
  SeenKinds seen;
  std::map<std::pair<double, std::string>, std::vector<StudySheet::Mark>> columns;
  const auto add = [&](const QuantizationSweep& sweep, const WidthStudy& widths, const QString& name,
                       std::size_t series) {
    for (const WidthStudy::Width& width : widths.widths) {
      if (auto mark = markOfPoint(sweep, width.point, question.metric, series, series == 0)) {
        addRow(sheet->numbers, QString::fromStdString(level_label(width.levels)), sweep.points[width.point],
               *mark, name);
        columns[{width.bits, width.levels}].push_back(std::move(*mark));
        seen.add(sweep.points[width.point]);
      }
    }
    sheet->series << name;
  };
  add(*question.a, study, question.name_a, 0);
  const auto other = question.b ? chosenStudy(*question.b, module) : std::nullopt;
  addBaseline(*sheet, *question.a, question.metric, other ? question.name_a : QString(), 0);
  if (other) {
    add(*question.b, *other, question.name_b, 1);
    addBaseline(*sheet, *question.b, question.metric, question.name_b, 1);
  }
  for (auto& [key, marks] : columns) {
    const auto [label, below] = widthLabel(key.second);
    sheet->columns.push_back({label, below, {}, std::move(marks)});
  }
  tellApart(*sheet, seen);
  return sheet;
}

}  // namespace alidade
