// SPDX-License-Identifier: BSD-3-Clause
#include "views/training/training_plots.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include "core/evaluation/statistics/training_curves.h"

namespace alidade {
namespace {

/// The runs that make one curve.
struct Group {
  QString name;
  int style = 0;
  std::vector<const TrainingHistory*> runs;
};

std::vector<Group> groupsOf(const std::vector<ShownRun>& runs, bool by_arm) {
  std::vector<Group> groups;
  for (const ShownRun& run : runs) {
    const auto same_arm = [&](const Group& group) {
      return by_arm && !run.history->arm.empty() && group.runs.front()->arm == run.history->arm;
    };
    auto group = std::find_if(groups.begin(), groups.end(), same_arm);
    if (group == groups.end()) {
      group = groups.insert(groups.end(), {QString::fromStdString(run.history->name), run.style, {}});
    }
    group->runs.push_back(run.history.get());
  }
  for (Group& group : groups) {
    if (group.runs.size() > 1) {
      QStringList names;
      for (const TrainingHistory* run : group.runs) {
        names << QString::fromStdString(run->name);
      }
      group.name = QStringLiteral("%1 (%2 seeds)").arg(armName(names)).arg(names.size());
    }
  }
  return groups;
}

TrainingLine lineOf(const TrainingSeries& series, double factor, double smoothing) {
  TrainingLine line{series.steps, smoothed(series.values, smoothing)};
  for (double& value : line.values) {
    value *= factor;
  }
  return line;
}

std::vector<double> scaled(std::vector<double> values, double factor) {
  for (double& value : values) {
    value *= factor;
  }
  return values;
}

TrainingCurve curveOf(const Group& group, const std::vector<const TrainingSeries*>& series, double factor,
                      double smoothing) {
  TrainingCurve curve;
  curve.name = group.name;
  curve.style = group.style;
  curve.runs = static_cast<int>(group.runs.size());
  curve.arm = group.runs.size() > 1;
  if (!curve.arm) {
    curve.bold = lineOf(*series.front(), factor, smoothing);
    if (smoothing > 0.0) {
      curve.pale.push_back(lineOf(*series.front(), factor, 0.0));
    } else {
      curve.low = scaled(series.front()->low, factor);
      curve.high = scaled(series.front()->high, factor);
    }
    return curve;
  }
  std::vector<TrainingSeries> smooth;
  for (const TrainingSeries* one : series) {
    curve.pale.push_back(lineOf(*one, factor, smoothing));
    smooth.push_back({one->name, curve.pale.back().steps, curve.pale.back().values});
  }
  if (series.size() == group.runs.size()) {  // else one of them has not come to its first value
    SeedBand band = band_over_runs(smooth);
    curve.bold = {std::move(band.steps), std::move(band.mean)};
    curve.low = std::move(band.low);
    curve.high = std::move(band.high);
  }
  return curve;
}

Provenance provenanceOf(const std::vector<ShownRun>& runs, const TrainingPlotOptions& options,
                        const QStringList& quantities) {
  QJsonArray list;
  for (const ShownRun& run : runs) {
    QJsonObject entry{{QStringLiteral("name"), QString::fromStdString(run.history->name)},
                      {QStringLiteral("last_step"), static_cast<qint64>(run.history->last_step)}};
    if (!run.history->recipe_sha256.empty()) {
      entry[QStringLiteral("recipe_sha256")] = QString::fromStdString(run.history->recipe_sha256);
    }
    if (run.history->seed) {
      entry[QStringLiteral("seed")] = QString::number(*run.history->seed);
    }
    list.append(entry);
  }
  const QJsonObject recipe{{QStringLiteral("figure"), QStringLiteral("training")},
                           {QStringLiteral("runs"), list},
                           {QStringLiteral("quantities"), QJsonArray::fromStringList(quantities)},
                           {QStringLiteral("smoothing"), options.smoothing},
                           {QStringLiteral("group"), options.by_arm}};
  Provenance provenance = current_provenance();
  provenance.recipe = QJsonDocument(recipe).toJson(QJsonDocument::Compact).toStdString();
  if (runs.size() == 1) {
    provenance.seed = runs.front().history->seed.value_or(0);
  }
  return provenance;
}

}  // namespace

std::vector<int> armStyles(const std::vector<std::shared_ptr<const TrainingHistory>>& runs) {
  std::vector<int> styles;
  int next = 0;
  for (const auto& run : runs) {
    std::size_t first = 0;
    while (first < styles.size() &&
           !(run && runs[first] && !run->arm.empty() && runs[first]->arm == run->arm)) {
      ++first;
    }
    styles.push_back(first < styles.size() ? styles[first] : next++);
  }
  return styles;
}

QString armName(const QStringList& names) {
  QString common = names.value(0);
  for (const QString& name : names) {
    qsizetype same = 0;
    while (same < std::min(common.size(), name.size()) && common[same] == name[same]) {
      ++same;
    }
    common.truncate(same);
  }
  static const QRegularExpression seed(QStringLiteral("[-_. ]+(seed|s)?[-_. ]*$"));
  const QString plain = QString(common).remove(seed);
  return plain.isEmpty() ? names.value(0) : plain;
}

std::shared_ptr<const TrainingPlots> makeTrainingPlots(const std::vector<ShownRun>& runs,
                                                       const TrainingPlotOptions& options) {
  auto made = std::make_shared<TrainingPlots>();
  std::vector<std::shared_ptr<const TrainingHistory>> histories;
  std::set<double> boundaries;
  for (const ShownRun& run : runs) {
    histories.push_back(run.history);
    made->last_step = std::max(made->last_step, static_cast<double>(run.history->last_step));
    double end = 0.0;
    for (std::size_t i = 0; i + 1 < run.history->phases.size(); ++i) {
      end += static_cast<double>(run.history->phases[i].steps);
      if (end > 0.0) {
        boundaries.insert(end);
      }
    }
  }
  made->boundaries.assign(boundaries.begin(), boundaries.end());
  made->smoothing = std::clamp(options.smoothing, 0.0, 0.9999);
  const auto all = quantitiesOf(histories);
  const QStringList chosen = options.quantities.isEmpty() ? defaultQuantities(all) : options.quantities;
  const auto groups = groupsOf(runs, options.by_arm);
  for (const Group& group : groups) {
    made->legend.push_back({group.name, group.style});
  }
  QStringList shown;
  for (const TrainingQuantity& quantity : all) {
    if (!chosen.contains(quantity.id)) {
      continue;
    }
    shown << quantity.id;
    TrainingPlot plot{quantity, quantity.noisy && made->smoothing > 0.0, {}};
    for (const Group& group : groups) {
      std::vector<const TrainingSeries*> series;
      for (const TrainingHistory* run : group.runs) {
        if (const TrainingSeries* one = seriesOf(*run, quantity)) {
          series.push_back(one);
        }
      }
      if (!series.empty()) {
        plot.curves.push_back(
            curveOf(group, series, quantity.factor(), plot.smoothed ? made->smoothing : 0.0));
      }
    }
    made->plots.push_back(std::move(plot));
  }
  made->provenance = provenanceOf(runs, options, shown);
  return made;
}

}  // namespace alidade
