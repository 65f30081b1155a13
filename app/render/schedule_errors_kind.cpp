// SPDX-License-Identifier: BSD-3-Clause
// Mean and deviation of both errors along t, one line per guidance schedule from the same noise, over the
// samples of one or of many objects (score-scaling paper, Fig. 3 and 8).
#include <algorithm>
#include <cmath>
#include <map>

#include <QStringList>

#include "app/render/figure_kinds.h"
#include "app/render/schedule_drawing.h"
#include "views/schedule_lab/errors_figure.h"

namespace alidade {
namespace {

struct ErrorsView {
  std::vector<ScheduleChoice> schedules;
  ObjectsChoice objects;
  bool logarithmic = false, caption = true;
};

/// A mean and a deviation over equally large sets, from those of each set.
struct Pooled {
  double mean = 0.0, deviation = 0.0;

  /// The `count`-th set. Written without squares: a sampler that runs away has errors whose squares are not
  /// finite.
  void add(double set_mean, double set_deviation, int count) {
    const double n = count, away = set_mean - mean;
    mean += away / n;
    deviation = std::hypot(deviation * std::sqrt((n - 1.0) / n), set_deviation / std::sqrt(n),
                           away * std::sqrt(n - 1.0) / n);
  }
};

/// Error curves over the samples of all objects: all have equally many.
class PooledCurve {
 public:
  /// The path of a sampler that diverged is shorter; what is beyond it is left out for all.
  void add(const ObjectSamples& samples) {
    if (sets_++ == 0) {
      first_ = samples;
      first_.trajectory.clear();
      points_.resize(samples.curve.size());
    }
    points_.resize(std::min(points_.size(), samples.curve.size()));
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const SampleCurvePoint& point = samples.curve[i];
      points_[i].rotation.add(point.rotation_mean, point.rotation_std, sets_);
      points_[i].translation.add(point.translation_mean, point.translation_std, sets_);
    }
    if (samples.first_bad_step >= 0 && (bad_step_ < 0 || samples.first_bad_step < bad_step_)) {
      bad_step_ = samples.first_bad_step;
    }
  }

  DrawnSamples pooled(const std::string& name, const Provenance& provenance) const {
    auto made = std::make_shared<ObjectSamples>(first_);
    made->name = bad_step_ < 0 ? name : name + " (not finite at step " + std::to_string(bad_step_) + ")";
    made->provenance = provenance;
    made->curve.resize(points_.size());
    for (std::size_t i = 0; i < points_.size(); ++i) {
      SampleCurvePoint& point = made->curve[i];
      point.rotation_mean = points_[i].rotation.mean;
      point.rotation_std = points_[i].rotation.deviation;
      point.translation_mean = points_[i].translation.mean;
      point.translation_std = points_[i].translation.deviation;
    }
    return made;
  }

 private:
  struct Point {
    Pooled rotation, translation;
  };

  ObjectSamples first_;
  std::vector<Point> points_;
  int sets_ = 0;
  int bad_step_ = -1;
};

/// "41 objects (10 bowl, 17 bottle, 14 can)" or the one object's name.
QString pooledText(const std::map<std::string, int>& categories, const QString& only, int skipped) {
  int total = 0;
  QStringList parts;
  for (const auto& [category, count] : categories) {
    total += count;
    parts << QStringLiteral("%1 %2").arg(count).arg(QString::fromStdString(category));
  }
  if (total == 1) {
    return only;
  }
  const QString left_out =
      skipped > 0 ? QStringLiteral("; %1 without enough points").arg(skipped) : QString();
  return QStringLiteral("%1 objects (%2%3)").arg(total).arg(parts.join(QStringLiteral(", ")), left_out);
}

Expected<std::unique_ptr<Figure>> makeErrors(const ErrorsView& view, const FigureInput& input) {
  auto source = SampleSource::open(input);
  if (!source) {
    return source.error();
  }
  std::vector<PooledCurve> curves(view.schedules.size());
  std::map<std::string, int> categories;
  QString only;
  auto drawn = source->visit(view.objects, [&](SampleSubject& subject) -> Expected<void> {
    only = objectText(subject.blank);
    ++categories[subject.blank.category];
    for (std::size_t s = 0; s < view.schedules.size(); ++s) {
      const auto samples = draw_schedule(subject, view.schedules[s], input);
      if (!samples) {
        return samples.error();
      }
      curves[s].add(**samples);
    }
    return {};
  });
  if (!drawn) {
    return drawn.error();
  }
  std::vector<ShownColumn> columns;
  for (std::size_t s = 0; s < view.schedules.size(); ++s) {
    ShownColumn& column = columns.emplace_back();
    column.index = view.schedules[s].color;
    column.samples = curves[s].pooled(scheduleName(view.schedules[s], input), source->provenance());
    column.position = column.samples->curve.size();  // no dot
  }
  ErrorsStyle style{true, view.logarithmic, {}};
  if (view.caption) {
    style.caption = QStringLiteral("Mean and one standard deviation over the samples of ") +
                    pooledText(categories, only, source->skipped()) + QStringLiteral(" \u00b7 ") +
                    samplingText(view.schedules, input, *source) + QStringLiteral(".");
  }
  return std::unique_ptr<Figure>(
      std::make_unique<ErrorsFigure>(std::move(columns), std::nullopt, std::move(style)));
}

ParsedView parseScheduleErrors(StrictObject& view) {
  ErrorsView errors;
  errors.schedules = schedule_choices(view);
  errors.objects = objects_choice(view);
  errors.logarithmic = view.choice("rotation_axis", {"linear", "logarithmic"}) == 1;
  errors.caption = view.flag("caption", true);
  return schedulesView([errors](const FigureInput& input) { return makeErrors(errors, input); },
                       errors.schedules, errors.objects);
}

}  // namespace

FigureKind scheduleErrorsKind() {
  return {"schedule-errors",
          {.frame = true, .samples = true, .checkpoint = CheckpointKey::kOptional},
          174.0,
          64.0,
          parseScheduleErrors};
}

}  // namespace alidade
