// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QString>

#include "app/render/figure_kinds.h"
#include "app/render/sample_subjects.h"
#include "app/render/schedule_choice.h"
#include "core/results/object_samples.h"

namespace alidade {

using DrawnSamples = std::shared_ptr<const ObjectSamples>;

/// One set of samples of `subject` with its path, as `alidade sample` draws it with the same seed.
Expected<DrawnSamples> draw_schedule(SampleSubject& subject, const ScheduleChoice& schedule,
                                     const FigureInput& input);

/// The label, or the guidance in short.
std::string scheduleName(const ScheduleChoice& schedule, const FigureInput& input);

/// "bowl 1 of frame 000001/000019".
QString objectText(const ObjectSamples& samples);
/// K, sampler, checkpoint and dataset: what holds for all schedules of a figure.
QString samplingText(const std::vector<ScheduleChoice>& schedules, const FigureInput& input,
                     const SampleSource& source);

/// A view whose figure samples these schedules and shows `shown` sets of K poses in the end: the memory of
/// K x steps and of the figure is checked with the recipe.
ParsedView schedulesView(FigureMaker make, const std::vector<ScheduleChoice>& schedules,
                         const ObjectsChoice& objects, std::size_t shown = 0);

}  // namespace alidade
