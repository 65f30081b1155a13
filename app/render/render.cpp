// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/render.h"

#include <algorithm>
#include <cstdio>

#include <QGuiApplication>

#include "app/cli/print.h"
#include "app/cli/problem_lines.h"
#include "core/base/file.h"
#include "core/studies/plain/open_data.h"
#include "core/studies/train.h"
#include "views/base/plain_numbers.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMaxFigureBytes = std::uintmax_t{1} << 30;

/// Qt's remarks about the environment (no runtime folder, no display) mean nothing here.
void printSeriousMessages(QtMsgType type, const QMessageLogContext&, const QString& text) {
  if (type == QtCriticalMsg || type == QtFatalMsg) {
    print_error("%s\n", qPrintable(text));
  }
}

Expected<void> loadFrame(const RenderRecipe& recipe, FigureInput& input) {
  const auto index = frame_index(recipe.frame, *input.dataset, recipe.file, "frame");
  if (!index) {
    return index.error();
  }
  auto frame = input.dataset->load(*index, FrameLayers{});
  if (!frame) {
    return frame.error();
  }
  const auto& instances = frame->instances;
  const auto chosen = [&](const Instance& i) { return i.index == recipe.instance; };
  if (recipe.instance && std::none_of(instances.begin(), instances.end(), chosen)) {
    return no_instance(*frame, recipe.file, "instance");
  }
  input.instance = recipe.instance;
  if (!input.instance && !instances.empty()) {
    input.instance = instances.front().index;
  }
  FrameProblems found;
  found.add(*frame);
  print_problems(found);
  input.frame = std::make_shared<const Frame>(std::move(*frame));
  return {};
}

Expected<void> estimate(const RenderRecipe& recipe, FigureInput& input, const JobContext& job) {
  const auto estimator = open_estimator(recipe.checkpoint, recipe.infer);
  if (!estimator) {
    return estimator.error();
  }
  std::vector<std::size_t> frames = recipe.infer.frames;
  if (!recipe.view.all_frames && input.frame) {
    frames = {input.frame->index};
  }
  auto result = infer_poses(*input.dataset, **estimator, frames, job);
  if (!result) {
    return result.error();
  }
  input.result = *result;
  if (recipe.view.all_frames || !input.frame) {
    print_problems(input.result->found);
  }
  return {};
}

Provenance provenanceOf(const RenderRecipe& recipe, const FigureInput& input) {
  Provenance provenance = input.result ? input.result->provenance : current_provenance();
  provenance.recipe = recipe.text;
  if (input.dataset) {
    provenance.dataset = input.dataset->name();
    provenance.dataset_sha256 = input.dataset->digest();
  }
  return provenance;
}

Expected<void> compare(const RenderedFigure& rendered, const std::filesystem::path& check) {
  const auto expected = read_file(check, kMaxFigureBytes);
  if (!expected) {
    return expected.error();
  }
  const auto bytes = figureBytes(*rendered.figure, check.extension().string(), rendered.output);
  if (!bytes) {
    return bytes.error();
  }
  if (*bytes != *expected) {
    return Error{ErrorCode::kMismatch, check.string() + ": the figure differs from this file."};
  }
  return {};
}

}  // namespace

HeadlessGui::HeadlessGui() {
  if (QCoreApplication::instance()) {
    return;
  }
  qputenv("QT_QPA_PLATFORM", "offscreen");
  qInstallMessageHandler(printSeriousMessages);
  static int argc = 1;
  static char name[] = "alidade";
  static char* argv[] = {name, nullptr};
  application_ = std::make_unique<QGuiApplication>(argc, argv);
  usePlainNumbers();
}

HeadlessGui::~HeadlessGui() = default;

Expected<RenderedFigure> make_figure(const RenderRecipe& recipe, const DatasetReaders& readers,
                                     const JobContext& job) {
  FigureInput input;
  input.recipe_file = recipe.file;
  const FigureNeeds& needs = recipe.kind->needs;
  if (needs.dataset) {
    auto dataset = open_data(recipe.dataset, readers, job);
    if (!dataset) {
      return dataset.error();
    }
    input.dataset = *dataset;
    print_problems(**dataset);
  }
  if (needs.frame && !recipe.view.names_objects) {
    if (auto loaded = loadFrame(recipe, input); !loaded) {
      return loaded.error();
    }
  }
  if (needs.estimates && !recipe.checkpoint.empty()) {
    if (auto estimated = estimate(recipe, input, job); !estimated) {
      return estimated.error();
    }
  }
  input.provenance = provenanceOf(recipe, input);
  input.checkpoint = recipe.checkpoint;
  input.options = recipe.infer;
  input.job = job;
  auto figure = recipe.view.make(input);
  if (!figure) {
    return figure.error();
  }
  return RenderedFigure{std::move(*figure), recipe.output, input.result};
}

Expected<void> render(const std::filesystem::path& recipe_path, const RecipeOverrides& overrides,
                      const std::filesystem::path& output, const std::filesystem::path& check,
                      const DatasetReaders& readers, const JobContext& job) {
  const auto recipe = read_render_recipe(recipe_path, overrides);
  if (!recipe) {
    return recipe.error();
  }
  const HeadlessGui gui;
  const auto rendered = make_figure(*recipe, readers, job);
  if (!rendered) {
    return rendered.error();
  }
  if (!output.empty()) {
    if (auto written = exportFigure(*rendered->figure, output, rendered->output); !written) {
      return written;
    }
  }
  return check.empty() ? Expected<void>() : compare(*rendered, check);
}

Expected<void> paint_figure(const std::filesystem::path& recipe, const std::filesystem::path& picture,
                            const DatasetReaders& readers, const JobContext& job) {
  return render(recipe, {}, picture, {}, readers, job);
}

}  // namespace alidade
