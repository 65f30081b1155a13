// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/render.h"

#include <utility>

#include <QGuiApplication>

#include "app/cli/print.h"
#include "app/cli/problem_lines.h"
#include "core/base/file.h"
#include "core/base/text_escape.h"
#include "core/io/image_file.h"
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

/// The verdict on a figure whose difference is printed and shown.
Expected<void> hold_against(const RenderedFigure& rendered, const ImageU8& reference,
                            const ReferenceCheck& check) {
  const auto found = compare_with_reference(*rendered.figure, rendered.output, reference, check);
  if (!found) {
    return found.error();
  }
  print("%s\n", visible_text(reference_line(*found, check)).c_str());
  if (!check.difference.empty()) {
    const auto png = encode_png(found->picture);
    auto written = png ? write_file_atomically(check.difference, *png) : Expected<void>(png.error());
    if (!written) {
      return written;
    }
  }
  return judge_difference(*found, check);
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
  auto opened = OpenedRecipe::open(recipe, readers, job);
  if (!opened) {
    return opened.error();
  }
  auto rendered = opened->figure(job);
  print_problems(opened->problems());
  return rendered;
}

Expected<void> render(const std::filesystem::path& recipe_path, const RecipeOverrides& overrides,
                      const RenderTargets& targets, const DatasetReaders& readers, const JobContext& job) {
  const auto recipe = read_render_recipe(recipe_path, overrides);
  if (!recipe) {
    return recipe.error();
  }
  const HeadlessGui gui;
  // Read first: it may be the very file that is written, or no picture.
  const bool compared = !targets.reference.file.empty();
  const auto reference = compared ? read_reference(targets.reference.file) : Expected<ImageU8>(ImageU8());
  if (!reference) {
    return reference.error();
  }
  const auto rendered = make_figure(*recipe, readers, job);
  if (!rendered) {
    return rendered.error();
  }
  if (!targets.output.empty()) {
    if (auto written = exportFigure(*rendered->figure, targets.output, rendered->output); !written) {
      return written;
    }
  }
  const auto alike = compared ? hold_against(*rendered, *reference, targets.reference) : Expected<void>();
  return alike && !targets.check.empty() ? compare(*rendered, targets.check) : alike;
}

Expected<void> paint_figure(const std::filesystem::path& recipe, const std::filesystem::path& picture,
                            const DatasetReaders& readers, const JobContext& job) {
  return render(recipe, {}, {picture, {}}, readers, job);
}

}  // namespace alidade
