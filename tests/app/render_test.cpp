// SPDX-License-Identifier: BSD-3-Clause
#include <cstdlib>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "app/render/demo.h"
#include "app/render/render.h"
#include "core/data/procedural/rooms/rooms.h"
#include "core/evaluation/errors/pose_accuracy.h"
#include "core/exchange/contention_file.h"
#include "core/exchange/kernel_sharing_file.h"
#include "core/exchange/quantization_sweep_file.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/nn/pose_diffusion/pose_trainer.h"
#include "core/nn/sparse_detector/detector_network.h"
#include "plugins/builtin_readers.h"
#include "tests/support/contention_histories.h"
#include "tests/support/kernel_sharings.h"
#include "tests/support/quantization_sweeps.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using nlohmann::json;

namespace {

/// A folder with recipes in it, and the program run without any display.
class Workplace {
 public:
  json image() const {
    return {{"schema", 1}, {"figure", "image"}, {"dataset", test::source_path("datasets/tabletop-mini")}};
  }

  json withPoses(const char* figure) const {
    json recipe = image();
    recipe["figure"] = figure;
    recipe["checkpoint"] = "tiny.safetensors";
    recipe["sampler"] = {{"kind", "ddim"}, {"steps", 3}, {"guidance", "none"}};
    return recipe;
  }

  /// A figure of a training's log, which reads no dataset.
  json ofTraining(const char* figure) const {
    QDir(folder_.path()).mkpath("run");
    QFile log(path("run/metrics.jsonl"));
    if (log.open(QIODevice::WriteOnly)) {
      for (int step = 10; step <= 50; step += 10) {
        log.write(QByteArray::fromStdString(json{{"step", step}, {"train", {{"score", 3.0 / step}}}}.dump() +
                                            "\n"));
      }
    }
    return {{"schema", 1}, {"figure", figure}, {"view", {{"runs", {"run"}}}}};
  }

  /// A figure of a history that lies beside the recipe; it reads no dataset.
  /// A network and the ground truth on two frames.
  json ofModels() const {
    json recipe = withPoses("comparison");
    recipe["view"] = {{"rows", {{{"checkpoint", recipe["checkpoint"]}}, json::object()}}, {"frames", {0, 3}}};
    recipe.erase("checkpoint");
    return recipe;
  }

  /// A network beside itself with few bits, on two frames.
  json ofWeights() const {
    json recipe = withPoses("weight-histogram");
    recipe["view"] = {{"levels", "score_head=ternary"}, {"layer", "score_head.pose1.weight"}, {"frames", 2}};
    return recipe;
  }

  json ofContention() const {
    const auto written =
        write_contention_history(*test::contentionHistory(), path("history.npz").toStdString());
    return {{"schema", 1},
            {"figure", "contention"},
            {"view", {{"history", written ? "history.npz" : written.error().message}}}};
  }

  /// An indoor scene with what an untrained detector finds in it.
  json ofRooms() const {
    QFile rooms(path("rooms.toml"));
    if (rooms.open(QIODevice::WriteOnly)) {
      rooms.write("generator = \"rooms\"\nsource = \"views\"\nseed = 4\nscenes = 2\npoints = 3000\nmin_box_points = 10\n");
    }
    DetectorConfig config = *named_detector_config("tiny");
    config.sources = {{"views", rooms_categories(RoomsRecipe::Source::kViews), {}, BoxForm::kRotated}};
    config.sources[0].class_levels.assign(config.sources[0].classes.size(), 0);
    static_cast<void>(DetectorNetwork::create(config, 3)->save(path("detector.safetensors").toStdString(), "{}"));
    return {{"schema", 1},
            {"figure", "room_scene"},
            {"dataset", "rooms.toml"},
            {"frame", 1},
            {"checkpoint", "detector.safetensors"},
            {"view", {{"from", "top"}, {"score", 0.0}, {"color", "height"}}}};
  }

  /// A figure of a sweep of quantized networks.
  json ofSweep(const char* figure) const {
    const auto written = write_quantization_sweep(test::quantizationSweep(), path("sweep.json").toStdString());
    json view{{"sweep", written ? "sweep.json" : written.error().message}};
    if (figure == std::string("bit_strip")) {
      view["network"] = "MQAT 4-ternary-8";
    } else if (figure == std::string("tradeoff")) {
      view.update({{"cost", "compression"}, {"budget", 6.0}, {"published", {"mqat-table-4"}}});
    }
    return {{"schema", 1}, {"figure", figure}, {"view", view}};
  }

  /// A figure of shared kernels.
  json ofKernels(const char* figure) const {
    json view{{"kernels", "kernels.npz"}};
    for (const int seed : {1, 2}) {
      const std::string name = seed == 1 ? "kernels.npz" : "other.npz";
      const auto written = write_kernel_sharing(test::kernelSharing(static_cast<std::uint64_t>(seed)),
                                                path(QString::fromStdString(name)).toStdString());
      view["kernels"] = written ? "kernels.npz" : written.error().message;
    }
    if (figure == std::string("kernel_cube")) {
      view.update({{"form", "exploded"}, {"orbits", true}, {"source", "rooms-office"}});
    }
    if (figure != std::string("kernel_layers")) {
      view.update({{"others", {"other.npz"}}, {"layer", "backbone.stage1.block0.conv1"}, {"color", "product"}});
    }
    return {{"schema", 1}, {"figure", figure}, {"view", view}};
  }

  /// A figure of a training on two sources.
  json ofNorms() const {
    QDir(folder_.path()).mkpath("joint");
    QFile log(path("joint/metrics.jsonl"));
    if (log.open(QIODevice::WriteOnly)) {
      for (int step = 10; step <= 50; step += 10) {
        const json record{{"step", step},         {"train", {{"classes", 1.0}}}, {"norm stage1 a", 1.0},
                          {"norm stage1 b", step}, {"scaled stage1 a", 2.0},      {"scaled stage1 b", 2.0},
                          {"psi stage1", 0.5},    {"triggered stage1", 1.0},     {"psi threshold", 0.8}};
        log.write(QByteArray::fromStdString(record.dump() + "\n"));
      }
    }
    return {{"schema", 1}, {"figure", "gradient_norms"}, {"view", {{"run", "joint"}, {"group", "stage1"}}}};
  }

  /// A figure of numbers that lie beside the recipe.
  json ofNumbers(const char* figure) const {
    QFile data(path("numbers.csv"));
    if (data.open(QIODevice::WriteOnly)) {
      data.write("panel,series,x,y,low,high\na,b,0,1,0.5,1.5\na,b,1,2,1.5,2.5\n");
    }
    const json panel{{"title", "a"}, {"series", {{{"name", "b"}}}}};
    return {{"schema", 1}, {"figure", figure}, {"view", {{"data", "numbers.csv"}, {"panels", {panel}}}}};
  }

  QString path(const QString& name) const { return folder_.filePath(name); }

  std::filesystem::path write(const json& recipe) const {
    QFile file(path("recipe.json"));
    file.open(QIODevice::WriteOnly);
    file.write(QByteArray::fromStdString(recipe.dump()));
    return path("recipe.json").toStdString();
  }

  /// An untrained network: its poses are bad, but they are poses.
  bool writeNetwork() const {
    auto network = PoseNetwork::create(*named_config("tiny"), 3);
    return bool(save_checkpoint(*network, path("tiny.safetensors").toStdString(), "{}"));
  }

  int run(const QStringList& arguments, QByteArray* messages = nullptr) const {
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR"}) {
      environment.remove(name);
    }
    process.setProcessEnvironment(environment);
    process.start(QString::fromLocal8Bit(qgetenv("ALIDADE_BINARY")), arguments);
    if (!process.waitForFinished(120000)) {
      return -1;
    }
    if (messages) {
      *messages = process.readAllStandardError();
    }
    return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
  }

  QByteArray read(const QString& name) const {
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }

 private:
  QTemporaryDir folder_;
};

}  // namespace

class RenderTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void badRecipesNameFileAndKey_data() {
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("said");
    QTest::newRow("unknown key") << "/colour"
                                 << "1"
                                 << "colour";
    QTest::newRow("unknown key of the view") << "/view/glow"
                                             << "true"
                                             << "view.glow";
    QTest::newRow("unknown key of the sampler") << "/sampler/speed"
                                                << "2"
                                                << "sampler.speed";
    QTest::newRow("unknown kind") << "/figure"
                                  << "\"pie\""
                                  << "figure";
    QTest::newRow("another schema") << "/schema"
                                    << "2"
                                    << "schema";
    QTest::newRow("text for a number") << "/width_mm"
                                       << "\"wide\""
                                       << "width_mm";
    QTest::newRow("too wide") << "/width_mm"
                              << "1e12"
                              << "width_mm";
    QTest::newRow("half a sample") << "/samples"
                                   << "1.5"
                                   << "samples";
    QTest::newRow("seed beyond 64 bits") << "/seed"
                                         << "18446744073709551615"
                                         << "seed";
    QTest::newRow("negative frame") << "/frame"
                                    << "-1"
                                    << "frame";
    QTest::newRow("flag as text") << "/view/boxes"
                                  << "\"yes\""
                                  << "view.boxes";
    QTest::newRow("view as list") << "/view"
                                  << "[1]"
                                  << "view";
    QTest::newRow("unknown sampler") << "/sampler/kind"
                                     << "\"magic\""
                                     << "sampler";
    QTest::newRow("unknown theme") << "/theme"
                                   << "\"sepia\""
                                   << "theme";
  }

  void badRecipesNameFileAndKey() {
    QFETCH(QString, pointer);
    QFETCH(QString, value);
    QFETCH(QString, said);
    const Workplace place;
    json recipe = place.image();
    recipe[json::json_pointer(pointer.toStdString())] = json::parse(value.toStdString());
    const auto read = read_render_recipe(place.write(recipe));
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::kInput);
    const QString message = QString::fromStdString(read.error().message);
    QVERIFY2(message.contains("recipe.json") && message.contains(said), qPrintable(message));
    QVERIFY(!message.contains('\n'));
  }

  void missingPartsAreNamed() {
    const Workplace place;
    for (const char* key : {"schema", "figure", "dataset"}) {
      json recipe = place.image();
      recipe.erase(key);
      const auto read = read_render_recipe(place.write(recipe));
      QVERIFY(!read && read.error().message.find(key) != std::string::npos);
    }
    json recipe = place.withPoses("mollweide");
    recipe.erase("checkpoint");
    const auto read = read_render_recipe(place.write(recipe));
    QVERIFY(!read && read.error().message.find("checkpoint") != std::string::npos);
  }

  void bundledRecipesAreUnderstood() {
    for (const char* name : {"overlay", "scene", "mollweide", "predictions", "accuracy"}) {
      const auto recipe =
          read_render_recipe(test::source_path(std::string("resources/recipes/figures/") + name + ".json"));
      QVERIFY2(bool(recipe), recipe ? "" : recipe.error().message.c_str());
      QVERIFY(std::filesystem::exists(recipe->dataset));
    }
  }

  void frameAndInstanceMustExist() {
    const Workplace place;
    const DatasetReaders readers = builtin_readers();
    for (const auto& [key, value] :
         {std::pair<const char*, json>{"frame", 4000}, {"frame", "no/such"}, {"instance", 400}}) {
      json recipe = place.image();
      recipe[key] = value;
      const auto read = read_render_recipe(place.write(recipe));
      QVERIFY(bool(read));
      const auto made = make_figure(*read, readers, {});
      QVERIFY(!made && made.error().code == ErrorCode::kInput);
      QVERIFY(made.error().message.find(key) != std::string::npos);
    }
  }

  void accuracyFigureHoldsCoresNumbers() {
    const Workplace place;
    QVERIFY(place.writeNetwork());
    const auto recipe = read_render_recipe(place.write(place.withPoses("accuracy")));
    QVERIFY(bool(recipe));
    const auto made = make_figure(*recipe, builtin_readers(), {});
    QVERIFY2(bool(made), made ? "" : made.error().message.c_str());
    const Table expected = to_table(accuracy_table(*made->result));
    QCOMPARE(made->figure->data().rows, expected.rows);
    QVERIFY(!expected.rows.empty());
    QVERIFY(made->figure->provenance().checkpoint == "tiny.safetensors");
    QVERIFY(json::parse(made->figure->provenance().recipe)["figure"] == "accuracy");
  }

  void weightHistogramsNameWhatThereIs() {
    const Workplace place;
    QVERIFY(place.writeNetwork());
    const auto said = [&](const char* key, const json& value) {
      json recipe = place.ofWeights();
      recipe["view"][key] = value;
      const auto read = read_render_recipe(place.write(recipe));
      const auto made = read ? make_figure(*read, builtin_readers(), {}) : read.error();
      return QString::fromStdString(made ? "made" : made.error().message);
    };
    QCOMPARE(said("errors", false), QString("made"));
    QCOMPARE(said("levels", "4"), QString("made"));
    QVERIFY(said("levels", "tail=4").contains("no module \"tail\""));
    QVERIFY(said("levels", "many").contains("view.levels"));
    QVERIFY(said("layer", "score_head").contains("no weight \"score_head\""));
    QVERIFY(said("frames", -1).contains("view.frames"));
  }

  void programRendersEqualBytesWithoutADisplay_data() {
    QTest::addColumn<QString>("figure");
    QTest::addColumn<bool>("of_dataset");
    for (const FigureKind& kind : figureKinds()) {
      QTest::newRow(kind.name.c_str()) << QString::fromStdString(kind.name) << kind.needs.dataset;
    }
  }

  void programRendersEqualBytesWithoutADisplay() {
    QFETCH(QString, figure);
    QFETCH(bool, of_dataset);
    QVERIFY2(!qgetenv("ALIDADE_BINARY").isEmpty(), "set ALIDADE_BINARY to the program, as CTest does");
    const Workplace place;
    QVERIFY(place.writeNetwork());
    const bool of_sweep = QStringList{"tradeoff", "bit_strip", "order_study", "bit_widths"}.contains(figure);
    json recipe = figure == "comparison"         ? place.ofModels()
                  : figure == "weight-histogram" ? place.ofWeights()
                  : figure == "room_scene"       ? place.ofRooms()
                  : of_dataset                   ? place.withPoses(qPrintable(figure))
                  : figure == "chart"            ? place.ofNumbers("chart")
                  : figure == "contention"       ? place.ofContention()
                  : figure == "gradient_norms"   ? place.ofNorms()
                  : figure.startsWith("kernel_") ? place.ofKernels(qPrintable(figure))
                  : of_sweep                     ? place.ofSweep(qPrintable(figure))
                                                 : place.ofTraining(qPrintable(figure));
    recipe["dpi"] = 100;
    if (of_dataset && figure != "room_scene") {
      recipe["samples"] = 12;
    }
    place.write(recipe);
    for (const char* extension : {"png", "svg", "pdf", "csv"}) {
      const QString first = QString("first.%1").arg(extension), second = QString("second.%1").arg(extension);
      QByteArray messages;
      QVERIFY2(place.run({"render", place.path("recipe.json"), "-o", place.path(first)}, &messages) == 0,
               messages);
      QCOMPARE(place.run({"render", place.path("recipe.json"), "-o", place.path(second)}), 0);
      QVERIFY(!place.read(first).isEmpty());
      QVERIFY2(place.read(first) == place.read(second), extension);
    }
    QVERIFY(!place.read("first.svg").contains("<text"));
    QVERIFY(!place.read("first.pdf").contains("DCTDecode") && !place.read("first.pdf").contains("/Type3"));
    QVERIFY(place.read("first.csv").startsWith("# {\"alidade\""));
  }

  void exitCodesAreThoseOfTheManual() {
    QVERIFY2(!qgetenv("ALIDADE_BINARY").isEmpty(), "set ALIDADE_BINARY to the program, as CTest does");
    const Workplace place;
    place.write(place.image());
    const QString recipe = place.path("recipe.json"), figure = place.path("figure.pdf");
    QCOMPARE(place.run({"render", recipe}), 2);
    QCOMPARE(place.run({"render", recipe, "-o", place.path("figure.jpg")}), 2);
    QCOMPARE(place.run({"render", recipe, "-o", figure}), 0);
    QCOMPARE(place.run({"render", recipe, "--check", figure}), 0);
    QFile file(figure);
    QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(100) && file.putChar('#'));
    file.close();
    QCOMPARE(place.run({"render", recipe, "--check", figure}), 4);
    QCOMPARE(place.run({"render", place.path("missing.json"), "-o", figure}), 3);
    json wrong = place.image();
    wrong["colour"] = 1;
    place.write(wrong);
    QByteArray messages;
    QCOMPARE(place.run({"render", recipe, "-o", figure}, &messages), 3);
    QCOMPARE(messages.trimmed().count('\n'), 0);
  }

  void demoLeavesEveryFigure() {
    QVERIFY2(!qgetenv("ALIDADE_BINARY").isEmpty(), "set ALIDADE_BINARY to the program, as CTest does");
    const Workplace place;
    QByteArray messages;
    QVERIFY2(place.run({"demo", "--headless", "--out", place.path("out")}, &messages) == 0, messages);
    for (const char* name : {"overlay", "scene", "mollweide", "predictions", "accuracy"}) {
      for (const char* extension : {"png", "svg", "pdf", "csv"}) {
        QVERIFY(QFileInfo(place.path(QString("out/%1.%2").arg(name, extension))).size() > 100);
      }
    }
    QVERIFY(QFileInfo(place.path("out/poses.npz")).size() > 100);
    QCOMPARE(place.run({"demo", "--headless", "--out", place.path("out")}, &messages), 2);
    QVERIFY2(messages.contains("poses.npz") && messages.contains("--force"), messages);
  }

  void windowIsWantedOnlyWithADisplay() {
    char program[] = "alidade", demo[] = "demo", headless[] = "--headless", infer[] = "infer";
    char* plain[] = {program, demo};
    char* without[] = {program, demo, headless};
    char* other[] = {program, infer};
    const QByteArray display = qgetenv("DISPLAY"), wayland = qgetenv("WAYLAND_DISPLAY");
    qunsetenv("WAYLAND_DISPLAY");
    qputenv("DISPLAY", ":77");
    QVERIFY(demo_wants_window(2, plain));
    QVERIFY(!demo_wants_window(3, without) && !demo_wants_window(2, other) && !demo_wants_window(1, plain));
    qunsetenv("DISPLAY");
    QVERIFY(!demo_wants_window(2, plain));
    display.isNull() ? qunsetenv("DISPLAY") : qputenv("DISPLAY", display);
    wayland.isNull() ? qunsetenv("WAYLAND_DISPLAY") : qputenv("WAYLAND_DISPLAY", wayland);
  }
};

ALIDADE_TEST(RenderTest)
#include "render_test.moc"
