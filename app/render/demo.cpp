// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/demo.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/cli/output_file.h"
#include "app/cli/print.h"
#include "app/render/render.h"
#include "core/base/text_escape.h"
#include "core/exchange/result_file.h"

namespace alidade {
namespace {

constexpr const char* kFigures[] = {"overlay", "scene", "mollweide", "predictions", "accuracy"};
constexpr const char* kExtensions[] = {".png", ".svg", ".pdf", ".csv"};

constexpr const char* kEstimates = "poses.npz";

/// What lies in the folder under one of the demo's names is only replaced when that was asked for.
Expected<void> check_names(const std::filesystem::path& folder, bool force) {
  std::vector<std::string> names{kEstimates};
  for (const char* figure : kFigures) {
    for (const char* extension : kExtensions) {
      names.push_back(std::string(figure) + extension);
    }
  }
  for (const std::string& name : names) {
    if (auto free = check_output_file((folder / name).string(), force); !free) {
      return free;
    }
  }
  return {};
}

/// The folder is the demo's: what is replaced there is the name, and a link is not followed.
std::filesystem::path place_in(const std::filesystem::path& folder, const std::string& name) {
  std::error_code ignored;
  if (std::filesystem::is_symlink(folder / name, ignored)) {
    std::filesystem::remove(folder / name, ignored);
  }
  return folder / name;
}

Expected<std::shared_ptr<const PoseResult>> renderInto(const std::string& name,
                                                       const std::filesystem::path& folder,
                                                       const DatasetReaders& readers, const JobContext& job) {
  const auto recipe = read_render_recipe(share_path("resources/recipes/figures/" + name + ".json"));
  if (!recipe) {
    return recipe.error();
  }
  const auto rendered = make_figure(*recipe, readers, job);
  if (!rendered) {
    return rendered.error();
  }
  for (const char* extension : kExtensions) {
    if (auto written = exportFigure(*rendered->figure, place_in(folder, name + extension), rendered->output);
        !written) {
      return written.error();
    }
  }
  return rendered->result;
}

}  // namespace

bool demo_wants_window(int argc, char** argv) {
  if (argc < 2 || std::strcmp(argv[1], "demo") != 0) {
    return false;
  }
  for (int i = 2; i < argc; ++i) {
    if (std::strcmp(argv[i], "--headless") == 0 || std::strcmp(argv[i], "--help") == 0 ||
        std::strcmp(argv[i], "-h") == 0 || std::strncmp(argv[i], "--out", 5) == 0) {
      return false;
    }
  }
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value && *value;
  };
  return set("DISPLAY") || set("WAYLAND_DISPLAY");
}

Expected<void> run_demo(const std::filesystem::path& folder, bool force, const DatasetReaders& readers,
                        const JobContext& job) {
  if (auto free = check_names(folder, force); !free) {
    return free;
  }
  const HeadlessGui gui;
  std::shared_ptr<const PoseResult> result;
  for (const char* name : kFigures) {
    auto rendered = renderInto(name, folder, readers, job);
    if (!rendered) {
      return rendered.error();
    }
    result = *rendered;  // the last recipe covers the whole dataset
  }
  if (auto written = write_pose_result(*result, place_in(folder, kEstimates)); !written) {
    return written;
  }
  print("Figures (.png .svg .pdf, numbers as .csv) in %s:\n", visible_text(folder.string()).c_str());
  for (const char* name : kFigures) {
    print("  %s\n", name);
  }
  print("Estimated poses: %s\n", visible_text((folder / kEstimates).string()).c_str());
  return {};
}

void add_demo_command(CLI::App& app, Action& action) {
  struct Options {
    bool headless = false;
    std::string out = "alidade-demo";
    bool force = false;
    std::string theme;
  };
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("demo");
  command->add_flag("--headless", options->headless, "Render figures instead of opening the window");
  command->add_option("--out", options->out, "Folder of the figures; implies --headless")
      ->capture_default_str();
  command->add_flag("--force", options->force, "Overwrite figures of these names in the folder");
  command->add_option("--theme", options->theme, "Theme of the window: dark, light or system")
      ->check(CLI::IsMember({"dark", "light", "system"}));
  command->callback([&action, options] {
    action = [options](CommandContext& context) -> Expected<void> {
      if (!options->theme.empty()) {
        return Error{ErrorCode::kUsage,
                     "--theme is of the window, and figures are rendered here; leave it out, or leave out "
                     "--headless and --out where there is a display."};
      }
      return run_demo(options->out, options->force, context.readers, context.job);
    };
  });
}

}  // namespace alidade
