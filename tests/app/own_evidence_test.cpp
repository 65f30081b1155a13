// SPDX-License-Identifier: BSD-3-Clause
#include <fstream>

#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "app/gui/actions.h"
#include "app/gui/layouts.h"
#include "app/render/render.h"
#include "plugins/builtin_readers.h"
#include "tests/app/tally.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"

using namespace alidade;
using test::Tally;

namespace {

WindowParts partsWithTally() {
  WindowParts parts;
  parts.views.push_back(test::tallyView());
  parts.perspectives.push_back(test::tallyPerspective());
  return parts;
}

std::vector<FigureKind> kindsWithTally() {
  std::vector<FigureKind> kinds = figureKinds();
  kinds.push_back(test::tallyKind());
  return kinds;
}

std::vector<Table::Cell> tallyColumn(const Table& table) {
  std::vector<Table::Cell> cells;
  for (const auto& row : table.rows) {
    cells.push_back(row.front());
  }
  return cells;
}

const std::vector<Table::Cell> kThreeSquares{1.0, 4.0, 9.0};

}  // namespace

/// A view with evidence of its own is registered from outside of the program.
class OwnEvidenceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init();
  void nothingIsComputedUntilTheViewIsSeen();
  void itIsChosenStoredAndExported();
  void aDatasetLeavesItAlone();
  void layoutsOfBeforeStillFit();
  void aRecipeMakesTheSameFigure();
  void aRecipeHasTheKeysOfItsNeedsOnly();
  void theCommandRuns();

 private:
  QString path(const char* name) const { return home_->filePath(QLatin1String(name)); }
  Expected<RenderRecipe> recipe(const nlohmann::json& json, const std::vector<FigureKind>& kinds) const {
    std::ofstream(path("recipe.json").toStdString()) << json.dump();
    return read_render_recipe(path("recipe.json").toStdString(), {}, kinds);
  }

  std::unique_ptr<QTemporaryDir> home_;
};

void OwnEvidenceTest::init() {
  home_ = std::make_unique<QTemporaryDir>();
  qputenv("XDG_CONFIG_HOME", home_->filePath(QStringLiteral("config")).toUtf8());
  qputenv("XDG_STATE_HOME", home_->filePath(QStringLiteral("state")).toUtf8());
}

void OwnEvidenceTest::nothingIsComputedUntilTheViewIsSeen() {
  MainWindow window({}, partsWithTally());
  window.open({1400, 900});
  SessionModel& session = window.workbench().session();
  QCoreApplication::processEvents();
  QVERIFY(window.welcomeVisible());
  QVERIFY(!session.model<test::TallyModel>().demand().wanted());
  QVERIFY(window.workbench().jobs().jobs().empty());
  QVERIFY(!window.actions().find(QStringLiteral("export"))->isEnabled());

  QAction* shown = window.actions().find(QStringLiteral("perspective-tally"));
  QVERIFY(shown);
  QVERIFY(shown->shortcut().isEmpty());  // Ctrl+1 to Ctrl+9 belong to Alidade's own
  shown->trigger();
  QVERIFY(shown->isChecked());
  QVERIFY(!window.welcomeVisible());
  QTRY_VERIFY(session.runs().chosen<Tally>(Run::kA));
  QCOMPARE(session.runs().all().front().name, std::string("tally"));
  QVERIFY(session.hasEvidence() && !session.resultA());
  QVERIFY(window.actions().find(QStringLiteral("export"))->isEnabled());
  QCOMPARE(window.view(QStringLiteral("tally"))->figure()->data().rows.size(), std::size_t{4});

  window.setPerspective(QStringLiteral("inspect"));
  QTRY_VERIFY(!session.model<test::TallyModel>().demand().wanted());
  session.model<test::TallyModel>().ask(3);
  QCoreApplication::processEvents();
  QCOMPARE(window.workbench().jobs().jobs().size(), std::size_t{1});
  window.setPerspective(QStringLiteral("tally"));
  QTRY_COMPARE(session.runs().chosen<Tally>(Run::kA)->squares.size(), std::size_t{3});
}

void OwnEvidenceTest::itIsChosenStoredAndExported() {
  AppSettings settings;
  settings.perspective = QStringLiteral("tally");
  settings.views[QStringLiteral("tally")] = QJsonObject{{"count", 3}};
  MainWindow window(settings, partsWithTally());
  window.open({1400, 900});
  SessionModel& session = window.workbench().session();
  QTRY_VERIFY(session.runs().chosen<Tally>(Run::kA));
  const View* view = window.view(QStringLiteral("tally"));
  QCOMPARE(tallyColumn(view->figure()->data()), kThreeSquares);
  QVERIFY(bool(exportFigure(*view->figure(), path("tally.pdf").toStdString(), {})));

  const auto other = *test::make_tally(5, {});
  const RunId second = session.addRun("tally", other, false);
  QCOMPARE(session.runs().find(second)->name, std::string("tally (2)"));
  session.chooseRun(Run::kB, session.runs().chosen_run<Tally>(Run::kA));
  session.chooseRun(Run::kA, second);
  QCOMPARE(view->figure()->data().rows.size(), std::size_t{5});
  QCOMPARE(session.runs().chosen<Tally>(Run::kB)->squares.size(), std::size_t{3});
  session.removeRun(second);
  QVERIFY(!view->figure());

  window.saveSettings();
  const AppSettings back = AppSettings::load(nullptr);
  QCOMPARE(back.perspective, QStringLiteral("tally"));
  QCOMPARE(back.views.value(QStringLiteral("tally")).toObject().value(QStringLiteral("count")).toInt(), 3);
}

void OwnEvidenceTest::aDatasetLeavesItAlone() {
  SessionModel session;
  session.setDataset(std::make_shared<test::SmallDataset>(2));
  const auto poses = std::make_shared<const PoseResult>();
  session.setResultA(poses);
  session.chooseRun(Run::kA, session.addRun("tally", *test::make_tally(2, {}), false));
  QCOMPARE(session.resultA(), poses);
  QCOMPARE(session.runs().all().size(), std::size_t{2});
  session.setDataset(std::make_shared<test::SmallDataset>(3));
  QVERIFY(!session.resultA());
  QVERIFY(session.runs().chosen<Tally>(Run::kA));
}

void OwnEvidenceTest::layoutsOfBeforeStillFit() {
  QJsonObject of_before;
  {
    MainWindow window({});
    window.open({1400, 900});
    window.docks().at(QStringLiteral("inspector"))->hide();
    of_before = saveLayout(window);
  }
  AppSettings settings;
  settings.layouts[QStringLiteral("inspect")] = of_before;
  MainWindow window(settings, partsWithTally());
  window.open({1400, 900});
  QCoreApplication::processEvents();
  const auto visible = [&](const char* id) { return window.docks().at(QLatin1String(id))->isVisible(); };
  QVERIFY(visible("image") && !visible("inspector") && !visible("tally"));
  window.setPerspective(QStringLiteral("tally"));
  QVERIFY(visible("tally") && visible("jobs") && !visible("image"));
}

void OwnEvidenceTest::aRecipeMakesTheSameFigure() {
  const auto kinds = kindsWithTally();
  const auto read = recipe({{"schema", 1}, {"figure", "tally"}, {"view", {{"count", 3}}}}, kinds);
  QVERIFY2(bool(read), read ? "" : read.error().message.c_str());
  QCOMPARE(read->output.width_mm, 60.0);
  const auto made = make_figure(*read, builtin_readers(), {});
  QVERIFY(bool(made));
  QCOMPARE(tallyColumn(made->figure->data()), kThreeSquares);
  const test::TallyFigure own(*test::make_tally(3, {}));
  QVERIFY(*figureBytes(*made->figure, ".png", read->output) == *figureBytes(own, ".png", read->output));
}

void OwnEvidenceTest::aRecipeHasTheKeysOfItsNeedsOnly() {
  const nlohmann::json plain{{"schema", 1}, {"figure", "tally"}};
  const auto kinds = kindsWithTally();
  QVERIFY(bool(recipe(plain, kinds)));
  for (const char* key : {"dataset", "frame", "checkpoint", "sampler", "seed"}) {
    auto wrong = plain;
    wrong[key] = 0;
    const auto read = recipe(wrong, kinds);
    QVERIFY2(!read && read.error().message.find(key) != std::string::npos, key);
  }
  QVERIFY(!recipe(plain, figureKinds()));  // the program itself does not know it
}

void OwnEvidenceTest::theCommandRuns() {
  const std::string file = path("tally.csv").toStdString();
  const std::vector<CommandSpec> commands{
      {"tally", test::add_tally_command, ProgramPart::kLight, "Count to a number"}};
  const auto run = [&commands](std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (std::string& word : words) {
      arguments.push_back(word.data());
    }
    return run_command_line(static_cast<int>(arguments.size()), arguments.data(), commands);
  };
  QCOMPARE(run({"alidade", "tally", "3", "-o", file}), 0);
  QCOMPARE(*read_file(file, 1 << 10), to_csv(test::TallyFigure(*test::make_tally(3, {})).data()));
  QCOMPARE(run({"alidade", "tally", "0", "-o", file}), 2);
  QCOMPARE(run({"alidade", "infer"}), 2);
}

ALIDADE_TEST(OwnEvidenceTest)
#include "own_evidence_test.moc"
