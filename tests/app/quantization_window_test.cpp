// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>
#include <fstream>

#include <QApplication>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/gui/main_window.h"
#include "app/gui/notice_bar.h"
#include "app/gui/view_dock.h"
#include "app/render/render.h"
#include "core/base/sha256.h"
#include "core/exchange/quantization_sweep_file.h"
#include "plugins/builtin_readers.h"
#include "tests/support/quantization_sweeps.h"
#include "tests/support/test_registry.h"
#include "views/base/figure_of_view.h"
#include "views/quantization/quantization_view.h"

using namespace alidade;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr int kSweepPatience = 20000;

/// Sweeps in files, and settings of their own for the window.
struct SweepFiles {
  QTemporaryDir dir;

  SweepFiles() {
    qputenv("XDG_CONFIG_HOME", dir.filePath(QStringLiteral("config")).toUtf8());
    qputenv("XDG_STATE_HOME", dir.filePath(QStringLiteral("state")).toUtf8());
    write(QStringLiteral("sweep.json"), test::quantizationSweep());
    QuantizationSweep other = test::quantizationSweep();
    other.name = "again";
    write(QStringLiteral("again.json"), other);
  }
  void write(const QString& name, const QuantizationSweep& sweep) const {
    if (const auto done = write_quantization_sweep(sweep, path(name).toStdString()); !done) {
      qFatal("%s", done.error().message.c_str());
    }
  }
  QString path(const QString& name) const { return dir.filePath(name); }
};

QuantizationModel& sweepsOf(MainWindow& window) {
  return window.workbench().session().model<QuantizationModel>();
}

bool waitForSweep(MainWindow& window, Run side) {
  return QTest::qWaitFor([&] { return sweepsOf(window).sweep(side) != nullptr; }, kSweepPatience);
}

Expected<RenderedFigure> sweepFigure(const SweepFiles& files, const char* figure, const json& view) {
  const fs::path recipe = files.path(QStringLiteral("recipe.json")).toStdString();
  std::ofstream(recipe) << json({{"schema", 1}, {"figure", figure}, {"view", view}}).dump();
  const auto read = read_render_recipe(recipe);
  return read ? make_figure(*read, builtin_readers(), {}) : Expected<RenderedFigure>(read.error());
}

}  // namespace

/// Quantization sweeps in the whole window, and as figures of recipes.
class QuantizationWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aSweepOpensWithoutADatasetAndComesBack() {
    const SweepFiles files;
    AppSettings settings;
    {
      MainWindow window({});
      window.open({1280, 720});
      QVERIFY(window.welcomeVisible());
      window.workbench().openPath(files.path(QStringLiteral("sweep.json")));
      QVERIFY(waitForSweep(window, Run::kA));
      QTRY_VERIFY(!window.welcomeVisible());
      QTRY_COMPARE(window.settings().perspective, QStringLiteral("quantization"));
      const View* view = window.view(QStringLiteral("quantization"));
      QTRY_VERIFY(view->figure());
      QVERIFY(view->context().contains(QStringLiteral("made up")));
      window.workbench().openPath(files.path(QStringLiteral("again.json")));
      QVERIFY(waitForSweep(window, Run::kB));
      QCOMPARE(sweepsOf(window).name(Run::kB), QStringLiteral("again"));
      QTRY_VERIFY(!sweepsOf(window).published().empty());  // printed tables are read for who looks
      QuantizationChoice choice = sweepsOf(window).choice();
      choice.cost = SweepCost::kCompression;
      choice.published = true;
      choice.allowed = {{"head", {"4"}}};
      sweepsOf(window).choose(choice);
      sweepsOf(window).setPoint(3);
      const auto figure = figureOf(*view, {});
      QVERIFY(figure && !figure->origin().view.empty());
      window.saveSettings();
      settings = AppSettings::load(nullptr);
    }
    MainWindow window(settings);
    window.open({1280, 720});
    QVERIFY(waitForSweep(window, Run::kA) && waitForSweep(window, Run::kB));
    QCOMPARE(window.settings().perspective, QStringLiteral("quantization"));
    QVERIFY(sweepsOf(window).choice().cost == SweepCost::kCompression);
    QVERIFY(sweepsOf(window).choice().allowed == (AllowedLevels{{"head", {"4"}}}));
    QCOMPARE(sweepsOf(window).name(Run::kA), QStringLiteral("made up"));
    QTRY_COMPARE(sweepsOf(window).point(), std::optional<std::size_t>(3));
  }

  void oneClickOpensTheBundledSweep() {
    const SweepFiles files;
    MainWindow window({});
    window.open({1280, 720});
    QPushButton* found = nullptr;
    for (QPushButton* button : window.findChildren<QPushButton*>()) {
      if (button->isVisible() && button->accessibleName() == QStringLiteral("Try a bit-width trade-off")) {
        found = button;
      }
    }
    QVERIFY(found);
    QTest::mouseClick(found, Qt::LeftButton);
    QVERIFY(waitForSweep(window, Run::kA));
    QTRY_VERIFY(!window.welcomeVisible());
    const auto sweep = sweepsOf(window).sweep(Run::kA);
    QVERIFY(sweep->points.size() >= 12);
    // It is of the checkpoint that is bundled.
    const auto checkpoint = sha256_file(share_path("resources/checkpoints/keypoint-demo.safetensors"));
    QVERIFY(checkpoint);
    QCOMPARE(sweep->checkpoint_sha256, *checkpoint);
    QTRY_VERIFY(window.view(QStringLiteral("quantization"))->figure());
  }

  void aSweepThatIsWrittenAnewIsReadAgain() {
    const SweepFiles files;
    MainWindow window({});
    window.open({1280, 720});
    window.workbench().openPath(files.path(QStringLiteral("sweep.json")));
    QVERIFY(waitForSweep(window, Run::kA));
    QuantizationSweep less = test::quantizationSweep();
    less.points.resize(12);
    files.write(QStringLiteral("sweep.json"), less);
    QTRY_COMPARE_WITH_TIMEOUT(sweepsOf(window).sweep()->points.size(), std::size_t{12}, kSweepPatience);
    const HeldRuns& runs = window.workbench().session().runs();
    QVERIFY(runs.find(runs.chosen_run<QuantizationSweep>(Run::kA))->state.find("12 networks") !=
            std::string::npos);
  }

  void whatCannotBeReadHasASentence() {
    const SweepFiles files;
    MainWindow window({});
    window.open({1280, 720});
    QFile file(files.path(QStringLiteral("sweep.json")));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QByteArray text = file.readAll();
    text.replace("\"method\": \"inq\"", "\"method\": \"magic\"");
    QVERIFY(file.resize(0) && file.seek(0) && file.write(text) == text.size());
    file.close();
    window.workbench().openPath(files.path(QStringLiteral("sweep.json")));
    QTRY_VERIFY_WITH_TIMEOUT(window.notice().sentence().contains(QStringLiteral("].method")), kSweepPatience);
    QVERIFY(!sweepsOf(window).sweep());
  }

  void recipesShowWhatTheViewShows() {
    const SweepFiles files;
    MainWindow window({});
    window.open({1280, 720});
    window.workbench().openPath(files.path(QStringLiteral("sweep.json")));
    QVERIFY(waitForSweep(window, Run::kA));
    sweepsOf(window).settle();
    sweepsOf(window).setBudgetValue(500'000.0);
    const auto shown = window.view(QStringLiteral("quantization"))->figure();
    const auto made =
        sweepFigure(files, "tradeoff", {{"sweep", "sweep.json"}, {"budget", sweepsOf(window).budgetValue()}});
    QVERIFY2(bool(made), made ? "" : made.error().message.c_str());
    QCOMPARE(made->figure->data().rows, shown->data().rows);
    QuantizationChoice choice = sweepsOf(window).choice();
    for (const auto& [page, figure] : {std::pair(QuantizationPage::kOrder, "order_study"),
                                       std::pair(QuantizationPage::kWidths, "bit_widths")}) {
      choice.page = page;
      sweepsOf(window).choose(choice);
      const auto study = sweepFigure(files, figure, {{"sweep", "sweep.json"}});
      QVERIFY2(bool(study), study ? "" : study.error().message.c_str());
      QCOMPARE(study->figure->data().rows,
               window.view(QStringLiteral("quantization"))->figure()->data().rows);
    }
  }

  void badRecipesNameTheKey_data() {
    QTest::addColumn<QString>("figure");
    QTest::addColumn<QString>("view");
    QTest::addColumn<QString>("word");
    const auto row = [](const char* name, const char* figure, const char* view, const char* word) {
      QTest::newRow(name) << figure << view << word;
    };
    row("nothing", "tradeoff", "{}", "sweep");
    row("no file", "tradeoff", R"({"sweep": "nowhere.json"})", "nowhere.json");
    row("metric", "tradeoff", R"({"sweep": "sweep.json", "metric": "map"})", "view.metric");
    row("budget", "tradeoff", R"({"sweep": "sweep.json", "budget": 3})", "view.budget");
    row("cost", "tradeoff", R"({"sweep": "sweep.json", "cost": "weight"})", "view.cost");
    row("published", "tradeoff", R"({"sweep": "sweep.json", "published": "all"})", "view.published");
    row("published size", "tradeoff", R"({"sweep": "sweep.json", "published": ["mqat-table-4"]})", "axis");
    row("no such table", "tradeoff", R"({"sweep": "sweep.json", "published": ["mqat-table-99"]})",
        "mqat-table-99");
    row("path", "tradeoff", R"({"sweep": "sweep.json", "published": ["../x"]})", "view.published");
    row("network", "bit_strip", R"({"sweep": "sweep.json", "network": "W1"})", "view.network");
    row("score", "bit_strip", R"({"sweep": "sweep.json", "network": "uniform 8-8-8", "score": "luck"})",
        "view.score");
    row("module", "bit_widths", R"({"sweep": "sweep.json", "module": "neck"})", "view");
    row("unknown key", "order_study", R"({"sweep": "sweep.json", "module": "head"})", "module");
  }

  void badRecipesNameTheKey() {
    QFETCH(QString, figure);
    QFETCH(QString, view);
    QFETCH(QString, word);
    const SweepFiles files;
    const auto made = sweepFigure(files, qPrintable(figure), json::parse(view.toStdString()));
    QVERIFY(!made);
    QVERIFY2(QString::fromStdString(made.error().message).contains(word), made.error().message.c_str());
  }
};

ALIDADE_TEST(QuantizationWindowTest)
#include "quantization_window_test.moc"
