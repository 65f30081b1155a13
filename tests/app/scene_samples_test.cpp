// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "app/render/render.h"
#include "core/studies/plain/open_data.h"
#include "core/studies/sample.h"
#include "core/studies/train.h"
#include "plugins/builtin_readers.h"
#include "tests/support/test_registry.h"
#include "views/base/figure_export.h"

using namespace alidade;
using nlohmann::json;

namespace {

json recipeOf(const json& view) {
  return {{"schema", 1},
          {"figure", "scene"},
          {"dataset", test::source_path("datasets/tabletop-mini")},
          {"samples", 6},
          {"seed", 4},
          {"sampler", {{"kind", "ddim"}, {"steps", 5}, {"guidance", "constant:3"}}},
          {"view", view}};
}

std::string written(const QTemporaryDir& folder, const json& recipe) {
  QFile file(folder.filePath("recipe.json"));
  if (file.open(QIODevice::WriteOnly)) {
    file.write(QByteArray::fromStdString(recipe.dump()));
  }
  return file.fileName().toStdString();
}

Expected<RenderedFigure> made(const QTemporaryDir& folder, const json& recipe) {
  const auto read = read_render_recipe(written(folder, recipe));
  return read ? make_figure(*read, builtin_readers(), {}) : Expected<RenderedFigure>(read.error());
}

}  // namespace

/// Scene figures of samples by a recipe.
class SceneSamplesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void pathIsThatOfTheSampler() {
    const QTemporaryDir folder;
    const auto rendered = made(folder, recipeOf({{"hypotheses_from", "analytic"},
                                                 {"hypotheses_as", "boxes"},
                                                 {"hypotheses_color", "error"},
                                                 {"time", 0.55},
                                                 {"trails", "centers"},
                                                 {"closeup", true}}));
    QVERIFY2(rendered, rendered ? "" : rendered.error().message.c_str());
    const auto dataset = *open_data(test::source_path("datasets/tabletop-mini"), builtin_readers(), {});
    const Frame frame = *dataset->load(0, {});
    auto subject = analytic_subject(frame.instances[0], frame.info.name, frame.index);
    SampleOptions options;
    options.sampler.steps = 5;
    options.sampler.guidance = *parse_guidance("constant:3");
    options.sampler.keep_trajectory = true;
    options.num_samples = 6;
    options.seed = 4;
    const auto samples = *draw_samples(*subject, options, {});
    std::size_t state = 0;
    for (std::size_t i = 0; i < samples->times.size(); ++i) {
      if (std::abs(samples->times[i] - 0.55) < std::abs(samples->times[state] - 0.55)) {
        state = i;
      }
    }
    std::size_t seen = 0;
    const Table table = rendered->figure->data();
    for (const auto& row : table.rows) {
      const std::string source = std::get<std::string>(row[3]);
      if (source.starts_with("hypothesis ")) {
        const Rigid3& pose = samples->trajectory[state][seen];
        const Eigen::Vector3d center = pose * frame.instances[0].center_obj;
        for (int axis = 0; axis < 3; ++axis) {
          QVERIFY(std::abs(std::get<double>(row[static_cast<std::size_t>(4 + axis)]) - center[axis]) < 1e-9);
        }
        ++seen;
      }
    }
    QCOMPARE(seen, std::size_t{6});
    const auto png = figureBytes(*rendered->figure, ".png", {});
    QVERIFY(png);
    QVERIFY(!QImage::fromData(*png).isNull());
    const auto again = made(folder, recipeOf({{"hypotheses_from", "analytic"},
                                              {"hypotheses_as", "boxes"},
                                              {"hypotheses_color", "error"},
                                              {"time", 0.55},
                                              {"trails", "centers"},
                                              {"closeup", true}}));
    QCOMPARE(*figureBytes(*again->figure, ".svg", {}), *figureBytes(*rendered->figure, ".svg", {}));
  }

  void wrongKeysAreNamed_data() {
    QTest::addColumn<QString>("view");
    QTest::addColumn<QString>("said");
    QTest::newRow("source") << R"({"hypotheses_from": "thin air"})"
                            << "view.hypotheses_from";
    QTest::newRow("mark") << R"({"hypotheses_as": "balls"})"
                          << "view.hypotheses_as";
    QTest::newRow("time without a path") << R"({"time": 0.5})"
                                         << "view.time";
    QTest::newRow("trails without a path") << R"({"trails": "x"})"
                                           << "view.trails";
    QTest::newRow("onion without a path") << R"({"onion": true})"
                                          << "view.onion";
    QTest::newRow("t without a path") << R"({"hypotheses_color": "time"})"
                                      << "view.hypotheses_color";
    QTest::newRow("late") << R"({"hypotheses_from": "path", "time": 1.5})"
                          << "view.time";
    QTest::newRow("axis") << R"({"hypotheses_from": "path", "trails": "w"})"
                          << "view.trails";
    QTest::newRow("no score field") << R"({"hypotheses_from": "path"})"
                                    << "view.hypotheses_from";
    QTest::newRow("no energies") << R"({"hypotheses_from": "analytic", "hypotheses_color": "energy"})"
                                 << "view.hypotheses_color";
  }

  void wrongKeysAreNamed() {
    QFETCH(QString, view);
    QFETCH(QString, said);
    const QTemporaryDir folder;
    const auto rendered = made(folder, recipeOf(json::parse(view.toStdString())));
    QVERIFY(!rendered);
    QCOMPARE(rendered.error().code, ErrorCode::kInput);
    const QString message = QString::fromStdString(rendered.error().message);
    QVERIFY2(message.contains(said), qPrintable(message));
  }

  void memoryIsBoundedByTheRecipe() {
    const QTemporaryDir folder;
    json recipe = recipeOf({{"hypotheses_from", "analytic"}});
    recipe["samples"] = 100000;
    recipe["sampler"]["steps"] = 5000;
    const auto read = read_render_recipe(written(folder, recipe));
    QVERIFY(!read);
    QVERIFY(QString::fromStdString(read.error().message).contains("samples"));
  }
};

ALIDADE_TEST(SceneSamplesTest)
#include "scene_samples_test.moc"
