// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>
#include <fstream>

#include <QApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/gui/actions.h"
#include "app/gui/main_window.h"
#include "app/gui/notice_bar.h"
#include "app/gui/view_dock.h"
#include "app/render/render.h"
#include "core/base/sha256.h"
#include "core/exchange/contention_file.h"
#include "plugins/builtin_readers.h"
#include "tests/support/contention_histories.h"
#include "tests/support/test_registry.h"
#include "views/base/training_model.h"
#include "views/contention/contention_model.h"
#include "views/contention/contention_view.h"

using namespace alidade;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr int kSoonEnough = 20000;

/// Histories of two seeds in files, and settings of their own for the window.
struct ContentionFiles {
  QTemporaryDir dir;

  ContentionFiles() {
    qputenv("XDG_CONFIG_HOME", dir.filePath(QStringLiteral("config")).toUtf8());
    qputenv("XDG_STATE_HOME", dir.filePath(QStringLiteral("state")).toUtf8());
    for (std::uint64_t seed : {1, 2}) {
      test::MadeContention made;
      made.seed = seed;
      const auto done = write_contention_history(*test::contentionHistory(made), path(seed).toStdString());
      if (!done) {
        qFatal("%s", done.error().message.c_str());
      }
    }
  }
  QString path(std::uint64_t seed) const { return dir.filePath(QStringLiteral("history-%1.npz").arg(seed)); }
};

ContentionModel& contentionOf(MainWindow& window) {
  return window.workbench().session().model<ContentionModel>();
}

bool waitForHistory(MainWindow& window, Run side) {
  return QTest::qWaitFor([&] { return contentionOf(window).history(side) != nullptr; }, kSoonEnough);
}

Expected<RenderedFigure> contentionMade(const ContentionFiles& files, const json& view) {
  const fs::path recipe = files.dir.filePath(QStringLiteral("recipe.json")).toStdString();
  std::ofstream(recipe) << json({{"schema", 1}, {"figure", "contention"}, {"view", view}}).dump();
  const auto read = read_render_recipe(recipe);
  return read ? make_figure(*read, builtin_readers(), {}) : Expected<RenderedFigure>(read.error());
}

}  // namespace

/// Histories of contention in the whole window, and as figures of recipes.
class ContentionWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aHistoryOpensWithoutADataset() {
    const ContentionFiles files;
    MainWindow window({});
    window.open({1280, 720});
    QVERIFY(window.welcomeVisible());
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(files.path(1))});
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &enter);  // only then is a drop delivered
    QDropEvent event(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &event);
    QVERIFY(waitForHistory(window, Run::kA));
    QTRY_VERIFY(!window.welcomeVisible());
    QCOMPARE(window.settings().perspective, QStringLiteral("contention"));
    QVERIFY(window.docks().at(QStringLiteral("contention"))->isVisible());
    const View* view = window.view(QStringLiteral("contention"));
    QTRY_VERIFY(view->figure());
    QVERIFY(view->context().contains(QStringLiteral("made 1")));
    QVERIFY(window.actions().find(QStringLiteral("export"))->isEnabled());
    window.workbench().openPath(files.path(2));
    QVERIFY(waitForHistory(window, Run::kB));
    QCOMPARE(contentionOf(window).name(Run::kB), QStringLiteral("made 2"));
  }

  void oneClickOpensTheBundledHistories() {
    const ContentionFiles files;
    MainWindow window({});
    window.open({1280, 720});
    QVERIFY(window.welcomeVisible());
    QPushButton* found = nullptr;
    for (QPushButton* button : window.findChildren<QPushButton*>()) {
      if (button->isVisible() && button->accessibleName() == QStringLiteral("Try a gradient heatmap")) {
        found = button;
      }
    }
    QVERIFY(found);
    QTest::mouseClick(found, Qt::LeftButton);
    QVERIFY(waitForHistory(window, Run::kA) && waitForHistory(window, Run::kB));
    QVERIFY(!window.welcomeVisible());
    QCOMPARE(window.settings().perspective, QStringLiteral("contention"));
    const auto demo = contentionOf(window).history(Run::kA), shared = contentionOf(window).history(Run::kB);
    QVERIFY(demo->branches.size() == 3 && shared->branches.empty());  // with and without groups
    QVERIFY(demo->rows == shared->rows && demo->epochs.size() == shared->epochs.size());
    // It is the history of the checkpoint that is bundled.
    const auto checkpoint = sha256_file(share_path("resources/checkpoints/decompose-demo.safetensors"));
    QVERIFY(checkpoint);
    QCOMPARE(demo->epochs.back().checkpoint_sha256, *checkpoint);
    QTRY_VERIFY(window.view(QStringLiteral("contention"))->figure());
  }

  void whatCannotBeReadHasASentence() {
    const ContentionFiles files;
    MainWindow window({});
    window.open({1280, 720});
    QFile file(files.path(1));
    QVERIFY(file.open(QIODevice::ReadWrite) && file.resize(file.size() / 2));
    file.close();
    window.workbench().openPath(files.path(1));
    QTRY_VERIFY_WITH_TIMEOUT(window.notice().sentence().contains(QStringLiteral("history-1.npz")),
                             kSoonEnough);
    QVERIFY(!contentionOf(window).history(Run::kA));
  }

  void itComesBackWithTheWindow() {
    const ContentionFiles files;
    AppSettings settings;
    {
      MainWindow window({});
      window.open({1280, 720});
      window.workbench().openPath(files.path(1));
      QVERIFY(waitForHistory(window, Run::kA));
      contentionOf(window).setPair(ContentionPair{"head", "can", "mug"});
      window.saveSettings();
      settings = AppSettings::load(nullptr);
    }
    MainWindow window(settings);
    window.open({1280, 720});
    QVERIFY(waitForHistory(window, Run::kA));
    QCOMPARE(window.settings().perspective, QStringLiteral("contention"));
    QTRY_VERIFY(window.view(QStringLiteral("contention"))->figure());
    QCOMPARE(*contentionOf(window).pair(), (ContentionPair{"head", "can", "mug"}));
  }

  void theTrainingViewShowsItsSeries() {
    const ContentionFiles files;
    MainWindow window({});
    window.open({1280, 720});
    window.workbench().openPath(files.path(1));
    QVERIFY(waitForHistory(window, Run::kA));
    auto& training = window.workbench().session().model<TrainingModel>();
    QVERIFY(training.runs().empty());  // nobody looks
    window.setPerspective(QStringLiteral("training"));
    QTRY_COMPARE_WITH_TIMEOUT(training.runs().size(), std::size_t{3}, kSoonEnough);
    const TrainingHistory& line = *training.runs()[1].history;
    QCOMPARE(line.name, std::string("made 1 \u00b7 correspondence"));
    QCOMPARE(line.series.front().name, std::string("contention/mean_cosine"));
    QCOMPARE(line.series.front().steps.back(), 2500.0);
    QCOMPARE(line.series.front().low.size(), line.series.front().values.size());
    QVERIFY(window.view(QStringLiteral("training"))->saveState()["runs"].toArray().isEmpty());
    const auto a = window.workbench().session().runs().chosen_run<ContentionHistory>(Run::kA);
    window.workbench().session().removeRun(a);
    QTRY_VERIFY(training.runs().empty());
  }

  void recipesShowWhatTheViewShows() {
    const ContentionFiles files;
    MainWindow window({});
    window.open({1280, 720});
    window.workbench().openPath(files.path(1));
    QVERIFY(waitForHistory(window, Run::kA));
    ContentionChoice choice = contentionOf(window).choice();
    choice.part = "correspondence";
    choice.epoch = 25.0;
    choice.order = ContentionOrder::kCluster;
    contentionOf(window).choose(choice);
    const auto shown = window.view(QStringLiteral("contention"))->figure();
    const auto made = contentionMade(
        files, {{"history", "history-1.npz"}, {"part", "correspondence"}, {"order", "clusters"}});
    QVERIFY2(bool(made), made ? "" : made.error().message.c_str());
    QCOMPARE(made->figure->data().rows, shown->data().rows);
    const auto difference = contentionMade(files, {{"history", "history-1.npz"}, {"minus", "history-2.npz"}});
    QVERIFY2(bool(difference), difference ? "" : difference.error().message.c_str());
    QCOMPARE(difference->figure->data().columns[4], std::string("A \u2212 B"));
  }

  void badRecipesNameTheKey_data() {
    QTest::addColumn<QString>("view");
    QTest::addColumn<QString>("word");
    QTest::newRow("nothing") << "{}"
                             << "history";
    QTest::newRow("no file") << R"q({"history": "nowhere.npz"})q"
                             << "nowhere.npz";
    QTest::newRow("part") << R"q({"history": "history-1.npz", "part": "neck"})q"
                          << "view.part";
    QTest::newRow("order") << R"q({"history": "history-1.npz", "order": "size"})q"
                           << "view.order";
    QTest::newRow("epoch") << R"q({"history": "history-1.npz", "epoch": "last"})q"
                           << "view.epoch";
    QTest::newRow("groups") << R"q({"history": "history-1.npz", "groups": [["can"], 3]})q"
                            << "view.groups";
    QTest::newRow("rows") << R"q({"history": "history-1.npz", "groups": [["can", "cat"]]})q"
                          << "cat";
    QTest::newRow("unknown") << R"q({"history": "history-1.npz", "blocks": 3})q"
                             << "blocks";
  }

  void badRecipesNameTheKey() {
    QFETCH(QString, view);
    QFETCH(QString, word);
    const ContentionFiles files;
    const auto made = contentionMade(files, json::parse(view.toStdString()));
    QVERIFY(!made);
    QVERIFY2(made.error().message.find(word.toStdString()) != std::string::npos,
             made.error().message.c_str());
  }
};

ALIDADE_TEST(ContentionWindowTest)
#include "contention_window_test.moc"
