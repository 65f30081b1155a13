// SPDX-License-Identifier: BSD-3-Clause
// Files of quantization sweeps: all of it comes back, and nothing that cannot be is taken.
#include <cmath>
#include <filesystem>
#include <limits>

#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "core/exchange/quantization_sweep_file.h"
#include "tests/support/quantization_sweeps.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using nlohmann::ordered_json;

class QuantizationSweepFileTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void filesHoldAllOfIt() {
    const QTemporaryDir dir;
    const std::filesystem::path path = dir.filePath(QStringLiteral("sweep.json")).toStdString();
    QuantizationSweep made = test::quantizationSweep();
    made.points[3].layer_levels.assign(made.layers.size(), "8");
    made.points[3].layer_levels[1] = "4";
    made.points[4].latency_ms = std::numeric_limits<double>::quiet_NaN();
    made.points[4].seed = ~std::uint64_t{0};
    const auto written = write_quantization_sweep(made, path);
    QVERIFY2(bool(written), written ? "" : written.error().message.c_str());
    const auto read = read_quantization_sweep(path);
    QVERIFY2(bool(read), read ? "" : read.error().message.c_str());
    QCOMPARE(quantization_sweep_json(*read), quantization_sweep_json(made));
    QVERIFY(read->provenance == made.provenance);
    QVERIFY(read->flow == made.flow && read->best_first == made.best_first);
    QCOMPARE(read->points.size(), made.points.size());
    QCOMPARE(read->points[3].layer_levels, made.points[3].layer_levels);
    QVERIFY(std::isnan(read->points[4].latency_ms));
    QCOMPARE(read->points[4].seed, ~std::uint64_t{0});
    QCOMPARE(read->points[9].accuracies[1].held_out_gain.low, made.points[9].accuracies[1].held_out_gain.low);
    QCOMPARE(int(read->points[9].method), int(SweepMethod::kInq));
    QCOMPARE(int(read->points[9].norm), int(NormMode::kFrozen));
    QCOMPARE(read->sensitivities.back().part, made.layers.back().name);
    QVERIFY(std::isnan(read->sensitivities.back().number.low));
  }

  void badFilesAreRefusedByFileAndPlace_data() {
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("word");
    const auto row = [](const char* name, const char* pointer, const char* value, const char* word) {
      QTest::newRow(name) << pointer << value << word;
    };
    row("format", "/format", "\"other\"", "alidade-quantization-sweep");
    row("schema", "/schema", "2", "schema");
    row("unknown field", "/colour", "1", "colour: there is no such field");
    row("unknown field of a point", "/points/2/latency", "1", "points[2].latency");
    row("no modules", "/modules", "[]", "modules");
    row("module twice", "/modules/1/name", "\"backbone\"", "modules[1].name");
    row("option twice", "/modules/1/options/1/levels", "\"32\"", "modules[1].options[1].levels");
    row("loss", "/modules/0/options/2/loss", "null", "modules[0].options[2].loss");
    row("negative bits", "/modules/0/options/2/bits", "-4", "modules[0].options[2].bits");
    row("layer of nothing", "/layers/4/module", "\"neck\"", "layers[4].module");
    row("point twice", "/points/1/name", "\"full precision 32-32-32\"", "points[1].name");
    row("method", "/points/1/method", "\"magic\"", "post_training");
    row("levels of a point", "/points/1/levels", "[\"8\"]", "points[1].levels");
    row("layers of a point", "/points/1/layer_levels", "[\"8\"]", "points[1].layer_levels");
    row("activation bits", "/points/1/activation_bits", "33", "points[1].activation_bits");
    row("order", "/points/9/order/0", "\"neck\"", "points[9].order");
    row("order twice", "/points/9/order/0", "\"head\"", "twice");
    row("share", "/points/1/accuracies/0/held_out/value", "80.0", "points[1].accuracies[0].held_out.value");
    row("half an interval", "/points/1/accuracies/0/held_out/high", "null", "both ends");
    row("interval turned", "/points/1/accuracies/0/held_out/low", "0.99", "low first");
    row("metric twice", "/points/1/accuracies/1/metric", "\"adi_0.1d\"", "points[1].accuracies[1].metric");
    row("latency", "/points/1/latency_ms", "-1", "points[1].latency_ms");
    row("latency text", "/points/1/latency_ms", "\"3\"", "points[1].latency_ms");
    row("bytes and a half", "/points/1/bytes", "1.5", "points[1].bytes");
    row("sensitivity of nothing", "/sensitivities/1/part", "\"neck\"", "sensitivities[1].part");
    row("flow", "/flow/1", "\"neck\"", "flow");
    row("best", "/best_first", "\"neck\"", "best_first");
    row("point is a number", "/points/5", "3", "points[5]");
  }

  void badFilesAreRefusedByFileAndPlace() {
    QFETCH(QString, pointer);
    QFETCH(QString, value);
    QFETCH(QString, word);
    auto json = ordered_json::parse(quantization_sweep_json(test::quantizationSweep()));
    json[ordered_json::json_pointer(pointer.toStdString())] = ordered_json::parse(value.toStdString());
    const auto read = parse_quantization_sweep(json.dump(), "sweep.json");
    QVERIFY(!read);
    QVERIFY(read.error().code == ErrorCode::kInput);
    const QString sentence = QString::fromStdString(read.error().message);
    QVERIFY2(sentence.startsWith(QStringLiteral("sweep.json: ")) && sentence.contains(word),
             qPrintable(sentence));
  }

  void hugeAndCutFilesAreRefused() {
    QuantizationSweep made = test::quantizationSweep();
    made.points[1].accuracies.assign(kMostSweepAccuracies + 1, made.points[1].accuracies.front());
    const auto many = parse_quantization_sweep(quantization_sweep_json(made), "sweep.json");
    QVERIFY(!many && many.error().message.find("at most 64") != std::string::npos);
    const std::string text = quantization_sweep_json(test::quantizationSweep());
    for (const std::size_t length : {std::size_t{0}, std::size_t{40}, text.size() / 2, text.size() - 3}) {
      QVERIFY(!parse_quantization_sweep(text.substr(0, length), "sweep.json"));
    }
  }

  void whatCannotBeReadIsNotWritten() {
    const QTemporaryDir dir;
    const std::filesystem::path path = dir.filePath(QStringLiteral("sweep.json")).toStdString();
    QuantizationSweep made = test::quantizationSweep();
    made.points[1].name = made.points[2].name;
    const auto written = write_quantization_sweep(made, path);
    QVERIFY(!written && written.error().code == ErrorCode::kUsage);
    QVERIFY(!std::filesystem::exists(path));
  }
};

ALIDADE_TEST(QuantizationSweepFileTest)
#include "sweep_file_test.moc"
