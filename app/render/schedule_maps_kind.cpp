// SPDX-License-Identifier: BSD-3-Clause
// Maps of the rotations of sample sets, one per guidance schedule from the same noise: schedules beside one
// another, or times (score-scaling paper, Fig. 2 and 9).
#include <algorithm>
#include <cmath>

#include "app/render/figure_kinds.h"
#include "app/render/schedule_drawing.h"
#include "core/evaluation/errors/sample_measures.h"
#include "views/base/plot.h"
#include "views/schedule_lab/schedule_maps_figure.h"

namespace alidade {
namespace {

constexpr std::size_t kMostRows = 12;

/// What the view of a "schedule-maps" recipe says.
struct MapsView {
  std::vector<ScheduleChoice> schedules;
  ObjectsChoice objects;
  std::vector<double> times;
  bool times_across = false;  ///< columns are times; rows are schedules then
  bool measures = true, centered = false, caption = true;
  CyclicMap hue = CyclicMap::kUniform;
};

/// What a figure needs of drawn samples: the kept states that are nearest to the wished times.
DrawnSamples reduced(const ObjectSamples& blank, const ObjectSamples& drawn, const std::vector<double>& times,
                     const std::string& name) {
  auto kept = std::make_shared<ObjectSamples>(blank);
  kept->name = name;
  kept->first_bad_step = drawn.first_bad_step;
  for (const double t : times) {
    const std::size_t state = positionFor(drawn, TimeLock::kTime, t);
    kept->times.push_back(drawn.times.at(state));
    kept->trajectory.push_back(drawn.trajectory.at(state));
  }
  return kept;
}

ShownColumn cellOf(const DrawnSamples& samples, std::size_t time, std::size_t color) {
  ShownColumn cell;
  cell.index = color;
  cell.samples = samples;
  cell.position = time;
  if (samples->truth) {
    cell.measures = sample_measures(cell.poses(), *samples->truth, samples->symmetry);
  }
  return cell;
}

/// What a column's own label does not say: "w = 5", "w from 1 to 5".
QString weightText(const Guidance& guidance) {
  const auto text = [](double w) { return QString::number(w, 'g', 4); };
  switch (guidance.kind) {
    case GuidanceKind::kNone:
      return QStringLiteral("w = 1");
    case GuidanceKind::kConstant:
      return QStringLiteral("w = ") + text(guidance.w_max);
    case GuidanceKind::kLinear:
    case GuidanceKind::kExponential:
      return QStringLiteral("w from %1 to %2").arg(text(guidance.w_min), text(guidance.w_max));
    case GuidanceKind::kSpline:
      break;
  }
  return QStringLiteral("drawn");
}

/// "t = 0.50" when every cell shows that state, else the wish.
QString timeText(const std::vector<std::vector<DrawnSamples>>& sets, std::size_t time, double wished) {
  bool same = true;
  const double first = sets[0][0]->times[time];
  for (const auto& row : sets) {
    for (const DrawnSamples& samples : row) {
      same = same && std::abs(samples->times[time] - first) < 1e-9;
    }
  }
  return same ? QStringLiteral("t = ") + numberText(first, 2)
              : QStringLiteral("t \u2248 ") + numberText(wished, 2);
}

/// sets[object][schedule] as a grid of maps.
ScheduleMaps arranged(const MapsView& view, const std::vector<std::vector<DrawnSamples>>& sets,
                      const FigureInput& input) {
  ScheduleMaps maps;
  std::vector<ScheduleMaps::Head> schedules, times;
  for (const ScheduleChoice& schedule : view.schedules) {
    const Guidance guidance = schedule.over(input.options.sampler).guidance;
    schedules.push_back({QString::fromStdString(scheduleName(schedule, input)),
                         schedule.label.empty() ? QString() : weightText(guidance), schedule.color});
  }
  for (std::size_t i = 0; i < view.times.size(); ++i) {
    times.push_back({timeText(sets, i, view.times[i]), {}, {}});
  }
  maps.columns = view.times_across ? times : schedules;
  const auto& across = view.times_across ? schedules : times;
  for (const auto& row : sets) {
    for (std::size_t a = 0; a < across.size(); ++a) {
      ScheduleMaps::Head head = across[a];
      if (sets.size() > 1) {
        // With rows of both kinds the object's own name goes first.
        const QString object = QString::fromStdString(row[0]->category);
        head = {object, across.size() > 1 ? head.title : QString::fromStdString(row[0]->frame_name),
                across.size() > 1 ? head.color : std::nullopt};
      }
      maps.rows.push_back(head);
      for (std::size_t c = 0; c < maps.columns.size(); ++c) {
        const std::size_t schedule = view.times_across ? a : c, time = view.times_across ? c : a;
        maps.cells.push_back(cellOf(row[schedule], time, view.schedules[schedule].color));
      }
    }
  }
  maps.measures = view.measures;
  maps.centered = view.centered;
  maps.hue = view.hue;
  return maps;
}

QString mapsCaption(const MapsView& view, const std::vector<std::vector<DrawnSamples>>& sets,
                    const FigureInput& input, const SampleSource& source) {
  QString text = sets.size() == 1 ? objectText(*sets[0][0]) + QStringLiteral(" \u00b7 ") : QString();
  text += samplingText(view.schedules, input, source);
  if (view.centered) {
    text += QStringLiteral(" \u00b7 the annotated pose in the middle");
  }
  if (!view.measures) {
    return text;
  }
  const bool symmetric = std::any_of(sets.begin(), sets.end(), [](const auto& row) {
    return !row[0]->symmetry.trivial() && !row[0]->symmetry.any;
  });
  return text + QStringLiteral(". Below each map: ") +
         (symmetric ? QStringLiteral("share of the equivalents within 10\u00b0 of a sample, ") : QString()) +
         QStringLiteral("median rotation and translation error.");
}

Expected<std::unique_ptr<Figure>> makeMaps(const MapsView& view, const FigureInput& input) {
  auto source = SampleSource::open(input);
  if (!source) {
    return source.error();
  }
  std::vector<std::vector<DrawnSamples>> sets;
  const std::size_t rows_each = view.times_across ? view.schedules.size() : view.times.size();
  auto drawn = source->visit(view.objects, [&](SampleSubject& subject) -> Expected<void> {
    if ((sets.size() + 1) * rows_each > kMostRows) {
      return input_error(input.recipe_file, "view.over",
                         "the figure would have more than " + std::to_string(kMostRows) + " rows",
                         "list fewer objects, or fewer times");
    }
    auto& row = sets.emplace_back();
    for (const ScheduleChoice& schedule : view.schedules) {
      const auto samples = draw_schedule(subject, schedule, input);
      if (!samples) {
        return samples.error();
      }
      row.push_back(reduced(subject.blank, **samples, view.times, scheduleName(schedule, input)));
    }
    return {};
  });
  if (!drawn) {
    return drawn.error();
  }
  ScheduleMaps maps = arranged(view, sets, input);
  if (view.caption) {
    maps.caption = mapsCaption(view, sets, input, *source);
  }
  maps.provenance = source->provenance();
  return std::unique_ptr<Figure>(std::make_unique<ScheduleMapsFigure>(std::move(maps)));
}

ParsedView parseScheduleMaps(StrictObject& view) {
  MapsView maps;
  maps.schedules = schedule_choices(view);
  maps.objects = objects_choice(view);
  maps.times = time_choices(view);
  maps.times_across = view.choice("columns", {"schedules", "times"}) == 1;
  maps.measures = view.flag("measures", true);
  maps.caption = view.flag("caption", true);
  maps.centered = view.choice("center", {"none", "ground-truth"}) == 1;
  maps.hue = view.choice("hue", {"uniform", "hsv"}) == 1 ? CyclicMap::kHsv : CyclicMap::kUniform;
  // What one object shows; of all objects there are at most as many as fit into the rows.
  const std::size_t objects =
      maps.objects.all ? kMostRows : std::max<std::size_t>(1, maps.objects.listed.size());
  return schedulesView([maps](const FigureInput& input) { return makeMaps(maps, input); }, maps.schedules,
                       maps.objects, objects * maps.schedules.size() * maps.times.size());
}

}  // namespace

FigureKind scheduleMapsKind() {
  return {"schedule-maps",
          {.frame = true, .samples = true, .checkpoint = CheckpointKey::kOptional},
          174.0,
          60.0,
          parseScheduleMaps};
}

}  // namespace alidade
