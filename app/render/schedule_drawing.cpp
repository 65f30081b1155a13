// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/schedule_drawing.h"

#include <algorithm>

namespace alidade {
namespace {

constexpr int kAdaptiveStates = 101;  ///< kept of an adaptive sampler, evenly spaced in t

bool adaptive(const SamplerOptions& sampler) {
  return sampler.kind == SamplerKind::kRk45;
}

/// K poses of `states` states, `bytes` each, below the limit?
Expected<void> checkStates(int samples, std::size_t states, std::size_t bytes, const std::string& what,
                           const std::string& file) {
  const std::size_t fits = kTrajectoryLimitBytes / (std::max<std::size_t>(1, states) * bytes);
  if (static_cast<std::size_t>(samples) <= fits) {
    return {};
  }
  return input_error(file, "samples",
                     std::to_string(samples) + " samples of " + std::to_string(states) + " " + what +
                         " exceed " + std::to_string(kTrajectoryLimitBytes >> 20) + " MB",
                     "write at most " + std::to_string(fits) + ", or fewer " + what);
}

/// K x steps is bounded before anything is opened.
Expected<void> checkMemory(const std::vector<ScheduleChoice>& schedules, std::size_t shown,
                           const InferOptions& options, const std::string& file) {
  for (const ScheduleChoice& schedule : schedules) {
    const SamplerOptions sampler = schedule.over(options.sampler);
    const auto states = static_cast<std::size_t>(adaptive(sampler) ? kAdaptiveStates : sampler.steps + 1);
    // A kept state lies in memory as nine numbers and as a pose.
    if (auto checked =
            checkStates(options.num_samples, states, 9 * sizeof(double) + sizeof(Rigid3), "steps", file);
        !checked) {
      return checked;
    }
  }
  return checkStates(options.num_samples, shown, sizeof(Rigid3) + sizeof(Eigen::Matrix3d), "maps", file);
}

/// The sampler without its guidance, or nothing where the schedules differ in it.
QString samplerText(const std::vector<ScheduleChoice>& schedules, const FigureInput& input) {
  QString text;
  for (const ScheduleChoice& schedule : schedules) {
    SamplerOptions sampler = schedule.over(input.options.sampler);
    sampler.guidance = {};
    const QString one = QString::fromStdString(describe(sampler));
    if (!text.isEmpty() && one != text) {
      return {};
    }
    text = one;
  }
  return text;
}

}  // namespace

Expected<DrawnSamples> draw_schedule(SampleSubject& subject, const ScheduleChoice& schedule,
                                     const FigureInput& input) {
  SampleOptions options;
  options.sampler = schedule.over(input.options.sampler);
  options.sampler.keep_trajectory = true;
  options.sampler.trajectory_points = adaptive(options.sampler) ? kAdaptiveStates : 0;
  options.num_samples = input.options.num_samples;
  options.seed = input.options.seed;
  return draw_samples(subject, options, input.job);
}

std::string scheduleName(const ScheduleChoice& schedule, const FigureInput& input) {
  return schedule.label.empty() ? describe(schedule.over(input.options.sampler).guidance) : schedule.label;
}

QString samplingText(const std::vector<ScheduleChoice>& schedules, const FigureInput& input,
                     const SampleSource& source) {
  QString text =
      QStringLiteral("K = %1 samples from the same noise for every schedule").arg(input.options.num_samples);
  if (const QString sampler = samplerText(schedules, input); !sampler.isEmpty()) {
    text += QStringLiteral(" \u00b7 ") + sampler;
  }
  text += QStringLiteral(" \u00b7 ") + QString::fromStdString(source.name());
  return text + QStringLiteral(" on ") + QString::fromStdString(input.dataset->name());
}

QString objectText(const ObjectSamples& samples) {
  return QStringLiteral("%1 %2 of frame %3")
      .arg(QString::fromStdString(samples.category))
      .arg(samples.instance)
      .arg(QString::fromStdString(samples.frame_name));
}

ParsedView schedulesView(FigureMaker make, const std::vector<ScheduleChoice>& schedules,
                         const ObjectsChoice& objects, std::size_t shown) {
  ParsedView parsed{std::move(make)};
  parsed.names_objects = objects.all || !objects.listed.empty();
  parsed.check = [schedules, shown](const InferOptions& options, const std::string& file) {
    return checkMemory(schedules, shown, options, file);
  };
  return parsed;
}

}  // namespace alidade
