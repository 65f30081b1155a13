// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/render_frames.h"

#include <utility>

#include "app/cli/output_file.h"
#include "app/cli/print.h"
#include "app/cli/problem_lines.h"
#include "app/render/opened_recipe.h"
#include "app/render/render.h"
#include "core/base/text_escape.h"

namespace alidade {
namespace {

constexpr double kUnknownRate = 10.0;  ///< frames per second

Expected<void> check_kind(const RenderRecipe& recipe) {
  if (recipe.kind->needs.frame && !recipe.view.names_objects && !recipe.view.all_frames) {
    return {};
  }
  std::string kinds;
  for (const FigureKind& kind : figureKinds()) {
    kinds += kind.needs.frame ? (kinds.empty() ? "" : ", ") + kind.name : "";
  }
  return usage_error(recipe.file + ": a figure of the kind \"" + recipe.kind->name + "\"" +
                     (recipe.kind->needs.frame ? " with this view" : "") +
                     " is not of one frame; --frames takes the kinds " + kinds + ".");
}

/// The last frame and that no file is in the way.
Expected<std::size_t> check_series(const FrameSeries& series, std::size_t num_frames, bool force) {
  const std::size_t last = series.last.value_or(num_frames == 0 ? 0 : num_frames - 1);
  if (last >= num_frames) {
    return usage_error("--frames: the dataset has " + std::to_string(num_frames) +
                       " frames, counted from 0; there is no frame " + std::to_string(last) + ".");
  }
  for (std::size_t frame = series.first; frame <= last; ++frame) {
    if (auto free = check_output_file(series.file(frame), force); !free) {
      return free.error();
    }
  }
  return last;
}

Error stopped_after(std::size_t done, std::size_t total) {
  return {ErrorCode::kCancelled, "rendering was stopped after " + std::to_string(done) + " of " +
                                     std::to_string(total) + " figures" +
                                     (done > 0 ? "; those are kept." : ".")};
}

/// By the times of the frames where they are known.
double rate_of(const Dataset& dataset, std::size_t first, std::size_t last) {
  const FrameInfo& begin = dataset.frame_info(first);
  const FrameInfo& end = dataset.frame_info(last);
  const bool known = begin.time >= 0.0 && end.time > begin.time && begin.sequence == end.sequence;
  return known ? static_cast<double>(last - first) / (end.time - begin.time) : kUnknownRate;
}

void print_summary(const FrameSeries& series, std::size_t last, const Dataset& dataset) {
  const std::size_t count = last - series.first + 1;
  print("%zu %s: %s to %s\n", count, count == 1 ? "figure" : "figures",
        visible_text(series.file(series.first)).c_str(), visible_text(series.file(last)).c_str());
  if (series.after.ends_with(".png")) {
    print("As a video: %s\n",
          visible_text(video_command(series, series.first, rate_of(dataset, series.first, last))).c_str());
  }
}

}  // namespace

Expected<void> render_frames(const RenderRecipe& recipe, const FrameSeries& series, bool force,
                             const DatasetReaders& readers, const JobContext& job) {
  if (auto fits = check_kind(recipe); !fits) {
    return fits;
  }
  const HeadlessGui gui;
  auto opened = OpenedRecipe::open(recipe, readers, job);
  if (!opened) {
    return opened.error();
  }
  const auto last = check_series(series, opened->dataset()->num_frames(), force);
  if (!last) {
    return last.error();
  }
  const std::size_t total = *last - series.first + 1;
  const JobContext quiet{job.stop, {}};  // one bar for all frames
  Expected<void> outcome;
  for (std::size_t frame = series.first; outcome && frame <= *last; ++frame) {
    const std::size_t done = frame - series.first;
    job.report("rendering frames", static_cast<std::int64_t>(done), static_cast<std::int64_t>(total));
    const auto rendered = opened->figure(frame, quiet);
    if (rendered) {
      outcome = exportFigure(*rendered->figure, series.file(frame), rendered->output);
    } else {
      outcome =
          rendered.error().code == ErrorCode::kCancelled ? stopped_after(done, total) : rendered.error();
    }
  }
  print_problems(opened->problems());
  if (outcome) {
    print_summary(series, *last, *opened->dataset());
  }
  return outcome;
}

}  // namespace alidade
