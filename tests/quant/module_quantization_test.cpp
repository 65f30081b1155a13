// SPDX-License-Identifier: BSD-3-Clause
#include <QTest>

#include <nlohmann/json.hpp>

#include "core/quant/module_quantization.h"
#include "core/quant/packed_layout.h"
#include "tests/quant/quant_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

const std::vector<WeightModule> kModules = {{"backbone", {"backbone.a.weight", "backbone.a.bias"}},
                                            {"pyramid", {"pyramid.weight", "pyramid.conv"}},
                                            {"head", {"head.weight"}}};

SafeTensors sample_network() {
  SafeTensors content;
  content.tensors["backbone.a.weight"] = float_tensor(random_weights(64 * 16, 1), {64, 16});
  content.tensors["backbone.a.bias"] = float_tensor(random_weights(64, 2), {64});
  content.tensors["pyramid.weight"] = float_tensor(random_weights(32 * 64, 3), {32, 64});
  content.tensors["pyramid.conv"] = float_tensor(random_weights(8 * 4 * 9, 4), {8, 4, 3, 3});
  content.tensors["head.weight"] = float_tensor(random_weights(96, 5), {3, 32});
  content.tensors["steps"] = shape_tensor({7});
  content.metadata = {{"format", "sample-network/1"}};
  return content;
}

std::vector<LevelSet> levels_named(const std::vector<std::string>& names) {
  std::vector<LevelSet> levels;
  for (const std::string& name : names) {
    levels.push_back(*named_levels(name));
  }
  return levels;
}

}  // namespace

class ModuleQuantizationTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void analysisTellsNoiseAndBytes() {
    const SafeTensors content = sample_network();
    const auto analysis = analyze_weights(content, kModules, levels_named({"8", "4", "ternary"}), {});
    QVERIFY(analysis);
    QCOMPARE(analysis->layers.size(), std::size_t{4});
    const LayerAnalysis& first = analysis->layers.front();
    QCOMPARE(first.tensor, std::string("backbone.a.weight"));
    QCOMPARE(first.parameters, std::int64_t{1024});
    // 16 codes a row: 4 words of 8 bit, 2 of 4 bit, 1 of 2 bit; a scale per row, two extents.
    QCOMPARE(first.bytes, (std::vector<std::uint64_t>{64 * 20 + 16, 64 * 12 + 16, 64 * 8 + 16}));
    const auto weights = tensor_values(content.tensors.at("backbone.a.weight"));
    const auto quantized =
        quantize({"w", weights, 64}, ternary_levels(), Granularity::kChannel, RangeRule::kLeastSquares);
    QCOMPARE(first.errors[2], squared_error(weights, dequantized(*quantized)));
    const Table table = analysis_table(*analysis);
    QCOMPARE(table.rows.size(), std::size_t{7});
    QCOMPARE(std::get<std::string>(table.rows[2][1]), std::string("(all)"));
    QCOMPARE(std::get<double>(table.rows[2][2]), 2048.0 + 288.0);
    QVERIFY(std::abs(std::get<double>(table.rows[1][4]) - 10.0 * std::log10(first.energy / first.errors[0])) <
            1e-12);
    QCOMPARE(table.columns[8], std::string("ternary, 3 levels: SQNR (dB)"));
    for (const auto& row : table.rows) {
      QCOMPARE(row.size(), table.columns.size());
      QVERIFY(std::get<double>(row[4]) > std::get<double>(row[6]));
      QVERIFY(std::get<double>(row[6]) > std::get<double>(row[8]));
    }
  }

  void modulesArePackedAsTheyAreNamed() {
    const SafeTensors content = sample_network();
    const auto assignment = parse_module_levels("head=8,pyramid=ternary");
    QVERIFY(assignment);
    QCOMPARE(module_label(kModules, *assignment), std::string("W32-ternary-8"));
    WeightOptions options;
    options.keep = {"pyramid.conv"};
    const auto packed = quantize_modules(content, "net.safetensors", "abc", kModules, *assignment, options);
    QVERIFY(packed);
    QCOMPARE(packed->packed.size(), std::size_t{2});
    QVERIFY(packed->packed.at("pyramid.weight").weights.levels == ternary_levels());
    QVERIFY(packed->packed.at("head.weight").weights.levels == *uniform_levels(8));
    QCOMPARE(packed->plain.size(), std::size_t{4});
    const auto said = nlohmann::json::parse(packed->provenance.at("quantization"));
    QCOMPARE(said.at("label").get<std::string>(), std::string("W32-ternary-8"));
    QCOMPARE(said.at("from").get<std::string>(), std::string("net.safetensors"));
    QCOMPARE(said.at("modules").at("pyramid").get<std::string>(), std::string("ternary, 3 levels"));
    QCOMPARE(said.at("modules").at("backbone").get<std::string>(), std::string("float32"));
    const SafeTensors back = unpacked(*packed);
    QCOMPARE(back.tensors.size(), content.tensors.size());
    QVERIFY(back.tensors.at("pyramid.conv") == content.tensors.at("pyramid.conv"));
    QVERIFY(back.tensors.at("backbone.a.weight") == content.tensors.at("backbone.a.weight"));
    QVERIFY(signal_to_noise(tensor_values(content.tensors.at("head.weight")),
                            tensor_values(back.tensors.at("head.weight"))) > 35.0);
    QCOMPARE(back.metadata.at("format"), std::string("sample-network/1"));
    // What was quantized once is quantized to itself: the levels are their own best approximation.
    const auto again = quantize_modules(back, "net.safetensors", "abc", kModules, *assignment, options);
    QVERIFY(largest_difference(dequantized(again->packed.at("pyramid.weight").weights),
                               dequantized(packed->packed.at("pyramid.weight").weights)) < 1e-6);
  }

  void namesThatMatchNothingAreRefused() {
    const SafeTensors content = sample_network();
    const auto refused = quantize_modules(content, "n", "", kModules, {{"neck", "8"}}, {});
    QVERIFY(says(refused.error().message, "\"neck\"; its modules are backbone, pyramid, head"));
    WeightOptions options;
    options.keep = {"nothing.weight"};
    QVERIFY(
        says(quantize_modules(content, "n", "", kModules, {}, options).error().message, "nothing.weight"));
    QVERIFY(!analyze_weights(content, {{"empty", {"backbone.a.bias"}}}, levels_named({"8"}), {}));
    for (const char* text : {"", "head", "=8", "head=9", "head=8,head=4", "head=8,", "head=unsigned8"}) {
      QVERIFY2(!parse_module_levels(text), text);
    }
    QVERIFY(parse_module_levels("head=32,backbone=powers5"));
  }

  void badWeightsAreNamed() {
    SafeTensors content = sample_network();
    content.tensors["head.weight"] = float_tensor(std::vector<double>(96, std::nan("")), {3, 32});
    const auto refused = quantize_modules(content, "n", "", kModules, {{"head", "4"}}, {});
    QVERIFY(!refused);
    QVERIFY(says(refused.error().message, "head.weight: element 0"));
  }
};

ALIDADE_TEST(ModuleQuantizationTest)
#include "module_quantization_test.moc"
