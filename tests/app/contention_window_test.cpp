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
#include "core/exchange/branch_accuracy_file.h"
#include "core/base/sha256.h"
#include "core/exchange/contention_file.h"
#include "plugins/builtin_readers.h"
#include "tests/support/branch_accuracies.h"
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
    if (!write_branch_accuracy(test::branchAccuracies(), branches().toStdString())) {
      qFatal("the accuracies were not written");
    }
  }
  QString branches() const { return dir.filePath(QStringLiteral("branches.json")); }
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

  void aHistoryThatIsWrittenAnewIsReadAgain() {
    const ContentionFiles files;
    MainWindow window({});
    window.open({1280, 720});
    window.workbench().openPath(files.path(1));
    QVERIFY(waitForHistory(window, Run::kA));
    ContentionModel& model = contentionOf(window);
    const HeldRuns& runs = window.workbench().session().runs();
    const RunId run = runs.chosen_run<ContentionHistory>(Run::kA);
    ContentionChoice choice = model.choice();
    choice.part = "correspondence";
    choice.order = ContentionOrder::kCluster;
    choice.epoch = 25.0;
    model.choose(choice);
    model.setPair(ContentionPair{"correspondence", "can", "mug"});
    model.setGroups({{"bottle", "can"}, {"bowl", "laptop", "mug"}});
    window.setPerspective(QStringLiteral("training"));
    auto& training = window.workbench().session().model<TrainingModel>();
    QTRY_COMPARE_WITH_TIMEOUT(training.runs().size(), std::size_t{3}, kSoonEnough);
    training.setVisible(training.runs()[1].path, false);
    const auto grow = [&](std::size_t epochs) {
      test::MadeContention made;
      made.epochs = epochs;
      QVERIFY(write_contention_history(*test::contentionHistory(made), files.path(1).toStdString()));
      QTRY_VERIFY_WITH_TIMEOUT(model.history(Run::kA)->epochs.size() == epochs, kSoonEnough);
    };
    // At the last epoch one stays at the last one; all else stays as it is.
    grow(8);
    QCOMPARE(runs.chosen_run<ContentionHistory>(Run::kA), run);
    choice.epoch = 35.0;
    QVERIFY(model.choice() == choice);
    QCOMPARE(*model.pair(), (ContentionPair{"correspondence", "can", "mug"}));
    QCOMPARE(model.groups().size(), std::size_t{2});
    QVERIFY(runs.find(run)->state.find("8 epochs") != std::string::npos);
    QTRY_COMPARE_WITH_TIMEOUT(training.runs()[0].history->series.front().steps.back(), 3500.0, kSoonEnough);
    QVERIFY(training.runs().size() == 3 && !training.runs()[1].visible);
    // In the middle of the series one stays there.
    choice.epoch = 10.0;
    model.choose(choice);
    grow(9);
    QVERIFY(model.choice() == choice);
    // Half a file leaves what was read.
    QFile file(files.path(1));
    QVERIFY(file.open(QIODevice::ReadWrite) && file.resize(file.size() / 2));
    file.close();
    QTRY_VERIFY_WITH_TIMEOUT(runs.find(run)->state.find("cannot be read") != std::string::npos, kSoonEnough);
    QCOMPARE(model.history(Run::kA)->epochs.size(), std::size_t{9});
  }

  void branchAccuraciesOpenAsHistoriesDo() {
    const ContentionFiles files;
    AppSettings settings;
    {
      MainWindow window({});
      window.open({1280, 720});
      window.workbench().openPath(files.branches());
      QTRY_VERIFY_WITH_TIMEOUT(contentionOf(window).accuracy(Run::kA) != nullptr, kSoonEnough);
      QTRY_COMPARE(window.settings().perspective, QStringLiteral("contention"));
      QTRY_VERIFY(window.view(QStringLiteral("contention"))->figure());
      QVERIFY(window.view(QStringLiteral("contention"))->context().contains(QStringLiteral("3 branches")));
      // A history that is opened then is what one wants to see, and the accuracies again.
      window.workbench().openPath(files.path(1));
      QVERIFY(waitForHistory(window, Run::kA));
      QVERIFY(contentionOf(window).choice().reading == ContentionReading::kMeans);
      ContentionChoice choice = contentionOf(window).choice();
      choice.reading = ContentionReading::kBranches;
      contentionOf(window).choose(choice);
      window.saveSettings();
      settings = AppSettings::load(nullptr);
    }
    MainWindow window(settings);
    window.open({1280, 720});
    QTRY_VERIFY_WITH_TIMEOUT(contentionOf(window).accuracy(Run::kA) != nullptr, kSoonEnough);
    QVERIFY(waitForHistory(window, Run::kA));
    QVERIFY(contentionOf(window).choice().reading == ContentionReading::kBranches);
    const auto shown = window.view(QStringLiteral("contention"))->figure();
    const auto made = contentionMade(files, {{"branches", "branches.json"}, {"order", "given"}});
    QVERIFY2(bool(made), made ? "" : made.error().message.c_str());
    QCOMPARE(made->figure->data().rows, shown->data().rows);
  }

  void badBranchAccuraciesHaveASentence() {
    const ContentionFiles files;
    MainWindow window({});
    window.open({1280, 720});
    QFile file(files.branches());
    QVERIFY(file.open(QIODevice::ReadWrite));
    QByteArray text = file.readAll();
    text.replace("\"own\": \"H 2\"", "\"own\": \"H 9\"");
    QVERIFY(file.resize(0) && file.seek(0) && file.write(text) == text.size());
    file.close();
    window.workbench().openPath(files.branches());
    QTRY_VERIFY_WITH_TIMEOUT(window.notice().sentence().contains(QStringLiteral("rows[2].own")), kSoonEnough);
    QVERIFY(window.notice().sentence().contains(QStringLiteral("branches.json")));
    QVERIFY(!contentionOf(window).accuracy(Run::kA));
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
    choice.reading = ContentionReading::kProjected;
    contentionOf(window).choose(choice);
    const auto projected = contentionMade(files, {{"history", "history-1.npz"},
                                                  {"part", "correspondence"},
                                                  {"order", "clusters"},
                                                  {"reading", "pcgrad"}});
    QVERIFY2(bool(projected), projected ? "" : projected.error().message.c_str());
    QCOMPARE(projected->figure->data().rows,
             window.view(QStringLiteral("contention"))->figure()->data().rows);
    QVERIFY(projected->figure->data().rows != made->figure->data().rows);
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
    QTest::newRow("baseline") << R"q({"history": "history-1.npz", "reading": "cagrad"})q"
                              << "view.reading";
    QTest::newRow("both") << R"q({"history": "history-1.npz", "branches": "branches.json"})q"
                          << "view.history";
    QTest::newRow("no branches") << R"q({"branches": "history-1.npz"})q"
                                 << "history-1.npz";
    QTest::newRow("order of branches") << R"q({"branches": "branches.json", "order": "clusters"})q"
                                       << "view.order";
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
