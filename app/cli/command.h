// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset_reader.h"
#include "core/data/point_scene_reader.h"

namespace CLI {
class App;
}

namespace alidade {

/// Writes the Markdown text of a document as PDF. A build without the window has none.
using DocumentWriter = Expected<void> (*)(const std::string& markdown, const std::filesystem::path& pdf);

/// Paints a figure recipe into a file after its extension. A build without the window has none.
using FigurePainter = Expected<void> (*)(const std::filesystem::path& recipe,
                                         const std::filesystem::path& picture, const DatasetReaders& readers,
                                         const JobContext& job);

/// What every sub-command gets from main: the known formats of images and of indoor scenes, a job context
/// that Ctrl+C stops and that draws a progress bar, a writer of PDF documents and a painter of figures (may
/// be null).
struct CommandContext {
  DatasetReaders readers;
  JobContext job;
  DocumentWriter write_document = nullptr;
  FigurePainter paint_figure = nullptr;
  PointSceneReaders scene_readers = {};
};

/// Adds one sub-command with its options to `app`; its callback stores what to run in `action`.
using Action = std::function<Expected<void>(CommandContext&)>;
using CommandFactory = void (*)(CLI::App& app, Action& action);

/// The programs that Alidade consists of: what a command needs (app/command_table.h).
enum class ProgramPart {
  kLight,      ///< neither networks nor a window
  kCompute,    ///< networks
  kDocuments,  ///< networks, and documents with figures where the window is installed
  kWindow,     ///< networks, the window and its figures
};

/// A sub-command of the program.
struct CommandSpec {
  const char* name = "";         ///< as it is typed
  CommandFactory add = nullptr;  ///< null: another part carries it, here it is only listed
  ProgramPart part = ProgramPart::kLight;
  const char* description = "";  ///< one line for --help
};

/// What heavier programs add to the command line.
struct CommandLineParts {
  DocumentWriter write_document = nullptr;
  FigurePainter paint_figure = nullptr;
  void (*set_threads)(int threads) = nullptr;  ///< for network arithmetic
};

/// Runs the command line; `commands` is the list of sub-commands in the order of --help. Returns the exit
/// code.
int run_command_line(int argc, char** argv, const std::vector<CommandSpec>& commands,
                     const CommandLineParts& parts = {});

/// Exit code of an error (design section 4).
int exit_code(ErrorCode code);

/// The folder of the bundled resources and datasets: ALIDADE_SHARE when set, else the source tree of a
/// development build, else the install tree.
std::string share_path(const std::string& relative);

}  // namespace alidade
