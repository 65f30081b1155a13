// SPDX-License-Identifier: BSD-3-Clause
// Models beside one another on the same frames: every picture is the one that the image figure makes.
#include <set>

#include <QFile>
#include <QPainter>
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "app/render/render.h"
#include "core/exchange/result_file.h"
#include "core/studies/plain/open_data.h"
#include "plugins/builtin_readers.h"
#include "tests/support/test_registry.h"
#include "views/base/figure_export.h"
#include "views/image/comparison_figure.h"

using namespace alidade;
using nlohmann::json;

namespace {

const std::string kDataset = test::source_path("datasets/tabletop-mini");

/// A result whose poses are the annotated ones, moved by `shift` metres to the right.
std::shared_ptr<PoseResult> shiftedTruth(const Dataset& dataset, double shift) {
  auto result = std::make_shared<PoseResult>();
  result->name = "shifted";
  for (std::size_t i = 0; i < dataset.num_frames(); ++i) {
    const auto frame = dataset.load(i, FrameLayers{false, false, false, false});
    result->frames.push_back(i);
    result->images.push_back(frame->info.name);
    for (const Instance& instance : frame->instances) {
      PoseEstimate estimate;
      estimate.frame = i;
      estimate.frame_name = frame->info.name;
      estimate.instance = instance.index;
      estimate.object_id = instance.object_id;
      estimate.category = instance.category;
      estimate.cam_from_obj = instance.cam_from_obj;
      estimate.cam_from_obj.t.x() += shift;
      estimate.size = instance.size;
      estimate.center_obj = instance.center_obj;
      estimate.score = 1.0;
      result->estimates.push_back(estimate);
    }
  }
  return result;
}

class ComparisonBench {
 public:
  ComparisonBench() {
    const auto opened = open_data(kDataset, builtin_readers(), {});
    dataset_ = *opened;
    for (const auto& [name, shift] : {std::pair{"near.npz", 0.002}, std::pair{"far.npz", 0.1}}) {
      if (!write_pose_result(*shiftedTruth(*dataset_, shift), path(name).toStdString())) {
        qFatal("%s", name);
      }
    }
  }

  QString path(const char* name) const { return folder_.filePath(QLatin1String(name)); }

  json recipe() const {
    return {{"schema", 1},
            {"figure", "comparison"},
            {"dataset", kDataset},
            {"view",
             {{"frames", {2, 5, 7}},
              {"rows",
               {{{"result", "near.npz"}, {"name", "Near"}}, {{"result", "far.npz"}}, json::object()}}}}};
  }

  Expected<RenderedFigure> make(const json& recipe) const {
    QFile file(path("recipe.json"));
    if (file.open(QIODevice::WriteOnly)) {
      file.write(QByteArray::fromStdString(recipe.dump()));
      file.close();
    }
    const auto read = read_render_recipe(path("recipe.json").toStdString());
    return read ? make_figure(*read, builtin_readers(), {}) : Expected<RenderedFigure>(read.error());
  }

  std::string problem(const json& recipe) const {
    const auto made = make(recipe);
    return made ? std::string() : made.error().message;
  }

 private:
  QTemporaryDir folder_;
  std::shared_ptr<const Dataset> dataset_;
};

QImage painted(const Figure& figure, const QSize& size) {
  QImage image(size, QImage::Format_ARGB32_Premultiplied);
  image.fill(Qt::transparent);
  QPainter painter(&image);
  figure.paint(painter, QRectF(QPointF(0, 0), QSizeF(size)), printPlotTheme());
  return image;
}

int differing(const QImage& a, const QImage& b, const QRect& area) {
  int count = 0;
  for (int y = area.top(); y <= area.bottom(); ++y) {
    for (int x = area.left(); x <= area.right(); ++x) {
      count += a.pixel(x, y) != b.pixel(x, y) ? 1 : 0;
    }
  }
  return count;
}

}  // namespace

class ComparisonKindTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyModelStandsOnEveryScene() {
    const ComparisonBench bench;
    const auto made = bench.make(bench.recipe());
    QVERIFY2(made, made ? "" : made.error().message.c_str());
    const Table table = made->figure->data();
    QCOMPARE(table.columns.front(), std::string("model"));
    std::set<std::pair<std::string, std::string>> seen;
    int predictions = 0;
    for (const auto& row : table.rows) {
      seen.insert({std::get<std::string>(row[0]), std::get<std::string>(row[1])});
      predictions += std::get<std::string>(row[4]).starts_with("prediction") ? 1 : 0;
    }
    QCOMPARE(seen.size(), std::size_t{9});  // 3 models, 3 frames
    QVERIFY(seen.contains({"Near", std::get<std::string>(table.rows.front()[1])}));
    QVERIFY(seen.begin()->first == "Ground truth");  // a row that names nothing; "far" is the file's name
    QVERIFY(predictions > 0 && predictions % 2 == 0);
  }

  void rowsDifferWhereTheirPosesDo() {
    const ComparisonBench bench;
    json recipe = bench.recipe();
    recipe["view"]["legend"] = false;
    const QSize size(900, 700);
    const auto first = bench.make(recipe);
    recipe["view"]["rows"][1]["result"] = "near.npz";
    recipe["view"]["rows"][1]["name"] = "far";
    const auto second = bench.make(recipe);
    QVERIFY(first && second);
    const QImage a = painted(*first->figure, size), b = painted(*second->figure, size);
    QCOMPARE(differing(a, b, QRect(0, 0, 900, 230)), 0);
    QVERIFY(differing(a, b, QRect(0, 240, 900, 220)) > 2000);
    QCOMPARE(differing(a, b, QRect(0, 480, 900, 220)), 0);
  }

  void theRecipesOwnFrameIsASceneToo() {
    const ComparisonBench bench;
    json recipe = bench.recipe();
    recipe["view"].erase("frames");
    recipe["frame"] = 4;
    const auto made = bench.make(recipe);
    QVERIFY2(made, made ? "" : made.error().message.c_str());
    std::set<std::string> frames;
    for (const auto& row : made->figure->data().rows) {
      frames.insert(std::get<std::string>(row[1]));
    }
    QCOMPARE(frames.size(), std::size_t{1});
  }

  void whatIsWrongIsSaid_data() {
    QTest::addColumn<QString>("patch");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* name, const char* patch, const char* said) {
      QTest::newRow(name) << QString(patch) << QString(said);
    };
    row("no rows", R"({"view": {"rows": []}})", "view.rows");
    row("rows no list", R"({"view": {"rows": 3}})", "view.rows");
    row("a row no object", R"({"view": {"rows": [7]}})", "rows[0]");
    row("unknown key", R"({"view": {"rows": [{"file": "near.npz"}]}})", "file");
    row("both", R"({"view": {"rows": [{"result": "near.npz", "checkpoint": "a.safetensors"}]}})",
        "rows[0].result");
    row("missing file", R"({"view": {"rows": [{"result": "gone.npz"}]}})", "gone.npz");
    row("missing checkpoint", R"({"view": {"rows": [{"checkpoint": "gone.safetensors"}]}})",
        "gone.safetensors");
    row("frame too high", R"({"view": {"frames": [2, 900]}})", "view.frames[1]");
    row("frames no list", R"({"view": {"frames": 3}})", "view.frames");
    row("frame no number", R"({"view": {"frames": [1.5]}})", "view.frames");
    row("too many frames", R"({"view": {"frames": [0, 1, 2, 3, 4, 5, 6, 7, 8]}})", "view.frames");
  }

  void whatIsWrongIsSaid() {
    QFETCH(QString, patch);
    QFETCH(QString, said);
    const ComparisonBench bench;
    json recipe = bench.recipe();
    recipe.merge_patch(json::parse(patch.toStdString()));
    const std::string problem = bench.problem(recipe);
    QVERIFY2(QString::fromStdString(problem).contains(said), problem.c_str());
  }
};

ALIDADE_TEST(ComparisonKindTest)
#include "comparison_kind_test.moc"
