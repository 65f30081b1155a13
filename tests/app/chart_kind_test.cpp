// SPDX-License-Identifier: BSD-3-Clause
// Charts of numbers in a CSV file: what recipe and file say is what is shown, and what is wrong is said.
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "app/render/render.h"
#include "core/base/sha256.h"
#include "core/experiments/figure_recipe.h"
#include "plugins/builtin_readers.h"
#include "tests/support/test_registry.h"
#include "views/base/chart/chart_figure.h"

using namespace alidade;
using nlohmann::json;

namespace {

const std::string kHeader = "panel,series,x,y,low,high\n";

class ChartBench {
 public:
  void write(const char* name, const std::string& text) const {
    QFile file(folder_.filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(text));
  }

  json recipe() const {
    return {
        {"schema", 1},
        {"figure", "chart"},
        {"view",
         {{"data", "data.csv"},
          {"panels",
           {{{"title", "one"}, {"x", {{"reversed", true}}}, {"series", {{{"name", "a"}}, {{"name", "b"}}}}},
            {{"title", "two"}, {"series", {{{"name", "a"}, {"style", "bars"}}}}}}}}}};
  }

  Expected<RenderedFigure> make(const json& recipe, const std::string& data) const {
    write("data.csv", data);
    write("recipe.json", recipe.dump());
    const auto read = read_render_recipe(folder_.filePath("recipe.json").toStdString());
    return read ? make_figure(*read, builtin_readers(), {}) : Expected<RenderedFigure>(read.error());
  }

  std::string problem(const json& recipe, const std::string& data) const {
    const auto made = make(recipe, data);
    return made ? std::string() : made.error().message;
  }

 private:
  QTemporaryDir folder_;
};

}  // namespace

class ChartKindTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theNumbersAreThoseOfTheFile() {
    const ChartBench bench;
    const std::string data = kHeader +
                             "one,a,0,1,0.5,1.5\none,a,1,2,1.5,2.5\none,b,0.5,3,,\n"
                             "two,a,0,4,,\ntwo,a,1,,,\n";
    const auto made = bench.make(bench.recipe(), data);
    QVERIFY2(made, made ? "" : made.error().message.c_str());
    QCOMPARE(to_csv(made->figure->data()), data);
    QCOMPARE(made->figure->provenance().dataset, std::string("data.csv"));
    QCOMPARE(made->figure->provenance().dataset_sha256, sha256_hex(data));
    const auto& figure = dynamic_cast<const ChartFigure&>(*made->figure);
    const ChartFrame frame = figure.frame(0, QRectF(0, 0, 400, 600), printPlotTheme());
    QCOMPARE(frame.x.low, 0.0);
    QCOMPARE(frame.x.high, 1.0);
    QVERIFY(frame.x.reversed && frame.y.low <= 0.5 && frame.y.high >= 3.0);
  }

  void whatAReproductionWritesIsRead() {
    const ChartBench bench;
    FigurePanel panel{"a, \"quoted\" title", "t", "error (°)", {}};
    panel.series.push_back(
        {"ours", "#0072b2", {5.0, 10.0, 20.0}, {1.0, NAN, 3.0}, {0.5, 0.0, 2.0}, {2.0, 0.0, 4.0}});
    panel.series.push_back(
        {"best", "#d55e00", {5.0, 20.0}, {2.0, 2.0}, {}, {}, FigureSeries::Style::kDashed});
    panel.reversed_x = panel.logarithmic_x = true;
    FigurePanel dots{"dots", "", "", {}};
    dots.series.push_back({"c", "#009e73", {0.0, 1.0}, {1.0, 0.0}, {}, {}, FigureSeries::Style::kPoints});
    dots.bare = true;
    const auto files = figure_files("data", {panel, dots});
    QCOMPARE(files.size(), std::size_t{2});
    QVERIFY(files[0].name == "data.csv" && files[1].name == "data.json" && files[1].is_figure);
    const auto made = bench.make(json::parse(files[1].text), files[0].text);
    QVERIFY2(made, made ? "" : made.error().message.c_str());
    QCOMPARE(to_csv(made->figure->data()), files[0].text);
    QCOMPARE(made->figure->data().rows.size(), std::size_t{6});  // what is not finite is left out
  }

  void whatIsWrongIsSaid_data() {
    QTest::addColumn<QString>("data");
    QTest::addColumn<QStringList>("said");
    const auto row = [](const char* name, const std::string& lines, const QStringList& said) {
      QTest::newRow(name) << QString::fromStdString(kHeader + lines) << said;
    };
    QTest::newRow("no header") << "x,y\n1,2\n" << QStringList{"line 1", "panel,series"};
    QTest::newRow("empty") << "" << QStringList{"data.csv", "panel,series"};
    row("cells", "one,a,1,2\n", {"line 2", "4 cells"});
    row("no number", "one,a,1,2,,\none,a,1,two,,\n", {"line 3", "two"});
    row("nan", "one,a,nan,2,,\n", {"line 2", "finite"});
    row("infinite", "one,a,1,1e999,,\n", {"line 2", "finite"});
    row("no y", "one,a,1,,,\n", {"line 2", "missing"});
    row("half a band", "one,a,1,2,1,\n", {"line 2", "low and high"});
    row("band here and there", "one,a,1,2,1,3\none,a,2,2,,\n", {"line 3", "others not"});
    row("unknown series", "one,z,1,2,,\n", {"line 2", "\"z\"", "\"one\""});
    row("unknown panel", "three,a,1,2,,\n", {"line 2", "\"three\""});
    row("no right edge", "two,a,1,2,,\n", {"right edge"});
    row("behind the last edge", "two,a,1,2,,\ntwo,a,2,,,\ntwo,a,3,1,,\n", {"line 4", "last edge"});
    row("binary", std::string("one,a,\x01,2,,\n"), {"line 2"});
  }

  void whatIsWrongIsSaid() {
    QFETCH(QString, data);
    QFETCH(QStringList, said);
    const ChartBench bench;
    const std::string problem = bench.problem(bench.recipe(), data.toStdString());
    for (const QString& part : said) {
      QVERIFY2(QString::fromStdString(problem).contains(part), problem.c_str());
    }
  }

  void recipesAreStrict() {
    const ChartBench bench;
    const auto problem = [&](const char* pointer, const json& value) {
      json recipe = bench.recipe();
      recipe[json::json_pointer(pointer)] = value;
      return QString::fromStdString(bench.problem(recipe, kHeader));
    };
    QVERIFY(problem("/view/data", "nowhere.csv").contains("nowhere.csv"));
    QVERIFY(problem("/view/panels", json::array()).contains("view.panels"));
    QVERIFY(problem("/view/panels/0/series/1/color", "blue").contains("view.panels[0].series[1].color"));
    QVERIFY(problem("/view/panels/0/x/scale", "cubic").contains("view.panels[0].x.scale"));
    QVERIFY(problem("/view/panels/1/extra", 1).contains("view.panels[1]"));
    QVERIFY(problem("/view/panels/0/series/1/name", "a").contains("two series"));
    QVERIFY(problem("/view/panels/0/y", {{"scale", "logarithmic"}, {"from_zero", true}}).contains("zero"));
    QVERIFY(problem("/view/panels/0/x/reversed", false).isEmpty());
  }
};

ALIDADE_TEST(ChartKindTest)
#include "chart_kind_test.moc"
