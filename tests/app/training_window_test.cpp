// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>
#include <fstream>

#include <QApplication>
#include <QDropEvent>
#include <QMimeData>
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "app/gui/actions.h"
#include "app/gui/main_window.h"
#include "app/gui/view_dock.h"
#include "app/render/render.h"
#include "plugins/builtin_readers.h"
#include "tests/support/test_registry.h"
#include "views/base/figure_export.h"
#include "views/base/training_model.h"
#include "views/base/view.h"

using namespace alidade;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr int kPatience = 10000;

std::string record(int step) {
  return json({{"step", step},
               {"train", {{"rotation_rad", 1.0 + 10.0 / step}, {"score", 3.0 + (step % 7) / 7.0}}},
               {"learning_rate", 1e-3},
               {"gradient_norm", 2.0 + (step % 5)},
               {"accuracy", {{"guided", {{"5deg2cm", step / 1000.0}}}}}})
             .dump() +
         "\n";
}

/// Two seeds of one arm, and settings of their own for the window.
struct Runs {
  QTemporaryDir dir;
  fs::path root = fs::path(dir.path().toStdString()) / "runs";

  Runs() {
    qputenv("XDG_CONFIG_HOME", dir.filePath(QStringLiteral("config")).toUtf8());
    qputenv("XDG_STATE_HOME", dir.filePath(QStringLiteral("state")).toUtf8());
    for (int seed : {1, 2}) {
      const fs::path folder = root / ("arm-s" + std::to_string(seed));
      fs::create_directories(folder);
      std::ofstream(folder / "recipe.toml")
          << "[training]\nseed = " << seed << "\npretrain_steps = 100\njoint_steps = 900\n";
      for (int step = 50; step <= 500; step += 50) {
        append(seed, record(step));
      }
    }
  }
  fs::path folder(int seed) const { return root / ("arm-s" + std::to_string(seed)); }
  void append(int seed, const std::string& text) const {
    std::ofstream(folder(seed) / "metrics.jsonl", std::ios::app) << text;
  }
  QString path(int seed) const { return QString::fromStdString(folder(seed).string()); }
};

const TrainingModel& modelOf(MainWindow& window) {
  return window.workbench().session().model<TrainingModel>();
}

bool waitForRuns(MainWindow& window, std::size_t count) {
  return QTest::qWaitFor(
      [&] {
        const auto& runs = modelOf(window).runs();
        return runs.size() == count && !modelOf(window).reading() && runs.back().history;
      },
      kPatience);
}

json recipeFor(const char* key = nullptr, const json& value = nullptr) {
  json recipe{{"schema", 1}, {"figure", "training"}, {"view", {{"runs", {"runs"}}}}};
  if (key) {
    recipe["view"][key] = value;
  }
  return recipe;
}

fs::path write(const Runs& runs, const json& recipe) {
  const fs::path path = runs.root.parent_path() / "recipe.json";
  std::ofstream(path) << recipe.dump();
  return path;
}

Expected<RenderedFigure> madeOf(const Runs& runs, const json& recipe) {
  const auto read = read_render_recipe(write(runs, recipe));
  return read ? make_figure(*read, builtin_readers(), {}) : Expected<RenderedFigure>(read.error());
}

}  // namespace

class TrainingWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aRunOpensWithoutADataset();
  void growingLogsAreFollowed();
  void hiddenViewsReadNothing();
  void foldersOfRunsAreDropped();
  void whatIsNoRunHasASentence();
  void runsComeBackWithTheWindow();
  void recipesGiveTheSameBytes();
  void recipesShowWhatTheViewShows();
  void badRecipesNameTheKey_data();
  void badRecipesNameTheKey();
};

void TrainingWindowTest::aRunOpensWithoutADataset() {
  const Runs runs;
  MainWindow window({});
  window.open({1400, 900});
  QVERIFY(window.welcomeVisible());
  QVERIFY(!window.actions().find(QStringLiteral("export"))->isEnabled());
  window.workbench().openPath(runs.path(1));
  QVERIFY(!window.welcomeVisible());
  QCOMPARE(window.settings().perspective, QStringLiteral("training"));
  QVERIFY(window.actions().find(QStringLiteral("perspective-training"))->isChecked());
  QVERIFY(window.docks().at(QStringLiteral("training"))->isVisible());
  QVERIFY(waitForRuns(window, 1));
  QVERIFY(QTest::qWaitFor([&] { return window.view("training")->figure() != nullptr; }, kPatience));
  QVERIFY(window.actions().find(QStringLiteral("export"))->isEnabled());
  const auto& history = *modelOf(window).runs().front().history;
  QCOMPARE(history.last_step, std::int64_t{500});
  QCOMPARE(history.seed, std::optional<std::uint64_t>(1));
  QVERIFY(window.view("training")->context().contains(QStringLiteral("500")));
  // The log itself does as well.
  window.workbench().openPath(runs.path(2) + QStringLiteral("/metrics.jsonl"));
  QVERIFY(waitForRuns(window, 2));
}

void TrainingWindowTest::growingLogsAreFollowed() {
  const Runs runs;
  MainWindow window({});
  window.open({1400, 900});
  window.workbench().openRuns({runs.path(1)});
  QVERIFY(waitForRuns(window, 1));
  const std::string next = record(550);
  runs.append(1, next.substr(0, 20));  // half a line
  QTest::qWait(1500);
  QCOMPARE(modelOf(window).runs().front().history->last_step, std::int64_t{500});
  runs.append(1, next.substr(20));
  QVERIFY(
      QTest::qWaitFor([&] { return modelOf(window).runs().front().history->last_step == 550; }, kPatience));
  QVERIFY(modelOf(window).runs().front().history->problems.empty());
  QVERIFY(QTest::qWaitFor([&] { return window.view("training")->context().contains(QStringLiteral("550")); },
                          kPatience));
}

void TrainingWindowTest::hiddenViewsReadNothing() {
  const Runs runs;
  MainWindow window({});
  window.open({1400, 900});
  window.workbench().openRuns({runs.path(1)});
  QVERIFY(waitForRuns(window, 1));
  window.setPerspective(QStringLiteral("inspect"));
  QTRY_VERIFY(!modelOf(window).demand().wanted());
  QTest::qWait(100);  // a round that was under way ends
  runs.append(1, record(600));
  QTest::qWait(2200);
  QCOMPARE(modelOf(window).runs().front().history->last_step, std::int64_t{500});
  window.setPerspective(QStringLiteral("training"));
  QVERIFY(
      QTest::qWaitFor([&] { return modelOf(window).runs().front().history->last_step == 600; }, kPatience));
}

void TrainingWindowTest::foldersOfRunsAreDropped() {
  const Runs runs;
  MainWindow window({});
  window.open({1400, 900});
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile(runs.path(1)), QUrl::fromLocalFile(runs.path(2))});
  QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&window, &enter);
  QVERIFY(enter.isAccepted());
  QDropEvent event(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&window, &event);
  QVERIFY(waitForRuns(window, 2));
  // A folder with runs in it, by the action: the same runs, not two more.
  window.workbench().openRuns({QString::fromStdString(runs.root.string())});
  QTest::qWait(300);
  QVERIFY(waitForRuns(window, 2));
  QCOMPARE(modelOf(window).runs()[0].style, 0);
  QCOMPARE(modelOf(window).runs()[1].style, 1);
}

void TrainingWindowTest::whatIsNoRunHasASentence() {
  const Runs runs;
  MainWindow window({});
  window.open({1400, 900});
  fs::create_directories(runs.root.parent_path() / "empty");
  window.workbench().openRuns({QString::fromStdString((runs.root.parent_path() / "empty").string())});
  QVERIFY(QTest::qWaitFor([&] { return !modelOf(window).runs().empty() && !modelOf(window).reading(); },
                          kPatience));
  QVERIFY(modelOf(window).runs().front().problem.contains(QStringLiteral("no training run")));
  QVERIFY(modelOf(window).asked().isEmpty());
}

void TrainingWindowTest::runsComeBackWithTheWindow() {
  const Runs runs;
  {
    MainWindow window({});
    window.open({1400, 900});
    window.workbench().openRuns({QString::fromStdString(runs.root.string())});
    QVERIFY(waitForRuns(window, 2));
    window.saveSettings();
  }
  QStringList notes;
  AppSettings settings = AppSettings::load(&notes);
  settings.perspective = QStringLiteral("inspect");
  MainWindow window(settings);
  window.open({1400, 900});
  QCOMPARE(modelOf(window).asked().size(), 2);  // remembered, and read once somebody looks
  QVERIFY(modelOf(window).runs().empty());
  window.actions().trigger(QStringLiteral("perspective-training"));
  QVERIFY(waitForRuns(window, 2));
}

void TrainingWindowTest::recipesGiveTheSameBytes() {
  const Runs runs;
  json recipe = recipeFor("group", true);
  recipe["view"]["quantities"] = {"train/score", "accuracy/guided/5deg2cm"};
  const auto figure = madeOf(runs, recipe);
  QVERIFY2(bool(figure), figure ? "" : figure.error().message.c_str());
  for (const char* extension : {".pdf", ".svg", ".png", ".csv"}) {
    const fs::path file = runs.root.parent_path() / (std::string("figure") + extension);
    const auto path = write(runs, recipe);
    QVERIFY(bool(render(path, {}, {file, {}}, builtin_readers(), {})));
    QVERIFY(bool(render(path, {}, {{}, file}, builtin_readers(), {})));
  }
  // Another log gives another figure.
  const fs::path file = runs.root.parent_path() / "figure.csv";
  QVERIFY(bool(render(write(runs, recipe), {}, {file, {}}, builtin_readers(), {})));
  runs.append(1, record(990));
  runs.append(2, record(990));
  const auto changed = render(write(runs, recipe), {}, {{}, file}, builtin_readers(), {});
  QVERIFY(!changed);
  QVERIFY(changed.error().code == ErrorCode::kMismatch);
}

void TrainingWindowTest::recipesShowWhatTheViewShows() {
  const Runs runs;
  MainWindow window({});
  window.open({1400, 900});
  window.workbench().openRuns({QString::fromStdString(runs.root.string())});
  QVERIFY(waitForRuns(window, 2));
  QVERIFY(QTest::qWaitFor([&] { return window.view("training")->figure() != nullptr; }, kPatience));
  QTest::qWait(100);
  const auto figure = madeOf(runs, recipeFor());
  QVERIFY2(bool(figure), figure ? "" : figure.error().message.c_str());
  QCOMPARE(to_csv(figure->figure->data()), to_csv(window.view("training")->figure()->data()));
  QCOMPARE(figure->figure->provenance().recipe, window.view("training")->figure()->provenance().recipe);
}

void TrainingWindowTest::badRecipesNameTheKey_data() {
  QTest::addColumn<QString>("key");
  QTest::addColumn<QByteArray>("value");
  QTest::newRow("no runs") << "runs" << QByteArray("[]");
  QTest::newRow("a number for a run") << "runs" << QByteArray("[1]");
  QTest::newRow("no such run") << "runs" << QByteArray("[\"missing\"]");
  QTest::newRow("no such quantity") << "quantities" << QByteArray("[\"train/luck\"]");
  QTest::newRow("smoothing of one") << "smoothing" << QByteArray("1");
  QTest::newRow("one step") << "steps" << QByteArray("[3]");
  QTest::newRow("falling steps") << "steps" << QByteArray("[30, 3]");
  QTest::newRow("unknown key") << "colour" << QByteArray("1");
  QTest::newRow("text for a flag") << "group" << QByteArray("\"yes\"");
}

void TrainingWindowTest::badRecipesNameTheKey() {
  QFETCH(QString, key);
  QFETCH(QByteArray, value);
  const Runs runs;
  const auto figure = madeOf(runs, recipeFor(key.toLatin1().constData(), json::parse(value.toStdString())));
  QVERIFY(!figure);
  QVERIFY(figure.error().code == ErrorCode::kInput);
  const std::string named = value.contains("missing") ? "missing" : "view." + key.toStdString();
  QVERIFY2(figure.error().message.find(named) != std::string::npos, figure.error().message.c_str());
  json with_dataset = recipeFor();
  with_dataset["dataset"] = "x";
  QVERIFY(!madeOf(runs, with_dataset));
}

ALIDADE_TEST(TrainingWindowTest)
#include "training_window_test.moc"
