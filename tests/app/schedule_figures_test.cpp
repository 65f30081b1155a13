// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <map>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "app/render/render.h"
#include "core/base/constants.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/nn/pose_diffusion/pose_trainer.h"
#include "core/studies/plain/open_data.h"
#include "core/studies/sample.h"
#include "core/studies/train.h"
#include "plugins/builtin_readers.h"
#include "tests/support/test_registry.h"
#include "views/schedule_lab/schedule_maps_figure.h"

using namespace alidade;
using nlohmann::json;

namespace {

/// A folder with a recipe in it, of the analytic field unless the recipe says otherwise.
class ScheduleWorkplace {
 public:
  json recipe(const char* figure) const {
    return {{"schema", 1},
            {"figure", figure},
            {"dataset", test::source_path("datasets/tabletop-mini")},
            {"analytic", true},
            {"samples", 6},
            {"seed", 4},
            {"sampler", {{"kind", "ddim"}, {"steps", 5}}},
            {"view", {{"schedules", {"none", "constant:3"}}}}};
  }

  std::filesystem::path write(const json& recipe) const { return write("recipe.json", recipe.dump()); }

  std::filesystem::path write(const char* name, const std::string& text) const {
    QFile file(folder_.filePath(name));
    if (file.open(QIODevice::WriteOnly)) {
      file.write(QByteArray::fromStdString(text));
    }
    return folder_.filePath(name).toStdString();
  }

  std::filesystem::path path(const char* name) const { return folder_.filePath(name).toStdString(); }

 private:
  QTemporaryDir folder_;
};

Expected<RenderedFigure> madeFrom(const std::filesystem::path& path) {
  const auto recipe = read_render_recipe(path);
  return recipe ? make_figure(*recipe, builtin_readers(), {}) : Expected<RenderedFigure>(recipe.error());
}

double number(const Table::Cell& cell) {
  return std::holds_alternative<double>(cell) ? std::get<double>(cell) : std::nan("");
}

std::size_t column(const Table& table, const std::string& name) {
  return static_cast<std::size_t>(std::find(table.columns.begin(), table.columns.end(), name) -
                                  table.columns.begin());
}

/// The samples that core draws of one object for a schedule.
std::shared_ptr<const ObjectSamples> drawn(const Frame& frame, std::size_t position, const char* guidance) {
  auto subject = analytic_subject(frame.instances[position], frame.info.name, frame.index);
  SampleOptions options;
  options.sampler.steps = 5;
  options.sampler.guidance = *parse_guidance(guidance);
  options.sampler.keep_trajectory = true;
  options.num_samples = 6;
  options.seed = 4;
  return *draw_samples(*subject, options, {});
}

std::shared_ptr<const Dataset> mini() {
  return *open_data(test::source_path("datasets/tabletop-mini"), builtin_readers(), {});
}

}  // namespace

/// Figures of several guidance schedules: recipes, numbers, colors.
class ScheduleFiguresTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void wrongKeysAreNamed_data() {
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* name, const char* pointer, const char* value, const char* said) {
      QTest::newRow(name) << pointer << value << said;
    };
    row("no schedule", "/view/schedules", "[]", "view.schedules");
    row("five schedules", "/view/schedules", "[\"none\", \"none\", \"none\", \"none\", \"none\"]",
        "view.schedules");
    row("a number", "/view/schedules/1", "5", "view.schedules[1]");
    row("weight zero", "/view/schedules/1", "\"constant:0\"", "view.schedules[1]");
    row("not finite", "/view/schedules/0", "\"linear:1:inf\"", "view.schedules[0]");
    row("unknown family", "/view/schedules/0", "\"cosine:1:5\"", "view.schedules[0]");
    row("missing curve", "/view/schedules/0", "\"absent.json\"", "absent.json");
    row("unknown key", "/view/schedules/0", "{\"weight\": 3}", "view.schedules[0].weight");
    row("wrong guidance", "/view/schedules/0", "{\"guidance\": \"constant:-1\"}",
        "view.schedules[0].guidance");
    row("wrong sampler", "/view/schedules/0", "{\"kind\": \"magic\"}", "view.schedules[0].kind");
    row("no step", "/view/schedules/0", "{\"steps\": 0}", "view.schedules[0].steps");
    row("late start", "/view/schedules/0", "{\"start_time\": 2}", "view.schedules[0].start_time");
    row("rising times", "/view/times", "[0.1, 0.5]", "view.times[1]");
    row("time as text", "/view/times", "[\"late\"]", "view.times[0]");
    row("unknown columns", "/view/columns", "\"objects\"", "view.columns");
    row("object without frame", "/view/objects", "[{\"instance\": 0}]", "view.objects[0].frame");
    row("object without instance", "/view/objects", "[{\"frame\": 0}]", "view.objects[0].instance");
    row("object with more", "/view/objects", "[{\"frame\": 0, \"instance\": 0, \"x\": 1}]",
        "view.objects[0].x");
    row("categories of nothing", "/view/categories", "[\"can\"]", "view.categories");
    row("both sources", "/checkpoint", "\"net.safetensors\"", "analytic");
    row("no source", "/analytic", "false", "checkpoint");
    row("too much memory", "/samples", "100000", "samples");
  }

  void wrongKeysAreNamed() {
    QFETCH(QString, pointer);
    QFETCH(QString, value);
    QFETCH(QString, said);
    const ScheduleWorkplace place;
    json recipe = place.recipe("schedule-maps");
    recipe["sampler"]["steps"] = 5000;
    recipe[json::json_pointer(pointer.toStdString())] = json::parse(value.toStdString());
    const auto read = read_render_recipe(place.write(recipe));
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::kInput);
    const QString message = QString::fromStdString(read.error().message);
    QVERIFY2(message.contains(said), qPrintable(message));
    QVERIFY2(message.startsWith(QString::fromStdString(place.path("recipe.json").string())),
             qPrintable(message));
    QVERIFY(!message.contains('\n'));
  }

  void theMemoryBoundSaysWhatFits() {
    const ScheduleWorkplace place;
    json recipe = place.recipe("schedule-errors");
    recipe["sampler"]["steps"] = 1000;
    recipe["samples"] = 50000;
    const auto refused = read_render_recipe(place.write(recipe));
    QVERIFY(!refused);
    const QRegularExpression fits("at most (\\d+)");
    const auto match = fits.match(QString::fromStdString(refused.error().message));
    QVERIFY2(match.hasMatch(), refused.error().message.c_str());
    recipe["samples"] = match.captured(1).toInt();
    QVERIFY(bool(read_render_recipe(place.write(recipe))));
    recipe["samples"] = match.captured(1).toInt() + 1;
    QVERIFY(!read_render_recipe(place.write(recipe)));
    // Few steps, but many maps of all samples.
    json maps = place.recipe("schedule-maps");
    maps["samples"] = 100000;
    QVERIFY(bool(read_render_recipe(place.write(maps))));
    maps["view"]["over"] = "all";
    maps["view"]["times"] = {1.0, 0.8, 0.6, 0.4, 0.2, 0.0};
    const auto many = read_render_recipe(place.write(maps));
    QVERIFY(!many && many.error().message.find("maps exceed") != std::string::npos);
  }

  void onlyFiguresOfSamplesKnowTheAnalyticField() {
    const ScheduleWorkplace place;
    json recipe = place.recipe("image");
    recipe.erase("view");
    const auto read = read_render_recipe(place.write(recipe));
    QVERIFY(!read && read.error().message.find("analytic") != std::string::npos);
  }

  void bundledRecipesAreUnderstood() {
    for (const char* name : {"figure-2", "figure-3", "figure-8", "figure-9"}) {
      const auto recipe = read_render_recipe(
          test::source_path(std::string("resources/recipes/score-scaling/") + name + ".json"));
      QVERIFY2(bool(recipe), recipe ? "" : recipe.error().message.c_str());
      QVERIFY(std::filesystem::exists(recipe->dataset) && std::filesystem::exists(recipe->checkpoint));
    }
  }

  // What is plotted is what core draws with the same seed.
  void mapsHoldCoresSamples() {
    const ScheduleWorkplace place;
    json recipe = place.recipe("schedule-maps");
    recipe["frame"] = 1;
    recipe["view"]["times"] = {1.0, 0.41, 0.0};
    const auto figure = madeFrom(place.write(recipe));
    QVERIFY2(bool(figure), figure ? "" : figure.error().message.c_str());
    const Table table = figure->figure->data();
    const auto frame = mini()->load(1, {});
    QVERIFY(bool(frame));
    const std::vector<std::shared_ptr<const ObjectSamples>> sets{drawn(*frame, 0, "none"),
                                                                 drawn(*frame, 0, "constant:3")};
    const std::vector<std::size_t> states{0, 3, 5};  // t = 0.4 is the state nearest to 0.41
    QCOMPARE(table.rows.size(), std::size_t{3 * 2 * 6});
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      const ObjectSamples& set = *sets[row / 6 % 2];
      const std::size_t state = states[row / 12], sample = row % 6;
      const Rigid3& pose = set.trajectory[state][sample];
      QCOMPARE(number(table.rows[row][column(table, "t")]), set.times[state]);
      QCOMPARE(number(table.rows[row][column(table, "rotation error (deg)")]),
               kDegreesPerRadian * symmetric_rotation_distance(pose.R, set.truth->R, set.symmetry));
      QCOMPARE(number(table.rows[row][column(table, "translation error (cm)")]),
               100.0 * (pose.t - set.truth->t).norm());
      if (state == 5) {
        QCOMPARE(number(table.rows[row][column(table, "coverage (%)")]), 100.0 * set.measures->coverage);
        QCOMPARE(number(table.rows[row][column(table, "rotation median (deg)")]),
                 kDegreesPerRadian * set.measures->rotation_median);
      }
    }
  }

  void rowsAndColumnsCanBeExchanged() {
    const ScheduleWorkplace place;
    json recipe = place.recipe("schedule-maps");
    recipe["view"]["times"] = {1.0, 0.5, 0.0};
    const auto upright = madeFrom(place.write(recipe));
    recipe["view"]["columns"] = "times";
    const auto across = madeFrom(place.write(recipe));
    QVERIFY(upright && across);
    const auto& a = dynamic_cast<const ScheduleMapsFigure&>(*upright->figure).source();
    const auto& b = dynamic_cast<const ScheduleMapsFigure&>(*across->figure).source();
    QVERIFY(a.columns.size() == 2 && a.rows.size() == 3 && b.columns.size() == 3 && b.rows.size() == 2);
    for (std::size_t t = 0; t < 3; ++t) {
      for (std::size_t s = 0; s < 2; ++s) {
        const ShownColumn &one = a.cells[t * 2 + s], &other = b.cells[s * 3 + t];
        QCOMPARE(one.samples->name, other.samples->name);
        QCOMPARE(one.time(), other.time());
        QVERIFY(one.poses().front().R == other.poses().front().R);
      }
    }
  }

  // Mean and deviation over all samples of all objects, computed from the samples themselves.
  void errorsArePooledOverObjects() {
    const ScheduleWorkplace place;
    json recipe = place.recipe("schedule-errors");
    recipe["view"]["over"] = "continuous";
    recipe["view"]["categories"] = {"bottle", "can"};
    const auto figure = madeFrom(place.write(recipe));
    QVERIFY2(bool(figure), figure ? "" : figure.error().message.c_str());
    const Table table = figure->figure->data();
    QCOMPARE(table.rows.size(), std::size_t{2 * 6});
    const auto dataset = mini();
    std::map<std::string, std::vector<std::vector<double>>> errors;  // of a schedule, per state
    for (std::size_t f = 0; f < dataset->num_frames(); ++f) {
      const auto frame = dataset->load(f, {});
      QVERIFY(bool(frame));
      for (std::size_t i = 0; i < frame->instances.size(); ++i) {
        const Instance& instance = frame->instances[i];
        if ((instance.category != "bottle" && instance.category != "can") || instance.symmetry.axes.empty()) {
          continue;
        }
        for (const char* guidance : {"none", "constant:3"}) {
          const auto set = drawn(*frame, i, guidance);
          auto& states = errors[set->name];
          states.resize(set->trajectory.size());
          for (std::size_t s = 0; s < states.size(); ++s) {
            for (const Rigid3& pose : set->trajectory[s]) {
              states[s].push_back(kDegreesPerRadian *
                                  symmetric_rotation_distance(pose.R, set->truth->R, set->symmetry));
            }
          }
        }
      }
    }
    QCOMPARE(errors.size(), std::size_t{2});
    std::map<std::string, std::size_t> next;
    for (const auto& row : table.rows) {
      const std::string schedule = std::get<std::string>(row[column(table, "schedule")]);
      const auto& values = errors.at(schedule).at(next[schedule]++);
      double mean = 0.0, square = 0.0;
      for (const double value : values) {
        mean += value / static_cast<double>(values.size());
      }
      for (const double value : values) {
        square += (value - mean) * (value - mean) / static_cast<double>(values.size());
      }
      QVERIFY(values.size() > 12);
      QVERIFY(std::abs(number(row[column(table, "rotation error mean (deg)")]) - mean) < 1e-9);
      QVERIFY(std::abs(number(row[column(table, "rotation error std (deg)")]) - std::sqrt(square)) < 1e-6);
    }
  }

  void aDrawnCurveLiesBesideItsRecipe() {
    const ScheduleWorkplace place;
    place.write("drawn.json",
                "{\"format\": \"alidade-guidance/1\", \"kind\": \"spline\", "
                "\"points\": [[0.0, 9.0], [1.0, 1.0]]}\n");
    json recipe = place.recipe("schedule-maps");
    recipe["view"]["schedules"] = {"drawn.json", "spline:0,9:1,1"};
    const auto figure = madeFrom(place.write(recipe));
    QVERIFY2(bool(figure), figure ? "" : figure.error().message.c_str());
    const auto& maps = dynamic_cast<const ScheduleMapsFigure&>(*figure->figure).source();
    for (std::size_t k = 0; k < 6; ++k) {
      QVERIFY(maps.cells[0].poses()[k].R == maps.cells[1].poses()[k].R);
    }
    QVERIFY(maps.columns[0].color != maps.columns[1].color);
  }

  void aFamilyHasOneColor() {
    const ScheduleWorkplace place;
    std::map<std::string, std::size_t> colors;
    for (const json& schedules : {json{"none", "constant:2", "linear:1:2", "exponential:1:2"},
                                  json{"exponential:1:2", "none"}, json{"linear:1:2", "constant:2"}}) {
      json recipe = place.recipe("schedule-maps");
      recipe["view"]["schedules"] = schedules;
      const auto figure = madeFrom(place.write(recipe));
      QVERIFY(bool(figure));
      for (const auto& head : dynamic_cast<const ScheduleMapsFigure&>(*figure->figure).source().columns) {
        const auto [at, first] = colors.emplace(head.title.toStdString(), *head.color);
        QCOMPARE(at->second, *head.color);
      }
    }
    QCOMPARE(colors.size(), std::size_t{4});
  }

  void missingObjectsAreNamed() {
    const ScheduleWorkplace place;
    for (const auto& [objects, said] :
         {std::pair<const char*, const char*>{"[{\"frame\": 4000, \"instance\": 0}]", "objects[0].frame"},
          {"[{\"frame\": 0, \"instance\": 0}, {\"frame\": 0, \"instance\": 400}]", "objects[1].instance"}}) {
      json recipe = place.recipe("schedule-maps");
      recipe["view"]["objects"] = json::parse(objects);
      const auto figure = madeFrom(place.write(recipe));
      QVERIFY(!figure && figure.error().code == ErrorCode::kInput);
      QVERIFY2(figure.error().message.find(said) != std::string::npos, figure.error().message.c_str());
    }
    json recipe = place.recipe("schedule-errors");
    recipe["view"]["over"] = "all";
    recipe["view"]["categories"] = {"elephant"};
    QVERIFY(!madeFrom(place.write(recipe)));
    recipe = place.recipe("schedule-maps");
    recipe["view"]["over"] = "all";
    const auto crowded = madeFrom(place.write(recipe));
    QVERIFY(!crowded && crowded.error().message.find("rows") != std::string::npos);
  }

  // A naive step under strong guidance multiplies the noise at every step.
  void aDivergingScheduleSaysSo() {
    const ScheduleWorkplace place;
    json recipe = place.recipe("schedule-errors");
    recipe["view"]["schedules"] =
        json::array({"none", {{"guidance", "constant:1e9"}, {"kind", "ddim-naive"}, {"steps", 400}}});
    const auto figure = madeFrom(place.write(recipe));
    QVERIFY2(bool(figure), figure ? "" : figure.error().message.c_str());
    const Table table = figure->figure->data();
    const std::string last = std::get<std::string>(table.rows.back()[column(table, "schedule")]);
    QVERIFY2(last.find("not finite at step") != std::string::npos, last.c_str());
    recipe["figure"] = "schedule-maps";
    QVERIFY(bool(madeFrom(place.write(recipe))));
  }

  void anotherCheckpointTakesTheRecipesPlace() {
    const ScheduleWorkplace place;
    auto network = PoseNetwork::create(*named_config("tiny"), 3);
    QVERIFY(bool(save_checkpoint(*network, place.path("tiny.safetensors").string(), "{}")));
    const auto file = place.write(place.recipe("schedule-maps"));
    const auto recipe = read_render_recipe(
        file, {place.path("tiny.safetensors").string(), test::source_path("datasets/tabletop-mini") + "/"});
    QVERIFY2(bool(recipe), recipe ? "" : recipe.error().message.c_str());
    const json text = json::parse(recipe->text);
    QVERIFY(text["checkpoint"] == "tiny.safetensors" && text["dataset"] == "tabletop-mini" &&
            !text.contains("analytic"));
    const auto figure = make_figure(*recipe, builtin_readers(), {});
    QVERIFY2(bool(figure), figure ? "" : figure.error().message.c_str());
    QVERIFY(figure->figure->provenance().checkpoint == "tiny.safetensors");
    QVERIFY(!figure->figure->provenance().checkpoint_sha256.empty());
  }
};

ALIDADE_TEST(ScheduleFiguresTest)
#include "schedule_figures_test.moc"
