// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/render/frame_choice.h"
#include "app/render/strict_object.h"
#include "core/diffusion/sampler.h"

namespace alidade {

/// Most schedules in one figure: each has a color of its own.
inline constexpr std::size_t kMostSchedules = 4;

/// One schedule of a figure: what differs from the recipe's sampler.
struct ScheduleChoice {
  std::optional<Guidance> guidance;
  std::optional<SamplerKind> kind;
  std::optional<int> steps;
  std::optional<double> start_time;
  std::string label;      ///< empty: the guidance in short
  std::size_t color = 0;  ///< of Theme::runs

  SamplerOptions over(SamplerOptions sampler) const;
};

/// Which objects of a dataset a figure is about; by default the recipe's own one.
struct ObjectsChoice {
  struct One {
    FrameChoice frame;
    int instance = 0;
    std::string key;  ///< for messages: "view.objects[0]"
  };
  std::vector<One> listed;
  std::vector<std::string> categories;  ///< with `all`: of these; empty means of any
  bool all = false;                     ///< of the dataset
  bool continuous = false;              ///< with `all`: those alone that have a continuous symmetry
};

/// The list under "schedules": texts as on the command line, files of drawn curves (*.json, from the recipe's
/// folder), or objects that also name sampler, steps, start time and label. One schedule, the recipe's, when
/// absent. A kind of guidance has the same color in every figure unless the list holds it twice.
std::vector<ScheduleChoice> schedule_choices(StrictObject& view);

/// The keys "over" ("named", "all", "continuous"), "objects" and "categories".
ObjectsChoice objects_choice(StrictObject& view);

/// The list under "times", in [0, 1] and falling; {0}, the end of the sampling, when absent.
std::vector<double> time_choices(StrictObject& view);

}  // namespace alidade
