// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/run_window.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

#include <QApplication>
#include <QCommandLineParser>

#include <unistd.h>

#include "app/cli/print.h"
#include "app/gui/main_window.h"
#include "app/gui/native_path.h"
#include "app/gui/screenshot.h"
#include "app/gui/screenshot_script.h"
#include "app/gui/session_keeper.h"
#include "core/base/log.h"
#include "core/base/text_escape.h"
#include "core/nn/compute.h"
#include "views/base/plain_numbers.h"
#include "views/vtk/surface_format.h"

namespace alidade {
namespace {

/// Seconds since this process was started; -1 where the system does not tell.
double secondsSinceStart() {
  std::ifstream file("/proc/self/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto after_name = text.rfind(')');
  if (after_name == std::string::npos) {
    return -1.0;
  }
  std::istringstream fields(text.substr(after_name + 2));
  std::string field;
  for (int i = 0; i < 20; ++i) {  // starttime is field 22 of the line, the 20th after the name
    fields >> field;
  }
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec + now.tv_nsec * 1e-9 -
         std::atof(field.c_str()) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

struct Arguments {
  QStringList paths;
  QString theme, screenshot, script, show, perspective;
  QSize size;
  bool verbose = false, reset = false, infer = false;
};

/// The words as they were typed: Qt replaces bytes that are no UTF-8, and such a file could not be opened.
QStringList typedPaths(const QStringList& positional, int argc, char** argv) {
  QStringList paths;
  for (const QString& word : positional) {
    const auto typed = std::find_if(argv + 1, argv + argc,
                                    [&](const char* bytes) { return QString::fromLocal8Bit(bytes) == word; });
    paths << (typed == argv + argc ? word : pathOfBytes(*typed));
  }
  return paths;
}

Arguments parse(const QApplication& application, int argc, char** argv) {
  QCommandLineParser parser;
  parser.setApplicationDescription(QStringLiteral("Workbench for 6D object pose estimation."));
  parser.addPositionalArgument(QStringLiteral("paths"),
                               QStringLiteral("Dataset folders, results (.npz, .csv), checkpoints, training runs, "
                                              "guidance schedules and sessions to open."));
  const QCommandLineOption verbose(QStringLiteral("verbose"),
                                   QStringLiteral("Say on stderr how long starting took."));
  const QCommandLineOption reset(QStringLiteral("reset"),
                                 QStringLiteral("Start with the default layout and settings."));
  const QCommandLineOption theme(QStringLiteral("theme"), QStringLiteral("dark, light or system."),
                                 QStringLiteral("name"));
  QCommandLineOption screenshot(QStringLiteral("screenshot"), {}, QStringLiteral("file"));
  QCommandLineOption script(QStringLiteral("script"), {}, QStringLiteral("file"));
  QCommandLineOption show(QStringLiteral("show"), {}, QStringLiteral("what"));
  QCommandLineOption size(QStringLiteral("size"), {}, QStringLiteral("size"));
  QCommandLineOption perspective(QStringLiteral("perspective"), {}, QStringLiteral("name"));
  QCommandLineOption infer(QStringLiteral("infer"));
  for (QCommandLineOption* hidden : {&screenshot, &script, &show, &size, &perspective, &infer}) {
    hidden->setFlags(QCommandLineOption::HiddenFromHelp);
  }
  parser.addOptions({verbose, reset, theme, screenshot, script, show, size, perspective, infer});
  if (!parser.parse(QCoreApplication::arguments())) {
    print_error("alidade: %s.\n", visible_text(parser.errorText().toStdString()).c_str());
    std::exit(1);  // as QCommandLineParser does, which prints the text as it is
  }
  parser.process(application);
  Arguments arguments;
  arguments.paths = typedPaths(parser.positionalArguments(), argc, argv);
  arguments.theme = parser.value(theme);
  if (parser.isSet(theme) && !QStringList{"dark", "light", "system"}.contains(arguments.theme)) {
    print_error("alidade: --theme is \"%s\"; use dark, light or system.\n",
                visible_text(arguments.theme.left(60).toStdString()).c_str());
    std::exit(2);
  }
  arguments.screenshot = parser.value(screenshot);
  arguments.script = parser.value(script);
  arguments.show = parser.value(show);
  arguments.perspective = parser.value(perspective);
  arguments.infer = parser.isSet(infer);
  arguments.verbose = parser.isSet(verbose);
  arguments.reset = parser.isSet(reset) || parser.isSet(screenshot);
  const QStringList sides = parser.value(size).split(QLatin1Char('x'));
  if (sides.size() == 2) {
    arguments.size = QSize(sides[0].toInt(), sides[1].toInt()).expandedTo({320, 240}).boundedTo({8000, 8000});
  }
  return arguments;
}

/// Results A and B as soon as both a dataset and a checkpoint are open.
void inferWhenOpen(Workbench& workbench) {
  const auto infer = [&workbench] {
    if (workbench.canInfer() && !workbench.session().resultA()) {
      workbench.inferGuided();
      workbench.inferUnguided();
    }
  };
  QObject::connect(&workbench, &Workbench::datasetOpened, &workbench, infer);
  QObject::connect(&workbench, &Workbench::checkpointOpened, &workbench, infer);
}

AppSettings settingsOf(const Arguments& arguments, QStringList* notes) {
  AppSettings settings = arguments.reset ? AppSettings{} : AppSettings::load(notes);
  if (!arguments.theme.isEmpty()) {
    settings.theme = arguments.theme;
  }
  if (!arguments.perspective.isEmpty()) {
    settings.perspective = arguments.perspective;
  }
  return settings;
}

void nameApplication() {
  QApplication::setApplicationName(QStringLiteral("alidade"));
  QApplication::setApplicationDisplayName(QStringLiteral("Alidade"));
  QApplication::setApplicationVersion(QStringLiteral(ALIDADE_VERSION));
  QGuiApplication::setDesktopFileName(QStringLiteral("io.github.alidade.Alidade"));
}

void reportFirstPaint(MainWindow& window, bool verbose) {
  QObject::connect(&window, &MainWindow::firstPainted, &window, [verbose] {
    const std::string text = "first paint " + std::to_string(static_cast<int>(secondsSinceStart() * 1000.0)) +
                             " ms after the process started";
    log_info("window", text);
    if (verbose) {
      print_error("%s\n", text.c_str());
    }
  });
}

}  // namespace

int runWindow(int argc, char** argv, const WindowOptions& options) {
  prepareSurfaceFormat();
  QApplication application(argc, argv);
  usePlainNumbers();
  nameApplication();
  const Arguments arguments = parse(application, argc, argv);
  configure_compute(1);  // one job at a time beside the GUI thread

  QJsonObject script;
  if (!arguments.script.isEmpty()) {
    auto read = readScreenshotScript(arguments.script);
    if (!read) {
      print_error("alidade: %s\n", visible_text(read.error().message).c_str());
      return 3;
    }
    script = *read;
  }
  QStringList notes;
  AppSettings settings = settingsOf(arguments, &notes);
  if (script.contains(QLatin1String("views"))) {
    settings.views = script.value(QLatin1String("views")).toObject();
  }
  MainWindow window(std::move(settings));
  for (const QString& note : notes) {
    log_warning("settings", note.toStdString());
  }
  reportFirstPaint(window, arguments.verbose);
  if (arguments.infer) {
    inferWhenOpen(window.workbench());
  }
  if (!arguments.screenshot.isEmpty() || !script.isEmpty()) {
    takeScreenshotWhenReady(window, arguments.screenshot, arguments.show, script);
  }
  window.open(arguments.size);
  if (!arguments.reset) {
    window.sessionKeeper().start(arguments.paths.isEmpty() && !options.try_sample);
  }
  for (const QString& path : arguments.paths) {
    window.workbench().openPath(path);
  }
  if (options.try_sample) {
    window.workbench().trySample();
  }
  return QApplication::exec();
}

}  // namespace alidade
